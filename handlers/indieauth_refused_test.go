package handlers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestWrongQuestions: who the program is comes first, and nobody is led anywhere before that is known, nor before they have logged
// in; what else is wrong is told to the program.
func TestWrongQuestions(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p := newProgram(t, h)
	own := p.URL + "/"
	for _, c := range []struct {
		name  string
		pairs []string
		want  int
		says  string // the page, or the error that the program hears
	}{
		{"no client", []string{"client_id", ""}, 400, "without saying properly"},
		{"a relative client", []string{"client_id", "/app"}, 400, "without saying properly"},
		{"a client with a fragment", []string{"client_id", own + "#a"}, 400, "without saying properly"},
		{"a client with a user", []string{"client_id", "http://user@127.0.0.1/"}, 400, "without saying properly"},
		{"a client with dots", []string{"client_id", own + "a/%2e%2e/b"}, 400, "without saying properly"},
		{"a client at an IP address", []string{"client_id", "https://192.0.2.1/"}, 400, "without saying properly"},
		{"a client of another kind", []string{"client_id", "javascript:alert(1)//"}, 400, "without saying properly"},
		{"no way back", []string{"redirect_uri", ""}, 400, "without a proper place"},
		{"a way back with a fragment", []string{"redirect_uri", own + "#"}, 400, "without a proper place"},
		{"a way back into the browser", []string{"redirect_uri", "javascript:alert(1)"}, 400, "without a proper place"},
		{"a way back with dots", []string{"redirect_uri", own + "a/../back"}, 400, "without a proper place"},
		{"a way back with an answer in it", []string{"redirect_uri", own + "back?a=b&code=c"}, 400, "without a proper place"},
		{"a way back with a line", []string{"redirect_uri", own + "\r\nSet-Cookie: a=b"}, 400, "without a proper place"},
		{"a way back to somebody else", []string{"redirect_uri", "https://evil.example/back"}, 400, "not one of its own"},
		{"a way back to another port", []string{"redirect_uri", "http://127.0.0.1:1/back"}, 400, "not one of its own"},
		{"a way back to another scheme", []string{"redirect_uri", "https" + strings.TrimPrefix(own, "http")}, 400, "not one of its own"},
		{"a way back to a program", []string{"redirect_uri", "quill://back"}, 400, "not one of its own"},
		{"a way back that looks alike", []string{"redirect_uri", p.URL + ".evil.example/"}, 400, "without a proper place"},
		{"another kind of answer", []string{"response_type", "token"}, 303, "unsupported_response_type"},
		{"no kind of answer", []string{"response_type", ""}, 303, "invalid_request"},
		{"no state", []string{"state", ""}, 303, "invalid_request"},
		{"no challenge", []string{"code_challenge", ""}, 303, "invalid_request"},
		{"PKCE plain", []string{"code_challenge_method", "plain"}, 303, "invalid_request"},
		{"no method, which means plain", []string{"code_challenge_method", ""}, 303, "invalid_request"},
		{"a challenge that is no hash", []string{"code_challenge", "short"}, 303, "invalid_request"},
		{"everything wrong", []string{"client_id", "", "state", "", "code_challenge", ""}, 400, "without saying properly"},
	} {
		for _, who := range []string{"guest", "owner"} {
			t.Run(c.name+" for a "+who, func(t *testing.T) {
				a := h.visitor(t, who).Get(p.asks(c.pairs...))
				if (c.want == 303 || c.says == "not one of its own") && who == "guest" {
					has(t, status(t, a, 200), "Back again?") // nobody is led anywhere, or asked, before somebody is there
					return
				}
				status(t, a, c.want)
				if c.want == 400 {
					if has(t, a, c.says); a.Header.Get("Location") != "" {
						t.Errorf("leads to %s", a.Header.Get("Location"))
					}
					return
				}
				heard := p.hears(a)
				if heard.Get("error") != c.says || heard.Get("code") != "" || c.name != "no state" && heard.Get("state") != "st&te" {
					t.Errorf("heard %v", heard)
				}
			})
		}
	}
	for _, name := range []string{"client_id", "redirect_uri", "state", "code_challenge", "scope", "response_type"} {
		heard := p.hears(status(t, h.As(t, h.ada).Get(p.asks()+"&"+name+"="+url.QueryEscape(wholeQuery(t, p).Get(name))), 303))
		if heard.Get("error") != "invalid_request" {
			t.Errorf("%s twice: heard %v", name, heard)
		}
	}
	if n := h.count(t)["permits"]; n != 0 {
		t.Errorf("%d permits", n)
	}
}

func wholeQuery(t *testing.T, p *program) url.Values {
	t.Helper()
	u, err := url.Parse(p.asks())
	must(t, err)
	return u.Query()
}

