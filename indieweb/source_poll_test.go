package indieweb_test

import (
	"net/http"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

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
