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

// TestLinksOfOthersAreNoOrigin: an item that leads to somebody else's page says so in its words, and that page may be told.
func TestLinksOfOthersAreNoOrigin(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	zoe := newBlog(t)
	ada, b := athome(t, site, rss(
		`<item><link>`+zoe.URL+`/1</link><guid>1</guid><description>read this</description></item>`,
		`<item><link>`+zoe.URL+`/2</link><guid>2</guid><title>Zoe</title><description>wrote this</description></item>`,
		`<item><link>`+zoe.URL+`/3</link><guid>3</guid><description><![CDATA[<a href="`+zoe.URL+`/3">her</a> page]]></description></item>`,
		`<item><link>/4</link><guid>4</guid><description>mine</description></item>`))
	got := map[string]string{}
	for _, st := range said(t, site, ada) {
		got[st.Text] = strings.TrimPrefix(st.Origin, b.URL)
		if links := strings.Count(st.HTML, `href="`+zoe.URL); links != 1 && st.Text != "mine" {
			t.Errorf("%q has %d links", st.HTML, links)
		}
	}
	same(t, "origins", got, map[string]string{"read this 127.0.0.1": "", "Zoe wrote this": "", "her page": "", "mine": "/4"})
	same(t, "asked whether it wants to be told", []int{zoe.times("GET /1"), zoe.times("GET /2"), zoe.times("GET /3")}, []int{1, 1, 1})
}
