package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestLayoutHeaders: a stylesheet is nothing but one, may be kept for ever under its hash, and only previews may be framed, by us.
func TestLayoutHeaders(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	dressed(t, h)
	v := h.Guest(t)
	sheet := "/~ada/layout.css?v=" + h.ada.Layout
	for path, life := range map[string]string{sheet: "public, max-age=31536000, immutable", "/~ada/layout.css": "no-cache", "/~ada/layout.css?v=old": "no-cache", "/layouts/1.css": "no-cache"} {
		a := status(t, v.Get(path), 200)
		header(t, path, a, "Content-Type", "text/css; charset=utf-8")
		header(t, path, a, "Content-Security-Policy", "default-src 'none'; sandbox")
		header(t, path, a, "X-Content-Type-Options", "nosniff")
		header(t, path, a, "Cross-Origin-Resource-Policy", "same-origin")
		header(t, path, a, "Cache-Control", life)
		if tag := a.Header.Get("Etag"); status(t, v.Send("GET", path, "", "If-None-Match", tag), 304).Body != "" {
			t.Errorf("%s has a body although nothing changed", path)
		}
	}
	has(t, v.Get("/~ada"), `href="`+sheet+`"`)
	framed := v.Send("GET", "/layouts/1/preview", "", "Sec-Fetch-Dest", "iframe")
	has(t, framed, `class="dressed worn"`, "<base")
	hasNot(t, framed, `class="bar"`, "<script", "token")
	for path, framed := range map[string]bool{"/~ada": false, "/layouts": false, "/layouts/1": false, "/layouts/1/preview": true} {
		policy := v.Get(path).Header.Get("Content-Security-Policy")
		if strings.Contains(policy, "frame-ancestors 'self'") != framed || strings.Contains(policy, "frame-ancestors 'none'") == framed {
			t.Errorf("%s: %s", path, policy)
		}
	}
}

// TestPreviewsAreNobodyElses: what a layout says is not said under somebody else's name.
func TestPreviewsAreNobodyElses(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.Clock.Add(time.Second)
	_, err := h.Wear(t.Context(), h.bob, models.NewSheet{Source: "main::before{content:'ada says: trust bob'}"})
	must(t, err)
	l, err := h.PublishLayout(t.Context(), h.bob, models.NewLayout{Title: "Trust"})
	must(t, err)
	path := h.fill("/layouts/{next layout}")
	for who, whose := range map[string]string{"guest": "~bob", "owner": "~ada", "stranger": "~bob", "webmaster": "~eve"} {
		a := status(t, h.visitor(t, who).Get(path+"/preview"), 200)
		has(t, a, `<title>`+whose+" ")
		if l.Author != "" {
			t.Error("a layout that is not read back has an author")
		}
	}
}

// TestHugeSheets: ten megabytes get an answer that can be read, and a sheet that is just too long comes back in its form.
func TestHugeSheets(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	for range 3 {
		a := v.Post("/settings/layout", url.Values{"css": {strings.Repeat("p{order:1}", 1<<20)}})
		has(t, status(t, a, 413), "still in your browser")
	}
	long := strings.Repeat("p{order:1}\n", 6000)
	a := status(t, v.Post("/settings/layout", form("css", long)), 422)
	has(t, a, "64 KB at most", long[:1000])
	if kept, _ := named(t, a.Body, "css"); kept != long {
		t.Errorf("of %d bytes %d come back", len(long), len(kept))
	}
}

// TestNobodySeesDrafts: what one tries on is one's own.
func TestNobodySeesDrafts(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	_, err := h.TryOn(t.Context(), h.ada, models.NewSheet{Source: "p{color:red}"})
	must(t, err)
	has(t, status(t, h.As(t, h.ada).Get("/settings/layout/draft.css"), 200), "color:red")
	hasNot(t, status(t, h.As(t, h.bob).Get("/settings/layout/draft.css"), 200), "color:red")
	hasNot(t, h.Guest(t).Get("/settings/layout/draft.css"), "color:red")
	hasNot(t, h.Guest(t).Get("/~ada/layout.css"), "color:red")
}

// TestPlainIsKeptApart: the plain and the dressed page are two answers, and neither is given for the other.
func TestPlainIsKeptApart(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	dressed(t, h)
	dressedPage := func(v *kit.Visitor, path string) bool { return strings.Contains(v.Get(path).Body, "layout.css") }
	guest, plain := h.Guest(t), h.Guest(t)
	for range 2 {
		for path, want := range map[string]bool{"/~ada": true, "/~ada?plain=1": false, "/~ada?plain=0": true, "/~ada/pictures": true, "/~ada/moods": true, "/~ada/guestbook": true, "/~ada/about": true, "/~ada/1": false} {
			if dressedPage(guest, path) != want {
				t.Errorf("%s is dressed: %v", path, !want)
			}
		}
	}
	token := plain.Token()
	status(t, plain.Post("/reading", form("token", token, "layouts", "plain", "back", "/~ada")), 303)
	if dressedPage(plain, "/~ada") || !dressedPage(plain, "/~ada?plain=0") || !dressedPage(guest, "/~ada") {
		t.Error("the standing choice is not kept, or kept for others too")
	}
	status(t, plain.Post("/reading", form("token", token, "layouts", "dressed")), 303)
	if !dressedPage(plain, "/~ada") {
		t.Error("the choice cannot be taken back")
	}
}
