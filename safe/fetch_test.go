package safe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// site is another site, on loopback.
type site struct {
	*httptest.Server
	asked atomic.Int64 // requests
	met   atomic.Int64 // connections that were made
	open  atomic.Int64 // connections that are
}

// host starts a site; prepare may be nil. Its address is free of TLS unless prepare says StartTLS.
func host(t *testing.T, answer http.HandlerFunc, prepare func(*httptest.Server)) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		answer(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.met.Add(1)
			s.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.open.Add(-1)
		}
	}
	if prepare == nil {
		prepare = (*httptest.Server).Start
	}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that we break off
	prepare(s.Server)
	t.Cleanup(s.Close)
	return s
}

// fetcher returns one that may visit the networks in allow.
func fetcher(t *testing.T, allow ...string) *Fetcher {
	t.Helper()
	o := FetchOptions{Agent: "Marquee/test", Own: "Own.example"}
	for _, p := range allow {
		o.Allow = append(o.Allow, netip.MustParsePrefix(p))
	}
	f := NewFetcher(o)
	t.Cleanup(f.transport.CloseIdleConnections)
	return f
}

// fetch gets what must be there.
func fetch(t *testing.T, f *Fetcher, r FetchRequest) *Fetched {
	t.Helper()
	got, err := f.Fetch(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: %v", r.URL, err)
	}
	return got
}

// refused fails unless r ends in the error, which is one of ours.
func refused(t *testing.T, f *Fetcher, r FetchRequest, want error) {
	t.Helper()
	if got, err := f.Fetch(t.Context(), r); !errors.Is(err, want) || got != nil {
		t.Errorf("%.80s: %v, an answer: %v; want %v", r.URL, err, got != nil, want)
	}
}

const loopback = "127.0.0.0/8"

func TestFetch(t *testing.T) {
	t.Parallel()
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Asked", fmt.Sprint(r.Method, " ", r.URL, " ", r.Header, string(body)))
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "ada"})
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	}, nil)
	f := fetcher(t, loopback)
	for want, r := range map[string]FetchRequest{
		"GET /a?b=c map[Accept:[text/html] Accept-Encoding:[identity] User-Agent:[Marquee/test]]": {
			URL: "HTTP://" + s.URL[len("http://"):] + "/a?b=c#part", Accept: "text/html",
		},
		"HEAD /a?b=c map[Accept-Encoding:[identity] User-Agent:[Marquee/test]]": {Method: "HEAD", URL: s.URL + "/a?b=c"},
		"POST /a?b=c map[Accept-Encoding:[identity] Content-Length:[4] Signature:[s] User-Agent:[Marquee/test]]body": {
			Method: "POST", URL: s.URL + "/a?b=c", Body: []byte("body"),
			Header: http.Header{"Signature": {"s"}, "Accept-Encoding": {"br"}, "User-Agent": {"x"}},
		},
	} {
		for range 2 {
			got := fetch(t, f, r)
			if got.Header.Get("X-Asked") != want || got.Status != http.StatusTeapot || got.URL != s.URL+"/a?b=c" {
				t.Errorf("asked %q, want %q, at %s: %d", got.Header.Get("X-Asked"), want, got.URL, got.Status)
			}
			if body := "short and stout"; (r.Method != "HEAD") != (string(got.Body) == body) {
				t.Errorf("%s: body %q", r.Method, got.Body)
			}
		}
	}
	if n := s.met.Load(); n != 1 {
		t.Errorf("%d connections for requests one after the other", n)
	}
}

// TestFetchNoProxy: whoever can set our environment does not see what we fetch.
func TestFetchNoProxy(t *testing.T) {
	t.Parallel()
	if fetcher(t).transport.Proxy != nil {
		t.Error("a proxy is asked where to go, and the guard only sees the proxy")
	}
}

func TestFetchRedirects(t *testing.T) {
	t.Parallel()
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		status := 0
		if n, _ := fmt.Sscanf(r.URL.Path, "/go/%d", &status); n == 1 {
			w.Header().Set("Location", "../end?x#part")
			w.WriteHeader(status)
		}
		_, _ = fmt.Fprint(w, r.Method, " ", r.Header.Get("Content-Type"), " ", r.Header.Get("Authorization"), " ", string(body))
	}, nil)
	f := fetcher(t, loopback)
	for _, c := range []struct {
		method, want string
		codes        []int
	}{
		{"GET", "GET text/x key ", []int{307, 308}},
		{"GET", "GET  key ", []int{301, 302, 303}},
		{"POST", "POST text/x key body", []int{307, 308}},
		{"POST", "GET  key ", []int{301, 302, 303}},
		{"HEAD", "", []int{301, 302, 303, 307, 308}},
	} {
		for _, code := range c.codes {
			r := FetchRequest{
				Method: c.method, URL: fmt.Sprint(s.URL, "/go/", code),
				Header: http.Header{"Content-Type": {"text/x"}, "Authorization": {"key"}},
			}
			if c.method == "POST" {
				r.Body = []byte("body")
			}
			got := fetch(t, f, r)
			if got.URL != s.URL+"/end?x" || got.Status != 200 || string(got.Body) != c.want || r.Header.Get("Content-Type") == "" {
				t.Errorf("%s %d: %d %s %q, want %q", c.method, code, got.Status, got.URL, got.Body, c.want)
			}
		}
	}
	for _, code := range []int{300, 304, 305, 306} {
		if got := fetch(t, f, FetchRequest{URL: fmt.Sprint(s.URL, "/go/", code)}); got.Status != code {
			t.Errorf("%d was followed", code)
		}
	}
}

