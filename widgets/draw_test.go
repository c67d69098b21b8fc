package widgets_test

import (
	"bytes"
	"image/gif"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"marquee/widgets"
)

var months = [12]string{"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"}

// TestFacesAreThoseOfTheTree: a mood that owns a face has one, in the tree's order.
func TestFacesAreThoseOfTheTree(t *testing.T) {
	tree, err := os.ReadFile("../models/moods.toml")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, found := range regexp.MustCompile(`(?m)^key = "(\w+)"`).FindAllSubmatch(tree, -1) {
		keys = append(keys, string(found[1]))
	}
	if !slices.Equal(widgets.Faces(), keys) {
		t.Errorf("faces %q\nof %q", widgets.Faces(), keys)
	}
}

func TestFaces(t *testing.T) {
	seen := map[string]string{string(widgets.Year(2026, nil, months, true)): "a day without a mood"}
	var all bytes.Buffer
	for _, family := range widgets.Faces() {
		for _, size := range widgets.FaceSizes {
			picture, ok := widgets.Face(family, size)
			if !ok {
				t.Fatalf("no %s of %d", family, size)
			}
			g := decoded(t, picture, size, size, 1, oneSegment)
			if _, _, _, a := g.Image[0].At(0, size-1).RGBA(); a != 0 {
				t.Errorf("%s isn't transparent", family)
			}
		}
		picture, _ := widgets.Face(family, 16)
		if other := seen[string(picture)]; other != "" {
			t.Errorf("%s and %s look alike", family, other)
		}
		seen[string(picture)] = family
		all.WriteString(family + "\n" + string(art(t, picture)))
		small := string(widgets.Year(2026, []widgets.Day{{Families: []string{family}}}, months, true))
		if other := seen[small]; other != "" {
			t.Errorf("%s and %s look alike when they are small", family, other)
		}
		seen[small] = family
	}
	golden(t, all.Bytes(), "drawn", "faces.txt")
	for _, wrong := range []struct {
		family string
		size   int
	}{{"", 16}, {"cuddly", 16}, {"happy", 17}, {"happy", 0}, {"happy", -16}} {
		if _, ok := widgets.Face(wrong.family, wrong.size); ok {
			t.Errorf("%+v is drawn", wrong)
		}
	}
}

// letters are what the font has: ASCII, Latin-1 and what French needs besides.
func letters() []rune {
	list := []rune("œŒŸ‘’“”‚„…–—€♥★☆♪•‹›™ı")
	for r := rune(0x21); r <= 0xFF; r++ {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			list = append(list, r)
		}
	}
	return list
}

func written(s string) string { return string(widgets.Mood("", s, widgets.MoodColors{})) }

func TestLetters(t *testing.T) {
	seen := map[string]rune{written("日"): '日', written(""): ' '}
	var specimen bytes.Buffer
	line := ""
	for _, r := range letters() {
		picture := written(string(r))
		if other, ok := seen[picture]; ok {
			t.Errorf("%c looks like %c", r, other)
		}
		seen[picture] = r
		if line += string(r) + " "; len([]rune(line)) == 32 {
			specimen.Write(art(t, []byte(written(line))))
			line = ""
		}
	}
	specimen.Write(art(t, []byte(written(line))))
	golden(t, specimen.Bytes(), "drawn", "letters.txt")
}

// TestNeverAWrongLetter: what cannot be drawn is a box, an emoji nothing.
func TestNeverAWrongLetter(t *testing.T) {
	for s, same := range map[string]string{
		"ř": "日", "ж": "日", "x\u030C": "日", "क्षि": "日日", "e\u0301": "é", "❤️": "♥", "a\u00A0b": "a b", "\u2028": "",
		"I ☕ you": "I you", "👩‍👩‍👧 ok": "ok", "ok 🏳️‍🌈🇫🇷": "ok", "3️⃣": "", "👍🏿": "", "a\u200Bb": "ab", "\xff": "",
	} {
		if written(s) != written(same) {
			t.Errorf("%q isn't drawn as %q", s, same)
		}
	}
}

func TestMood(t *testing.T) {
	for name, picture := range map[string][]byte{
		"cosy":  widgets.Mood("cosy", "câline", widgets.MoodColors{}),
		"none":  widgets.Mood("", "Pas encore de statut.", widgets.MoodColors{FG: "f3ecd8", BG: "12122a"}),
		"long":  widgets.Mood("happy", strings.Repeat("WM@", 40), widgets.MoodColors{Transparent: true}),
		"empty": widgets.Mood("", "", widgets.MoodColors{}),
	} {
		decoded(t, picture, width(t, picture), 18, 1, oneSegment)
		golden(t, art(t, picture), "drawn", "mood."+name+".txt")
	}
}

