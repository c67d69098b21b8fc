package indieweb_test

import (
	"net/http"
	"strings"
	"testing"

	"marquee/indieweb"
	"marquee/safe"
)

func fetched(kind, body string) *safe.Fetched {
	return &safe.Fetched{URL: "https://far.example/feed.xml", Status: 200, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
}

// FuzzFeed: whatever is fetched is read or refused, within bounds, and every address in it is one of the web.
func FuzzFeed(f *testing.F) {
	for _, seed := range []string{
		rss(`<item><title>a</title><link>/1</link><description><![CDATA[<img src="a.png" alt="b"><a href="../c">]]></description><media:content url="d.png" medium="image"/></item>`),
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/"><link rel="hub" href="h"/><entry><id>x</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>w</p></div></content></entry></feed>`,
		`<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/><item><title>a</title></item></rdf:RDF>`,
		`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"content_html":"<p>","attachments":[{"url":"a","mime_type":"image/png"}],"tags":["a",2]}],"hubs":[{"type":"WebSub","url":"h"}]}`,
		`<div class="h-feed"><div class="h-entry"><p class="e-content">w</p></div></div>`,
		`<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><cloud domain="a" port="80" path="b" protocol="http-post"/><item>` + "\xe9",
	} {
		f.Add("text/xml; charset=utf-8", seed)
		f.Add("text/html", seed)
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		feed, err := indieweb.ReadFeed(fetched(kind, body))
		if err != nil {
			return
		}
		if len(feed.Items) > 100 || len(feed.Rels) > 1100 {
			t.Errorf("%d items, %d relations", len(feed.Items), len(feed.Rels))
		}
		addresses := []string{feed.Home, feed.Cloud}
		for _, i := range feed.Items {
			addresses = append(addresses, i.Link)
			for _, p := range i.Photos {
				addresses = append(addresses, p.URL)
			}
		}
		for _, a := range addresses {
			if a != "" && !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") {
				t.Errorf("%q is an address", a)
			}
		}
	})
}
