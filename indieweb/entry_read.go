package indieweb

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"willnorris.com/go/microformats"

	"marquee/models"
	"marquee/safe"
)

// found is an entry of a page and the feed that it stands in, nil for none.
type found struct{ entry, feed *microformats.Microformat }

// reader knows all that one page says.
type reader struct {
	address string
	data    *microformats.Data
	cards   []*microformats.Microformat
	entries []found
}

// readEntries reads all entries of a page, the one that it is about first; page is what is known without them.
func readEntries(address, kind string, body []byte) (entries []Entry, page Entry) {
	page.URL = address
	at, err := url.Parse(address)
	if err != nil || !IsHTML(kind) {
		return nil, page
	}
	doc, err := html.Parse(strings.NewReader(decoded(kind, body[:min(len(body), entryMost)])))
	if err != nil {
		return nil, page
	}
	page.Name, page.Gone = headSays(doc)
	thin(doc)
	r := &reader{address: address, data: microformats.ParseNode(doc, at)}
	r.collect(r.data.Items, nil, 0)
	r.choose()
	for _, f := range r.entries {
		e := r.entry(f)
		e.Gone = page.Gone
		entries = append(entries, e)
	}
	return entries, page
}

// headSays is the title of a page, and whether its head says that it is gone: <meta http-equiv="Status" content="410 Gone">.
func headSays(doc *html.Node) (title string, gone bool) {
	for n := range doc.Descendants() {
		switch {
		case n.Type != html.ElementNode || n.Parent == nil || n.Parent.DataAtom != atom.Head:
		case n.DataAtom == atom.Title && title == "" && n.FirstChild != nil:
			title = strings.TrimSpace(n.FirstChild.Data)
		case n.DataAtom == atom.Meta && strings.EqualFold(nodeAttribute(n, "http-equiv"), "status"):
			code, _, _ := strings.Cut(strings.TrimSpace(nodeAttribute(n, "content")), " ")
			gone = gone || code == "410"
		}
	}
	return title, gone
}

// collect finds the entries and the people of a page. What stands inside an entry (its comments, say) is not the page's.
func (r *reader) collect(items []*microformats.Microformat, feed *microformats.Microformat, depth int) {
	for _, item := range items {
		if slices.Contains(item.Type, "h-card") {
			r.cards = append(r.cards, item)
		}
		switch {
		case slices.Contains(item.Type, "h-entry"), slices.Contains(item.Type, "h-event"), slices.Contains(item.Type, "h-review"):
			if len(r.entries) < entriesMost {
				r.entries = append(r.entries, found{item, feed})
			}
		case slices.Contains(item.Type, "h-feed"):
			r.collect(item.Children, item, depth+1)
		default:
			r.collect(item.Children, feed, depth+1)
		}
	}
}

// choose puts the entry first that stands at the page's own address.
func (r *reader) choose() {
	at := slices.IndexFunc(r.entries, func(f found) bool {
		return slices.ContainsFunc(addresses(f.entry, "url"), func(u string) bool { return safe.SameAddress(u, r.address) })
	})
	if at > 0 {
		own := r.entries[at]
		r.entries = slices.Insert(slices.Delete(r.entries, at, at+1), 0, own)
	}
}

func (r *reader) entry(f found) Entry {
	m := f.entry
	e := Entry{
		URL: r.address, RSVP: strings.ToLower(firstOf(m, "rsvp")), Author: r.author(f), Name: firstOf(m, "name"), Summary: firstOf(m, "summary"),
		InReplyTo: addresses(m, "in-reply-to"), LikeOf: addresses(m, "like-of", "like"), RepostOf: addresses(m, "repost-of", "repost"),
		BookmarkOf: addresses(m, "bookmark-of", "bookmark"), Published: moment(firstOf(m, "published")),
	}
	if !slices.Contains(models.RSVPs, e.RSVP) {
		e.RSVP = ""
	}
	own := addresses(m, "url")
	if len(own) > 0 {
		e.URL = own[0]
	}
	for _, u := range own {
		if safe.SameAddress(u, r.address) {
			e.URL = u
		}
	}
	for _, value := range m.Properties["content"] {
		e.Text, e.HTML = textOf(value), markupOf(value)
		break
	}
	if titled := unspaced(strings.TrimRight(e.Name, " .…")); titled == "" || strings.HasPrefix(unspaced(e.Text), titled) {
		e.Name = "" // implied, or said once more: it is no title
	}
	return e
}

// author follows indieweb.org/authorship-spec, without asking anybody: the entry's author, or its feed's, or who the page links
// as rel=author. Whom it only names by address is who has that address among the cards of the page.
func (r *reader) author(f found) Card {
	value := firstValue(f.entry, "author")
	if value == nil && f.feed != nil {
		value = firstValue(f.feed, "author")
	}
	if m, ok := value.(*microformats.Microformat); ok && slices.Contains(m.Type, "h-card") {
		return card(m)
	}
	said := textOf(value)
	if value == nil {
		if links := r.data.Rels["author"]; len(links) > 0 {
			said = links[0]
		}
	}
	page, ok := entryAddress(said)
	if !ok {
		return Card{Name: said}
	}
	for _, m := range r.cards {
		if slices.ContainsFunc(addresses(m, "url", "uid"), func(u string) bool { return safe.SameAddress(u, page) }) {
			c := card(m)
			c.URL = page
			return c
		}
	}
	return Card{URL: page}
}

func card(m *microformats.Microformat) Card {
	c := Card{Name: firstOf(m, "name")}
	if own := addresses(m, "url"); len(own) > 0 {
		c.URL = own[0]
	}
	if photos := addresses(m, "photo"); len(photos) > 0 {
		c.Photo = photos[0]
	}
	if _, ok := entryAddress(c.Name); ok { // <a class="h-card" href="https://ann.example">https://ann.example</a>
		c.Name = ""
	}
	return c
}

func firstValue(m *microformats.Microformat, property string) any {
	if values := m.Properties[property]; len(values) > 0 {
		return values[0]
	}
	return nil
}

// firstOf is the first value of a property as a text.
func firstOf(m *microformats.Microformat, property string) string {
	return strings.TrimSpace(textOf(firstValue(m, property)))
}

// textOf is the text of a value: plain, with its HTML, with an alternative, or of a nested thing.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]string:
		return v["value"]
	case *microformats.Microformat:
		return v.Value
	}
	return ""
}

func markupOf(value any) string {
	switch v := value.(type) {
	case map[string]string:
		return v["html"]
	case *microformats.Microformat:
		return v.HTML
	}
	return ""
}

// addresses is the addresses of properties, each once. A nested thing has its own: it is what is meant.
func addresses(m *microformats.Microformat, properties ...string) (list []string) {
	for _, property := range properties {
		for _, value := range m.Properties[property] {
			said := []string{textOf(value)}
			if nested, ok := value.(*microformats.Microformat); ok {
				said = append(addresses(nested, "url"), said...)
			}
			for _, address := range said {
				address, ok := entryAddress(address)
				if ok && len(list) < addressesMost && !slices.Contains(list, address) {
					list = append(list, address)
				}
			}
		}
	}
	return list
}

// entryAddress is an absolute http or https address.
func entryAddress(s string) (string, bool) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	return s, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// unspaced is a text without the differences that white space makes.
func unspaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// moment reads a time as microformats2 has it: ISO 8601 with a zone, or UTC without. Zero when it is none.
func moment(s string) time.Time {
	s = strings.Replace(strings.TrimSpace(s), " ", "T", 1)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04-0700", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly,
	} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
