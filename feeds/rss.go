package feeds

import (
	"cmp"
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"time"
)

const (
	rssFile = "rss.xml"
	rssType = "application/rss+xml"
	rssDocs = "https://www.rssboard.org/rss-specification"
	rssTTL  = 15 // minutes a reader may keep the feed without asking again
	rssDate = time.RFC1123Z
)

// RSS writes f as RSS 2.0 after the profile of the RSS Advisory Board (rssboard.org/rss-profile), with Dublin Core names,
// Media RSS pictures, Atom links and the source namespace (source.scripting.com). It returns only the error of w.
func RSS(w io.Writer, f Feed) error {
	f = tidy(f)
	return writeXML(w, rssDocument{
		Version: "2.0",
		Atom:    atomSpace,
		DC:      "http://purl.org/dc/elements/1.1/",
		Media:   "http://search.yahoo.com/mrss/",
		Thread:  threadSpace,
		Source:  "http://source.scripting.com/",
		Channel: rssChannelOf(f),
	})
}

type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Thread  string     `xml:"xmlns:thr,attr"`
	Source  string     `xml:"xmlns:source,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string      `xml:"title"`
	Link          string      `xml:"link"`
	Description   string      `xml:"description"`
	Language      string      `xml:"language,omitempty"`
	LastBuildDate string      `xml:"lastBuildDate,omitempty"`
	Generator     string      `xml:"generator,omitempty"`
	Docs          string      `xml:"docs"`
	TTL           int         `xml:"ttl"`
	Cloud         *rssCloud   `xml:"cloud"`
	Image         *rssImage   `xml:"image"`
	Links         []rssLink   `xml:"atom:link"`
	Self          string      `xml:"source:self"`
	Blogroll      string      `xml:"source:blogroll,omitempty"`
	Account       *rssAccount `xml:"source:account"`
	Items         []rssItem   `xml:"item"`
}

// rssAccount is who the author is at a service (source.scripting.com).
type rssAccount struct {
	Service string `xml:"service,attr"`
	Name    string `xml:",chardata"`
}

// rssCloud is where readers register to be told of changes (rsscloud.org/walkthrough).
type rssCloud struct {
	Domain    string `xml:"domain,attr"`
	Port      string `xml:"port,attr"`
	Path      string `xml:"path,attr"`
	Procedure string `xml:"registerProcedure,attr"` // of XML-RPC, which we don't speak
	Protocol  string `xml:"protocol,attr"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type rssItem struct {
	Title       string        `xml:"title,omitempty"`
	Link        string        `xml:"link,omitempty"`
	GUID        rssGUID       `xml:"guid"`
	PubDate     string        `xml:"pubDate,omitempty"`
	Creator     string        `xml:"dc:creator,omitempty"`
	Language    string        `xml:"dc:language,omitempty"`
	Description string        `xml:"description"`
	Categories  []string      `xml:"category"`
	Comments    string        `xml:"comments,omitempty"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Media       []rssMedia    `xml:"media:content"`
	InReplyTo   *inReplyTo    `xml:"thr:in-reply-to"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL         string `xml:"url,attr"`
	FileSize    int64  `xml:"fileSize,attr"`
	Type        string `xml:"type,attr"`
	Medium      string `xml:"medium,attr"`
	Width       int    `xml:"width,attr,omitempty"`
	Height      int    `xml:"height,attr,omitempty"`
	Description string `xml:"media:description,omitempty"`
}

func rssChannelOf(f Feed) rssChannel {
	c := rssChannel{
		Title: f.Title, Link: f.Home, Description: cmp.Or(f.Description, f.Title), Language: f.Language,
		LastBuildDate: stamp(f.Updated, rssDate), Generator: f.Generator, Docs: rssDocs, TTL: rssTTL, Cloud: cloudOf(f.Cloud),
		Links: []rssLink{{Rel: "self", Type: rssType, Href: f.self(rssFile)}}, Self: f.self(rssFile), Blogroll: f.Blogroll,
		Items: make([]rssItem, len(f.Items)),
	}
	if next := f.next(rssFile); next != "" {
		c.Links = append(c.Links, rssLink{Rel: "next", Type: rssType, Href: next})
	}
	if f.Hub != "" {
		c.Links = append(c.Links, rssLink{Rel: "hub", Href: f.Hub})
	}
	if f.Service != "" {
		c.Account = &rssAccount{f.Service, strings.TrimPrefix(f.Author.Name, "~")}
	}
	if f.Icon != "" {
		c.Image = &rssImage{URL: f.Icon, Title: f.Title, Link: f.Home}
	}
	for i, it := range f.Items {
		c.Items[i] = rssItemOf(it, f.Author)
	}
	return c
}

// cloudOf is nil for no address.
func cloudOf(address string) *rssCloud {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	c := &rssCloud{Domain: u.Hostname(), Port: u.Port(), Path: u.Path, Protocol: "http-post"}
	if u.Scheme == "https" {
		c.Port, c.Protocol = cmp.Or(c.Port, "443"), "https-post"
	}
	c.Port = cmp.Or(c.Port, "80")
	return c
}

func rssItemOf(it Item, author Person) rssItem {
	item := rssItem{
		Title: it.Title, Link: it.URL, GUID: rssGUID{IsPermaLink: it.ID == it.URL, ID: it.ID},
		PubDate: stamp(it.Published, rssDate), Creator: cmp.Or(it.Author.Name, author.Name), Language: it.Language,
		Description: it.HTML, Categories: it.Tags, Comments: it.Comments, InReplyTo: threadOf(it),
	}
	for i, p := range it.Pictures {
		if i == 0 { // readers differ about a second one
			item.Enclosure = &rssEnclosure{URL: p.URL, Length: p.Size, Type: p.Type}
		}
		item.Media = append(item.Media, rssMedia{
			URL: p.URL, FileSize: p.Size, Type: p.Type, Medium: "image", Width: p.Width, Height: p.Height, Description: p.Alt,
		})
	}
	return item
}
