package widgets

import "strings"

// palette is the colours of a theme. Without a curtain there is no box and there are no bulbs.
type palette struct{ scheme, ink, paper, link, seen, curtain string }

var palettes = map[string]palette{
	"matinee": {"light", "#1b1b2f", "#fffdf3", "#00c", "#551a8b", "#8c1027"},
	"late":    {"dark", "#f3ecd8", "#12122a", "#9db8ff", "#d3b0ff", "#5d0b1b"},
	// Bare has a scheme too: a browser puts no paper behind a frame only when frame and page have the same one.
	"bare": {"light", "#1b1b2f", "transparent", "#00c", "#551a8b", ""},
}

const (
	plainCSS = `:root{color-scheme:$scheme}` +
		`body{margin:0;background:$paper;color:$ink;font:14px/1.5 Verdana,Geneva,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}` +
		`a{color:$link}a:visited{color:$seen}:focus-visible{outline:3px solid}` +
		`main{padding:4px}.name{font-weight:bold}`

	// signCSS sets the default template: face and name on the first line, the status below, the time last.
	signCSS = `.face{float:left;margin-right:8px;font-size:28px;line-height:1.2}` +
		`.text{display:block;font-size:17px;line-height:1.4}.ago{display:inline-block;min-height:24px;font-size:13px}`

	// bulbsCSS is the box with a row of bulbs above and one below; what is too long scrolls between them. The lower row
	// is a second ahead, and has its other bulbs lit where nothing may move.
	bulbsCSS = `body{box-sizing:border-box;height:100vh;display:flex;flex-direction:column;border:2px solid $curtain}` +
		`main{flex:1;overflow:auto;padding:6px 12px}` +
		`body:before,body:after{content:"";height:14px;background:` +
		`radial-gradient(circle,#ffd447 3.2px,transparent 4px) 0 0/32px 14px,` +
		`radial-gradient(circle,#a8731f 3.2px,transparent 4px) 16px 0/32px 14px $curtain}` +
		`@media(prefers-reduced-motion:no-preference){body:before,body:after{animation:b 2s steps(2) infinite}}` +
		`body:after{background-position:16px 0,32px 0;animation-delay:-1s}` +
		`@keyframes b{from{background-position:0 0,16px 0}to{background-position:32px 0,48px 0}}`
)

// css is the frame's whole stylesheet. Somebody who chose a colour gets links in it as well: those of the theme might not
// be readable beside it.
func (o Options) css() string {
	p, ok := palettes[o.Theme]
	if !ok {
		p = palettes[Themes[0]]
	}
	if o.FG != "" {
		p.ink = "#" + o.FG
	}
	if o.BG != "" {
		p.paper = "#" + o.BG
	}
	if o.FG+o.BG != "" {
		p.link, p.seen = "inherit", "inherit"
	}
	css := plainCSS
	if o.Template == "" {
		css += signCSS
	}
	if p.curtain != "" {
		css += bulbsCSS
	}
	return strings.NewReplacer("$scheme", p.scheme, "$ink", p.ink, "$paper", p.paper, "$link", p.link, "$seen", p.seen,
		"$curtain", p.curtain).Replace(css)
}
