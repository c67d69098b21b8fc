package handlers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

// program is a client of IndieAuth as somebody would write it: it knows no more than the address of a page.
type program struct {
	*httptest.Server
	t         *testing.T
	home, me  string
	endpoints map[string]any // the server's metadata
	verifier  string
	says      string // its own page
	kind      string // and the type of that
	asked     int    // how often it was looked at
}

// newProgram opens one on loopback, and lets it find who speaks for ada's page.
func newProgram(t *testing.T, h *house) *program {
	t.Helper()
	p := &program{t: t, home: h.URL, me: h.URL + "/~ada", verifier: strings.Repeat("verifier", 6), kind: "text/html", says: `<div class="h-app"><a class="u-url p-name" href="/">Quill & <b>Co</b></a></div>`}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.asked++
		w.Header().Set("Content-Type", p.kind)
		_, _ = w.Write([]byte(strings.ReplaceAll(p.says, "{own}", p.URL)))
	}))
	t.Cleanup(p.Close)
	page := status(t, h.Guest(t).Get("/~ada"), 200)
	found := regexp.MustCompile(`<([^>]+)>; rel=indieauth-metadata`).FindStringSubmatch(links(page))
	if found == nil {
		t.Fatalf("the page does not say who speaks for it: %v", page.Header)
	}
	p.endpoints = jsonOf(t, status(t, h.Guest(t).Get(found[1]), 200))
	return p
}

// at is the path of an endpoint.
func (p *program) at(endpoint string) string {
	path, _ := strings.CutPrefix(p.endpoints[endpoint].(string), p.home)
	return path
}

// asks is its request, with some parameters replaced.
func (p *program) asks(pairs ...string) string {
	sum := sha256.Sum256([]byte(p.verifier))
	return quillAsks(p.URL, append([]string{"code_challenge", base64.RawURLEncoding.EncodeToString(sum[:])}, pairs...)...)
}

// agree lets somebody go through the question as a browser would, and returns what the program hears.
func (p *program) agree(v *kit.Visitor, ask string, ticks ...string) url.Values {
	p.t.Helper()
	form := consentForm(p.t, status(p.t, v.Get(ask), 200))
	form["scope"] = ticks
	return p.hears(status(p.t, v.Post("/indieauth/consent", form), 303))
}

// consentForm is what the question sends when nothing is ticked.
func consentForm(t *testing.T, page kit.Answer) url.Values {
	t.Helper()
	form := url.Values{}
	for _, name := range []string{"token", "request"} {
		found := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page.Body)
		if found == nil {
			t.Fatalf("the question has no %s\n%s", name, gist(page))
		}
		form.Set(name, html.UnescapeString(found[1]))
	}
	return form
}

// hears is what comes back to the program: its own query is still there, and so are its state and who answers.
func (p *program) hears(a kit.Answer) url.Values {
	p.t.Helper()
	to, err := url.Parse(a.Header.Get("Location"))
	must(p.t, err)
	heard := to.Query()
	if !strings.HasPrefix(a.Header.Get("Location"), p.URL+"/back?a=b&") || heard.Get("iss") != p.endpoints["issuer"] {
		p.t.Errorf("leads to %s", a.Header.Get("Location"))
	}
	return heard
}

// sends is a form of the program to an endpoint: no cookie, no token of ours.
func (p *program) sends(v *kit.Visitor, endpoint string, pairs ...string) kit.Answer {
	p.t.Helper()
	return v.Send("POST", p.at(endpoint), form(pairs...).Encode(), "Content-Type", urlencoded)
}

// redeems is the form for a code, with some fields replaced; an empty one is left out.
func (p *program) redeems(v *kit.Visitor, endpoint, code string, pairs ...string) kit.Answer {
	p.t.Helper()
	f := form("grant_type", "authorization_code", "code", code, "client_id", p.URL+"/", "redirect_uri", p.URL+"/back?a=b", "code_verifier", p.verifier)
	for i := 0; i+1 < len(pairs); i += 2 {
		if f.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			f.Del(pairs[i])
		}
	}
	return v.Send("POST", p.at(endpoint), f.Encode(), "Content-Type", urlencoded)
}

