package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"marquee/models"
	"marquee/tests/kit"
	"marquee/widgets"
)

// lamps is the ring of the house: bob keeps it and is in it, and so is ada's own page.
func lamps(t *testing.T, h *house) (*models.Ring, *models.RingMember) {
	t.Helper()
	r, err := h.MakeRing(t.Context(), h.bob, models.NewRing{Key: "lamps", Title: "Lamps & <friends>", Words: "<p>We keep them lit.</p>"})
	must(t, err)
	_, err = h.AskToJoin(t.Context(), h.bob, r, "", "")
	must(t, err)
	h.Clock.Add(time.Second)
	return r, h.joins(t, r, h.ada, "")
}

// joins puts a page into a ring.
func (h *house) joins(t *testing.T, r *models.Ring, by *models.Account, address string) *models.RingMember {
	t.Helper()
	m, err := h.AskToJoin(t.Context(), by, r, address, "")
	must(t, err)
	must(t, h.AcceptMember(t.Context(), h.eve, r, m.ID))
	return m
}

// knock puts a page of ada's at the door of the ring; it is the third place.
func knock(t *testing.T, h *house) {
	_, err := h.AskToJoin(t.Context(), h.ada, h.ring, "https://ada.example/", "Ada's <own>")
	must(t, err)
}

// orphan closes bob's account: the ring has no keeper.
func orphan(t *testing.T, h *house) {
	h.withPassword(t, h.bob)
	must(t, h.CloseAccount(t.Context(), h.bob, kit.Password))
	h.bob = h.eve
}

// alight leaves ada alone in the ring.
func alight(t *testing.T, h *house) {
	must(t, h.RemoveMember(t.Context(), h.bob, h.ring, 1))
}

