package widgets

import (
	"html"
	"strconv"
	"strings"
)

// Shown is a picture beside a status: its address, what it shows, and its size in pixels.
type Shown struct {
	URL, Alt      string
	Width, Height int
}

// embedCSS sets one status with its pictures, which are never wider than the frame.
const embedCSS = signCSS + `img{display:block;max-width:100%;height:auto;margin:6px 0}`

// Embed draws one status with its pictures as a document for a frame of another site. Unlike the widget it is about that status for
// ever, so its time is written out, and people open it by itself. It has no script and loads its pictures alone; its links open in the page around it.
func Embed(d Data) Drawn {
	o := Options{}
	b, policy := d.document(`<meta name=viewport content="width=device-width">`, o.css()+embedCSS)
	for _, p := range d.pieces("{face} ~{name} {mood} {text}") {
		b.WriteString(d.span(p))
	}
	for _, p := range d.Pictures {
		b.WriteString(`<a href="` + html.EscapeString(d.status()) + `" rel=noopener><img src="` + html.EscapeString(p.URL) + `" width=` +
			strconv.Itoa(p.Width) + ` height=` + strconv.Itoa(p.Height) + ` alt="` + html.EscapeString(p.Alt) + `"></a>`)
	}
	b.WriteString(" " + d.span(piece{key: "ago", text: d.Ago}) + "</main>\n")
	return Drawn{Body: []byte(b.String()), CSP: strings.Replace(policy, "style-src", "img-src "+d.Base+"; style-src", 1)}
}
