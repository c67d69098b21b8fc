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

// ringActs are what is done to rings, and all that shows it. The page of an account shows the rings that it is in.
func ringActs() []act {
	return []act{
		{"bob makes a ring", "/rings", func(t *testing.T, h *house) {
			_, err := h.MakeRing(t.Context(), h.bob, models.NewRing{Key: "cats", Title: "Cats"})
			must(t, err)
		}},
		{"bob renames his ring", "/rings /rings/lamps /rings/lamps/list.json /rings/lamps/button.gif /rings/lamps/2/widget /~ada /~bob", func(t *testing.T, h *house) {
			must(t, h.ChangeRing(t.Context(), h.bob, h.ring, models.NewRing{Title: "Lanterns", Words: h.ring.Words}))
		}},
		{"bob paints its button", "/rings/lamps/button.gif /rings/lamps/2/widget", func(t *testing.T, h *house) {
			must(t, h.ChangeRing(t.Context(), h.bob, h.ring, models.NewRing{Title: h.ring.Title, Words: h.ring.Words, FG: "ffffff", BG: "000000"}))
		}},
		{"a page knocks", "", knock},
		{"a page comes in", "/rings /rings/lamps /rings/lamps/list.json", func(t *testing.T, h *house) {
			h.joins(t, h.ring, h.ada, "https://ada.example/")
		}},
		{"ada's page leaves", "/rings /rings/lamps /rings/lamps/list.json /~ada", func(t *testing.T, h *house) {
			must(t, h.RemoveMember(t.Context(), h.ada, h.ring, h.place.ID))
		}},
		{"bob breaks it up", "/rings /rings/lamps /rings/lamps/list.json /rings/lamps/button.gif /rings/lamps/2/widget /~ada /~bob", func(t *testing.T, h *house) {
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
		h.leads(t, guest, code)
	}
	if a := guest.Get("/rings/lamps/2/next", "Referer", "http://127.0.0.1/~bob"); a.Header.Get("Location") != home.URL+"/page" {
		t.Errorf("with a Referer, next of ada is %v", a.Header)
	}
}

// leads follows every link of a snippet for the third place of the ring, without Referer: the number says from where.
func (h *house) leads(t *testing.T, guest *kit.Visitor, code string) {
	t.Helper()
	led := map[string]string{}
	for _, n := range elements(t, code) {
		href, _ := attribute(n, "href")
		path, ok := strings.CutPrefix(href, h.URL)
		if n.Data != "a" || !ok {
			continue
		}
		a := guest.Get(path)
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
