package safe

import (
	"net/http"
	"net/netip"
	"slices"
	"testing"
)

// TestFetchChain: an answer says by which addresses it was found.
func TestFetchChain(t *testing.T) {
	t.Parallel()
	server := host(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a":
			http.Redirect(w, r, "/b?x", http.StatusFound)
		case "/b":
			http.Redirect(w, r, "c#d", http.StatusMovedPermanently)
		}
	}, nil)
	f := NewFetcher(FetchOptions{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	got, err := f.Fetch(t.Context(), FetchRequest{URL: server.URL + "/a"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{server.URL + "/a", server.URL + "/b?x", server.URL + "/c"}; !slices.Equal(got.Chain, want) || got.URL != want[2] {
		t.Errorf("found by %q at %q, want %q", got.Chain, got.URL, want)
	}
}

// TestMoved: an address has moved when every step says that it is for good.
func TestMoved(t *testing.T) {
	t.Parallel()
	server := host(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]int{"/301": 301, "/308": 308, "/302": 302, "/307": 307, "/301/302": 301, "/302/301": 302}
		if status := to[r.URL.Path]; status != 0 {
			http.Redirect(w, r, r.URL.Path[4:]+"/", status)
		}
		if r.URL.Path == "/302/" || r.URL.Path == "/301/" {
			http.Redirect(w, r, "/", to[r.URL.Path[:4]])
		}
	}, nil)
	f := NewFetcher(FetchOptions{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	for path, want := range map[string]bool{"/": false, "/301": true, "/308": true, "/302": false, "/307": false, "/301/302": false, "/302/301": false, "/301/": true} {
		if got, err := f.Fetch(t.Context(), FetchRequest{URL: server.URL + path}); err != nil || got.Moved != want || got.URL != server.URL+"/" {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
}

func TestNeighbour(t *testing.T) {
	t.Parallel()
	f := NewFetcher(FetchOptions{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}})
	for name, want := range map[string]bool{
		"127.0.0.1": true, "::ffff:127.0.0.1": true, "[fd00::1]": true, "10.0.0.1": false, "::1": false, "localhost": false, "": false,
		"127.0.0.1.nip.io": false, "127.1": false,
	} {
		if got := f.Neighbour(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}
