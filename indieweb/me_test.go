package indieweb

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/safe"
)

// loopSpeaker is a speaker of https://social.example that may visit 127.0.0.0/8.
func loopSpeaker(t testing.TB) *Speaker {
	t.Helper()
	store, err := models.Open(t.Context(), models.Options{
		Database: filepath.Join(t.TempDir(), "marquee.db"), Name: "Marquee", Language: "en", Signups: models.SignupsOpen,
		Fetch: safe.FetchOptions{Agent: "Marquee/test", Own: "social.example", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return NewSpeaker(store, "https://social.example", nil)
}

func TestTypedMe(t *testing.T) {
	s := loopSpeaker(t)
	for typed, want := range map[string]string{
		"ada.example":                   "https://ada.example/ http://ada.example/",
		" ADA.Example/Blog?x=Y ":        "https://ada.example/Blog?x=Y http://ada.example/Blog?x=Y",
		"http://ada.example":            "http://ada.example/",
		"HTTPS://Ada.Example./":         "https://ada.example/",
		"https://ada.example?":          "https://ada.example/",
		"https://ada.example/?x":        "https://ada.example/?x",
		"été.example/été":               "https://xn--t-9fab.example/%C3%A9t%C3%A9 http://xn--t-9fab.example/%C3%A9t%C3%A9",
		"http://127.0.0.1:8080/~ada":    "http://127.0.0.1:8080/~ada",
		"127.0.0.1:8080":                "https://127.0.0.1:8080/ http://127.0.0.1:8080/",
		"https://social.example/@ada":   "error.me_here",
		"social.example":                "error.me_here",
		"ada@mail.example":              "error.me_mail",
		"@ada@social.example":           "error.me_mail",
		"mailto:ada@mail.example":       "error.me_mail",
		"https://ada@mail.example/":     "error.me",
		"https://ada.example:443/":      "error.me",
		"http://127.0.0.1.nip.io:80/":   "error.me",
		"https://ada.example/#me":       "error.me",
		"https://ada.example/a/../b":    "error.me",
		"https://ada.example/%2e%2e/b":  "error.me",
		"https://ada.example/./":        "error.me",
		"ftp://ada.example/":            "error.me",
		"javascript:alert(1)":           "error.me",
		"192.0.2.1":                     "error.me",
		"10.0.0.1":                      "error.me",
		"2130706433":                    "error.me",
		"0x7f.1":                        "error.me",
		"http://[::1]/":                 "error.me",
		"http://[::ffff:127.0.0.1]:80/": "error.me",
		"localhost":                     "error.me",
		"a.localhost":                   "error.me",
		"ada.onion":                     "error.me",
		"":                              "error.me",
		"ada":                           "error.me",
		"a b.example":                   "error.me",

		"ada.example/" + strings.Repeat("a", 2048): "error.me",
	} {
		list, err := s.typedMe(typed)
		got := strings.Join(list, " ")
		if problem, ok := errors.AsType[*models.Error](err); ok {
			got = problem.Text
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

func TestIssues(t *testing.T) {
	s := loopSpeaker(t)
	for _, c := range []struct {
		issuer, metadata string
		want             bool
	}{
		{"https://id.example", "https://id.example/.well-known/oauth-authorization-server", true},
		{"https://id.example/", "https://id.example/.well-known/oauth-authorization-server", true},
		{"https://ID.example/", "https://id.example/meta?x=1", true},
		{"https://id.example/auth", "https://id.example/auth/meta", true},
		{"https://id.example/auth/", "https://id.example/auth/meta", true},
		{"https://id.example/auth/meta", "https://id.example/auth/meta", true},
		{"http://127.0.0.1:80/", "http://127.0.0.1:80/meta", true},
		{"https://id.example/au", "https://id.example/auth/meta", false},
		{"https://id.example", "https://id.example.evil.example/meta", false},
		{"https://id.example", "http://id.example/meta", false},
		{"http://id.example", "http://id.example/meta", false},
		{"https://id.example/?", "https://id.example/meta", false},
		{"https://id.example/#", "https://id.example/meta", false},
		{"https://a@id.example/", "https://id.example/meta", false},
		{"id.example", "https://id.example/meta", false},
		{"https://", "https://id.example/meta", false},
	} {
		if got := s.issues(c.issuer, c.metadata); got != c.want {
			t.Errorf("%s at %s: %t", c.issuer, c.metadata, got)
		}
	}
}

// TestQuestion: an endpoint keeps its own query, and nobody learns the verifier.
func TestQuestion(t *testing.T) {
	s := loopSpeaker(t)
	p := models.Passage{Me: "https://ada.example/?a&b", Verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"} // RFC 7636, appendix B
	ways := map[string]bool{}
	for endpoint, begins := range map[string]string{"https://id.example/auth": "https://id.example/auth?", "https://id.example/?do=auth%20x": "https://id.example/?do=auth%20x&"} {
		p.AuthorizeAt = endpoint
		ways[s.wayBack(&p)] = true
		address := s.question(&p, "STATE")
		if !strings.HasPrefix(address, begins) || strings.Contains(address, p.Verifier) {
			t.Errorf("%s becomes %s", endpoint, address)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Del("do")
		want := url.Values{
			"response_type": {"code"}, "client_id": {"https://social.example/client"}, "redirect_uri": {s.wayBack(&p)},
			"state": {"STATE"}, "code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}, "me": {p.Me},
		}
		if q.Encode() != want.Encode() {
			t.Errorf("asks %s, want %s", q.Encode(), want.Encode())
		}
	}
	if len(ways) != 2 {
		t.Errorf("two endpoints have %d ways back", len(ways))
	}
	if p.Issuer = "https://id.example/"; s.wayBack(&p) != "https://social.example/login/web/back" {
		t.Errorf("who names itself has a way of its own: %s", s.wayBack(&p))
	}
}

// TestSlowSites: who does not answer in time is away, and nothing of ours broke.
func TestSlowSites(t *testing.T) {
	s := loopSpeaker(t)
	done := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ada" {
			w.Header().Set("Link", `</slow>; rel=indieauth-metadata`)
			return
		}
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		<-done
	}))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(done) })
	for _, path := range []string{"/", "/ada"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := s.find(ctx, []string{slow.URL + path})
		cancel()
		if !errors.Is(err, errMeAway) {
			t.Errorf("%s: the error is %v", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.find(ctx, []string{slow.URL + "/"}); !errors.Is(err, context.Canceled) {
		t.Errorf("when we go away ourselves, the error is %v", err)
	}
}

// FuzzMe: what is taken for an address of somebody is in its normal form, and one that a person may be known by.
func FuzzMe(f *testing.F) {
	for _, seed := range []string{"ada.example", "https://ada.example/a?b", "http://127.0.0.1:80/~ada", "a@b.c", "été.example", "https://x.example/%2e/", "https://[::1]:80/", "//x.y", "https://a.b\\c"} {
		f.Add(seed)
	}
	s := loopSpeaker(f)
	f.Fuzz(func(t *testing.T, typed string) {
		list, err := s.typedMe(typed)
		if err != nil {
			return
		}
		for _, me := range list {
			again, ok := s.profileURL(me)
			u, err := url.Parse(me)
			if !ok || again != me || err != nil {
				t.Fatalf("%q becomes %q, which becomes %q (%v)", typed, me, again, err)
			}
			if u.Host != strings.ToLower(u.Host) || !strings.HasPrefix(u.Path, "/") || u.User != nil || strings.Contains(me, "#") || u.Scheme != "http" && u.Scheme != "https" ||
				u.Port() != "" && !strings.HasPrefix(u.Host, "127.") || s.fetcher.Check(me) != nil || strings.ContainsAny(me, "\n\r \"'<>") {
				t.Fatalf("%q becomes %q", typed, me)
			}
		}
	})
}

// FuzzIssues: an issuer is never taken for that of another site.
func FuzzIssues(f *testing.F) {
	f.Add("https://id.example/", "https://id.example/meta")
	f.Add("https://id.example:1/a%2f", "https://id.example:1/a/b")
	f.Add("http://127.0.0.1:80", "http://127.0.0.1:80/")
	s := loopSpeaker(f)
	f.Fuzz(func(t *testing.T, issuer, metadata string) {
		if !s.issues(issuer, metadata) {
			return
		}
		i, err := url.Parse(issuer)
		m, failed := url.Parse(metadata)
		if err != nil || failed != nil || i.Scheme != m.Scheme || !strings.EqualFold(i.Host, m.Host) || i.RawQuery != "" || i.Fragment != "" || i.Host == "" {
			t.Fatalf("%q is taken for the issuer of %q", issuer, metadata)
		}
	})
}
