package handlers_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// nobodyHome is a page at which nobody answers.
const nobodyHome = "http://127.0.0.1:1/notes/1"

// tells has ada say something that leads elsewhere, and those told who can be.
func tells(t *testing.T, h *house) {
	t.Helper()
	h.publish(t, h.ada, models.Draft{Text: "look " + nobodyHome})
	h.Work(t)
}

// sentScenarios is what a status tells other sites, and what it answers there.
func sentScenarios() []scenario {
	edited := func(t *testing.T, h *house) {
		tells(t, h)
		_, err := h.Edit(t.Context(), h.ada, 5, models.Draft{Text: "look away"})
		must(t, err)
		h.Work(t)
	}
	hidden := func(t *testing.T, h *house) {
		edited(t, h)
		must(t, h.Withdraw(t.Context(), h.ada, 5))
	}
	return []scenario{
		{route: "GET /~:name/:id/sent", who: "guest", path: "/~ada/{said}/sent", want: 200, has: []string{"Back again?"}},
		{route: "GET /~:name/:id/sent", who: "owner", path: "/~ada/{said}/sent", want: 200, has: []string{"nobody to tell", "the lamp is lit"}},
		{route: "GET /~:name/:id/sent", who: "owner", name: "as somebody else", path: "/~bob/{said}/sent", want: 403},
		{route: "GET /~:name/:id/sent", who: "owner", name: "of somebody else", path: "/~ada/{answer}/sent", want: 404, not: []string{"hello yourself"}},
		{route: "GET /~:name/:id/sent", who: "stranger", path: "/~ada/{said}/sent", want: 403, not: []string{"the lamp is lit"}},
		{route: "GET /~:name/:id/sent", who: "owner", name: "told", first: tells, path: "/~ada/5/sent", want: 200, has: []string{`href="` + nobodyHome + `"`, "<p>The other site does not answer. We try again for two days.", "Tell it again"}},
		{route: "GET /~:name/:id/sent", who: "owner", name: "withdrawn", first: hidden, path: "/~ada/5/sent", want: 200, has: []string{"took this status down", nobodyHome}, not: []string{"took this link out"}},
		{route: "GET /~:name/:id/sent", who: "owner", name: "edited", first: edited, path: "/~ada/5/sent", want: 200, has: []string{nobodyHome, "took this link out"}},
		{route: "POST /~:name/:id/sent", who: "guest", path: "/~ada/5/sent", first: tells, form: form("mention", "1"), want: 422, has: []string{"Back again?"}},
		{route: "POST /~:name/:id/sent", who: "owner", path: "/~ada/5/sent", first: tells, form: form("mention", "1"), want: 303, to: "/~ada/5/sent", left: map[string]int{"jobs": 1}},
		{route: "POST /~:name/:id/sent", who: "owner", name: "nonsense", path: "/~ada/5/sent", form: form("mention", "x"), want: 400},
		{route: "POST /~:name/:id/sent", who: "stranger", path: "/~ada/5/sent", first: tells, form: form("mention", "1"), want: 404},
		{route: "POST /~:name/:id/sent", who: "owner", name: "too often", path: "/~ada/5/sent", first: func(t *testing.T, h *house) {
			tells(t, h)
			for range 60 {
				must(t, h.SendAgain(t.Context(), h.ada, 1))
			}
		}, form: form("mention", "1"), want: 429, has: []string{nobodyHome, "Tell it again", `role="alert"`}},

		{route: "GET /post", who: "owner", name: "answer elsewhere", path: "/post?reply_to=https://zoe.example/1?a%26b", want: 200, has: []string{"<legend>Answer zoe.example</legend>", "<details open>", `name="reply_to" id="reply_to" value="https://zoe.example/1?a&amp;b"`}, not: []string{`name="popup"`}},
		{route: "GET /post", who: "stranger", name: "answer to an address here", path: "/post?reply_to=http://marquee.example/~ada/{said}", want: 200, has: []string{"Answer ~ada", `name="reply_to" value="{said}"`}},
		{route: "GET /post", who: "stranger", name: "answer to a secret's address", path: "/post?reply_to=http://marquee.example/~ada/{secret}", want: 200, not: []string{"under the floor", `value="{secret}"`}},
		{route: "POST /statuses", who: "owner", name: "elsewhere", form: form("text", "so true", "reply_to", nobodyHome), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1, "jobs": 2}},
		{route: "POST /statuses", who: "owner", name: "elsewhere, privately", form: form("text", "so true", "reply_to", nobodyHome, "visibility", "private"), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1}},
		{route: "POST /statuses", who: "owner", name: "to nonsense", form: form("text", "so true", "reply_to", "non sense"), want: 422, has: []string{"not the address of anything you can answer", `value="non sense"`, "<details open>", `id="wrong-reply_to"`, "so true"}},
		{route: "POST /statuses", who: "owner", name: "to a private address", form: form("text", "so true", "reply_to", "http://10.0.0.1/x"), want: 422, has: []string{"into a private network", `value="http://10.0.0.1/x"`, "<details open>"}},
		{route: "POST /statuses", who: "stranger", name: "to an address here", form: form("text", "so true", "reply_to", "http://marquee.example/~ada/1"), want: 303, to: "/~bob/5", left: map[string]int{"statuses": 1, "jobs": 1}},
		{route: "POST /statuses", who: "owner", name: "to another page here", form: form("text", "so true", "reply_to", "http://marquee.example/about"), want: 422, has: []string{"not the address of anything you can answer"}},
	}
}