// TestProgramsComeAndGo: a whole life of a program, from the address of a page to the day when its key is taken back.
func TestProgramsComeAndGo(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
		page := status(t, ada.Get(p.asks()), 200)
		has(t, page, "It calls itself: <bdi>Quill &amp; Co</bdi>", strings.TrimPrefix(p.URL, "http://")+" would like to act for you</h1>", p.URL+"/", h.URL+"/~ada", "say things on your page", "see your name")
		hasNot(t, page, "root", "another site", "could not ask")
		heard := p.agree(ada, p.asks(), "create", "profile", "delete")
		if heard.Get("state") != "st&te" || heard.Get("code") == "" || len(heard) != 4 {
			t.Fatalf("heard %v", heard)
		}
		a := status(t, p.redeems(v, "token_endpoint", heard.Get("code")), 200)
		got := jsonOf(t, a)
		if got["me"] != p.me || got["token_type"] != "Bearer" || got["scope"] != "profile create" || got["expires_in"] != 30*24*3600.0 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %v", got)
		}
		if profile := got["profile"].(map[string]any); profile["name"] != "ada" || profile["url"] != p.me || len(profile) != 2 {
			t.Errorf("profile %v", profile)
		}
		token, refresh := got["access_token"].(string), got["refresh_token"].(string)
		has(t, status(t, v.Get(p.at("userinfo_endpoint"), "Authorization", "Bearer "+token), 200), `"url":"`+p.me+`"`)
		has(t, status(t, v.Get("/indieauth/token", "Authorization", "Bearer "+token), 200), `"me":"`+p.me+`"`, `"scope":"profile create"`)
		about := jsonOf(t, status(t, v.Send("POST", p.at("introspection_endpoint"), form("token", token).Encode(), "Content-Type", urlencoded, "Authorization", "Bearer "+token), 200))
		now := float64(h.Now().Unix())
		if about["active"] != true || about["me"] != p.me || about["client_id"] != p.URL+"/" || about["exp"] != now+30*24*3600 || about["iat"] != now || len(about) != 6 {
			t.Errorf("introspected %v", about)
		}
		renewed := jsonOf(t, status(t, p.sends(v, "token_endpoint", "grant_type", "refresh_token", "refresh_token", refresh, "client_id", p.URL+"/"), 200))
		next := renewed["access_token"].(string)
		status(t, v.Get(p.at("userinfo_endpoint"), "Authorization", "Bearer "+token), 401)
		status(t, v.Get(p.at("userinfo_endpoint"), "Authorization", "Bearer "+next), 200)
		inactive := status(t, v.Send("POST", p.at("introspection_endpoint"), form("token", token, "access_token", next).Encode(), "Content-Type", urlencoded), 200)
		if inactive.Body != `{"active":false}` {
			t.Errorf("an old token is %s", inactive.Body)
		}
		has(t, ada.Get("/settings/apps"), "Quill &amp; Co", p.URL+"/", "say things on your page")
		list, err := h.Tokens(t.Context(), h.ada)
		must(t, err)
		has(t, ada.Get("/settings/apps"), `name="app" value="1"`)
		status(t, ada.Post("/settings/apps/end", form("app", "1")), 303)
		if len(list) != 1 {
			t.Errorf("%d tokens", len(list))
		}
		status(t, v.Get(p.at("userinfo_endpoint"), "Authorization", "Bearer "+next), 401)
	})
}

// TestRevocation: by both doors, and there is no wrong token (RFC 7009).
func TestRevocation(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, c := range [][2]string{{"/indieauth/revoke", ""}, {"/indieauth/token", "&action=revoke"}} {
		secret := h.handmade(t, h.ada, "profile")
		status(t, v.Send("POST", c[0]+"?token="+secret, "x=y"+c[1], "Content-Type", urlencoded), 200)
		status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer "+secret), 200) // in the query it is not read
		for range 2 {
			status(t, v.Send("POST", c[0], "token="+secret+c[1], "Content-Type", urlencoded), 200)
		}
		status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer "+secret), 401)
	}
}

