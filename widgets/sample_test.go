package widgets_test

import (
	"strings"
	"time"

	"marquee/safe"
	"marquee/widgets"
)

const english = `Made soup. The cat has opinions about it, and ~bob says that #soup is "a state of mind" & more.
https://far.example/recipes/soup?a=1&b=2`

func rich(text string) string {
	return safe.Rich(text, safe.Links{
		Person: func(name string) (string, bool) { return "/~" + name, true },
		Tag:    func(word string) string { return "/tag/" + word },
	})
}

func full() widgets.Data {
	return widgets.Data{
		Name: "ada", Base: "https://marquee.example", ID: 17, Text: english, HTML: rich(english),
		Face: "🙂", Mood: "cosy", MoodWord: "cosy", MoodLine: "feeling cosy", MoodText: "rain on the roof", Family: "cosy",
		Published: time.Date(2026, 11, 21, 15, 5, 9, 99, time.FixedZone("Paris", 3600)),
		Ago:       "3 hours ago", AgoEnglish: "3 hours ago", None: "No status yet.", Lang: "en",
	}
}

func french() widgets.Data {
	d := full()
	d.Text, d.HTML = "", ""
	d.Mood, d.MoodWord, d.MoodLine, d.MoodText = "cosy", "câline", "d’humeur câline", ""
	d.Ago, d.None, d.Lang = "il y a 3 heures", "Pas encore de statut.", "fr"
	return d
}

func none() widgets.Data {
	return widgets.Data{Name: "ada", Base: "https://marquee.example", None: "No status yet.", Lang: "en"}
}

// faceOnly is a picture with a face beside it; bare is only a picture.
func faceOnly() widgets.Data {
	d := full()
	d.Text, d.HTML, d.Mood, d.MoodWord, d.MoodLine, d.MoodText = "", "", "", "", "", ""
	d.Family = ""
	return d
}

func bare() widgets.Data {
	d := faceOnly()
	d.Face = ""
	return d
}

func samples() map[string]widgets.Data {
	return map[string]widgets.Data{"full": full(), "french": french(), "none": none(), "face": faceOnly(), "bare": bare()}
}

// looks are every theme, with and without colours and a template.
func looks() []widgets.Options {
	var all []widgets.Options
	for _, theme := range widgets.Themes {
		for _, template := range []string{"", "<b>{name}</b> & {mood}\": {text} {face}{nobody}{ago}"} {
			all = append(all, widgets.Options{Theme: theme, Template: template},
				widgets.Options{Theme: theme, Template: template, FG: "ffcc00", BG: "000000", Trans: true})
		}
	}
	return all
}

func widget(path string) widgets.Widget {
	for _, w := range widgets.All {
		if w.Path == path {
			return w
		}
	}
	panic("no widget " + path)
}

func draw(path string, d widgets.Data, o widgets.Options) string {
	return string(widget(path).Draw(d, o).Body)
}

// nasty are texts that would break out of HTML, of a script, of JSON or of a line.
var nasty = []string{
	`<script>alert(1)</script>`,
	`</script><script>alert(1)</script>`,
	`</style></title></main><img src=x onerror=alert(1)>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`" autofocus onfocus="alert(1)`,
	`";alert(1);//`,
	`\";alert(1);//\`,
	`'+alert(1)+'`,
	"`${alert(1)}`",
	"a\u2028b\u2029c\nd",
	`<!--<script>`,
	`--><svg onload=alert(1)>`,
	`]]>&lt;b&gt;&amp;`,
	`javascript:alert(1)`,
	`{face}{name}{mood}{ago}{text}{x}`,
	`$ink $paper %s %d %!`,
	"\x00\x1b[31m\x07\r\t",
	"\xff\xfe\xc0",
	` href="/evil`,
}

// poisoned has the same text everywhere; only HTML is what safe makes of it.
func poisoned(s string) widgets.Data {
	d := widgets.Data{
		Name: s, Base: "https://marquee.example/" + s, ID: 17, Text: s, HTML: rich(s), Face: s, Mood: s, MoodWord: s,
		MoodLine: s, MoodText: s, Family: s, Ago: s, AgoEnglish: s, None: s, Lang: s,
		Button: widgets.Design{Top: s, Bottom: s, FG: s, BG: s, Edge: s, Face: s, Style: s},
	}
	return d
}

func noStatus(s string) widgets.Data {
	return widgets.Data{Name: s, Base: "https://marquee.example/" + s, None: s, Lang: s}
}

// long is a text of n characters with the words of a language in it, none of them often.
func long(words string, n int) string {
	var b strings.Builder
	for state := uint32(7); b.Len() < 8*n; state = state*1664525 + 1013904223 {
		all := strings.Fields(words)
		b.WriteString(all[state>>16%uint32(len(all))] + " ")
	}
	return strings.TrimSpace(string([]rune(b.String())[:n]))
}
