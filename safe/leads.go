package safe

import (
	"bytes"
	"iter"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// leads is which attribute of an element leads somewhere that a person may go or look.
var leads = map[atom.Atom]string{atom.A: "href", atom.Area: "href", atom.Iframe: "src", atom.Frame: "src"}

// Leads returns where a page of HTML, found at an address, leads: by links, maps and frames, in the order of the page, as
// absolute addresses. What stands in comments, scripts and text fields leads nowhere. It reads tokens, not a tree: a page of
// any depth takes linear time.
func Leads(page []byte, at *url.URL) iter.Seq[*url.URL] {
	return func(yield func(*url.URL) bool) {
		base, moved := at, false
		z := html.NewTokenizer(bytes.NewReader(page))
		for {
			switch z.Next() {
			case html.ErrorToken: // the end: a slice of bytes has no other error
				return
			case html.StartTagToken, html.SelfClosingTagToken:
			default:
				continue
			}
			t := z.Token()
			if t.DataAtom == atom.Noscript {
				z.NextIsNotRawText() // we run no scripts: what is in it is the page
			}
			if t.DataAtom == atom.Base && !moved { // the first one counts (HTML §4.2.3)
				if u, ok := reference(t, "href", at); ok {
					base, moved = u, true
				}
				continue
			}
			if u, ok := reference(t, leads[t.DataAtom], base); ok && !yield(u) {
				return
			}
		}
	}
}

// reference is the address in an attribute of a tag. Browsers read past the ends of lines in it.
func reference(t html.Token, name string, base *url.URL) (*url.URL, bool) {
	for _, a := range t.Attr {
		if name != "" && a.Key == name {
			u, err := base.Parse(strings.TrimSpace(lineEnds.Replace(a.Val)))
			return u, err == nil
		}
	}
	return nil, false
}

var lineEnds = strings.NewReplacer("\t", "", "\n", "", "\r", "")