// TestFetchLeads: how far redirects are followed, and where to.
func TestFetchLeads(t *testing.T) {
	t.Parallel()
	lead := "" // where /lead leads
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		hops := 0
		if n, _ := fmt.Sscanf(r.URL.Path, "/hops/%d", &hops); n == 1 && hops > 0 {
			http.Redirect(w, r, fmt.Sprint("/hops/", hops-1), http.StatusFound)
		} else if r.URL.Path == "/lead" {
			w.Header().Set("Location", lead)
			w.WriteHeader(http.StatusMovedPermanently)
		}
	}, nil)
	f := fetcher(t, loopback)
	if got := fetch(t, f, FetchRequest{URL: s.URL + "/hops/3"}); got.URL != s.URL+"/hops/0" {
		t.Errorf("three hops end at %s", got.URL)
	}
	for path, hops := range map[string]int64{"/hops/4": 4, "/hops/20": 4, "/lead": 4} {
		lead = "/lead"
		before := s.asked.Load()
		refused(t, f, FetchRequest{URL: s.URL + path}, ErrFetchRedirects)
		if n := s.asked.Load() - before; n != hops {
			t.Errorf("%s: %d requests", path, n)
		}
	}
	for to, want := range map[string]error{
		"http://169.254.169.254/latest/meta-data/": ErrFetchPrivate,
		"//10.0.0.1/":                         ErrFetchPrivate,
		"http://[::1]:9/":                     ErrFetchPrivate,
		"http://localhost/":                   ErrFetchURL,
		"http://0x7f.1/":                      ErrFetchURL,
		"http://own.example/":                 ErrFetchURL,
		"file:///etc/passwd":                  ErrFetchURL,
		"gopher://127.0.0.1/":                 ErrFetchURL,
		"//ada:key@127.0.0.1":                 ErrFetchURL,
		"http://%zz/":                         ErrFetchURL,
		"/" + strings.Repeat("a", maxAddress): ErrFetchURL,
	} {
		lead = to
		refused(t, f, FetchRequest{URL: s.URL + "/lead"}, want)
	}
}

// TestFetchSecrets: what was meant for one host is not shown to another one.
func TestFetchSecrets(t *testing.T) {
	t.Parallel()
	var seen atomic.Pointer[http.Header]
	other := host(t, func(_ http.ResponseWriter, r *http.Request) { seen.Store(&r.Header) }, nil)
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}, nil)
	fetch(t, fetcher(t, loopback), FetchRequest{URL: s.URL, Method: "POST", Body: []byte("x"), Accept: "text/html", Header: http.Header{
		"Authorization": {"key"}, "Cookie": {"key"}, "Signature": {"key"}, "X-Token": {"key"}, "x-token": {"key"},
		"Content-Type": {"text/x"}, "If-None-Match": {`"tag"`},
	}})
	want := "map[Accept:[text/html] Accept-Encoding:[identity] Content-Length:[1] Content-Type:[text/x] If-None-Match:[\"tag\"] User-Agent:[Marquee/test]]"
	if got := fmt.Sprint(*seen.Load()); got != want {
		t.Errorf("the other host saw %s, want %s", got, want)
	}
}

func TestFetchTLS(t *testing.T) {
	t.Parallel()
	plain := host(t, func(http.ResponseWriter, *http.Request) {}, nil)
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
		}
	}, (*httptest.Server).StartTLS)
	up := host(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.URL, http.StatusFound) }, nil)
	f := fetcher(t, loopback)
	if got, err := f.Fetch(t.Context(), FetchRequest{URL: s.URL}); err == nil {
		t.Errorf("an unknown certificate was believed: %v", got)
	}
	trust(f, s)
	if got := fetch(t, f, FetchRequest{URL: up.URL}); got.URL != s.URL {
		t.Errorf("from http to https: %s", got.URL)
	}
	refused(t, f, FetchRequest{URL: s.URL + "/down"}, ErrFetchRedirects)
	if n := plain.asked.Load(); n != 0 {
		t.Errorf("left https %d times", n)
	}
}

// trust makes f believe the certificate of s.
func trust(f *Fetcher, s *site) {
	f.transport.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
}

// soon waits until what must become true is.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