// ringScenarios is everything about webrings.
func ringScenarios() []scenario {
	asks := []string{"Back again?"}
	var list []scenario
	for _, s := range []scenario{
		{route: "GET /rings", want: 200, has: []string{"Lamps &amp; &lt;friends&gt;", "2 pages"}},
		{route: "GET /rings", name: "at the end", path: "/rings?before=1", want: 200, not: []string{"2 pages"}},
		{route: "GET /rings", name: "of no number", path: "/rings?before=abc", want: 404},
		{route: "GET /rings/:key", path: "/rings/lamps", want: 200, has: []string{"We keep them lit.", `href="/~ada"`, "~bob", "list.json"}, not: []string{`name="token"><`, "at the door"}},
		{route: "GET /rings/:key", name: "after the first", path: "/rings/lamps?after=1", want: 200, has: []string{`<li><a href="/~ada"`}, not: []string{`<li><a href="/~bob"`}},
		{route: "GET /rings/:key", name: "of no number", path: "/rings/lamps?after=-1", want: 404},
		{route: "GET /rings/:key", name: "unknown", path: "/rings/nothing", want: 404, has: []string{"There is no such ring."}},
		{route: "GET /rings/:key", name: "of a name that cannot be", path: "/rings/LAMPS", want: 404},
		{route: "GET /rings/:key/list.json", path: "/rings/lamps/list.json", want: 200, has: []string{`"id":1`, `"title":"~ada"`, `/~ada"`}},
		{route: "GET /rings/:key/list.json", name: "unknown", path: "/rings/nothing/list.json", want: 404, has: []string{`{"error":"There is no such ring."}`}},
		{route: "OPTIONS /rings/:key/list.json", path: "/rings/lamps/list.json", want: 204},
		{route: "GET /rings/:key/button.gif", path: "/rings/lamps/button.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /rings/:key/button.gif", name: "unknown", path: "/rings/nothing/button.gif", want: 404},
		{route: "GET /rings/:key/:place/widget", path: "/rings/lamps/{place}/widget", want: 200, has: []string{"/rings/lamps/{place}/next", "/rings/lamps/{place}/previous", "/rings/lamps/{place}/random", "/rings/lamps/button.gif"}},
		{route: "GET /rings/:key/:place/widget", name: "in French", path: "/rings/lamps/{place}/widget?lang=fr", want: 200, has: []string{"suivante »", `lang="fr"`}},
		{route: "GET /rings/:key/:place/widget", name: "departed", path: "/rings/lamps/4711/widget", want: 200, has: []string{"/rings/lamps/4711/next"}},
		{route: "GET /rings/:key/:place/widget", name: "of no number", path: "/rings/lamps/x/widget", want: 404},
		{route: "GET /rings/:key/:place/next", path: "/rings/lamps/{place}/next", want: 302, to: "/~bob"},
		{route: "GET /rings/:key/:place/next", name: "of no number", path: "/rings/lamps/0x2/next", want: 404},
		{route: "GET /rings/:key/:place/next", name: "unknown", path: "/rings/nothing/{place}/next", want: 404},
		{route: "GET /rings/:key/:place/previous", path: "/rings/lamps/1/previous", want: 302, to: "/~ada"},
		{route: "GET /rings/:key/:place/random", path: "/rings/lamps/{place}/random", want: 302, to: "/~bob"},
		{route: "GET /rings/:key/:place/next", name: "alone", path: "/rings/lamps/{place}/next", first: alight, want: 404, has: []string{"nobody else to go to in this ring"}},
		{route: "GET /rings/:key/:place/next", name: "departed", path: "/rings/lamps/1/next", first: alight, want: 302, to: "/~ada"},
		{route: "GET /rings/:key/:place/previous", name: "departed", path: "/rings/lamps/1/previous", first: alight, want: 302, to: "/~ada"},
		{route: "GET /rings/:key/random", path: "/rings/lamps/random", first: alight, want: 302, to: "/~ada"},
		{route: "GET /rings/:key", name: "without a keeper", path: "/rings/lamps", first: orphan, want: 200, has: []string{"the webmaster"}, not: []string{"~bob"}},
	} {
		list = append(list, everybody(s)...)
	}
	made := form("key", "cats", "title", "Cats", "words", "", "fg", "#FFFFFF", "bg", "000000")
	return append(list,
		scenario{route: "GET /rings", who: "stranger", name: "yours", path: "/rings", first: knock, want: 200, has: []string{"Rings you keep", "1 page waits at the door", `<section class="rings"`}},
		scenario{route: "GET /rings", who: "owner", name: "yours", path: "/rings", first: knock, want: 200, has: []string{`/rings/lamps/{place}/next`, "Ada&#39;s &lt;own&gt;", "waits at the door"}, not: []string{"Rings you keep"}},
		scenario{route: "GET /rings/:key", who: "stranger", name: "kept", path: "/rings/lamps", want: 200, has: []string{"/rings/lamps/keep"}},
		scenario{route: "GET /rings/:key", who: "webmaster", name: "run", path: "/rings/lamps", want: 200, has: []string{"/rings/lamps/keep"}},
		scenario{route: "GET /rings/:key", who: "owner", name: "not kept", path: "/rings/lamps", first: knock, want: 200, not: []string{"/rings/lamps/keep", "ada.example"}},
		scenario{route: "GET /rings/new", who: "guest", want: 200, has: asks},
		scenario{route: "GET /rings/new", who: "owner", want: 200, has: []string{`name="key"`, `name="words"`}},
		scenario{route: "POST /rings/new", who: "guest", form: made, want: 422, has: asks},
		scenario{route: "POST /rings/new", who: "owner", form: made, want: 303, to: "/rings/cats/keep", left: map[string]int{"rings": 1}},
		scenario{route: "POST /rings/new", who: "owner", name: "taken", form: form("key", "lamps", "title", "Cats"), want: 422, has: []string{"another ring of that name", `value="Cats"`}},
		scenario{route: "GET /rings/:key/join", who: "guest", path: "/rings/lamps/join", want: 200, has: asks},
		scenario{route: "GET /rings/:key/join", who: "webmaster", path: "/rings/lamps/join", want: 200, has: []string{`name="address"`, "your page here, ~eve"}, not: []string{"readonly", "In the ring since"}},
		scenario{route: "GET /rings/:key/join", who: "owner", path: "/rings/lamps/join", first: knock, want: 200, has: []string{"In the ring since", "Paste the lines already", "/rings/lamps/3/next", "/rings/lamps/3/widget", "Not looked at yet"}, not: []string{"/rings/lamps/2/widget"}},
		scenario{route: "GET /rings/:key/join", who: "owner", name: "unknown", path: "/rings/nothing/join", want: 404},
		scenario{route: "POST /rings/:key/join", who: "guest", path: "/rings/lamps/join", form: form("address", ""), want: 422, has: asks},
		scenario{route: "POST /rings/:key/join", who: "webmaster", path: "/rings/lamps/join", form: form("address", ""), want: 303, to: "/rings/lamps/join?saved=1", left: map[string]int{"ring_members": 1}},
		scenario{route: "POST /rings/:key/join", who: "webmaster", name: "elsewhere", path: "/rings/lamps/join", form: form("address", "eve.example"), want: 303, to: "/rings/lamps/join?saved=1", left: map[string]int{"ring_members": 1, "jobs": 1}},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "twice", path: "/rings/lamps/join", form: form("address", "~ada", "title", "again"), want: 422, has: []string{"in the ring already", `value="again"`, `value="~ada"`}},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "itself", path: "/rings/lamps/join", form: form("address", "http://marquee.example/rings/lamps/2/next"), want: 422, has: []string{"a ring itself"}},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "leaving", path: "/rings/lamps/join", form: form("leave", "2"), want: 303, to: "/rings/lamps/join?saved=1", left: map[string]int{"ring_members": -1}},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "making somebody leave", path: "/rings/lamps/join", form: form("leave", "1"), want: 403, has: []string{"somebody else&#39;s"}},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "leaving twice", path: "/rings/lamps/join", form: form("leave", "4711"), want: 404},
		scenario{route: "POST /rings/:key/join", who: "owner", name: "look again", path: "/rings/lamps/join", first: knock, form: form("look", "3"), want: 303, to: "/rings/lamps/join?saved=1", left: map[string]int{"jobs": 1}},
		scenario{route: "GET /rings/:key/keep", who: "guest", path: "/rings/lamps/keep", want: 200, has: asks},
		scenario{route: "GET /rings/:key/keep", who: "owner", path: "/rings/lamps/keep", want: 403, has: []string{"somebody else&#39;s"}},
		scenario{route: "GET /rings/:key/keep", who: "stranger", path: "/rings/lamps/keep", first: knock, want: 200, has: []string{`name="accept" value="3"`, `name="look" value="3"`, `name="remove" value="2"`, "https://ada.example/", "Not looked at yet"}},
		scenario{route: "GET /rings/:key/keep", who: "webmaster", path: "/rings/lamps/keep", first: orphan, want: 200, has: []string{"~ada", `name="remove" value="2"`}},
		scenario{route: "POST /rings/:key/keep", who: "guest", path: "/rings/lamps/keep", form: form("accept", "3"), want: 422, has: asks},
		scenario{route: "POST /rings/:key/keep", who: "owner", path: "/rings/lamps/keep", first: knock, form: form("accept", "3"), want: 403},
		scenario{route: "POST /rings/:key/keep", who: "stranger", name: "accept", path: "/rings/lamps/keep", first: knock, form: form("accept", "3"), want: 303, to: "/rings/lamps/keep?saved=1", left: map[string]int{"jobs": 1}},
		scenario{route: "POST /rings/:key/keep", who: "webmaster", name: "refuse", path: "/rings/lamps/keep", first: knock, form: form("remove", "3"), want: 303, to: "/rings/lamps/keep?saved=1", left: map[string]int{"ring_members": -1}},
		scenario{route: "POST /rings/:key/keep", who: "stranger", name: "look", path: "/rings/lamps/keep", first: knock, form: form("look", "3"), want: 303, to: "/rings/lamps/keep?saved=1", left: map[string]int{"jobs": 1}},
		scenario{route: "POST /rings/:key/keep", who: "stranger", name: "nothing", path: "/rings/lamps/keep", form: form(), want: 400},
		scenario{route: "POST /rings/:key/change", who: "guest", path: "/rings/lamps/change", form: form("title", "x"), want: 422, has: asks},
		scenario{route: "POST /rings/:key/change", who: "owner", path: "/rings/lamps/change", form: form("title", "x"), want: 403},
		scenario{route: "POST /rings/:key/change", who: "stranger", path: "/rings/lamps/change", form: form("title", "x", "words", "", "fg", "", "bg", ""), want: 303, to: "/rings/lamps/keep?saved=1"},
		scenario{route: "POST /rings/:key/change", who: "stranger", name: "refused", path: "/rings/lamps/change", form: form("title", "", "words", "kept words"), want: 422, has: []string{"A ring needs a title", "kept words"}},
		scenario{route: "POST /rings/:key/remove", who: "guest", path: "/rings/lamps/remove", form: form(), want: 422, has: asks},
		scenario{route: "POST /rings/:key/remove", who: "owner", path: "/rings/lamps/remove", form: form(), want: 403},
		scenario{route: "POST /rings/:key/remove", who: "stranger", path: "/rings/lamps/remove", form: form(), want: 303, to: "/rings", left: map[string]int{"rings": -1, "ring_members": -2, "retired_names": 1}},
		scenario{route: "POST /rings/:key/remove", who: "webmaster", name: "orphan", path: "/rings/lamps/remove", first: orphan, form: form(), want: 303, to: "/rings", left: map[string]int{"rings": -1, "ring_members": -1, "retired_names": 1}},
	)
}

