package indieweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// blog is somebody's own site: pages by their paths, and what was asked of it.
type blog struct {
	*httptest.Server
	mutex sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newBlog(t *testing.T) *blog {
	t.Helper()
	b := &blog{pages: map[string]http.HandlerFunc{}}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mutex.Lock()
		b.asked = append(b.asked, r.Method+" "+r.URL.Path)
		page := b.pages[r.URL.Path]
		b.mutex.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *blog) put(path string, page http.HandlerFunc) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.pages[path] = page
}

func (b *blog) times(what string) (n int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, a := range b.asked {
		if a == what {
			n++
		}
	}
	return n
}

// text serves a document of some type, with headers in turn.
func text(kind, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		fmt.Fprint(w, body)
	}
}

func rss(items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Lamps &amp; more</title><link>/</link>` + strings.Join(items, "") + `</channel></rss>`
}

// note is an item without a title.
func note(n int, words string, at time.Time) string {
	return fmt.Sprintf(`<item><link>/notes/%d</link><guid>tag:%d</guid><pubDate>%s</pubDate><description><![CDATA[%s]]></description></item>`, n, n, at.Format(time.RFC1123Z), words)
}

// proven is a home page that leads to its feed, and back to ada.
func proven(site *kit.Site) http.HandlerFunc {
	return text("text/html", `<link rel="alternate" type="application/rss+xml" href="/feed.xml"><a rel="me" href="`+site.URL+`/~ada">ada</a>`)
}

// athome is ada with a blog whose feed has these items, looked at once.
func athome(t *testing.T, site *kit.Site, feed string, headers ...string) (*models.Account, *blog) {
	t.Helper()
	ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
	b.put("/", proven(site))
	b.put("/feed.xml", text("application/rss+xml", feed, headers...))
	must(t, site.AddSource(t.Context(), ada, b.URL))
	work(t, site)
	return ada, b
}

func work(t *testing.T, site *kit.Site) {
	t.Helper()
	if failed := site.Work(t); len(failed) > 0 {
		t.Fatal(failed)
	}
}

// look has all sources of somebody looked at now.
func look(t *testing.T, site *kit.Site, by *models.Account) {
	t.Helper()
	site.Clock.Add(time.Hour)
	list, err := site.Sources(t.Context(), by)
	must(t, err)
	for _, s := range list {
		must(t, site.LookAtSource(t.Context(), by, s.ID))
	}
	work(t, site)
}

func source(t *testing.T, site *kit.Site, by *models.Account) models.Source {
	t.Helper()
	list, err := site.Sources(t.Context(), by)
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("there are %d sources", len(list))
	}
	return list[0]
}

// said is what somebody's page shows, the newest first.
func said(t *testing.T, site *kit.Site, by *models.Account) []models.Status {
	t.Helper()
	page, err := site.Read(t.Context(), by, models.Stream{Account: by})
	must(t, err)
	return page.Statuses
}

func words(list []models.Status) []string {
	texts := []string{}
	for _, st := range list {
		texts = append(texts, st.Text)
	}
	return texts
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// TestWriteAtHomeAppearHere: a page leads to a feed, its items come once each with their dates, the oldest first; what changes at home
// changes here, what vanishes there stays, what is deleted here never comes back.
func TestWriteAtHomeAppearHere(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		day := kit.Start.Add(-48 * time.Hour)
		ada, b := athome(t, site, rss(note(2, "<p>two bold</p>", day.Add(time.Hour)), note(1, "one", day)))
		list := said(t, site, ada)
		same(t, "first", words(list), []string{"two bold", "one"})
		same(t, "its date", list[1].PublishedAt, models.At(day))
		same(t, "its origin", list[1].Origin, b.URL+"/notes/1")
		src := source(t, site, ada)
		same(t, "title", src.Title, "Lamps & more")
		same(t, "problem", src.Problem, "")
		same(t, "proof", src.Proof, b.URL)

		b.put("/feed.xml", text("application/rss+xml", rss(note(3, "three", kit.Start), note(2, "two, mended", day.Add(time.Hour)))))
		look(t, site, ada)
		list = said(t, site, ada)
		same(t, "second", words(list), []string{"three", "two, mended", "one"})
		if list[1].EditedAt == 0 {
			t.Error("what was mended is not marked as edited")
		}
		must(t, site.Withdraw(t.Context(), ada, list[1].ID))
		b.put("/feed.xml", text("application/rss+xml", rss(note(3, "three", kit.Start), note(2, "two, again", day.Add(time.Hour)))))
		look(t, site, ada)
		look(t, site, ada)
		same(t, "third", words(said(t, site, ada)), []string{"three", "one"})

		must(t, site.StopSource(t.Context(), ada, src.ID))
		must(t, site.AddSource(t.Context(), ada, b.URL+"/feed.xml"))
		work(t, site)
		same(t, "stopped and added again", words(said(t, site, ada)), []string{"three", "one"})
	})
}

// TestOnlyTheLatestComeAtFirst: of a long feed the latest ten come; what is older is only noted, also when it is mended later.
func TestOnlyTheLatestComeAtFirst(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	var items []string
	for n := range 30 {
		items = append(items, note(n, fmt.Sprint("item ", n), kit.Start.Add(-time.Duration(30-n)*time.Hour)))
	}
	ada, b := athome(t, site, rss(items...))
	list := words(said(t, site, ada))
	same(t, "how many", len(list), 10)
	same(t, "the newest", list[0], "item 29")
	items[0] = note(0, "mended", kit.Start.Add(-30*time.Hour))
	items = append(items, note(99, "an old one turns up", kit.Start.Add(-100*time.Hour)))
	b.put("/feed.xml", text("application/rss+xml", rss(items...)))
	look(t, site, ada)
	same(t, "afterwards", words(said(t, site, ada)), list)
}

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

// TestItemsBecomeStatuses: titles, long words, tags, pictures, addresses, dates.
func TestItemsBecomeStatuses(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	var long strings.Builder
	for n := range 400 {
		fmt.Fprintf(&long, "word%d ", n)
	}
	ada, b := athome(t, site, rss(
		`<item><title>A long post</title><link>posts/1</link><guid isPermaLink="false">1</guid><description>`+long.String()+`</description></item>`,
		`<item><link>/2</link><description>`+long.String()+`</description><category>two words</category><category>lamps</category></item>`,
		`<item><title>word0 word1…</title><link>/3</link><description>word0 word1 word2</description><pubDate>`+kit.Start.Add(24*time.Hour).Format(time.RFC1123Z)+`</pubDate></item>`,
		`<item><link>/4/</link><description><![CDATA[<p>see <a href="../there">there</a> <img src="lamp.png" alt="a lit lamp"><img src="/count.png" width="1" height="1"></p>]]></description></item>`,
		`<item><link>/5</link><guid>5</guid><description>held</description><enclosure url="/lamp.png" type="image/png" length="1"/></item>`,
		`<item><link>/6</link><description>   </description></item>`,
	))
	drawing := kit.Drawing(t, 3)
	for _, path := range []string{"/4/lamp.png", "/lamp.png"} {
		b.put(path, text("image/png", string(drawing)))
	}
	look(t, site, ada)
	byOrigin := map[string]models.Status{}
	for _, st := range said(t, site, ada) {
		byOrigin[strings.TrimPrefix(st.Origin, b.URL)] = st
	}
	same(t, "statuses", len(byOrigin), 5)
	if st := byOrigin["/posts/1"]; !strings.HasPrefix(st.HTML, `<p><a href="`+b.URL+`/posts/1"`) || !strings.HasSuffix(st.Text, "…") || len(st.Text) > 330 {
		t.Errorf("a titled one is %q", st.HTML)
	}
	if st := byOrigin["/2"]; !strings.Contains(st.HTML, `…</p><p><a href="`+b.URL+`/2"`) || len([]rune(st.Text)) > 500 || len([]rune(st.Text)) < 300 || st.Tags != "two words\nlamps" {
		t.Errorf("a long one is %q, tags %q", st.HTML, st.Tags)
	}
	if st := byOrigin["/3"]; st.Text != "word0 word1 word2" || st.PublishedAt > models.At(site.Clock.Now()) {
		t.Errorf("one whose title begins its words is %q of %v", st.Text, st.PublishedAt.Time())
	}
	if st := byOrigin["/4/"]; !strings.Contains(st.HTML, `href="`+b.URL+`/there"`) || strings.Contains(st.HTML, "img") {
		t.Errorf("one with a relative link is %q", st.HTML)
	}
	if b.times("GET /count.png") > 0 {
		t.Error("a pixel that counts was fetched")
	}
}

// TestPicturesCome: the pictures of an item are fetched, squeezed, and keep what they show.
func TestPicturesCome(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
	b.put("/", proven(site))
	b.put("/a.png", text("image/png", string(kit.Drawing(t, 3))))
	b.put("/b.png", text("image/png", string(kit.Drawing(t, 4))))
	b.put("/c.png", text("text/html", "no picture"))
	b.put("/feed.xml", text("application/rss+xml", rss(`<item><link>/1</link><description><![CDATA[<img src="/a.png" alt="a lit lamp"> hm <img src="/c.png">]]></description><media:content url="/b.png" medium="image"><media:description>a board</media:description></media:content></item>`)))
	must(t, site.AddSource(t.Context(), ada, b.URL))
	work(t, site)
	list := said(t, site, ada)
	if len(list) != 1 || len(list[0].Pictures) != 2 || list[0].Pictures[0].Alt != "a lit lamp" || list[0].Pictures[1].Alt != "a board" {
		t.Fatalf("%+v", list)
	}
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

// TestPolling: what has not changed is not sent again, and is asked for more and more seldom; Retry-After is kept.
func TestPolling(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	var told []string
	answer := text("application/rss+xml", rss(note(1, "one", kit.Start)), "ETag", `"one"`, "Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")
	ada, b := athome(t, site, rss())
	b.put("/feed.xml", func(w http.ResponseWriter, r *http.Request) {
		told = append(told, r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since"))
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answer(w, r)
	})
	look(t, site, ada)
	look(t, site, ada)
	same(t, "validators", told, []string{"", `"one"Sat, 21 Nov 2026 10:00:00 GMT`})
	before := source(t, site, ada)
	same(t, "due", before.DueAt-before.FetchedAt, models.Instant(time.Hour.Milliseconds()))
	for range 14 {
		look(t, site, ada)
	}
	if s := source(t, site, ada); s.DueAt-s.FetchedAt != 4*models.Instant(time.Hour.Milliseconds()) {
		t.Errorf("a quiet feed is due after %v", time.Duration(s.DueAt-s.FetchedAt)*time.Millisecond)
	}
	b.put("/feed.xml", text("application/rss+xml", "<rss><channel><item>", "ETag", `"broken"`))
	look(t, site, ada)
	s := source(t, site, ada)
	same(t, "broken", s.Problem, models.SourceBroken)
	same(t, "its validator", s.ETag, `"one"`)
	b.put("/feed.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "90000")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	look(t, site, ada)
	s = source(t, site, ada)
	same(t, "away", s.Problem, models.SourceAway)
	same(t, "its wait", s.DueAt-s.FetchedAt, models.Instant(90000*1000))
	b.put("/feed.xml", code(410))
	look(t, site, ada)
	site.Clock.Add(1000 * time.Hour)
	n := b.times("GET /feed.xml")
	must(t, site.Sweep(t.Context()))
	work(t, site)
	same(t, "asked after it has gone", b.times("GET /feed.xml"), n)
	same(t, "statuses", words(said(t, site, ada)), []string{"one"})
}
