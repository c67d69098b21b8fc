package handlers_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/feeds"
	"marquee/models"
	"marquee/static"
	"marquee/tests/kit"
	"marquee/widgets"
)

// publicPages are the pages that are kept for guests.
var publicPages = []string{
	"/", "/?before=3", "/tag/lamps", "/mood", "/mood/cosy", "/directory", "/directory?sort=newest", "/directory?sort=hello",
	"/about", "/rules", "/~ada", "/~ada?before=1", "/~ada/moods", "/~ada/1", "/~bob/3", "/pictures", "/~ada/pictures", "/~ada/guestbook",
	"/rings", "/rings/lamps", "/rings/lamps?after=1",
}

// publicFeeds are all feeds in all formats.
func publicFeeds() []string {
	paths := []string{"/users/ada.atom", "/directory.opml"}
	for _, base := range []string{"/", "/~ada/", "/tag/lamps/", "/mood/cosy/", "/pictures/", "/~ada/pictures/", "/~ada/guestbook/"} {
		for _, format := range feeds.Formats {
			paths = append(paths, base+format.File)
		}
	}
	return paths
}

// publicWidgets are all widgets of ada.
func publicWidgets() []string {
	paths := []string{"/users/ada/status.json", "/current-status.js?name=ada", "/rings/lamps/list.json", "/rings/lamps/button.gif", "/rings/lamps/2/widget"}
	for _, w := range widgets.All {
		paths = append(paths, "/~ada/"+w.Path)
	}
	return paths
}

// publicPaths is everything that a guest may read.
func publicPaths() []string {
	paths := append(publicFeeds(), publicWidgets()...)
	paths = append(paths, publicPages...)
	return append(paths, static.Path("site.css"), static.Path("site.js"), static.Path("pad.js"), "/robots.txt", "/favicon.ico", "/humans.txt", "/sitemap.xml", "/sitemap/site/1.xml", "/sitemap/accounts/1.xml", "/sitemap/statuses/1.xml", "/~ada/1/embed", "/~ada/friends.opml")
}

// TestPublicAnswersWriteNothing reads everything twice, with cookies and without: nothing may be kept of it.
func TestPublicAnswersWriteNothing(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		written := h.written(t)
		before := written()
		paths := append(publicPaths(), "/random", "/rings/lamps/2/next", "/rings/lamps/4711/previous", "/rings/lamps/random", "/signup", "/login", "/recover", "/reading", "/users/ada", "/%7Eada", "/healthz",
			"/nothing/here", "/~nobody_here", "/~bob/4", "/~ada/2", "/settings", "/post", "/tag/%00", "/~ada?before=99999", "/~ada/guestbook/sign", "/~ada/guestbook/2.gif",
			"/client", "/login/web/back", "/login/web/back?state=a&code=b&iss=c", "/signup/web")
		v := h.Guest(t)
		for range 2 {
			for _, path := range paths {
				for _, headers := range [][]string{nil, {"Cookie", "s=worthless; lang=fr; look=late"}} {
					a := v.Get(path, headers...)
					if cookies := a.Header.Values("Set-Cookie"); len(cookies) > 0 {
						t.Errorf("%s sets %q", path, cookies)
					}
				}
			}
			h.Clock.Add(25 * time.Hour)
		}
		if after := written(); after != before {
			t.Errorf("reading changed the database:\n%s\n%s", before, after)
		}
		must(t, h.Store.SetLanguage(t.Context(), h.ada, "fr"))
		if written() == before {
			t.Error("the test would not notice a write")
		}
	})
}

// header fails the test unless the answer has the header.
func header(t *testing.T, path string, a kit.Answer, name, want string) {
	t.Helper()
	if got := a.Header.Get(name); got != want {
		t.Errorf("%s: %s is %q, want %q", path, name, got, want)
	}
}

// TestPublicHeaders: what caches and other sites may do with each kind of answer.
func TestPublicHeaders(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range publicPaths() {
		a := status(t, v.Get(path, "Accept-Encoding", "identity"), 200)
		header(t, path, a, "X-Content-Type-Options", "nosniff")
		header(t, path, a, "Server", "")
		if tag := a.Header.Get("ETag"); len(tag) < 10 || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: ETag is %q, want a strong one", path, tag)
		}
		for _, name := range []string{"Content-Security-Policy", "Content-Type", "Content-Length", "Date"} {
			if a.Header.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
	}
	for _, path := range publicPages {
		a := v.Get(path)
		header(t, path, a, "Cache-Control", "no-cache")
		header(t, path, a, "Vary", "Accept-Encoding, Accept-Language, Cookie")
		header(t, path, a, "Access-Control-Allow-Origin", "")
		header(t, path, a, "Content-Type", "text/html; charset=utf-8")
	}
	for _, path := range publicFeeds() {
		a := v.Get(path)
		header(t, path, a, "Cache-Control", "max-age=300")
		header(t, path, a, "Vary", "Accept-Encoding")
		if a.Header.Get("Last-Modified") == "" {
			t.Errorf("%s has no Last-Modified", path)
		}
	}
	for _, path := range append(publicFeeds(), publicWidgets()...) {
		a := v.Get(path, "Origin", "https://home.example")
		header(t, path, a, "Access-Control-Allow-Origin", "*")
		header(t, path, a, "Access-Control-Allow-Credentials", "")
		header(t, path, a, "Cross-Origin-Resource-Policy", "cross-origin")
	}
	a := h.As(t, h.ada).Get("/")
	header(t, "/ of a member", a, "Cache-Control", "private, no-store")
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range append(publicPages, "/login", "/nothing/here", "/~bob/4") {
		policy := v.Get(path).Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is loose: %s", path, policy)
		}
	}
	for _, w := range widgets.All {
		policy := v.Get("/~ada/" + w.Path).Header.Get("Content-Security-Policy")
		if framed := strings.Contains(policy, "frame-ancestors *"); framed != w.Frame || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: the policy is %s", w.Path, policy)
		}
	}
}