// ringActs are what is done to rings, and all that shows it. The page of an account shows the rings that it is in.
func ringActs() []act {
	return []act{
		{"bob makes a ring", "/rings", func(t *testing.T, h *house) {
			_, err := h.MakeRing(t.Context(), h.bob, models.NewRing{Key: "cats", Title: "Cats"})
			must(t, err)
		}},
		{"bob renames his ring", "/rings /rings/lamps /rings/lamps/list.json /rings/lamps/button.gif /rings/lamps/2/widget", func(t *testing.T, h *house) {
			must(t, h.ChangeRing(t.Context(), h.bob, h.ring, models.NewRing{Title: "Lanterns", Words: h.ring.Words}))
		}},
		{"bob paints its button", "/rings/lamps/button.gif /rings/lamps/2/widget", func(t *testing.T, h *house) {
			must(t, h.ChangeRing(t.Context(), h.bob, h.ring, models.NewRing{Title: h.ring.Title, Words: h.ring.Words, FG: "ffffff", BG: "000000"}))
		}},
		{"a page knocks", "", knock},
		{"a page comes in", "/rings /rings/lamps /rings/lamps/list.json", func(t *testing.T, h *house) {
			h.joins(t, h.ring, h.ada, "https://ada.example/")
		}},
		{"ada's page leaves", "/rings /rings/lamps /rings/lamps/list.json", func(t *testing.T, h *house) {
			must(t, h.RemoveMember(t.Context(), h.ada, h.ring, h.place.ID))
		}},
		{"bob breaks it up", "/rings /rings/lamps /rings/lamps/list.json /rings/lamps/button.gif /rings/lamps/2/widget", func(t *testing.T, h *house) {
			must(t, h.RemoveRing(t.Context(), h.bob, h.ring))
		}},
	}
}

