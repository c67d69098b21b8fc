package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/feeds"
	"marquee/models"
	"marquee/tests/kit"
)

// topics is everything that can be subscribed to, where ada speaks of lamps and is cosy.
func topics() []string {
	list := []string{"/", "/~ada"}
	for _, base := range []string{"/", "/~ada/", "/tag/l%C3%A4mps/", "/mood/cosy/", "/pictures/", "/~ada/pictures/", "/~ada/guestbook/"} {
		for _, format := range feeds.Formats {
			list = append(list, base+format.File)
		}
	}
	return list
}

// speaking makes a town where ada has said something.
func speaking(t *testing.T, site *kit.Site) *models.Account {
	t.Helper()
	ada := kit.SignUp(t, site.Store, "ada")
	says(t, site, ada, "the first")
	worked(t, site)
	return ada
}

// says publishes something that every topic shows.
func says(t *testing.T, site *kit.Site, by *models.Account, text string) *models.Status {
	t.Helper()
	site.Clock.Add(time.Second)
	st, err := site.Publish(t.Context(), by, models.Draft{
		Text: text + " #lämps", Mood: "cosy", Pictures: []models.DraftPicture{site.Take(t, by, kit.Drawing(t, len(text)), "a lamp")},
	})
	must(t, err)
	return st
}

// worked does the jobs and wants none to fail.
func worked(t *testing.T, site *kit.Site) {
	t.Helper()
	for kind, err := range site.Work(t) {
		t.Fatalf("%s: %v", kind, err)
	}
}

// TestTopicsNameTheirHub: in the header and in the body, one hub and one self, the same in both.
func TestTopicsNameTheirHub(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	speaking(t, site)
	v := site.Guest(t)
	for _, path := range topics() {
		a := status(t, v.Get(path), 200)
		hub, self := linked(t, a.Header)
		if hub != site.URL+"/hub" || self != site.URL+path {
			t.Errorf("%s: hub %s, self %s", path, hub, self)
		}
		switch {
		case strings.HasSuffix(path, ".json"):
			has(t, a, `"feed_url": "`+self+`"`, `"url": "`+hub+`"`)
		case strings.HasSuffix(path, ".xml"):
			has(t, a, `rel="self"`, `href="`+self+`"`, `<`, `rel="hub" href="`+hub+`"`)
		default:
			has(t, a, `<link rel="hub" href="`+hub+`">`, `<link rel="self" href="`+self+`">`)
		}
		if strings.HasSuffix(path, "rss.xml") {
			has(t, a, `<cloud domain="127.0.0.1" port="`+site.Base.Port()+`" path="/rsscloud/pleaseNotify" registerProcedure="" protocol="http-post">`)
		}
		if strings.HasSuffix(path, "ml") || strings.HasSuffix(path, "json") {
			if older := v.Get(path + "?before=1"); strings.Contains(links(older), "hub") || strings.Contains(older.Body, "/hub") || strings.Contains(older.Body, "<cloud") {
				t.Errorf("%s names a hub further down", path)
			}
		}
	}
	for _, path := range []string{"/?before=1", "/~ada?before=1", "/~ada/1", "/~ada/about", "/about", "/tag/l%C3%A4mps", "/~nobody_here"} {
		if a := v.Get(path); strings.Contains(links(a), "hub") || strings.Contains(a.Body, `rel="hub"`) {
			t.Errorf("%s names a hub", path)
		}
	}
	for _, path := range []string{"/?lang=fr", "/~ada?lang=fr&plain=1"} {
		bare, _, _ := strings.Cut(path, "?")
		if _, self := linked(t, v.Get(path).Header); self != site.URL+bare {
			t.Errorf("%s is %s", path, self)
		}
	}
}

// TestSubscribers walks through a subscription as websub.rocks does: subscribe, verify, publish, get the very same content.
func TestSubscribers(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada := speaking(t, site)
		v := site.Guest(t)
		for _, path := range topics() {
			r := newReader(t)
			status(t, r.wants(v, site, "subscribe", path, "foo", "extra", "hub.lease_seconds", "86400"), 202)
			worked(t, site)
			asked, got := r.take()
			if len(asked) != 1 || len(got) != 0 {
				t.Fatalf("%s: asked %v, told %v", path, asked, got)
			}
			q := asked[0]
			if q.Get("id") != "17" || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != site.URL+path || q.Get("hub.lease_seconds") != "86400" || len(q.Get("hub.challenge")) < 20 {
				t.Errorf("%s: asked %v", path, q)
			}
			follows(t, site, ada, r, path)
			status(t, r.wants(v, site, "unsubscribe", path), 202)
			worked(t, site)
			if asked, _ := r.take(); len(asked) != 1 || asked[0].Get("hub.mode") != "unsubscribe" || asked[0].Has("hub.lease_seconds") {
				t.Errorf("%s: asked %v", path, asked)
			}
			says(t, site, ada, "more")
			worked(t, site)
			r.quiet()
		}
	})
}