// TestGzip: the compressed form has its own tag and the same content.
func TestGzip(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range publicPaths() {
		plain := v.Get(path, "Accept-Encoding", "identity")
		zipped := v.Get(path, "Accept-Encoding", "br, gzip;q=0.5")
		if zipped.Header.Get("Content-Encoding") == "" {
			if len(plain.Body) > 400 && plain.Header.Get("Content-Type") != widgets.GIFType {
				t.Errorf("%s: %d bytes are not compressed", path, len(plain.Body))
			}
			continue
		}
		r, err := gzip.NewReader(strings.NewReader(zipped.Body))
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		if string(body) != plain.Body {
			t.Errorf("%s: the two forms differ", path)
		}
		if zipped.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Errorf("%s: both forms have the tag %s", path, plain.Header.Get("ETag"))
		}
		for _, a := range []kit.Answer{plain, zipped} {
			if !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: Vary is %q", path, a.Header.Get("Vary"))
			}
		}
	}
	for accepted, want := range map[string]string{
		"gzip": "gzip", "gzip;q=1": "gzip", "deflate, gzip": "gzip", "*": "gzip", "gzip; q=0.001": "gzip", "*;q=0, gzip": "gzip",
		"identity": "", "gzip;q=0": "", "gzip; q=0.000": "", "*;q=0": "", "br": "", "gzip;q=0, *": "", "*, gzip;q=0": "", "xgzip": "",
	} {
		header(t, accepted, v.Get("/", "Accept-Encoding", accepted), "Content-Encoding", want)
	}
}

// TestHead: the same headers as GET, and no body.
func TestHead(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range append(publicPaths(), "/random", "/nothing/here", "/~bob/4", "/login") {
		for _, encoding := range []string{"identity", "gzip"} {
			get, head := v.Get(path, "Accept-Encoding", encoding), v.Send(http.MethodHead, path, "", "Accept-Encoding", encoding)
			if head.Status != get.Status || head.Body != "" {
				t.Errorf("HEAD %s: %d and %d bytes, GET is %d", path, head.Status, len(head.Body), get.Status)
			}
			get.Header.Del("Date")
			head.Header.Del("Date")
			if path == "/login" || path == "/random" { // each has its own token, or leads anywhere
				get.Header.Del("ETag")
				head.Header.Del("ETag")
				get.Header.Del("Location")
				head.Header.Del("Location")
				get.Header.Del("Content-Length")
				head.Header.Del("Content-Length")
			}
			for name := range get.Header {
				header(t, "HEAD "+path+" "+encoding, head, name, get.Header.Get(name))
			}
			if len(head.Header) != len(get.Header) {
				t.Errorf("HEAD %s has %v, GET %v", path, head.Header, get.Header)
			}
		}
	}
}

// TestPreflight: scripts of any site may read feeds and widgets, and nothing else.
func TestPreflight(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	ask := []string{"Origin", "https://home.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-my-own"}
	for _, path := range append(publicFeeds(), publicWidgets()...) {
		a := v.Send(http.MethodOptions, path, "", ask...)
		if a.Status != 204 {
			t.Errorf("OPTIONS %s: %d", path, a.Status)
			continue
		}
		header(t, path, a, "Access-Control-Allow-Origin", "*")
		header(t, path, a, "Access-Control-Allow-Methods", "GET, HEAD")
	}
	for _, path := range []string{"/", "/~ada", "/settings", "/statuses", "/login"} {
		a := v.Send(http.MethodOptions, path, "", ask...)
		if a.Status < 400 || a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("OPTIONS %s: %d, allowed %q", path, a.Status, a.Header.Get("Access-Control-Allow-Origin"))
		}
	}
}

// say publishes as ada, for tests of what follows from it.
func (h *house) say(t *testing.T, text string) *models.Status {
	t.Helper()
	return h.publish(t, h.ada, models.Draft{Text: text})
}
