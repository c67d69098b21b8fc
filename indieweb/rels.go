// Package indieweb speaks the protocols of independent sites: Webmention, microformats, Micropub, IndieAuth, WebSub, rssCloud,
// oEmbed and Pingback. Its codecs are pure, bytes to drafts and back; its senders ask other sites through safe.Fetcher and tell
// models.Store what came of it.
package indieweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"marquee/safe"
)

// Place is where a page says that it has a relation to another address.
type Place string

// The places of a Rel, in the order in which they count.
const (
	InHeader   Place = "header" // Link: <…>; rel=… (RFC 8288)
	InLink     Place = "link"   // <link rel href>
	InA        Place = "a"      // <a rel href>, <area rel href>
	relsMost         = 1000     // of one page
	linksMost        = 100      // of its headers
	headerMost       = 16 << 10 // bytes of them that are read
	tokensMost       = 20       // of one rel
)

// redirectURI is the one relation that may lead off the web: to a program on the person's machine (RFC 8252 §7.1).
const redirectURI = "redirect_uri"

// Rel is one relation of a page: one token of its rel, in lower case, and the absolute address that it leads to.
type Rel struct {
	Token, URL, Type string // Type: of the content there, as the page says; empty: it does not
	Place            Place
}

// Rels is every relation of a page: those of its header first, then those of its HTML in the order of the document.
type Rels []Rel

// First is the first address with the token, in any of the places (none: wherever it stands).
func (r Rels) First(token string, places ...Place) (string, bool) {
	for _, rel := range r {
		if rel.Token == token && (len(places) == 0 || slices.Contains(places, rel.Place)) {
			return rel.URL, true
		}
	}
	return "", false
}

// All is every address with the token, each once.
func (r Rels) All(token string) (list []string) {
	for _, rel := range r {
		if rel.Token == token && !slices.Contains(list, rel.URL) {
			list = append(list, rel.URL)
		}
	}
	return list
}

// ReadRels reads the relations of an answer: its Link headers, and its HTML if it is any. What is relative is resolved
// against where the answer was found in the end, and in HTML against its base. What is said of another page (anchor) is left out. Comments and escaped HTML say nothing; an empty href is
// the page itself, a missing one nothing. It never fails.
func ReadRels(got *safe.Fetched) Rels {
	at, err := url.Parse(got.URL)
	if err != nil {
		return nil
	}
	rels := headerRels(at, got.Header)
	kind := got.Header.Get("Content-Type")
	if IsHTML(kind) {
		rels = append(rels, htmlRels(at, decoded(kind, got.Body))...)
	}
	return rels
}

// IsHTML reports whether a Content-Type is one of a page. One that says nothing may be.
func IsHTML(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	kind = strings.TrimSpace(kind)
	return kind == "" || kind == "text/html" || kind == "application/xhtml+xml"
}

// decoded is a text in UTF-8, whatever its charset is.
func decoded(kind string, body []byte) string {
	encoding, _, _ := charset.DetermineEncoding(body, kind)
	text, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\ufffd")
	}
	return string(text)
}

func headerRels(at *url.URL, header http.Header) (rels Rels) {
	read, links := 0, 0
	for _, line := range header.Values("Link") {
		if read += len(line); read > headerMost {
			break
		}
		for _, link := range parseLinks(line) {
			if links++; links > linksMost {
				return rels
			}
			if link.anchor == "" || sameBut(at, link.anchor) {
				rels = rels.add(at, link.target, link.rel, link.kind, InHeader)
			}
		}
	}
	return rels
}

func htmlRels(at *url.URL, text string) (rels Rels) {
	for t, base := range safe.Elements(text, at) {
		place := map[atom.Atom]Place{atom.Link: InLink, atom.A: InA, atom.Area: InA}[t.DataAtom]
		href, there := attribute(t, "href")
		rel, _ := attribute(t, "rel")
		if place == "" || !there || rel == "" {
			continue
		}
		kind, _ := attribute(t, "type")
		if strings.TrimSpace(href) == "" {
			href = at.String()
		}
		if rels = rels.add(base, href, rel, kind, place); len(rels) >= relsMost {
			break
		}
	}
	return rels
}

func (r Rels) add(base *url.URL, href, rel, kind string, place Place) Rels {
	target, err := base.Parse(strings.TrimSpace(href))
	if err != nil {
		return r
	}
	tokens := strings.Fields(strings.ToLower(rel))
	for _, token := range tokens[:min(len(tokens), tokensMost)] {
		if !isWeb(target) && token != redirectURI {
			continue
		}
		r = append(r, Rel{Token: token, URL: target.String(), Type: strings.ToLower(kind), Place: place})
	}
	return r
}

func isWeb(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// sameBut reports whether an address is the page itself, or a part of it.
func sameBut(at *url.URL, address string) bool {
	u, err := at.Parse(address)
	if err != nil {
		return false
	}
	page, part := *at, *u
	page.Fragment, page.RawFragment, part.Fragment, part.RawFragment = "", "", "", ""
	return page.String() == part.String()
}

func attribute(t html.Token, name string) (string, bool) {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
