package indieweb_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"marquee/indieweb"
	"marquee/models"
	"marquee/tests/kit"
)

// TestFeedsAreReadAlike: the formats say the same, in whatever charset.
func TestFeedsAreReadAlike(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ kind, body string }{
		"RSS 2.0":          {"application/rss+xml", `<rss version="2.0"><channel><title>café</title><link>https://far.example/</link><item><guid>g</guid><link>/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;été&lt;/p&gt;</description></item></channel></rss>`},
		"RSS, mislabelled": {"text/html", "\ufeff" + `<?xml version="1.0" encoding="utf-8"?><!-- hm --><rss version="2.0"><channel><title>café</title><link>https://far.example/</link><item><guid>g</guid><link>/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;été&lt;/p&gt;</description></item></channel></rss>`},
		"RSS in Latin-1":   {"application/rss+xml", `<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>caf` + "\xe9" + `</title><link>https://far.example/</link><item><guid>g</guid><link>/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;` + "\xe9t\xe9" + `&lt;/p&gt;</description></item></channel></rss>`},
		"RSS by header":    {"application/rss+xml; charset=windows-1252", `<rss version="2.0"><channel><title>caf` + "\xe9" + `</title><link>https://far.example/</link><item><guid>g</guid><link>/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;` + "\xe9t\xe9" + `&lt;/p&gt;</description></item></channel></rss>`},
		"Atom":             {"application/atom+xml", `<feed xmlns="http://www.w3.org/2005/Atom"><title>café</title><link href="https://far.example/"/><entry><id>g</id><link href="/1"/><published>2026-11-20T10:00:00Z</published><content type="html">&lt;p&gt;été&lt;/p&gt;</content></entry></feed>`},
		"JSON Feed":        {"application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"café","home_page_url":"https://far.example/","items":[{"id":"g","url":"/1","date_published":"2026-11-20T10:00:00Z","content_html":"<p>été</p>"}]}`},
	} {
		feed, err := indieweb.ReadFeed(fetched(c.kind, c.body))
		if err != nil || len(feed.Items) != 1 {
			t.Errorf("%s: %v, %+v", name, err, feed)
			continue
		}
		i := feed.Items[0]
		same(t, name, []string{feed.Title, feed.Home, i.GUID, i.Link, i.HTML}, []string{"café", "https://far.example/", "g", "https://far.example/1", "<p>été</p>"})
		same(t, name, i.PublishedAt.UTC(), at)
	}
}

// TestFeedsThatAreTooMuch: of 100,000 items a hundred are read, without a tree of them all; what is deep, broken or none is refused.
func TestFeedsThatAreTooMuch(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, body := range map[string]string{
		"RSS":  `<rss version="2.0"><channel>` + strings.Repeat("<item/>", 140_000) + `</channel></rss>`,
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom">` + strings.Repeat("<entry/>", 120_000) + `</feed>`,
		"RDF":  `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>` + strings.Repeat("<item></item>", 80_000) + `</r:RDF>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","items":[{}` + strings.Repeat(",{}", 340_000) + `]}`,
	} {
		feed, err := indieweb.ReadFeed(fetched("application/xml", body))
		if err != nil || len(feed.Items) != 100 {
			t.Errorf("%s: %v, %+v", name, err, feed)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 400<<20 {
		t.Errorf("four of them take %d MB", used>>20)
	}
	for name, body := range map[string]string{
		"deep":       `<rss><channel>` + strings.Repeat("<a>", 300_000),
		"entities":   `<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title>`,
		"cut":        `<rss version="2.0"><channel><item><title>a`,
		"JSON":       `{"version":"https://jsonfeed.org/version/1.1","items":{}}`,
		"other JSON": `{"items":[]}`,
		"text":       "hello",
		"nothing":    "",
		"image":      "\x89PNG\r\n\x1a\n\x00\x00",
	} {
		if feed, err := indieweb.ReadFeed(fetched("application/xml", body)); err == nil {
			t.Errorf("%s is %+v", name, feed)
		}
	}
}

// TestHeavyFeeds: what is too long, packed or not, is not read to its end.
func TestHeavyFeeds(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := athome(t, site, rss())
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	_, err := packer.Write(bytes.Repeat([]byte("<rss>"), 10<<20))
	must(t, err)
	must(t, packer.Close())
	for name, page := range map[string]http.HandlerFunc{
		"a gzip bomb": text("application/rss+xml", bomb.String(), "Content-Encoding", "gzip"),
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for range 64 {
				fmt.Fprint(w, strings.Repeat("<item><title>a</title></item>", 10_000))
			}
		},
	} {
		b.put("/feed.xml", page)
		look(t, site, ada)
		same(t, name, source(t, site, ada).Problem, models.SourceHeavy)
	}
}

// TestNothingInAnItemIsTrusted: scripts, styles, classes and addresses of strangers, in every field.
func TestNothingInAnItemIsTrusted(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)" rel="me" class="h-card">x</a>`
	cdata := "<![CDATA[" + evil + "]]>"
	ada, _ := athome(t, site, strings.Replace(rss(
		`<item><title>`+cdata+`</title><link>`+cdata+`</link><guid>`+cdata+`</guid><description>`+cdata+` words</description><category>`+cdata+`</category><enclosure url="javascript:alert(1)" type="image/png"/></item>`,
		`<item><link>javascript:alert(1)</link><guid>2</guid><description>`+cdata+` more</description></item>`), "<title>Lamps &amp; more</title>", "<title>"+cdata+"</title>", 1))
	same(t, "statuses", len(said(t, site, ada)), 2)
	for _, path := range []string{"/", "/~ada", "/~ada/1", "/~ada/2", "/~ada/rss.xml", "/~ada/feed.json", "/settings/sources"} {
		body := site.As(t, ada).Get(path).Body
		for _, bad := range []string{"<script>alert", "onerror=alert(1)>", `href="javascript`, `rel="me" class`, `class="h-card">x`} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
}
