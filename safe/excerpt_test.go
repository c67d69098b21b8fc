package safe

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 5, ""},
		{" a \n\n b ", 5, "a b"},
		{"rain on the roof", 16, "rain on the roof"},
		{"rain on the roof", 15, "rain on the…"},
		{"rain on the roof", 8, "rain on…"},
		{"rain on", 6, "rain…"},
		{"raindrops", 5, "rain…"},
		{"so raindrops", 10, "so raindr…"},
		{"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"},
		{"é\u202e" + "tait", 9, "était"},
		{"a" + strings.Repeat("\u0301", 20), 9, ""},
		{"a\u200d" + strings.Repeat("b\u200d", 300), 2, "a\u200d…"},
	} {
		if got := Excerpt(c.text, c.most); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("rain on the roof, and \u200d🏴󠁧󠁢󠁳󠁣󠁴󠁿", 7)
	f.Fuzz(func(t *testing.T, text string, most int) {
		if most < 1 || most > 300 {
			return
		}
		got := Excerpt(text, most)
		if !utf8.ValidString(got) || Graphemes(got) > most || len(got) > most*graphemeMost+len("…") || strings.ContainsAny(got, "\n\r") {
			t.Fatalf("%q to %d: %q, %d graphemes", text, most, got, Graphemes(got))
		}
	})
}