// TestQuestionsAreNotFramed: nobody puts the question into a page of theirs, no layout reaches it, and it leads to programs.
func TestQuestionsAreNotFramed(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada := newProgram(t, h), h.As(t, h.ada)
	_, err := h.Wear(t.Context(), h.ada, models.NewSheet{Source: "body{display:none}"})
	must(t, err)
	a := status(t, ada.Get(p.asks()), 200)
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "form-action 'self' http: https:;") || a.Header.Get("X-Frame-Options") != "DENY" || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", a.Header)
	}
	hasNot(t, a, "layout.css")
	p.kind, p.says = "application/json", `{"client_id":"{own}/","client_name":"Pocket","redirect_uris":["pocket.app:/back"]}`
	a = status(t, ada.Get(p.asks("redirect_uri", "pocket.app:/back")), 200)
	has(t, a, "another site", "pocket.app:")
	if policy := a.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' pocket.app:;") {
		t.Errorf("policy %s", policy)
	}
	b := status(t, ada.Post("/indieauth/consent", consentForm(t, a)), 303)
	if !strings.HasPrefix(b.Header.Get("Location"), "pocket.app:/back?code=") {
		t.Errorf("leads to %s", b.Header.Get("Location"))
	}
}

// TestWrongRedemptions: what a program sends for a code must be right, once, and in the body.
func TestWrongRedemptions(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
		code := p.agree(ada, p.asks(), "create").Get("code")
		for _, c := range []struct {
			name  string
			pairs []string
			want  string
		}{
			{"no grant type", []string{"grant_type", ""}, "invalid_request"},
			{"a strange grant type", []string{"grant_type", "password"}, "unsupported_grant_type"},
			{"no code", []string{"code", ""}, "invalid_request"},
			{"another code", []string{"code", "nope"}, "invalid_grant"},
			{"no client", []string{"client_id", ""}, "invalid_request"},
			{"another client", []string{"client_id", "https://evil.example/"}, "invalid_grant"},
			{"no client at all", []string{"client_id", "quill"}, "invalid_grant"},
			{"no address", []string{"redirect_uri", ""}, "invalid_request"},
			{"another address", []string{"redirect_uri", p.URL + "/back"}, "invalid_grant"},
			{"no verifier", []string{"code_verifier", ""}, "invalid_request"},
			{"another verifier", []string{"code_verifier", strings.Repeat("v", 43)}, "invalid_grant"},
			{"the challenge as the verifier", []string{"code_verifier", wholeQuery(t, p).Get("code_challenge")}, "invalid_grant"},
			{"strange bytes", []string{"code", "\x00\xff'\"", "redirect_uri", "\x00\xff", "code_verifier", "\xff"}, "invalid_grant"},
		} {
			for _, endpoint := range []string{"token_endpoint", "authorization_endpoint"} {
				a := status(t, p.redeems(v, endpoint, code, c.pairs...), 400)
				if said := jsonOf(t, a); said["error"] != c.want || a.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s at the %s: %v", c.name, endpoint, said)
				}
			}
		}
		has(t, status(t, p.redeems(v, "authorization_endpoint", code, "grant_type", "refresh_token"), 400), "unsupported_grant_type")
		f := form("grant_type", "authorization_code", "client_id", p.URL+"/", "redirect_uri", p.URL+"/back?a=b", "code_verifier", p.verifier, "code", code)
		for _, a := range []kit.Answer{
			v.Send("POST", p.at("token_endpoint")+"?"+f.Encode(), "", "Content-Type", urlencoded),
			v.Send("POST", p.at("token_endpoint"), `{"grant_type":"authorization_code","code":"`+code+`"}`, "Content-Type", "application/json"),
			v.Send("POST", p.at("token_endpoint"), f.Encode()+"&code="+code, "Content-Type", urlencoded),
		} {
			has(t, status(t, a, 400), "invalid_request")
		}
		got := jsonOf(t, status(t, p.redeems(v, "token_endpoint", code), 200)) // none of that has used it up
		token := got["access_token"].(string)
		status(t, v.Get("/indieauth/token", "Authorization", "Bearer "+token), 200)
		for _, endpoint := range []string{"token_endpoint", "authorization_endpoint"} {
			has(t, status(t, p.redeems(v, endpoint, code), 400), "invalid_grant")
		}
		status(t, v.Get("/indieauth/token", "Authorization", "Bearer "+token), 401)
		late := p.agree(ada, p.asks(), "create").Get("code")
		h.Clock.Add(10 * time.Minute)
		has(t, status(t, p.redeems(v, "token_endpoint", late), 400), "invalid_grant")
	})
}

