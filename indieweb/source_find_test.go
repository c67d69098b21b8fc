package indieweb_test

import (
	"net/http"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// TestPagesLeadToFeeds: what a page calls JSON is tried after its real feeds; what is none, or not there, leads on to the next, of which
// three are tried.
func TestPagesLeadToFeeds(t *testing.T) {
	t.Parallel()
	const data = `<%s/wp-json/wp/v2/pages/7>; rel="alternate"; type="application/json"`
	at := func(address string) string {
		return `<link rel="alternate" type="application/rss+xml" href="` + address + `">`
	}
	for name, c := range map[string]struct{ header, links, want, problem string }{
		"WordPress with a front page":     {data, at("/feed.xml"), "/feed.xml", ""},
		"JSON that is a feed":             {strings.ReplaceAll(data, "/wp-json/wp/v2/pages/7", "/feed.json"), "", "/feed.json", ""},
		"JSON that is none":               {data, "", "", models.SourceFeedless},
		"a feed that is gone":             {"", at("/none.xml") + at("/none.xml") + at("/feed.xml"), "/feed.xml", ""},
		"a page that is called a feed":    {data, at("/about") + at("/none.xml") + at("/feed.xml"), "/feed.xml", ""},
		"the fourth is one":               {"", at("/none.xml") + at("/about") + at("/none") + at("/feed.xml"), "", models.SourceMissing},
		"a feed that is away counts":      {"", at("/away.xml") + at("/feed.xml"), "", models.SourceAway},
		"the first that is broken counts": {"", at("/broken.xml") + at("/feed.xml"), "", models.SourceBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := kit.Town(t)
			ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
			b.put("/", text("text/html", c.links+`<a rel="me" href="`+site.URL+`/~ada">ada</a>`, "Link", strings.ReplaceAll(c.header, "%s", b.URL)))
			b.put("/about", text("text/html", "<p>about"))
			b.put("/away.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
			b.put("/broken.xml", text("application/rss+xml", "<rss><channel><item>"))
			b.put("/feed.xml", text("application/rss+xml", rss(note(1, "one", kit.Start))))
			b.put("/feed.json", text("application/json", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_html":"one"}]}`))
			b.put("/wp-json/wp/v2/pages/7", text("application/json", `{"id":7,"title":{"rendered":"Home"}}`))
			must(t, site.AddSource(t.Context(), ada, b.URL))
			work(t, site)
			src := source(t, site, ada)
			same(t, "found", []string{strings.TrimPrefix(src.Feed, b.URL), src.Problem}, []string{c.want, c.problem})
		})
	}
}
