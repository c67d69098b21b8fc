package widgets

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"html"
)

// RingPlace is the place of a page in a webring, with the words of the links around it.
type RingPlace struct {
	Lang, Title            string
	FG, BG                 string // six small hexadecimal digits, "" for the usual ones
	Home, Ring, Place      string // the site's address, that of the ring's page, and that of the place
	Previous, Random, Next string
}

// RingButton returns a webring's button: a GIF, 88 pixels wide and 31 high. A title too long for one line has two.
func RingButton(title, fg, bg string) []byte {
	d := Design{Top: title, Bottom: "webring", FG: fg, BG: bg, Edge: fg}
	if !d.Fits() {
		d.Top, d.Bottom = halves(title)
	}
	return d.Draw()
}

// RingFrame draws the document for the iframe of a page in a webring: the button between the ways on. It has no script and
// loads nothing but the button; its links open in the page around it.
func RingFrame(p RingPlace) Drawn {
	fg, bg := cmp.Or(p.FG, ink), cmp.Or(p.BG, paper)
	css := `body{margin:0;background:#` + bg + `;color:#` + fg + `;font:14px/1.5 Verdana,Geneva,"DejaVu Sans",sans-serif;text-align:center}` +
		`main{padding:6px}a{color:inherit;display:inline-block;min-height:24px;padding:0 4px}a,img{vertical-align:middle}img{border:0;image-rendering:pixelated}` +
		`:focus-visible{outline:3px solid}`
	way := func(path, shown string) string { return link("way", p.Place+path, html.EscapeString(shown)) }
	button := `<img src="` + html.EscapeString(p.Ring) + `/button.gif" width=88 height=31 alt="` + html.EscapeString(p.Title) + `">`
	body := `<!DOCTYPE html><html lang="` + html.EscapeString(p.Lang) + `"><meta charset=utf-8><title>` + html.EscapeString(p.Title) +
		`</title><base target=_top><style>` + css + `</style><main dir=auto>` + way("/previous", p.Previous) + " " + link("ring", p.Ring, button) + " " +
		way("/random", p.Random) + " " + way("/next", p.Next) + "</main>\n"
	sum := sha256.Sum256([]byte(css))
	return Drawn{
		Body: []byte(body),
		CSP: "default-src 'none'; img-src " + p.Home + "; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; frame-ancestors *; base-uri 'none'; form-action 'none'",
	}
}
