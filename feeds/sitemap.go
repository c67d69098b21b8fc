package feeds

import (
	"encoding/xml"
	"io"
	"time"
)

// SitemapType is the Content-Type of sitemaps and of their index.
const SitemapType = "application/xml" + charset

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// Location is an address in a sitemap, and when what stands there last changed; a zero time is left out.
type Location struct {
	Address string
	Changed time.Time
}

type sitemapDocument struct {
	XMLName   xml.Name
	Space     string            `xml:"xmlns,attr"`
	Maps      []sitemapLocation `xml:"sitemap"`
	Addresses []sitemapLocation `xml:"url"`
}

type sitemapLocation struct {
	Address string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

// Sitemap writes a sitemap (sitemaps.org/protocol.html): at most 50,000 addresses, which the caller sees to. It returns only the error
// of w.
func Sitemap(w io.Writer, list []Location) error {
	return writeXML(w, sitemapDocument{XMLName: xml.Name{Local: "urlset"}, Space: sitemapSpace, Addresses: located(list)})
}

// SitemapIndex writes the index of sitemaps. It returns only the error of w.
func SitemapIndex(w io.Writer, list []Location) error {
	return writeXML(w, sitemapDocument{XMLName: xml.Name{Local: "sitemapindex"}, Space: sitemapSpace, Maps: located(list)})
}

func located(list []Location) []sitemapLocation {
	locations := make([]sitemapLocation, len(list))
	for i, l := range list {
		locations[i] = sitemapLocation{clean(l.Address), stamp(moment(l.Changed), time.RFC3339)}
	}
	return locations
}
