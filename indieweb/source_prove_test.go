package indieweb_test

import (
	"net/http"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// TestNothingComesUnproven: a feed that does not lead back brings nothing, until it does; when it no longer does, it stops.
func TestNothingComesUnproven(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := kit.Crowd(t, site.Store, "ada", "bob")[0], newBlog(t)
	feed := rss(note(1, "mine", kit.Start))
	b.put("/feed.xml", text("application/rss+xml", feed))
	b.put("/", text("text/html", `<a rel="me" href="`+site.URL+`/~bob">somebody else</a>`))
	must(t, site.AddSource(t.Context(), ada, b.URL+"/feed.xml"))
	work(t, site)
	same(t, "problem", source(t, site, ada).Problem, models.SourceUnproven)
	same(t, "statuses", words(said(t, site, ada)), []string{})
	week(t, site)
	same(t, "asked without being told to", b.times("GET /feed.xml"), 1)

	for name, prove := range map[string]func(){
		"by the feed's home page": func() { b.put("/", proven(site)) },
		"by the feed itself": func() {
			b.put("/feed.xml", text("application/rss+xml", strings.Replace(feed, "<item>", `<atom:link rel="me" href="`+site.URL+`/~ada"/><item>`, 1)))
		},
		"by its header": func() {
			b.put("/feed.xml", text("application/rss+xml", feed, "Link", "<"+site.URL+`/~ada>; rel="me"`))
		},
		"by an identity": func() { identify(t, site, ada, b.URL+"/") },
	} {
		prove()
		look(t, site, ada)
		same(t, name, source(t, site, ada).Problem, "")
		same(t, name, words(said(t, site, ada)), []string{"mine"})
		b.put("/", text("text/html", "nothing"))
		b.put("/feed.xml", text("application/rss+xml", feed))
		_, err := site.DB.ExecContext(t.Context(), "DELETE FROM identities")
		must(t, err)
		week(t, site)
		same(t, name+", lost", source(t, site, ada).Problem, models.SourceUnproven)
	}
	b.put("/", proven(site))
	look(t, site, ada)
	b.put("/", code(503))
	week(t, site)
	same(t, "while its page is away", source(t, site, ada).Problem, "")
}

func identify(t *testing.T, site *kit.Site, by *models.Account, me string) {
	t.Helper()
	_, err := site.DB.ExecContext(t.Context(), "INSERT INTO identities (me, account_id, created_at) VALUES ($1, $2, 1)", me, by.ID)
	must(t, err)
}

// TestNeighboursProveNothing: on a site of many, only what lies below the page that leads back is proven.
func TestNeighboursProveNothing(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
	back := text("text/html", `<a rel="me" href="`+site.URL+`/~ada">x</a>`)
	for _, path := range []string{"/~eve/", "/~eve.html", "/page", "/~bob/../~eve/"} {
		b.put(path, back)
	}
	feed := text("application/rss+xml", strings.Replace(rss(note(1, "bob's", kit.Start)), "<link>/</link>", "<link>/~eve/</link>", 1))
	for _, path := range []string{"/~bob/feed.xml", "/~eve2/feed.xml", "/feed.xml"} {
		b.put(path, feed)
		must(t, site.AddSource(t.Context(), ada, b.URL+path))
	}
	b.put("/~eve/", text("text/html", `<link rel="alternate" type="application/rss+xml" href="/~bob/feed.xml"><a rel="me" href="`+site.URL+`/~ada">x</a>`))
	must(t, site.AddSource(t.Context(), ada, b.URL+"/~eve/"))
	b.put("/~eve/moved.xml", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/~bob/feed.xml", http.StatusFound) })
	must(t, site.AddSource(t.Context(), ada, b.URL+"/~eve/moved.xml"))
	identify(t, site, ada, b.URL+"/~eve/")
	work(t, site)
	list, err := site.Sources(t.Context(), ada)
	must(t, err)
	for _, s := range list {
		same(t, s.Address, s.Problem, models.SourceUnproven)
	}
	same(t, "statuses", words(said(t, site, ada)), []string{})
}

// TestNothingComesRound: our own feeds, what was written here first, and the same page twice.
func TestNothingComesRound(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := kit.Crowd(t, site.Store, "ada")[0]
	st, err := site.Publish(t.Context(), ada, models.Draft{Text: "written here"})
	must(t, err)
	if err := site.AddSource(t.Context(), ada, site.URL+"/~ada/rss.xml"); !models.IsKind(err, models.Invalid) {
		t.Errorf("our own feed: %v", err)
	}
	b, here := newBlog(t), site.URL+st.Path()
	b.put("/", proven(site))
	b.put("/other.xml", text("application/rss+xml", rss(`<item><link>http://`+strings.ToUpper(strings.TrimPrefix(b.URL, "http://"))+`/5/</link><guid>other</guid><description>once</description></item>`)))
	b.put("/feed.xml", text("application/rss+xml", rss(
		`<item><link>`+here+`</link><description>written here</description></item>`,
		`<item><link>/2</link><guid>`+here+`</guid><description>written here</description></item>`,
		`<item><link>/3</link><description><![CDATA[written here <a class="u-syndication" href="`+here+`">*</a>]]></description></item>`,
		`<item><link>/5</link><guid>5</guid><description>once</description></item>`)))
	mirror := site.Guest(t).Get("/~ada/rss.xml").Body
	b.put("/mirror.xml", text("application/rss+xml", mirror))
	for _, path := range []string{"/", "/other.xml", "/mirror.xml"} {
		must(t, site.AddSource(t.Context(), ada, b.URL+path))
		work(t, site)
	}
	same(t, "statuses", words(said(t, site, ada)), []string{"written here", "once"})
	list, err := site.Sources(t.Context(), ada)
	must(t, err)
	same(t, "the mirror", list[2].Problem, models.SourceOurs)
	// What was imported says in our feeds where it comes from, so that other sites know it again.
	if feed := site.Guest(t).Get("/~ada/rss.xml").Body; !strings.Contains(feed, b.URL+"/5") {
		t.Error("our feed does not say where an imported status comes from")
	}
}

// TestOneOfManyProvesItself: an identity that is told from others by its query proves no more than its own page.
func TestOneOfManyProvesItself(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
	b.put("/feed.xml", text("application/rss+xml", rss(note(1, "bob's", kit.Start))))
	must(t, site.AddSource(t.Context(), ada, b.URL+"/feed.xml"))
	identify(t, site, ada, b.URL+"/?author=2")
	work(t, site)
	same(t, "problem", source(t, site, ada).Problem, models.SourceUnproven)
}