// TestLostLinksAreShown: when a look finds out, the kept page and list say so.
func TestLostLinksAreShown(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v, there := h.Guest(t), h.second(t).Guest(t)
		page := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(page.Close)
		h.joins(t, h.ring, h.ada, page.URL)
		for _, v := range []*kit.Visitor{v, there} {
			hasNot(t, v.Get("/rings/lamps"), "lost its link since")
			hasNot(t, v.Get("/rings/lamps/list.json"), "lost")
		}
		h.looks(t)
		for _, v := range []*kit.Visitor{v, there} {
			has(t, v.Get("/rings/lamps"), "lost its link since")
			has(t, v.Get("/rings/lamps/list.json"), `"lost":"2026-11-21T`)
		}
		has(t, h.As(t, h.bob).Get("/rings/lamps/keep"), "there is nothing at this address any more", "lost its link since")
	})
}

// looks does the jobs of rings that are due.
func (h *house) looks(t *testing.T) {
	t.Helper()
	jobs, err := h.ClaimJobs(t.Context(), 100)
	must(t, err)
	for _, j := range jobs {
		if j.Kind == models.JobRing {
			must(t, h.FinishJob(t.Context(), j, h.CheckMember(t.Context(), j)))
		}
	}
}

// snippets are what stands in the text areas of a page to be pasted.
func snippets(t *testing.T, page string) (codes []string) {
	t.Helper()
	for _, n := range elements(t, page) {
		if _, only := attribute(n, "readonly"); only && n.Data == "textarea" {
			codes = append(codes, text(n))
		}
	}
	return codes
}

