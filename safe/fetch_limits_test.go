package safe

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// late is when a site that lets us wait answers in the end: a limit that is broken is seen by the answer.
const late = 3 * time.Second

// TestFetchHeavy runs alone: it measures memory.
func TestFetchHeavy(t *testing.T) {
	var sent atomic.Int64
	endless := func(w http.ResponseWriter, piece []byte) {
		for sent.Store(0); sent.Load() < 64<<20; sent.Add(int64(len(piece))) {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
	zeros, nothing := make([]byte, 4<<20), bytes.Repeat(gzipped(t, nil), 4096)
	bomb := bytes.Repeat(gzipped(t, zeros), 256)
	answers := map[string]http.HandlerFunc{
		"10 GB, said": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10737418240")
			endless(w, zeros[:1<<20])
		},
		"10 GB, unsaid": func(w http.ResponseWriter, _ *http.Request) { endless(w, zeros[:1<<20]) },
		"bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		},
		"gzip of nothing, for ever": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "X-GZIP")
			endless(w, nothing)
		},
	}
	s := host(t, func(w http.ResponseWriter, r *http.Request) { answers[r.URL.Query().Get("a")](w, r) }, nil)
	f := fetcher(t, loopback)
	for name := range answers {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		refused(t, f, FetchRequest{URL: s.URL + "?a=" + strings.ReplaceAll(name, " ", "+"), Most: 2 << 20}, ErrFetchHeavy)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
			t.Errorf("%s: %d bytes of memory", name, n)
		}
		if n := sent.Load(); n >= 64<<20 {
			t.Errorf("%s: all was taken", name)
		}
	}
	if len(bomb) > 2<<20 {
		t.Errorf("the bomb has %d bytes: it is refused packed", len(bomb))
	}
}

func TestFetchMost(t *testing.T) {
	t.Parallel()
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		n, status := 0, 0
		_, _ = fmt.Sscanf(r.URL.Path, "/%d/%d", &n, &status)
		body := bytes.Repeat([]byte("a"), n)
		if r.URL.RawQuery != "" {
			w.Header().Set("Content-Encoding", r.URL.RawQuery)
			body = gzipped(t, body)
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}, nil)
	f := fetcher(t, loopback)
	for path, want := range map[string]int{
		"/1000/200": 1000, "/1001/200": -1, "/1000/200?gzip": 1000, "/1001/200?gzip": -1, "/1000/200?X-Gzip": 1000, "/1001/404": 1000, "/5000/410?gzip": 1000,
		"/0/200": 0, "/0/204": 0, "/0/304?gzip": 0,
	} {
		got, err := f.Fetch(t.Context(), FetchRequest{URL: s.URL + path, Most: 1000})
		if want < 0 {
			if !errors.Is(err, ErrFetchHeavy) {
				t.Errorf("%s: %v", path, err)
			}
		} else if err != nil || len(got.Body) != want || strings.Trim(string(got.Body), "a") != "" {
			t.Errorf("%s: %v, %v", path, got, err)
		} else if want > 0 && got.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s is unpacked and says it is not", path)
		}
	}
	for _, packing := range []string{"br", "zstd", "gzip,%20gzip"} {
		refused(t, f, FetchRequest{URL: s.URL + "/9/200?" + packing}, ErrFetchPacked)
	}
	if got := fetch(t, f, FetchRequest{URL: s.URL + "/9/410?br"}); got.Status != 410 || len(got.Body) != 0 {
		t.Errorf("what is gone is gone, however that is packed: %+v", got)
	}
	if got := fetch(t, f, FetchRequest{URL: s.URL + "/0/204?br"}); len(got.Body) != 0 {
		t.Errorf("nothing at all: %q", got.Body)
	}
	if got := fetch(t, f, FetchRequest{URL: s.URL + "/1048576/200"}); len(got.Body) != 1<<20 {
		t.Errorf("%d bytes of a MiB", len(got.Body))
	}
	refused(t, f, FetchRequest{URL: s.URL + "/1048577/200"}, ErrFetchHeavy)
	if got := fetch(t, f, FetchRequest{Method: "HEAD", URL: s.URL + "/9/200?gzip"}); got.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("HEAD: %v", got.Header)
	}
}

