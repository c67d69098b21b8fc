package safe

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func linesOf(t testing.TB, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	for in := bufio.NewScanner(f); in.Scan(); {
		lines = append(lines, in.Text())
	}
	if len(lines) < 10 {
		t.Fatalf("%s has %d lines", file, len(lines))
	}
	return lines
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"only spaces", " \n\t \r\n", ""},
		{"line ends", "a\r\nb\rc\nd\u2028e\u2029f", "a\nb\nc\nd\ne\nf"},
		{"empty lines", "\n\na\n\n\n \n\nb\n\n", "a\n\nb"},
		{"spaces at line ends", "a  \nb\u00a0\n  c ", "a\nb\n  c"},
		{"tab", "a\tb", "a b"},
		{"controls", "a\x00b\x07c\x1b[31md\x7fe\u0085f", "abc[31mdef"},
		{"carriage return freed from a control", "a\r\x00\nb", "a\n\nb"},
		{"bad UTF-8", "a\xffb\xc3", "a\uFFFDb\uFFFD"},
		{"each bad byte", "\xf0\x9f\x98", "\uFFFD\uFFFD\uFFFD"},
		{"surrogate", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
		{"overlong", "\xc0\xbcscript", "\uFFFD\uFFFDscript"},
		{"NFC", "e\u0301te\u0301", "été"},
		{"NFC over what is dropped", "e\uFEFF\u0301", "é"},
		{"NFC over dropped tags", "e\U000E0061\u0301", "é"},
		{"bidi", "\u202Egnp.exe\u202C \u2066a\u2069\u202A\u202B\u202D", "gnp.exe a"},
		{"bidi marks stay", "a\u200Eb\u200Fc", "a\u200Eb\u200Fc"},
		{"joiners stay", "a\u200Cb\u200Dc", "a\u200Cb\u200Dc"},
		{"noncharacters", "a\uFDD0b\uFFFEc\U0001FFFFd\U0010FFFFe", "abcde"},
		{"annotations, BOM, old space", "\uFEFFa\uFFF9b\uFFFAc\uFFFBd\u180Ee", "abcde"},
		{"hidden tags", "hi\U000E0068\U000E0069\U000E007F\U000E0001", "hi"},
		{"flag of Scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!"},
		{"flag without end", "🏴\U000E0067\U000E0062\U000E0073", "🏴"},
		{"flag too long", "🏴" + strings.Repeat("\U000E0067", 7) + "\U000E007F", "🏴"},
		{"flag with a hidden space", "🏴\U000E0067\U000E0020\U000E0073\U000E007F", "🏴"},
		{"two ends", "🏴\U000E0067\U000E0062\U000E0073\U000E007F\U000E007F", "🏴"},
		{"tags after another emoji", "🏁\U000E0067\U000E0062\U000E0073\U000E007F", "🏁"},
		{"private use", "\uE000\U000F0000", "\uE000\U000F0000"},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("%s: Text(%+q) = %+q, want %+q", c.name, c.in, got, c.want)
		}
	}
}

func TestTextLeavesWritingAlone(t *testing.T) {
	for _, line := range linesOf(t, "testdata/unchanged.txt") {
		if got := Text(line); got != line {
			t.Errorf("Text(%+q) = %+q", line, got)
		}
		if got := Line(line); got != line {
			t.Errorf("Line(%+q) = %+q", line, got)
		}
		if Overstacked(line) {
			t.Errorf("Overstacked(%q)", line)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		" \n ":                       "",
		" a \r\n\r\n b\t\tc\u2028d ": "a b c d",
		"a\u00a0\u3000b":             "a b",
		"\u202Ea\x00\nb\xff":         "a b\uFFFD",
		"e\u0301":                    "é",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

func TestGraphemes(t *testing.T) {
	for in, want := range map[string]int{
		"":          0,
		"abc":       3,
		"e\u0301té": 3,
		"👨‍👩‍👧‍👦🇫🇷🇯🇵3️⃣": 4,
		"\r\n":                                 1,
		"กำ":                                   1,
		"각각":                                   2,
		"\xff\xfe":                             2,
		"a" + strings.Repeat("\u0301", 10_000): 1,
	} {
		if got := Graphemes(in); got != want {
			t.Errorf("Graphemes(%+.40q) = %d, want %d", in, got, want)
		}
	}
}

func TestOverstacked(t *testing.T) {
	for _, c := range []struct {
		in   string
		want bool
	}{
		{"", false},
		{"été", false},
		{"a" + strings.Repeat("\u0301", 8), false},
		{"a" + strings.Repeat("\u0301", 9), true},
		{"fine so far, z" + strings.Repeat("\u0334\u0489", 5), true},
		{strings.Repeat("\u0301", 9), true},
		{"a" + strings.Repeat("\u0301\u200D", 9), true},
		{"a" + strings.Repeat("\u0301", 10_000), true},
		{"a" + strings.Repeat("\u0301", 100_000), true},
		{strings.Repeat("a\u0301\u0302", 100_000), false},
		{Text("a" + strings.Repeat("\u0301", 10_000)), true},
		{"👨🏽‍👩🏽‍👧🏽‍👦🏽 🏴󠁧󠁢󠁷󠁬󠁳󠁿", false},
	} {
		if got := Overstacked(c.in); got != c.want {
			t.Errorf("Overstacked(%+.40q) = %v", c.in, got)
		}
	}
}

// Every character alone: what Text lets through is what its comment promises.
func TestTextEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := Text("a" + string(r) + "b")
		for _, g := range got {
			if unicode.IsControl(g) && g != '\n' || unicode.Is(unicode.Noncharacter_Code_Point, g) ||
				unicode.Is(unicode.Bidi_Control, g) && !strings.ContainsRune("\u200E\u200F\u061C", g) ||
				unicode.In(g, unicode.Zl, unicode.Zp) || isTag(g) || g == '\uFEFF' {
				t.Fatalf("%U comes through as %+q", r, got)
			}
		}
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) && got != norm.NFC.String("a"+string(r)+"b") {
			t.Fatalf("%U is lost: %+q", r, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, file := range []string{"testdata/unchanged.txt", "testdata/payloads.txt"} {
		for _, line := range linesOf(f, file) {
			f.Add(line)
		}
	}
	f.Add("a\r\x00\nb\xff🏴\uFEFF\U000E0067\U000E0062\U000E0073\U000E007F \u0301\u202E")
	f.Add("a" + strings.Repeat("\u0301", 70))
	f.Fuzz(func(t *testing.T, s string) {
		text, line := Text(s), Line(s)
		for _, got := range []string{text, line} {
			if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
				t.Fatalf("%+q is not NFC", got)
			}
			if strings.TrimSpace(got) != got || strings.ContainsAny(got, "\r\t\x00") || strings.Contains(got, "\n\n\n") {
				t.Fatalf("%+q has wrong spaces", got)
			}
		}
		if again := Text(text); again != text {
			t.Fatalf("twice: %+q, then %+q", text, again)
		}
		if again := Line(line); again != line || strings.Contains(line, "\n") {
			t.Fatalf("twice: %+q, then %+q", line, again)
		}
		if Line(text) != line {
			t.Fatalf("Line of Text: %+q, %+q", Line(text), line)
		}
		Overstacked(s)
		if face, ok := Face(s); ok {
			if again, ok := Face(face); !ok || again != face || Text(face) != face {
				t.Fatalf("face %+q", face)
			}
		}
	})
}
