package indieweb

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"marquee/safe"
)

const aroundMost = 300 // graphemes of a page that stand for it, around its link

// wordless is the elements whose text nobody reads on a page, as the tokenizer knows them: nothing but text is in them.
var wordless = atoms(atom.Iframe, atom.Noembed, atom.Noframes, atom.Script, atom.Style, atom.Textarea, atom.Title)

// aside is the elements that stand around what a page has to say.
var aside = atoms(atom.Nav, atom.Header, atom.Footer)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	set := map[atom.Atom]bool{}
	for _, a := range list {
		set[a] = true
	}
	return set
}

// breaks reports whether words before and after the edge of an element are not of one block.
func breaks(a atom.Atom) bool {
	return !safe.InLine(a.String()) && a != atom.Br && a != atom.Img && !wordless[a]
}

// passage is the words of one block of a page, and where in them it links to what is looked for.
type passage struct {
	text   strings.Builder
	link   int    // -1: nowhere
	asides int    // elements of a page's margin that are open
	spare  string // what was found there
}

// wordsAround is what stands around the first link of a page to one of some addresses, as a plain text: the words of its paragraph, or
// whatever it stands in, cut to what is near the link. Those of a menu or a foot count when there are no others. Any page takes linear
// time, however deep it is.
func wordsAround(got *safe.Fetched, targets ...string) string {
	at, err := url.Parse(got.URL)
	kind := got.Header.Get("Content-Type")
	if err != nil || !IsHTML(kind) {
		return ""
	}
	p, hidden := passage{link: -1}, false
	for t, base := range safe.Tokens(decoded(kind, got.Body), at) {
		switch t.Type {
		case html.TextToken:
			if !hidden {
				p.text.WriteString(t.Data)
			}
		case html.EndTagToken:
			hidden = false
			if words := p.end(t.DataAtom); words != "" {
				return words
			}
		default:
			hidden = t.Type == html.StartTagToken && wordless[t.DataAtom]
			if words := p.begin(t); words != "" {
				return words
			}
			if p.link < 0 && t.DataAtom != atom.Link && tagLinks(t, base, targets...) {
				p.link = p.text.Len()
			}
		}
	}
	if words := p.close(); words != "" {
		return words
	}
	return p.spare
}

// begin reads the start of an element and returns the words that it ends, if they are those that are looked for. A link that has no
// words before a block begins may have them in it.
func (p *passage) begin(t html.Token) (words string) {
	switch {
	case t.DataAtom == atom.Br:
		p.text.WriteByte(' ')
	case t.DataAtom == atom.Img:
		alt, _ := attribute(t, "alt")
		p.text.WriteString(alt)
	case breaks(t.DataAtom):
		waits := p.link >= 0 && unspaced(p.text.String()) == ""
		if words = p.close(); waits {
			p.link = 0
		}
	}
	if aside[t.DataAtom] {
		p.asides++
	}
	return words
}

func (p *passage) end(a atom.Atom) (words string) {
	if breaks(a) {
		words = p.close()
	}
	if aside[a] {
		p.asides = max(0, p.asides-1)
	}
	return words
}

// close ends a passage and returns its words, if it has the link and is none of the margin.
func (p *passage) close() string {
	text, link := p.text.String(), p.link
	p.text.Reset()
	p.link = -1
	if link < 0 {
		return ""
	}
	before := unspaced(text[:link])
	after := strings.TrimPrefix(unspaced(text), before)
	if rest, spaced := strings.CutPrefix(after, " "); spaced {
		before, after = before+" ", rest
	}
	words := safe.Around(before, after, aroundMost)
	if p.asides == 0 {
		return words
	}
	if p.spare == "" {
		p.spare = words
	}
	return ""
}
