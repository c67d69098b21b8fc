package feeds

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"time"
)

const (
	atomFile = "atom.xml"
	atomType = "application/atom+xml"
)

// Atom writes f as Atom 1.0 (RFC 4287) with the threading extension (RFC 4685). A feed that knows no author is its own,
// by its title, and one that knows no date is of 1970: both are required. It returns only the error of w.
func Atom(w io.Writer, f Feed) error {
	f = tidy(f)
	f.Author = atomAuthor(f)
	f.Updated = cmp.Or(f.Updated, time.Unix(0, 0).UTC())
	return writeXML(w, atomFeedOf(f))
}

// atomAuthor is who answers for the entries that name nobody (RFC 4287, 4.1.1); nobody when every entry has its own author.
func atomAuthor(f Feed) Person {
	nameless := func(it Item) bool { return it.Author.Name == "" }
	if f.Author.Name == "" && (len(f.Items) == 0 || slices.ContainsFunc(f.Items, nameless)) {
		return Person{Name: f.Title, URL: f.Home}
	}
	return f.Author
}

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Thread    string      `xml:"xmlns:thr,attr"`
	Language  string      `xml:"xml:lang,attr,omitempty"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    *atomPerson `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Icon      string      `xml:"icon,omitempty"`
	Generator string      `xml:"generator,omitempty"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URL  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Title  string `xml:"title,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
}

type atomEntry struct {
	Language   string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published,omitempty"`
	Updated    string         `xml:"updated"`
	Author     *atomPerson    `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	InReplyTo  *inReplyTo     `xml:"thr:in-reply-to"`
	Content    atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	HTML string `xml:",chardata"`
}

func atomFeedOf(f Feed) atomFeed {
	feed := atomFeed{
		Thread: threadSpace, Language: f.Language,
		ID: f.ID, Title: f.Title, Subtitle: f.Description, Updated: stamp(f.Updated, time.RFC3339),
		Author: atomPersonOf(f.Author),
		Links: []atomLink{
			{Rel: "self", Type: atomType, Href: f.self(atomFile)},
			{Rel: "alternate", Type: "text/html", Href: f.Home},
		},
		Icon: f.Icon, Generator: f.Generator, Entries: make([]atomEntry, len(f.Items)),
	}
	if next := f.next(atomFile); next != "" {
		feed.Links = append(feed.Links, atomLink{Rel: "next", Type: atomType, Href: next})
	}
	if f.Hub != "" {
		feed.Links = append(feed.Links, atomLink{Rel: "hub", Href: f.Hub})
	}
	for i, it := range f.Items {
		feed.Entries[i] = atomEntryOf(it, f)
	}
	return feed
}

func atomEntryOf(it Item, f Feed) atomEntry {
	entry := atomEntry{
		Language: it.Language, ID: it.ID, Title: it.label(),
		Published: stamp(it.Published, time.RFC3339),
		Updated:   stamp(cmp.Or(it.Updated, it.Published, f.Updated), time.RFC3339),
		Links:     []atomLink{{Rel: "alternate", Type: "text/html", Href: it.URL}},
		InReplyTo: threadOf(it),
		Content:   atomContent{Type: "html", HTML: it.HTML},
	}
	if it.Author != f.Author {
		entry.Author = atomPersonOf(it.Author)
	}
	if it.Comments != "" {
		entry.Links = append(entry.Links, atomLink{Rel: "replies", Type: "text/html", Href: it.Comments})
	}
	for _, p := range it.Pictures {
		entry.Links = append(entry.Links, atomLink{Rel: "enclosure", Type: p.Type, Href: p.URL, Title: p.Alt, Length: p.Size})
	}
	for _, tag := range it.Tags {
		entry.Categories = append(entry.Categories, atomCategory{tag})
	}
	return entry
}

// atomPersonOf is nil for nobody.
func atomPersonOf(p Person) *atomPerson {
	if p.Name == "" {
		return nil
	}
	return &atomPerson{p.Name, p.URL}
}