// TestWhoOnly: at the authorization endpoint a code says who somebody is, and gives no token.
func TestWhoOnly(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
	code := p.agree(ada, p.asks(), "profile", "create").Get("code")
	got := jsonOf(t, status(t, p.redeems(v, "authorization_endpoint", code), 200))
	if len(got) != 2 || got["me"] != p.me || got["profile"] == nil {
		t.Errorf("got %v", got)
	}
	for _, ask := range []string{p.asks(), p.asks("scope", ""), p.asks("scope", "email root")} {
		code = p.agree(ada, ask).Get("code") // nothing is ticked
		has(t, status(t, p.redeems(v, "token_endpoint", code), 400), "invalid_grant")
		if a := status(t, p.redeems(v, "authorization_endpoint", code), 200); a.Body != `{"me":"`+p.me+`"}` {
			t.Errorf("got %s", a.Body)
		}
	}
	if n := h.count(t)["tokens"]; n != 0 {
		t.Errorf("%d tokens", n)
	}
}

// TestTicksAreNoMoreThanAsked: what was not asked for cannot be ticked.
func TestTicksAreNoMoreThanAsked(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
	for _, asked := range []string{"create", "post"} { // the latter is its old name
		code := p.agree(ada, p.asks("scope", asked), "create", "delete", "root").Get("code")
		if got := jsonOf(t, p.redeems(v, "token_endpoint", code)); got["scope"] != "create" || got["profile"] != nil {
			t.Errorf("%s: got %v", asked, got)
		}
	}
}

// TestProgramsAreMeantByTheirAddress: two spellings of it are one.
func TestProgramsAreMeantByTheirAddress(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
	code := p.agree(ada, p.asks("client_id", p.URL), "create").Get("code") // without its slash (IndieAuth §3.4)
	status(t, p.redeems(v, "token_endpoint", code, "client_id", p.URL), 200)
}

// TestWrongRenewals are refused in the words of the protocol.
func TestWrongRenewals(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	p, ada, v := newProgram(t, h), h.As(t, h.ada), h.Guest(t)
	refresh := jsonOf(t, p.redeems(v, "token_endpoint", p.agree(ada, p.asks(), "create").Get("code")))["refresh_token"].(string)
	for want, pairs := range map[string][]string{
		"invalid_request": {"refresh_token", ""},
		"invalid_scope":   {"scope", "create delete"},
		"invalid_grant":   {"client_id", "https://evil.example/"},
	} {
		f := form("grant_type", "refresh_token", "refresh_token", refresh, "client_id", p.URL+"/")
		f.Set(pairs[0], pairs[1])
		has(t, status(t, v.Send("POST", p.at("token_endpoint"), f.Encode(), "Content-Type", urlencoded), 400), `"`+want+`"`)
	}
	for _, want := range []int{200, 400} { // once
		status(t, p.sends(v, "token_endpoint", "grant_type", "refresh_token", "refresh_token", refresh, "client_id", p.URL+"/"), want)
	}
}

// TestBrowsersMayAsk: programs in browsers may call these doors, without credentials (CORS).
func TestBrowsersMayAsk(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/indieauth/token", "/indieauth/userinfo", "/indieauth/introspect", "/indieauth/revoke", "/indieauth/authorize"} {
		a := status(t, v.Send("OPTIONS", path, "", "Origin", "https://app.example", "Access-Control-Request-Headers", "authorization"), 204)
		if a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "Authorization") || a.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	if a := v.Get("/.well-known/oauth-authorization-server"); a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("metadata: %v", a.Header)
	}
	if a := h.As(t, h.ada).Get(quillAsks("http://127.0.0.1:1")); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the question itself may be read by others: %v", a.Header)
	}
}

// TestPagesSayWhoSpeaksForThem: in their header and in their head, for everybody alike.
func TestPagesSayWhoSpeaksForThem(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for _, who := range []string{"guest", "owner", "stranger"} {
		for _, path := range []string{"/~ada", "/~ada/about", "/~ada?plain=1"} {
			a := status(t, h.visitor(t, who).Get(path), 200)
			for _, rel := range []string{"</.well-known/oauth-authorization-server>; rel=indieauth-metadata", "</indieauth/authorize>; rel=authorization_endpoint", "</indieauth/token>; rel=token_endpoint", "</micropub>; rel=micropub"} {
				if !slices.Contains(strings.Split(links(a), ", "), rel) { // so do many programs cut it, which know no other way
					t.Errorf("%s: Link is %q", path, links(a))
				}
			}
			has(t, a, `<link rel="indieauth-metadata" href="/.well-known/oauth-authorization-server">`)
		}
	}
	if sum := sha256.Sum256([]byte("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")); !strings.Contains(quillAsks("http://a"), base64.RawURLEncoding.EncodeToString(sum[:])) {
		t.Error("the challenge of the tests is not that of RFC 7636, Appendix B")
	}
}
