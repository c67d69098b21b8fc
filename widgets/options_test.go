package widgets_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/safe"
	"marquee/widgets"
)

func parse(values map[string]string) widgets.Options {
	return widgets.ParseOptions(func(name string) string { return values[name] })
}

func TestParseOptions(t *testing.T) {
	family := strings.Repeat("👩‍👩‍👧‍👦", 201)
	for _, c := range []struct {
		name, key, value string
		want             widgets.Options
	}{
		{"nothing", "", "", widgets.Options{}},
		{"theme", "theme", "late", widgets.Options{Theme: "late"}},
		{"no ground", "trans", "1", widgets.Options{Trans: true}},
		{"a ground", "trans", "true", widgets.Options{}},
		{"no theme", "theme", "Late", widgets.Options{}},
		{"color", "fg", "ffcc00", widgets.Options{FG: "ffcc00"}},
		{"color with #", "bg", "#FFcc00", widgets.Options{BG: "ffcc00"}},
		{"short color", "fg", "#Fc0", widgets.Options{FG: "ffcc00"}},
		{"no color", "fg", "red", widgets.Options{}},
		{"four digits", "fg", "ffcc", widgets.Options{}},
		{"color and more", "fg", "fff}body{}", widgets.Options{}},
		{"color on two lines", "bg", "fff\n", widgets.Options{}},
		{"two #", "bg", "##fff", widgets.Options{}},
		{"template", "template", " {face}\n<b>\u202e {x} ", widgets.Options{Template: "{face} <b> {x}"}},
		{"default template", "template", widgets.DefaultTemplate, widgets.Options{}},
		{"long template", "template", strings.Repeat("é", 201), widgets.Options{Template: strings.Repeat("é", 200)}},
		{"long template of families", "template", family, widgets.Options{Template: strings.TrimSuffix(family, "👩‍👩‍👧‍👦")}},
		{"cut at a space", "template", strings.Repeat("a", 199) + " b", widgets.Options{Template: strings.Repeat("a", 199)}},
	} {
		if c.want.Theme == "" {
			c.want.Theme = widgets.Themes[0]
		}
		if got := parse(map[string]string{c.key: c.value}); got != c.want {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
}

func TestTheZeroOptionsAreTheDefault(t *testing.T) {
	for _, w := range widgets.All {
		if draw(w.Path, full(), widgets.Options{}) != draw(w.Path, full(), parse(nil)) {
			t.Errorf("%s differs", w.Path)
		}
	}
}

func FuzzDraw(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, s, s, s, s, s)
	}
	f.Add("late", "#fc0", "000", "{face} {name}: {text}", "Hello ~bob #soup", "🙂")
	f.Fuzz(func(t *testing.T, theme, fg, bg, template, text, word string) {
		o := parse(map[string]string{"theme": theme, "fg": fg, "bg": bg, "template": template})
		again := parse(map[string]string{"theme": o.Theme, "fg": o.FG, "bg": o.BG, "template": o.Template})
		if o != again {
			t.Errorf("parsing twice: %+v, then %+v", o, again)
		}
		if safe.Graphemes(o.Template) > 200 || !utf8.ValidString(o.Template) {
			t.Errorf("template %q", o.Template)
		}
		d := poisoned(word)
		d.Text = safe.Text(text)
		d.HTML = rich(d.Text)
		checkAll(t, d, o)
		checkAll(t, noStatus(word), o)
	})
}