// frost is a page that ada may answer.
func frost(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><div class=h-entry><a class="p-author h-card" href=/>Zoe</a><h1 class=p-name>Frost</h1><p class=e-content>The <b>beans</b> are gone.`))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/frost?a=b&c='d|"
}

// TestAnswerElsewhere: what a status answers elsewhere stands above it wherever it is shown, and its feeds say so.
func TestAnswerElsewhere(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	address := frost(t)
	as := h.As(t, h.ada)
	st := h.publish(t, h.ada, models.Draft{Text: "so are mine", ReplyURL: address})
	h.publish(t, h.bob, models.Draft{Text: "and ours", ReplyToID: st.ID})
	shown := strings.NewReplacer("&", "&amp;", "'", "&#39;").Replace(address)
	places := []string{"/", "/~ada", st.Path(), "/~bob/6"}
	for _, path := range places {
		if path != "/~bob/6" {
			has(t, h.Guest(t).Get(path), `<a class="u-in-reply-to" href="`+shown+`"`, ">127.0.0.1</a>")
		}
	}
	h.Work(t)
	for _, path := range places {
		for _, v := range []string{h.Guest(t).Get(path).Body, as.Get(path).Body} {
			for _, want := range []string{`<blockquote class="u-in-reply-to h-cite">`, `<a class="u-url p-name" href="` + shown + `"`, ">Frost</a>", ">Zoe</a>", "The beans are gone."} {
				if !strings.Contains(v, want) {
					t.Errorf("%s does not show %s", path, want)
				}
			}
		}
	}
	has(t, h.Guest(t).Get("/~ada/rss.xml"), `<thr:in-reply-to ref="`)
	has(t, h.Guest(t).Get("/~ada/atom.xml"), `<thr:in-reply-to ref="`, `href="`+shown+`"`)
	has(t, as.Get(st.Path()), st.Path()+"/sent", "Who was told")
	hasNot(t, h.Guest(t).Get(st.Path()), "/sent")
}

// TestContextIsShownAtOnce: when it is read, every page that shows it and every feed that names it changes in every process, and
// nothing else.
func TestContextIsShownAtOnce(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		st := h.publish(t, h.ada, models.Draft{Text: "so are mine", ReplyURL: nobodyHome})
		h.publish(t, h.bob, models.Draft{Text: "and ours", ReplyToID: st.ID})
		v := h.second(t).Guest(t)
		tags := func() map[string]string {
			all := seen(t, h, v)
			for _, path := range []string{"/~ada/5", "/~bob/6"} {
				all[path] = v.Get(path).Header.Get("ETag")
			}
			return all
		}
		before := tags()
		must(t, h.KeepContext(t.Context(), models.Context{StatusID: st.ID, Problem: "error.web_away"}, nil))
		if !maps.Equal(before, tags()) {
			t.Error("a problem that nobody sees changed something")
		}
		modified := v.Get("/~ada/rss.xml").Header.Get("Last-Modified")
		must(t, h.KeepContext(t.Context(), models.Context{StatusID: st.ID, Author: "Zoe", HTML: "The beans are gone."}, nil))
		if got := v.Get("/~ada/rss.xml").Header.Get("Last-Modified"); got != modified {
			t.Errorf("a feed without anything new is of %s", got)
		}
		var changed []string
		for path, tag := range tags() {
			if tag != before[path] {
				changed = append(changed, path)
			}
		}
		slices.Sort(changed)
		if got := strings.Join(changed, " "); got != "/ /atom.xml /feed.json /rss.xml /users/ada.atom /~ada /~ada/5 /~ada/atom.xml /~ada/feed.json /~ada/rss.xml /~bob/6" {
			t.Errorf("changed: %s", got)
		}
	})
}