// TestFetchLies: headers that are too long or say what is not true.
func TestFetchLies(t *testing.T) {
	t.Parallel()
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		conn, wire, _ := http.NewResponseController(w).Hijack()
		defer conn.Close()
		switch r.URL.Path {
		case "/fits":
			_, _ = fmt.Fprintf(wire, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: %s\r\n\r\nok", strings.Repeat("x", 31<<10))
		case "/header":
			_, _ = fmt.Fprintf(wire, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: %s\r\n\r\nok", strings.Repeat("x", 33<<10))
		case "/less":
			_, _ = wire.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok and more")
		case "/more":
			_, _ = wire.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok")
		case "/gzip":
			_, _ = wire.WriteString("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok")
		}
		_ = wire.Flush()
	}, nil)
	f := fetcher(t, loopback)
	for _, path := range []string{"/fits", "/less"} {
		if got := fetch(t, f, FetchRequest{URL: s.URL + path}); string(got.Body) != "ok" {
			t.Errorf("%s: %q", path, got.Body)
		}
	}
	for _, path := range []string{"/header", "/more", "/gzip"} {
		if got, err := f.Fetch(t.Context(), FetchRequest{URL: s.URL + path}); err == nil {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// TestFetchTime: each of the limits alone, the others being far away.
func TestFetchTime(t *testing.T) {
	t.Parallel()
	slow := host(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/silent" {
			select {
			case <-r.Context().Done():
			case <-time.After(late):
			}
		}
		for start := time.Now(); time.Since(start) < late && r.Context().Err() == nil && r.URL.Path == "/drip"; time.Sleep(10 * time.Millisecond) {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
		}
	}, nil)
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	go func() {
		for conn, err := mute.Accept(); err == nil; conn, err = mute.Accept() {
			time.AfterFunc(late, func() { _ = conn.Close() })
		}
	}()
	for name, c := range map[string]struct {
		url string
		set func(f *Fetcher, short time.Duration)
	}{
		"header":    {slow.URL + "/silent", func(f *Fetcher, d time.Duration) { f.transport.ResponseHeaderTimeout = d }},
		"handshake": {"https://" + mute.Addr().String(), func(f *Fetcher, d time.Duration) { f.transport.TLSHandshakeTimeout = d }},
		"whole":     {slow.URL + "/drip", func(f *Fetcher, d time.Duration) { f.whole = d }},
		"connect": {strings.Replace(slow.URL, "127.0.0.1", "slow.example", 1), func(f *Fetcher, d time.Duration) {
			f.dialer.Timeout, f.dialer.Resolver = d, names(t, late, "127.0.0.1")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fetcher(t, loopback)
			f.whole, f.dialer.Timeout, f.transport.TLSHandshakeTimeout, f.transport.ResponseHeaderTimeout = time.Minute, time.Minute, time.Minute, time.Minute
			c.set(f, 100*time.Millisecond)
			refused(t, f, FetchRequest{URL: c.url}, ErrFetchTime)
		})
	}
	if f := NewFetcher(FetchOptions{}); f.whole != 10*time.Second || f.dialer.Timeout != 5*time.Second ||
		f.transport.TLSHandshakeTimeout != 5*time.Second || f.transport.ResponseHeaderTimeout != 5*time.Second || f.transport.IdleConnTimeout != 30*time.Second {
		t.Error("the limits are others than promised")
	}
}

// TestFetchPolite: no host is asked for more than two things at once, over TLS either, and one waits for no other.
func TestFetchPolite(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	gate := make(chan struct{})
	busy := host(t, func(_ http.ResponseWriter, r *http.Request) {
		for n, old := now.Add(1), most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		select {
		case <-gate:
		case <-r.Context().Done():
		}
		now.Add(-1)
	}, func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() })
	other := host(t, func(http.ResponseWriter, *http.Request) {}, nil)
	f := fetcher(t, loopback)
	trust(f, busy)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := f.Fetch(t.Context(), FetchRequest{URL: busy.URL}); err != nil {
				t.Error(err)
			}
		})
	}
	soon(t, "two at once", func() bool { return now.Load() == 2 })
	fetch(t, f, FetchRequest{URL: other.URL})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.Fetch(ctx, FetchRequest{URL: busy.URL + "/waits"}); !errors.Is(err, ErrFetchTime) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a turn: %v", err)
	}
	close(gate)
	all.Wait()
	if most.Load() != 2 || busy.asked.Load() != 8 {
		t.Errorf("%d at once, %d in all", most.Load(), busy.asked.Load())
	}
}

func TestFetchCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := host(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }, nil)
	if got, err := fetcher(t, loopback).Fetch(ctx, FetchRequest{URL: s.URL}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrFetchTime) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestFetchLeavesNothing runs alone: it counts goroutines.
func TestFetchLeavesNothing(t *testing.T) {
	s := host(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/heavy":
			_, _ = w.Write(make([]byte, 2<<20))
		case "/redirect":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/hang":
			<-r.Context().Done()
		}
	}, nil)
	before := runtime.NumGoroutine()
	f := fetcher(t, loopback)
	f.transport.IdleConnTimeout = 50 * time.Millisecond
	for range 5 {
		for _, path := range []string{"/", "/heavy", "/redirect", "/hang"} {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			_, _ = f.Fetch(ctx, FetchRequest{URL: s.URL + path})
			cancel()
		}
	}
	soon(t, "all connections are closed", func() bool { return s.open.Load() == 0 && s.met.Load() > 0 })
	soon(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}

// gzipped packs b.
func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(b); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	return packed.Bytes()
}