// TestSnippetsLeadWhereTheySay pastes what the site offers into a home page: a visitor without Referer finds the way, and
// the look finds the ring in either snippet.
func TestSnippetsLeadWhereTheySay(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	pasted := "<html>nothing yet"
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, pasted) }))
	t.Cleanup(home.Close)
	eve, bob, guest := h.As(t, h.eve), h.As(t, h.bob), h.Guest(t)
	status(t, eve.Post("/rings/lamps/join", form("address", home.URL+"/page", "title", "Eve's <page>")), 303)
	h.looks(t)
	has(t, bob.Get("/rings/lamps/keep"), "does not link to the ring", "Eve&#39;s &lt;page&gt;")
	codes := snippets(t, eve.Get("/rings/lamps/join").Body)
	if len(codes) != 2 {
		t.Fatalf("%d snippets: %q", len(codes), codes)
	}
	for _, code := range codes {
		pasted = strings.ReplaceAll(code, h.URL, "http://marquee.example") // the address by which the store knows the site
		status(t, eve.Post("/rings/lamps/join", form("look", "3")), 303)
		h.looks(t)
		has(t, bob.Get("/rings/lamps/keep"), "it leads to the ring")
	}
	status(t, bob.Post("/rings/lamps/keep", form("accept", "3")), 303)
	frame := ""
	for _, n := range elements(t, codes[1]) {
		if n.Data == "iframe" {
			frame, _ = attribute(n, "src")
		}
	}
	widget := status(t, guest.Get(strings.TrimPrefix(frame, h.URL)), 200).Body
	for _, code := range []string{codes[0], widget} {
		led := map[string]string{}
		for _, n := range elements(t, code) {
			href, _ := attribute(n, "href")
			path, ok := strings.CutPrefix(href, h.URL)
			if n.Data != "a" || !ok {
				continue
			}
			a := guest.Get(path) // no Referer: the number says from where
			led[strings.TrimSpace(text(n))] = a.Header.Get("Location")
			if a.Status == 302 {
				header(t, path, a, "Cache-Control", "no-store")
			}
		}
		if to := led["random"]; to != "/~ada" && to != "/~bob" {
			t.Errorf("random leads to %q", to)
		}
		delete(led, "random")
		if want := map[string]string{"« previous": "/~ada", "next »": "/~bob", "": ""}; fmt.Sprint(led) != fmt.Sprint(want) {
			t.Errorf("leads to %v, want %v in %s", led, want, code)
		}
	}
	if a := guest.Get("/rings/lamps/{place}/next"); a.Status != 404 {
		t.Errorf("a name instead of a number is answered %d", a.Status)
	}
	if a := guest.Get("/rings/lamps/2/next", "Referer", "http://127.0.0.1/~bob"); a.Header.Get("Location") != home.URL+"/page" {
		t.Errorf("with a Referer, next of ada is %v", a.Header)
	}
}

// TestRingFrameIsEscaped: a widget may be framed anywhere, loads only the button, and holds no element of a title.
func TestRingFrameIsEscaped(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.bob)
	for _, p := range append([]string{"harmless"}, payloads...) {
		a := v.Post("/rings/lamps/change", form("title", p, "words", p))
		if a.Status != 303 {
			has(t, status(t, a, 422), "A ring needs a title") // too long for one
			continue
		}
		a = status(t, h.Guest(t).Get("/rings/lamps/2/widget"), 200)
		count := map[string]int{}
		for _, n := range elements(t, a.Body) {
			count[n.Data]++
		}
		if got := fmt.Sprint(count); got != "map[a:4 base:1 body:1 head:1 html:1 img:1 main:1 meta:1 style:1 title:1]" {
			t.Errorf("%s: the frame holds %s", p, got)
		}
		policy := a.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; img-src "+h.URL+"; style-src 'sha256-") || !strings.Contains(policy, "frame-ancestors *") || a.Header.Get("X-Frame-Options") != "" {
			t.Errorf("the policy is %s", policy)
		}
		for _, path := range []string{"/rings", "/rings/lamps", "/rings/lamps/join", "/rings/lamps/keep"} {
			shapeOf(t, path, status(t, v.Get(path), 200).Body)
		}
		var list struct{ Title string }
		must(t, json.Unmarshal([]byte(v.Get("/rings/lamps/list.json").Body), &list))
		codes := snippets(t, v.Get("/rings/lamps").Body)
		nodes, err := html.ParseFragment(strings.NewReader(codes[0]), nil)
		must(t, err)
		for n := range nodes[0].Descendants() {
			if alt, ok := attribute(n, "alt"); ok && alt != list.Title {
				t.Errorf("the snippet says %q, want %q", alt, list.Title)
			}
		}
	}
	if body := h.Guest(t).Get("/rings/lamps/button.gif").Body; len(body) > 1460 {
		t.Errorf("the button has %d bytes", len(body))
	}
	if string(widgets.RingButton("a", "", "")) == string(widgets.RingButton("a", "ffffff", "000000")) {
		t.Error("the colours of a button don't show")
	}
}
