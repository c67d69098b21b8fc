package safe

import (
	"iter"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// leads is which attribute of an element leads somewhere that a person may go or look.
var leads = map[atom.Atom]string{atom.A: "href", atom.Area: "href", atom.Iframe: "src", atom.Frame: "src"}

// Leads returns where a page of HTML, found at an address, leads: by links, maps and frames, in the order of the page, as
// absolute addresses. What stands in comments, scripts and text fields leads nowhere.
func Leads(page []byte, at *url.URL) iter.Seq[*url.URL] {
	return func(yield func(*url.URL) bool) {
		for t, base := range Elements(string(page), at) {
			if u, ok := reference(t, leads[t.DataAtom], base); ok && !yield(u) {
				return
			}
		}
	}
}

// Elements returns the start tags of a page of HTML, found at an address, in the order of the page, each with the address that those in it
// begin at: see [Tokens].
func Elements(page string, at *url.URL) iter.Seq2[html.Token, *url.URL] {
	return func(yield func(html.Token, *url.URL) bool) {
		for t, base := range Tokens(page, at) {
			if begins(t) && !yield(t, base) {
				return
			}
		}
	}
}

// Tokens returns the tags and the texts of a page of HTML, found at an address, in the order of the page, each with the address that those
// in it begin at: the page's own, or what its first <base> of the web says (HTML §4.2.3), which is none of them. What is in a <template> is
// no part of the page. It reads tokens, not a tree: a page of any depth takes linear time.
func Tokens(page string, at *url.URL) iter.Seq2[html.Token, *url.URL] {
	return func(yield func(html.Token, *url.URL) bool) {
		base, moved, templates := at, false, 0
		for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; { // the end: a string has no other error
			t := z.Token()
			if begins(t) && t.DataAtom == atom.Noscript {
				z.NextIsNotRawText() // we run no scripts: what is in it is the page
			}
			switch {
			case t.Type == html.CommentToken, t.Type == html.DoctypeToken:
			case t.DataAtom == atom.Template && begins(t):
				templates++
			case t.DataAtom == atom.Template:
				templates = max(0, templates-1)
			case templates > 0:
			case t.DataAtom == atom.Base:
				if u, ok := reference(t, "href", at); ok && !moved && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
					base, moved = u, true
				}
			case !yield(t, base):
				return
			}
		}
	}
}

// begins reports whether a token is the start of an element.
func begins(t html.Token) bool {
	return t.Type == html.StartTagToken || t.Type == html.SelfClosingTagToken
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