func TestWorstPictures(t *testing.T) {
	for _, family := range append(widgets.Faces(), "") {
		for _, noise := range []string{strings.Repeat("W", 30), strings.Repeat("@", 500), strings.Repeat("ÿÊ", 99), strings.Repeat("&", 500), strings.Repeat("é\"", 250), strings.Repeat("👩‍👩‍👧‍👦", 200), strings.Repeat("x"+strings.Repeat("\u0301", 8), 99), "日本語" + strings.Repeat("§", 40)} {
			d := poisoned(noise)
			d.Family, d.Button = family, widgets.Design{}
			checkDrawn(t, d, widgets.Options{})
			for _, style := range append(widgets.DesignStyles(), "") {
				d.Button = widgets.Design{Top: noise, Bottom: noise, FG: "00ff77", BG: "330044", Edge: "7788ee", Face: family, Style: style}
				decoded(t, d.Button.Draw(), 88, 31, 1, oneSegment)
			}
		}
	}
	decoded(t, widgets.SiteButton(strings.Repeat("ÊW@", 20)), 88, 31, 1, oneSegment)
}

func TestDesigns(t *testing.T) {
	for _, style := range widgets.DesignStyles() {
		d := widgets.Design{Top: "Élodie's", Bottom: "page ★", Face: "loved", Style: style}
		if !d.Fits() {
			t.Error(d, "doesn't fit")
		}
		golden(t, art(t, d.Draw()), "drawn", "button."+style+".txt")
	}
	golden(t, art(t, widgets.SiteButton("Marquee")), "drawn", "site.txt")
	for _, c := range []struct {
		d    widgets.Design
		fits bool
	}{
		{widgets.Design{}, true},
		{widgets.Design{Top: "thirteen lett"}, true},
		{widgets.Design{Top: "WWWWWWWWWWWWWW"}, false},
		{widgets.Design{Bottom: "WWWWWWWWWWWWW", Face: "sad"}, false},
		{widgets.Design{Bottom: "WWWWWWWWWW", Face: "sad"}, true},
	} {
		if c.d.Fits() != c.fits {
			t.Errorf("%+v: fits %v", c.d, !c.fits)
		}
	}
}

func TestYear(t *testing.T) {
	faces := widgets.Faces()
	days := make([]widgets.Day, 366)
	for i := range days {
		if i%4 > 0 {
			days[i].Families = []string{faces[i%5], faces[i*7%len(faces)]}
		}
	}
	for _, c := range []struct {
		year, weeks int
		monday      bool
	}{{2026, 53, true}, {2026, 53, false}, {2028, 53, true}, {2012, 54, true}, {2000, 54, false}, {-4, 53, true}} {
		decoded(t, widgets.Year(c.year, days, months, c.monday), c.weeks*12-1, 95, 1, 14_000)
	}
	golden(t, art(t, widgets.Year(2026, days[:330], months, true)), "drawn", "year.txt")
	days[3].Families = []string{"nonsense"}
	months := months
	months[0] = strings.Repeat("WÊ", 50)
	decoded(t, widgets.Year(2026, append(days, days...), months, true), 53*12-1, 95, 1, 14_000)
	for state, i := uint32(1), 0; i < len(days); i++ {
		state = state*1664525 + 1013904223
		days[i].Families = []string{faces[state>>16%uint32(len(faces))]}
	}
	decoded(t, widgets.Year(2026, days, months, true), 53*12-1, 95, 1, 14_000)
}

func TestCrowd(t *testing.T) {
	var everybody []widgets.Share
	for i, family := range widgets.Faces() {
		everybody = append(everybody, widgets.Share{Family: family, Count: 1 + i*i})
	}
	for _, c := range []struct {
		shares []widgets.Share
		rows   int
	}{
		{everybody, 4},
		{nil, 1},
		{[]widgets.Share{{"nonsense", 99}, {"sad", 0}, {"sad", -3}}, 1},
		{[]widgets.Share{{"sad", 2}, {"happy", 13}, {"sad", 1}}, 2},
		{[]widgets.Share{{"happy", 1_000_000_000}, {"angry", 1}}, 4},
	} {
		g := decoded(t, widgets.Crowd(c.shares), 270, c.rows*18, 1, 14_000)
		golden(t, art(t, widgets.Crowd([]widgets.Share{{"sad", 20}, {"happy", 50}, {"proud", 1}})), "drawn", "crowd.txt")
		if c.rows == 4 && transparent(g) {
			t.Errorf("no 60 faces for %v", c.shares)
		}
	}
}

// transparent tells whether the last seat is empty.
func transparent(g *gif.GIF) bool {
	_, _, _, a := g.Image[0].At(269-8, g.Config.Height-9).RGBA()
	return a == 0
}
