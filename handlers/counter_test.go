package handlers_test

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"marquee/handlers"
	"marquee/models"
	"marquee/tests/kit"
	"marquee/widgets"
)

// counted is how often ada's page was visited.
func (h *house) counted(t *testing.T) int64 {
	t.Helper()
	hits, err := h.Hits(t.Context(), fresh(t, h.Store, "ada"))
	must(t, err)
	return hits
}

// TestCounterCountsWhoSeesThePage: and nobody else, whatever asks for the image.
func TestCounterCountsWhoSeesThePage(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		must(t, h.Describe(t.Context(), h.ada, models.Profile{Counting: true}))
		v := h.Guest(t)
		for _, headers := range [][]string{
			{"Sec-Purpose", "prefetch;prerender"},
			{"Purpose", "prefetch"},
			{"X-Moz", "prefetch"},
			{"If-None-Match", `"x"`},
			{"If-Modified-Since", "Sat, 21 Nov 2026 14:05:00 GMT"},
			{"Range", "bytes=0-1"},
			{"Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none"},
			{"Sec-Fetch-Dest", "image", "Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Dest", "image", "Sec-Fetch-Site", "same-site"},
			{"Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin"},
			{"Referer", "https://elsewhere.example/"},
		} {
			a := status(t, v.Get("/~ada/counter.gif", headers...), 200)
			if a.Body != string(widgets.Odometer(0)) {
				t.Errorf("%q sees another number", headers)
			}
			header(t, headers[0], a, "Cache-Control", "no-store")
			header(t, headers[0], a, "Cross-Origin-Resource-Policy", "cross-origin")
		}
		status(t, v.Send(http.MethodHead, "/~ada/counter.gif", ""), 200)
		status(t, h.As(t, h.bob).Get("/~ada/counter.gif", "Sec-Fetch-Dest", "image", "Sec-Fetch-Site", "cross-site"), 200)
		if rows := h.count(t); rows["counters"]+rows["visits"]+rows["salts"] != 0 {
			t.Errorf("who did not look at the page is counted: %v", rows)
		}
		for range 3 {
			a := v.Get("/~ada/counter.gif", "Sec-Fetch-Dest", "image", "Sec-Fetch-Site", "same-origin", "Referer", h.URL+"/~ada")
			if a.Body != string(widgets.Odometer(1)) {
				t.Errorf("the image does not show the visit itself")
			}
			if cookies := a.Header.Values("Set-Cookie"); len(cookies) > 0 {
				t.Errorf("it sets %q", cookies)
			}
		}
		h.Clock.Add(24 * time.Hour)
		v.Get("/~ada/counter.gif")
		if h.counted(t) != 2 {
			t.Errorf("%d hits, want 2", h.counted(t))
		}
	})
}

// TestTheCounterAloneWritesWhenRead: it is the exception to the rule that reading writes nothing, and so it may write three
// tables and no other; and not even those for who is on the page already.
func TestTheCounterAloneWritesWhenRead(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		must(t, h.Describe(t.Context(), h.ada, models.Profile{Counting: true}))
		v, written := h.Guest(t), h.written(t)
		rows := h.count(t)
		status(t, v.Get("/~ada/counter.gif"), 200)
		for table, n := range h.count(t) {
			if want := rows[table] + map[string]int{"counters": 1, "visits": 1, "salts": 1}[table]; n != want {
				t.Errorf("%s has %d rows, want %d", table, n, want)
			}
		}
		before := written()
		for range 5 {
			status(t, v.Get("/~ada/counter.gif"), 200)
			status(t, h.second(t).Guest(t).Get("/~ada/counter.gif"), 200)
		}
		if written() != before {
			t.Error("who comes back the same day is written down again")
		}
	})
}

// TestCounterCountsNetworks: an address of IPv4, a /64 of IPv6, as our proxy tells them.
func TestCounterCountsNetworks(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.Describe(t.Context(), h.ada, models.Profile{Counting: true}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	app := handlers.New(handlers.Options{Store: h.Store.Store, Base: h.Base, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}).App()
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { must(t, app.Shutdown()) })
	for _, c := range []struct {
		from string
		want int64
	}{
		{"198.51.100.7", 1},
		{"198.51.100.7", 1},
		{"::ffff:198.51.100.7", 1},
		{"198.51.100.8", 2},
		{"2001:db8:1:2::7", 3},
		{"2001:db8:1:2:ffff::8", 3},
		{"2001:db8:1:3::7", 4},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/~ada/counter.gif", http.NoBody)
		must(t, err)
		request.Header.Set("X-Forwarded-For", c.from)
		response, err := http.DefaultClient.Do(request)
		must(t, err)
		must(t, response.Body.Close())
		if got := h.counted(t); got != c.want {
			t.Errorf("after %s: %d hits, want %d", c.from, got, c.want)
		}
	}
	for _, trace := range []string{"198.51.100", "2001:db8"} {
		if strings.Contains(h.written(t)(), trace) {
			t.Errorf("the database knows of %s", trace)
		}
	}
}