// TestWhoIsNotLoggedInComesBack: through the log-in form to the question, however long its address is.
func TestWhoIsNotLoggedInComesBack(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.withPassword(t, h.ada)
	p, v := newProgram(t, h), h.Guest(t)
	ask := p.asks("state", strings.Repeat("s", 1000))
	page := status(t, v.Get(ask), 200)
	has(t, page, "Back again?")
	if p.asked != 0 {
		t.Error("a guest made us ask another site")
	}
	found := regexp.MustCompile(`name="held" value="([^"]+)"`).FindStringSubmatch(page.Body)
	a := status(t, v.Post("/login", form("name", "ada", "password", kit.Password, "held", found[1])), 303)
	if a.Header.Get("Location") != ask {
		t.Fatalf("leads to %s", a.Header.Get("Location"))
	}
	if heard := p.agree(v, ask, "create"); heard.Get("state") != strings.Repeat("s", 1000) {
		t.Errorf("heard %v", heard)
	}
}

// TestConsentIsTheirs: a question counts for whom it was put to, as it was put, for a day.
func TestConsentIsTheirs(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada, bob := newProgram(t, h), h.As(t, h.ada), h.As(t, h.bob)
	question := consentForm(t, ada.Get(p.asks()))
	request := question.Get("request")
	anew := func(a kit.Answer) {
		t.Helper()
		if status(t, a, 303); !strings.HasPrefix(a.Header.Get("Location"), "/indieauth/authorize?") {
			t.Errorf("leads to %s", a.Header.Get("Location"))
		}
		has(t, ada.Get(a.Header.Get("Location")), "Quill", "say things")
	}
	anew(bob.Post("/indieauth/consent", form("request", request)))
	anew(h.Guest(t).Post("/indieauth/consent", form("request", request)))
	status(t, ada.Post("/indieauth/consent", form("request", request, "token", "x")), 403)
	status(t, ada.Post("/indieauth/consent", form("request", request), "Sec-Fetch-Site", "cross-site"), 403)
	status(t, ada.Post("/indieauth/consent", form("request", "A"+request)), 400)
	if n := h.count(t)["permits"]; n != 0 {
		t.Errorf("%d permits", n)
	}
	heard := p.hears(status(t, ada.Post("/indieauth/consent", form("request", request, "deny", "1", "scope", "create")), 303))
	if heard.Get("error") != "access_denied" || heard.Has("code") || heard.Get("state") != "st&te" {
		t.Errorf("heard %v", heard)
	}
	h.Clock.Add(24 * time.Hour)
	anew(ada.Post("/indieauth/consent", form("request", request)))
}

// TestStateComesBackAsItWas, whatever bytes it has.
func TestStateComesBackAsItWas(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada := newProgram(t, h), h.As(t, h.ada)
	for _, state := range []string{"a b+c%2F&=?#", "\xff\xfe\x00\r\nLocation: x", "é\u202e<script>"} {
		for _, deny := range []string{"", "1"} {
			f := consentForm(t, ada.Get(p.asks("state", state)))
			f.Set("deny", deny)
			if heard := p.hears(status(t, ada.Post("/indieauth/consent", f), 303)); heard.Get("state") != state {
				t.Errorf("%q came back as %q", state, heard.Get("state"))
			}
		}
		if heard := p.hears(status(t, ada.Get(p.asks("state", state, "response_type", "token")), 303)); heard.Get("state") != state {
			t.Errorf("%q came back with an error as %q", state, heard.Get("state"))
		}
	}
}

// TestTooManyPrograms: asking who they are goes out to others, so somebody may do it only so often.
func TestTooManyPrograms(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada := newProgram(t, h), h.As(t, h.ada)
	for range 60 {
		status(t, ada.Get(p.asks()), 200)
	}
	status(t, ada.Get(p.asks()), 429)
	if p.asked != 60 {
		t.Errorf("it was asked %d times", p.asked)
	}
	status(t, h.As(t, h.bob).Get(p.asks()), 200)
}

// TestEndedAccountsHaveNoKeys: a code of somebody who closed their account opens nothing.
func TestEndedAccountsHaveNoKeys(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		h.withPassword(t, h.ada)
		p, v := newProgram(t, h), h.Guest(t)
		code := p.agree(h.As(t, h.ada), p.asks(), "create").Get("code")
		other := p.agree(h.As(t, h.ada), p.asks(), "profile").Get("code")
		token := jsonOf(t, p.redeems(v, "token_endpoint", other))["access_token"].(string)
		must(t, h.CloseAccount(t.Context(), h.ada, kit.Password))
		has(t, status(t, p.redeems(v, "token_endpoint", code), 400), "invalid_grant")
		status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer "+token), 401)
	})
}
