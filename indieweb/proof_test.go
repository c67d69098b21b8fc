package indieweb_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// home is a home page elsewhere whose answer may change.
type home struct {
	*httptest.Server
	asked atomic.Int64
	show  atomic.Pointer[http.HandlerFunc]
}

func newHome(t *testing.T) *home {
	t.Helper()
	h := &home{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked.Add(1)
		(*h.show.Load())(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *home) shows(handler http.HandlerFunc) { h.show.Store(&handler) }

func page(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, text)
	}
}

func code(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// proof is what is known of ada's one link.
func proof(t *testing.T, site *kit.Site, ada *models.Account) models.Proof {
	t.Helper()
	list, err := site.Proofs(t.Context(), ada)
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("ada has %d links", len(list))
	}
	return list[0]
}

// TestLinksAreProvenBothWays: a link is marked while the page there leads back, in whatever way it says so, and only then.
func TestLinksAreProvenBothWays(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, far := kit.Crowd(t, site.Store, "ada")[0], newHome(t)
	far.shows(page("<p>nothing yet"))
	must(t, site.Describe(t.Context(), ada, models.Profile{Homepage: far.URL + "/"}))
	site.Work(t)
	if p := proof(t, site, ada); !p.VerifiedAt.IsZero() || p.Problem != models.ProofUnlinked || p.CheckedAt.IsZero() {
		t.Fatalf("before it leads back: %+v", p)
	}
	back := site.URL + "/~ada"
	for i, c := range []struct {
		answer  http.HandlerFunc
		problem string
		kept    bool // a mark from before stays
	}{
		{page(`<a href="` + back + `" rel="nofollow me">x</a>`), "", true},
		{page(`<link rel="ME" href="` + site.URL + `/%7EAda/">`), "", true},
		{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", "<"+back+`>; rel="me"`)
			page("x")(w, r)
		}, "", true},
		{page(`<base href="` + site.URL + `/"><a rel=me href="~ada">x</a>`), "", true},
		{page(`<a rel="me" href="` + strings.Replace(back, "http:", "https:", 1) + `">x</a>`), "", true},
		{page(`<!-- <a rel="me" href="` + back + `"> -->`), models.ProofUnlinked, false},
		{page(`<a href="` + back + `">x</a>`), models.ProofUnlinked, false},
		{page(`<a rel="me" href="` + back + `/17">x</a>`), models.ProofUnlinked, false},
		{page(`<a rel="me" href="` + site.URL + `/~ada_b">x</a>`), models.ProofUnlinked, false},
		{page(`<a rel="me" href="http://elsewhere.example/~ada">x</a>`), models.ProofUnlinked, false},
		{page(`&lt;a rel="me" href="` + back + `">`), models.ProofUnlinked, false},
		{code(404), models.ProofGone, false},
		{code(410), models.ProofGone, false},
		{code(403), models.ProofGone, false},
		{code(500), models.ProofAway, true},
		{code(503), models.ProofAway, true},
		{code(429), models.ProofAway, true},
		{page(strings.Repeat("x", 1<<20+1)), models.ProofAway, true},
	} {
		far.shows(page(`<a rel="me" href="` + back + `">x</a>`))
		week(t, site)
		if p := proof(t, site, ada); p.VerifiedAt.IsZero() {
			t.Fatalf("%d: the link was not proven to begin with: %+v", i, p)
		}
		before := revision(t, site)
		far.shows(c.answer)
		week(t, site)
		p := proof(t, site, ada)
		if p.Problem != c.problem || p.VerifiedAt.IsZero() == c.kept {
			t.Errorf("%d: %+v, want the problem %q, kept %v", i, p, c.problem, c.kept)
		}
		if touched := revision(t, site) != before; touched == c.kept {
			t.Errorf("%d: the page was touched: %v", i, touched)
		}
	}
}

// week passes a week and does what is due, with a day more for who was away.
func week(t *testing.T, site *kit.Site) {
	t.Helper()
	site.Clock.Add(7*24*time.Hour + time.Second)
	must(t, site.Sweep(t.Context()))
	must(t, site.Sweep(t.Context()))
	if failed := site.Work(t); len(failed) > 0 {
		t.Fatal(failed)
	}
}

func revision(t *testing.T, site *kit.Site) int64 {
	t.Helper()
	a, err := site.Account(t.Context(), "ada")
	must(t, err)
	return a.Revision
}

// TestProofsFollowTheProfile: what is known of a link outlives other changes of the profile; a link that is taken away is forgotten, and
// its job finds nothing to do.
func TestProofsFollowTheProfile(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, far := kit.Crowd(t, site.Store, "ada")[0], newHome(t)
	far.shows(page(`<a rel="me" href="` + site.URL + `/~ada">x</a>`))
	must(t, site.Describe(t.Context(), ada, models.Profile{Homepage: far.URL + "/"}))
	site.Work(t)
	since := proof(t, site, ada).VerifiedAt
	if since.IsZero() || far.asked.Load() != 1 {
		t.Fatalf("proven since %v, asked %d times", since, far.asked.Load())
	}
	site.Clock.Add(time.Hour)
	must(t, site.Describe(t.Context(), ada, models.Profile{Bio: "new", Links: [models.LinksMost]models.ProfileLink{{Label: "now a link", Address: far.URL + "/"}}}))
	site.Work(t)
	if p := proof(t, site, ada); p.VerifiedAt != since || far.asked.Load() != 1 {
		t.Errorf("moved, it is proven since %v, asked %d times", p.VerifiedAt, far.asked.Load())
	}
	must(t, site.Describe(t.Context(), ada, models.Profile{Homepage: far.URL + "/other"}))
	must(t, site.Describe(t.Context(), ada, models.Profile{}))
	if failed := site.Work(t); len(failed) > 0 || far.asked.Load() != 1 {
		t.Errorf("taken away: %v, asked %d times", failed, far.asked.Load())
	}
	if list, err := site.Proofs(t.Context(), ada); err != nil || len(list) != 0 {
		t.Errorf("left: %v, %v", list, err)
	}
}

// TestOpenRedirectProvesNothing: what leads from one site to another speaks for neither.
func TestOpenRedirectProvesNothing(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, far := kit.Crowd(t, site.Store, "ada")[0], newHome(t)
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this machine has one loopback address:", err)
	}
	other := httptest.NewUnstartedServer(page(`<a rel="me" href="` + site.URL + `/~ada">x</a>`))
	must(t, other.Listener.Close())
	other.Listener = listener
	other.Start()
	t.Cleanup(other.Close)
	far.shows(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	must(t, site.Describe(t.Context(), ada, models.Profile{Homepage: far.URL + "/"}))
	site.Work(t)
	if p := proof(t, site, ada); !p.VerifiedAt.IsZero() || p.Problem != models.ProofUnlinked {
		t.Errorf("an open redirect proved %+v", p)
	}
	must(t, site.Describe(t.Context(), ada, models.Profile{Homepage: other.URL}))
	site.Work(t)
	if p := proof(t, site, ada); p.VerifiedAt.IsZero() {
		t.Errorf("asked for itself, it proves nothing: %+v", p)
	}
}
