package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestIfNoneMatch follows RFC 9110 §13.1.2 on everything public.
func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range publicPaths() {
		for _, encoding := range []string{"identity", "gzip"} {
			full := status(t, v.Get(path, "Accept-Encoding", encoding), 200)
			tag := full.Header.Get("ETag")
			for match, want := range map[string]int{
				tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, `"a","b",W/` + tag: 304, "*": 304,
				`"other"`: 200, tag[1 : len(tag)-1]: 200, "": 200,
			} {
				a := v.Get(path, "Accept-Encoding", encoding, "If-None-Match", match)
				if a.Status != want {
					t.Errorf("%s %s: %d for %s, want %d", path, encoding, a.Status, match, want)
				}
				if a.Status != 304 {
					continue
				}
				if a.Body != "" || a.Header.Get("Content-Type") != "" || a.Header.Get("Content-Encoding") != "" {
					t.Errorf("%s: a 304 with %v", path, a.Header)
				}
				for _, name := range []string{"ETag", "Cache-Control", "Vary", "Last-Modified", "Access-Control-Allow-Origin"} {
					header(t, path+" 304", a, name, full.Header.Get(name))
				}
			}
			if a := v.Send(http.MethodHead, path, "", "Accept-Encoding", encoding, "If-None-Match", tag); a.Status != 304 {
				t.Errorf("HEAD %s: %d, want 304", path, a.Status)
			}
		}
	}
}

func TestIfModifiedSince(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range publicFeeds() {
		last := v.Get(path).Header.Get("Last-Modified")
		at, err := http.ParseTime(last)
		must(t, err)
		earlier, later := at.Add(-time.Second).Format(http.TimeFormat), at.Add(time.Hour).Format(http.TimeFormat)
		for _, c := range []struct {
			headers []string
			want    int
		}{
			{[]string{"If-Modified-Since", last}, 304},
			{[]string{"If-Modified-Since", later}, 304},
			{[]string{"If-Modified-Since", at.Format(time.RFC850)}, 304},
			{[]string{"If-Modified-Since", earlier}, 200},
			{[]string{"If-Modified-Since", "yesterday"}, 200},
			{[]string{"If-Modified-Since", last, "If-None-Match", `"other"`}, 200},
			{[]string{"If-Modified-Since", earlier, "If-None-Match", "*"}, 304},
		} {
			if a := v.Get(path, c.headers...); a.Status != c.want {
				t.Errorf("%s: %d for %q, want %d", path, a.Status, c.headers, c.want)
			}
		}
	}
	if a := v.Get("/", "If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"); a.Status != 200 {
		t.Errorf("a page, which has no Last-Modified, answers %d", a.Status)
	}
}

// TestRefusalsAreNeverKept: a 404, 410 or 422 has no tag that a browser could ask with.
func TestRefusalsAreNeverKept(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for path, want := range map[string]int{"/nothing/here": 404, "/~bob/4": 410, "/~ada/2": 404, "/~ada?before=abc": 404, "/~nobody_here/rss.xml": 404} {
		a := v.Get(path, "If-None-Match", "*")
		status(t, a, want)
		header(t, path, a, "ETag", "")
		header(t, path, a, "Cache-Control", "no-store")
	}
	a := v.Post("/login", form("name", "ada", "password", "no"), "If-None-Match", "*")
	status(t, a, 422)
}

// TestLastModifiedMoves: it follows what the account does, forwards only, and nothing of others.
func TestLastModifiedMoves(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v := h.Guest(t)
		read := func(path string) (time.Time, string) {
			a := status(t, v.Get(path), 200)
			at, err := http.ParseTime(a.Header.Get("Last-Modified"))
			must(t, err)
			return at, a.Header.Get("ETag")
		}
		var st *models.Status
		for _, act := range []struct {
			name  string
			moves map[string]bool // the feeds that change
			do    func()
		}{
			{"ada publishes", map[string]bool{"/rss.xml": true, "/~ada/rss.xml": true, "/tag/lamps/rss.xml": true}, func() { st = h.say(t, "more #lamps") }},
			{"ada edits", map[string]bool{"/rss.xml": true, "/~ada/rss.xml": true, "/tag/lamps/rss.xml": true}, func() {
				_, err := h.Edit(t.Context(), h.ada, st.ID, models.Draft{Text: "fewer #lamps"})
				must(t, err)
			}},
			{"ada takes the tag away", map[string]bool{"/rss.xml": true, "/~ada/rss.xml": true, "/tag/lamps/rss.xml": true}, func() {
				_, err := h.Edit(t.Context(), h.ada, st.ID, models.Draft{Text: "darkness"})
				must(t, err)
			}},
			{"ada deletes", map[string]bool{"/rss.xml": true, "/~ada/rss.xml": true}, func() { must(t, h.Withdraw(t.Context(), h.ada, st.ID)) }},
			{"ada describes herself", map[string]bool{"/~ada/rss.xml": true}, func() { must(t, h.Describe(t.Context(), h.ada, models.Profile{Bio: "me"})) }},
			{"ada says something privately", nil, func() { h.publish(t, h.ada, models.Draft{Text: "psst #lamps", Visibility: models.Private}) }},
			{"bob publishes", map[string]bool{"/rss.xml": true, "/~bob/rss.xml": true}, func() { h.publish(t, h.bob, models.Draft{Text: "me too"}) }},
			{"bob answers ada", map[string]bool{"/rss.xml": true, "/~bob/rss.xml": true}, func() { h.publish(t, h.bob, models.Draft{Text: "yes", ReplyToID: h.said.ID}) }},
			{"bob describes himself", map[string]bool{"/~bob/rss.xml": true}, func() { must(t, h.Describe(t.Context(), h.bob, models.Profile{Bio: "me"})) }},
		} {
			t.Run(act.name, func(t *testing.T) {
				paths := []string{"/rss.xml", "/~ada/rss.xml", "/~bob/rss.xml", "/tag/lamps/rss.xml"}
				times, tags := map[string]time.Time{}, map[string]string{}
				for _, path := range paths {
					times[path], tags[path] = read(path)
				}
				h.Clock.Add(2 * time.Second)
				act.do()
				for _, path := range paths {
					at, tag := read(path)
					if act.moves[path] && (!at.After(times[path]) || tag == tags[path]) {
						t.Errorf("%s stays at %v %s", path, at, tag)
					}
					// Describing marks the whole stream as changed, since it may show names; its items don't change.
					if !act.moves[path] && path != "/rss.xml" && (!at.Equal(times[path]) || tag != tags[path]) {
						t.Errorf("%s moved from %v %s to %v %s", path, times[path], tags[path], at, tag)
					}
				}
			})
		}
	})
}

// TestOutlineMovesWhenSomebodyLeaves: its newest account may be the one that goes.
func TestOutlineMovesWhenSomebodyLeaves(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.withPassword(t, h.bob)
	v := h.Guest(t)
	before := v.Get("/directory.opml")
	h.Clock.Add(time.Minute)
	must(t, h.CloseAccount(t.Context(), h.bob, kit.Password))
	after := v.Get("/directory.opml", "If-Modified-Since", before.Header.Get("Last-Modified"))
	hasNot(t, status(t, after, 200), "~bob")
	if before.Header.Get("ETag") == after.Header.Get("ETag") {
		t.Error("the tag stays")
	}
}