// follows lets ada say something, change it and take it back: the reader hears each of it once, as everybody reads it.
func follows(t *testing.T, site *kit.Site, ada *models.Account, r *reader, path string) {
	t.Helper()
	st := says(t, site, ada, "news of "+path)
	book := strings.Contains(path, "guestbook")
	if book {
		_, err := site.Sign(t.Context(), ada, ada, models.NewEntry{Text: path, Network: "net"})
		must(t, err)
	}
	worked(t, site)
	d, a := r.told(), site.Guest(t).Get(path)
	if d.body != a.Body || d.header.Get("Content-Type") != a.Header.Get("Content-Type") || !d.signed(r.secret) || d.path != "/hook?id=17" {
		t.Errorf("%s: delivered to %s as %v\n%.300s\nnot\n%.300s", path, d.path, d.header, d.body, a.Body)
	}
	if hub, self := linked(t, d.header); hub != site.URL+"/hub" || self != site.URL+path {
		t.Errorf("%s: delivered with hub %s, self %s", path, hub, self)
	}
	worked(t, site)
	r.quiet()
	_, err := site.Edit(t.Context(), ada, st.ID, models.Draft{Text: "old news #lämps", Mood: "cosy", Pictures: models.DraftPictures(st.Pictures)})
	must(t, err)
	worked(t, site)
	if book { // what is no news to a guestbook is none to its readers
		must(t, site.Withdraw(t.Context(), ada, st.ID))
		worked(t, site)
		r.quiet()
		return
	}
	if d := r.told(); !strings.Contains(d.body, "old news") {
		t.Errorf("%s: nothing of the edit", path)
	}
	must(t, site.Withdraw(t.Context(), ada, st.ID))
	worked(t, site)
	if d := r.told(); strings.Contains(d.body, "old news") {
		t.Errorf("%s: still there when it is deleted", path)
	}
}

// subscribed is a reader that the hub tells of ada's feed.
func subscribed(t *testing.T, site *kit.Site, more ...string) *reader {
	t.Helper()
	r := newReader(t)
	status(t, r.wants(site.Guest(t), site, "subscribe", "/~ada/rss.xml", more...), 202)
	worked(t, site)
	r.take()
	return r
}

// subscriptions is how many there are.
func subscriptions(t *testing.T, site *kit.Site) (n int) {
	t.Helper()
	must(t, site.DB.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM subscriptions").Scan(&n))
	return n
}

// TestNothingIsTakenForYes: only 2xx with the very challenge confirms; what was before stays as it was.
func TestNothingIsTakenForYes(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada := speaking(t, site)
		r, v := subscribed(t, site), site.Guest(t)
		for _, no := range []struct {
			yes   int
			reply string
			again bool
		}{
			{200, "no", false},
			{200, "\n", false},
			{404, "", false},
			{410, "", false},
			{302, "", false},
			{500, "", true},
			{503, "", true},
		} {
			for _, mode := range []string{"subscribe", "unsubscribe"} {
				r.set(func(r *reader) { r.yes, r.reply = no.yes, no.reply })
				status(t, r.wants(v, site, mode, "/~ada/rss.xml", "hub.secret", "another"), 202)
				tries := 0
				for range 4 {
					site.Work(t)
					asked, _ := r.take()
					tries += len(asked)
					site.Clock.Add(2 * time.Hour)
				}
				if want := map[bool]int{true: 3, false: 1}[no.again]; tries != want {
					t.Errorf("%s, %d: asked %d times, want %d", mode, no.yes, tries, want)
				}
				r.set(func(r *reader) { r.yes, r.reply = 200, "" })
				says(t, site, ada, "news")
				worked(t, site)
				if d := r.told(); !d.signed(r.secret) {
					t.Errorf("%s, %d: the secret is another", mode, no.yes)
				}
			}
		}
	})
}

func TestSubscribingAgain(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada := speaking(t, site)
		r := subscribed(t, site, "hub.lease_seconds", "1")
		site.Clock.Add(models.LeaseLeast - time.Second)
		r.secret = "another"
		status(t, r.wants(site.Guest(t), site, "subscribe", "/~ada/rss.xml", "hub.lease_seconds", "99999999"), 202)
		worked(t, site)
		if asked, _ := r.take(); len(asked) != 1 || asked[0].Get("hub.lease_seconds") != "864000" {
			t.Errorf("asked %v", asked)
		}
		if n := subscriptions(t, site); n != 1 {
			t.Errorf("%d subscriptions", n)
		}
		site.Clock.Add(models.LeaseMost - 2*time.Second)
		says(t, site, ada, "before the end")
		worked(t, site)
		if d := r.told(); !d.signed("another") {
			t.Error("the secret is the old one")
		}
		site.Clock.Add(2 * time.Second)
		says(t, site, ada, "after the end")
		worked(t, site)
		r.quiet()
	})
}

func TestDenied(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	_, err := site.Publish(t.Context(), ada, models.Draft{Text: "psst", Visibility: models.Private})
	must(t, err)
	r, v := newReader(t), site.Guest(t)
	for _, topic := range []string{
		"https://other.example/feed", site.URL, site.URL + "/~ada/1", site.URL + "/~ada/2", site.URL + "/~nobody_here", site.URL + "/rss.xml?before=3", site.URL + "/users/ada.atom",
		site.URL + "/%7Eada", site.URL + "/~Ada", site.URL + "/settings", site.URL + "/hub", site.URL + "/~ada/counter.gif", site.URL + "/~ada#top", site.URL + "/mood/wobbly/rss.xml",
	} {
		values := form("hub.mode", "subscribe", "hub.topic", topic, "hub.callback", r.URL+"/hook?id=17")
		status(t, v.Send(http.MethodPost, "/hub", values.Encode(), "Content-Type", "application/x-www-form-urlencoded"), 202)
		worked(t, site)
		asked, _ := r.take()
		if len(asked) != 1 || asked[0].Get("hub.mode") != "denied" || asked[0].Get("hub.topic") != topic || asked[0].Get("hub.reason") == "" || asked[0].Has("hub.challenge") {
			t.Errorf("%s: asked %v", topic, asked)
		}
	}
	if n := subscriptions(t, site); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}
