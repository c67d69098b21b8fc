package widgets

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"strings"
)

// signTemplate is the default of the frame, which has room to set the status between who and when.
const signTemplate = "{face} {name} {mood} {text} {ago}"

// frame draws an HTML document for an iframe. It has no script and loads nothing; its links open in the page around it.
func frame(d Data, o Options) Drawn {
	b, policy := d.document("", o.css())
	for _, p := range d.pieces(cmp.Or(o.Template, signTemplate)) {
		b.WriteString(d.span(p))
	}
	b.WriteString("</main>\n")
	return Drawn{Body: []byte(b.String()), CSP: policy}
}

// document begins an HTML document for a frame, with something in its head, and gives the Content-Security-Policy that allows its style and nothing else.
func (d Data) document(head, css string) (b *strings.Builder, policy string) {
	b = &strings.Builder{}
	b.WriteString(`<!DOCTYPE html><html lang="` + html.EscapeString(d.Lang) + `"><meta charset=utf-8>` + head + `<title>` +
		html.EscapeString(d.Name) + `</title><base target=_top><style>` + css + `</style><main dir=auto>`)
	sum := sha256.Sum256([]byte(css))
	return b, "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; frame-ancestors *; base-uri 'none'; form-action 'none'"
}

// span is one piece as HTML, without any block in it: a template may put it in the middle of a sentence.
func (d Data) span(p piece) string {
	shown := html.EscapeString(p.text)
	switch p.key {
	case "":
		return shown
	case "name":
		return link("name", d.page(), shown)
	case "ago":
		return link("ago", d.status(), `<time datetime="`+d.published()+`">`+shown+`</time>`)
	case "text":
		return `<span class=text dir=auto>` + cmp.Or(unblock.Replace(d.rich()), shown) + `</span>`
	case "mood":
		// The account's own words may run the other way than the mood's.
		if d.MoodText != "" {
			own := html.EscapeString(d.MoodText)
			shown = strings.TrimSuffix(shown, own) + "<bdi>" + own + "</bdi>"
		}
	}
	return `<span class=` + p.key + `>` + shown + `</span>`
}

func link(class, href, shown string) string {
	return `<a class=` + class + ` href="` + html.EscapeString(href) + `" rel=noopener>` + shown + `</a>`
}

// unblock makes the paragraphs of safe.Rich fit into a span.
var unblock = strings.NewReplacer("</p><p>", "<br><br>", "<p>", "", "</p>", "")
