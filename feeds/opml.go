package feeds

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"time"
)

// OPMLType is the Content-Type of what [OPML] writes.
const OPMLType = "text/x-opml" + charset

// Blogroll is a list of feeds somebody reads. Its dates are of the data, never now; a zero one is left out.
type Blogroll struct {
	Title             string
	Created, Modified time.Time
	Outlines          []Outline
}

// Outline is one feed in a [Blogroll]: its title, its own address and that of its HTML page, which may be empty.
type Outline struct{ Title, Feed, Home string }

// OPML writes b as a subscription list in OPML 2.0 (opml.org/spec2.opml). An outline without title, whose text would
// be empty, shows an address instead. It returns only the error of w.
func OPML(w io.Writer, b Blogroll) error {
	b = tidyBlogroll(b)
	document := opmlDocument{
		Version:  "2.0",
		Title:    b.Title,
		Created:  stamp(b.Created, rssDate),
		Modified: stamp(b.Modified, rssDate),
	}
	for _, o := range b.Outlines {
		document.Body.Outlines = append(document.Body.Outlines, opmlOutline{"rss", o.Title, o.Title, o.Feed, o.Home})
	}
	return writeXML(w, document)
}

type opmlDocument struct {
	XMLName  xml.Name `xml:"opml"`
	Version  string   `xml:"version,attr"`
	Title    string   `xml:"head>title"`
	Created  string   `xml:"head>dateCreated,omitempty"`
	Modified string   `xml:"head>dateModified,omitempty"`
	Body     opmlBody `xml:"body"`
}

// opmlBody is there even when empty, as the format demands.
type opmlBody struct {
	Outlines []opmlOutline `xml:"outline"`
}

type opmlOutline struct {
	Type  string `xml:"type,attr"`
	Text  string `xml:"text,attr"`
	Title string `xml:"title,attr"`
	Feed  string `xml:"xmlUrl,attr"`
	Home  string `xml:"htmlUrl,attr,omitempty"`
}

func tidyBlogroll(b Blogroll) Blogroll {
	b.Title = clean(b.Title)
	b.Created, b.Modified = moment(b.Created), moment(b.Modified)
	b.Outlines = slices.Clone(b.Outlines)
	for i := range b.Outlines {
		o := &b.Outlines[i]
		cleanAll(&o.Title, &o.Feed, &o.Home)
		o.Title = cmp.Or(o.Title, o.Home, o.Feed)
	}
	return b
}
