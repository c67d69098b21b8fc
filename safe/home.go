package safe

import (
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

const (
	maxTitle     = 80   // graphemes of a page's title
	maxTitleSize = 1280 // bytes of the same: a grapheme may be endless
)

// HomePage is what a page says of itself: its title in one line of at most 80 graphemes, the address of its feed and that
// of its own 88x31 button, both absolute. What it does not say is empty.
type HomePage struct{ Title, Feed, Button string }

// ReadHomePage reads the HTML of a page in any charset that browsers know. address is where it was found, kind its
// Content-Type. A button is the page's own when it leads to the page itself, in what the page shows or in the HTML that it
// offers for copying: most others on a page are those of its friends. It never fails and takes linear time.
func ReadHomePage(address, kind string, body []byte) HomePage {
	at, err := url.Parse(address)
	if err != nil {
		return HomePage{}
	}
	r := &homeReader{at: at, base: at}
	r.read(decoded(kind, body), false)
	return r.found
}

// homeReader is how far a page has been read.
type homeReader struct {
	at, base *url.URL
	based    bool // base is the page's own
	titled   bool
	within   atom.Atom // the last tag that was opened
	found    HomePage
	worth    int // how surely found.Button is the page's own
}

// read walks through HTML; copied is HTML that the page offers for copying.
func (r *homeReader) read(text string, copied bool) {
	link := ""
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.EndTagToken:
			r.within = 0
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A {
				link = ""
			}
		case html.TextToken:
			r.text(string(z.Text()), copied)
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch r.within = t.DataAtom; t.DataAtom {
			case atom.A:
				link = r.resolve(attributeOf(t, "href"))
			case atom.Img:
				r.image(t, link, copied)
			case atom.Base:
				r.rebase(attributeOf(t, "href"))
			case atom.Link:
				r.feed(t)
			}
		}
	}
}

// text is the title, or it may hold HTML for copying: in a textarea, or escaped in the page itself.
func (r *homeReader) text(s string, copied bool) {
	switch {
	case copied || r.within == atom.Script || r.within == atom.Style:
	case r.within == atom.Title && !r.titled:
		r.titled = true
		r.found.Title = Title(s)
	case strings.Contains(strings.ToLower(s), "<img"):
		r.read(s, true)
	}
}

func (r *homeReader) rebase(href string) {
	if base, err := r.at.Parse(strings.TrimSpace(href)); err == nil && href != "" && !r.based {
		r.base, r.based = base, true
	}
}

// feedTypes are the types of feeds in a page's links.
var feedTypes = map[string]bool{"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true}

// feed notes the first feed that a link leads to.
func (r *homeReader) feed(t html.Token) {
	kind, _, _ := strings.Cut(attributeOf(t, "type"), ";")
	if r.found.Feed != "" || !feedTypes[strings.ToLower(strings.TrimSpace(kind))] {
		return
	}
	for word := range strings.FieldsSeq(strings.ToLower(attributeOf(t, "rel"))) {
		if word == "alternate" {
			r.found.Feed = r.resolve(attributeOf(t, "href"))
		}
	}
}

// image takes an image for the page's button if it is a better guess than those before it.
func (r *homeReader) image(t html.Token, link string, copied bool) {
	address := r.resolve(attributeOf(t, "src"))
	u, err := url.Parse(address)
	if address == "" || err != nil {
		return
	}
	file := strings.ToLower(path.Base(u.Path))
	shaped := attributeOf(t, "width") == "88" && attributeOf(t, "height") == "31" || strings.Contains(strings.ToLower(u.Path), "88x31")
	named := strings.Contains(file, "button")
	worth := 0
	switch own := link != "" && SamePage(link, r.at.String()); {
	case !shaped && !named:
	case own && shaped:
		worth = 4
	case own:
		worth = 3
	case link == "" && u.Host == r.at.Host && copied:
		worth = 2
	case link == "" && u.Host == r.at.Host && shaped && named:
		worth = 1
	}
	if worth > r.worth {
		r.worth, r.found.Button = worth, address
	}
}

// resolve makes an address of the page absolute; empty when it is no http or https address.
func (r *homeReader) resolve(href string) string {
	u, err := r.base.Parse(strings.TrimSpace(href))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	address, _ := URL(u.String())
	return address
}

// SamePage reports whether two addresses lead to the same page as far as one can tell without asking: the scheme, www., the
// name of an index file and a slash at the end count for nothing.
func SamePage(a, b string) bool {
	one, err := pageKey(a)
	other, otherErr := pageKey(b)
	return err == nil && otherErr == nil && one == other
}

func pageKey(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	where := strings.TrimSuffix(u.Path, "/")
	if strings.HasPrefix(path.Base(where), "index.") {
		where = strings.TrimSuffix(path.Dir(where), "/")
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + where + "?" + u.RawQuery, nil
}

func attributeOf(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Title is a text of another site as a title: one line of at most 80 graphemes, empty when it cannot be read.
func Title(s string) string {
	s = Line(cut(s, 4*maxTitleSize))
	if short := Clip(s, maxTitle); len(short) <= maxTitleSize && Visible(short) && !Overstacked(short) {
		return short
	}
	return ""
}

// Clip cuts after most graphemes, so that no accent or emoji is torn, and says so with an ellipsis.
func Clip(s string, most int) string {
	rest, state := s, -1
	for range most {
		if rest == "" {
			return s
		}
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	if rest == "" {
		return s
	}
	return strings.TrimSuffix(s, rest) + "…"
}

// decoded is a text of another site as UTF-8, by its Content-Type, its own word, or its bytes.
func decoded(kind string, body []byte) string {
	encoding, _, certain := charset.DetermineEncoding(body, kind)
	if !certain && utf8.Valid(body) {
		return string(body)
	}
	text, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		text = body
	}
	return strings.ToValidUTF8(string(text), "\ufffd")
}
