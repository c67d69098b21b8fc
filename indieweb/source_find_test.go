package indieweb_test

import (
	"fmt"
	"net/http"
	"slices"
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

// TestFeedsThatMove: a feed that has moved for good, to where it is proven, is asked there from now on. Nothing of it comes twice, and
// what changes follows; what only leads elsewhere for now is asked where it was.
func TestFeedsThatMove(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		bare := func(words ...string) http.HandlerFunc { // items without links
			var items []string
			for n, w := range words {
				items = append(items, fmt.Sprintf(`<item><guid isPermaLink="false">%d</guid><description>%s</description></item>`, n, w))
			}
			return text("application/rss+xml", rss(items...), "ETag", `"`+strings.Join(words, " ")+`"`)
		}
		to := func(address string, status int) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, status) }
		}
		ada, b := athome(t, site, rss())
		b.put("/feed.xml", bare("one", "two"))
		look(t, site, ada)
		b.put("/new.xml", bare("one", "two"))
		b.put("/feed.xml", to("/new.xml", http.StatusFound))
		look(t, site, ada)
		same(t, "for now", source(t, site, ada).Feed, b.URL+"/feed.xml")
		zoe := newBlog(t)
		zoe.put("/new.xml", bare("hers"))
		b.put("/feed.xml", to(zoe.URL+"/new.xml", http.StatusMovedPermanently))
		look(t, site, ada)
		same(t, "to what is not proven", []string{source(t, site, ada).Feed, source(t, site, ada).Problem}, []string{b.URL + "/feed.xml", models.SourceUnproven})
		b.put("/feed.xml", to("/new.xml", http.StatusPermanentRedirect))
		look(t, site, ada)
		same(t, "for good", source(t, site, ada).Feed, b.URL+"/new.xml")
		b.put("/feed.xml", http.NotFound)
		b.put("/new.xml", bare("one", "two, mended", "three"))
		look(t, site, ada)
		same(t, "afterwards", source(t, site, ada).Problem, "")
		list := words(said(t, site, ada))
		slices.Sort(list)
		same(t, "statuses", list, []string{"one", "three", "two, mended"})
	})
}
