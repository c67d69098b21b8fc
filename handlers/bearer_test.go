package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// handmade is a token that somebody made by hand.
func (h *house) handmade(t *testing.T, by *models.Account, scopes ...string) string {
	t.Helper()
	secret, err := h.CreateToken(t.Context(), by, "curl", scopes)
	must(t, err)
	return secret
}

// jsonOf is the JSON of an answer to a program.
func jsonOf(t *testing.T, a kit.Answer) map[string]any {
	t.Helper()
	said := map[string]any{}
	if err := json.Unmarshal([]byte(a.Body), &said); err != nil || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("%q (%s) is no JSON: %v", a.Body, a.Header.Get("Content-Type"), err)
	}
	return said
}

// TestBearer: where a token may stand, and what who has no good one is told (RFC 6750 §2, §3).
func TestBearer(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		secret := h.handmade(t, h.ada, "profile", "create")
		narrow := h.handmade(t, h.ada, "create")
		v := h.Guest(t)
		for _, c := range []struct {
			name, method, path, header, body string
			want                             int
			word, challenge                  string
		}{
			{"in the header", "GET", "/indieauth/userinfo", "Bearer " + secret, "", 200, "", ""},
			{"the scheme has no case", "GET", "/indieauth/userinfo", "bEARER  " + secret + " ", "", 200, "", ""},
			{"in the body", "POST", "/indieauth/introspect", "", "access_token=" + secret + "&token=x", 200, "", ""},
			{"in both", "POST", "/indieauth/introspect", "Bearer " + secret, "access_token=" + secret + "&token=x", 400, "", ""},
			{"in the query", "GET", "/indieauth/userinfo?access_token=" + secret, "", "", 401, "unauthorized", "Bearer"},
			{"in the query of a form", "POST", "/indieauth/introspect?access_token=" + secret, "", "token=x", 401, "unauthorized", "Bearer"},
			{"nowhere", "GET", "/indieauth/userinfo", "", "", 401, "unauthorized", "Bearer"},
			{"in another scheme", "GET", "/indieauth/userinfo", "Basic " + secret, "", 401, "unauthorized", "Bearer"},
			{"an empty one", "GET", "/indieauth/userinfo", "Bearer", "", 401, "unauthorized", "Bearer"},
			{"a wrong one", "GET", "/indieauth/userinfo", "Bearer nope", "", 401, "invalid_token", `Bearer error="invalid_token"`},
			{"a strange one", "GET", "/indieauth/userinfo", "Bearer \xff\xfe'\"%00", "", 401, "invalid_token", `Bearer error="invalid_token"`},
			{"a narrow one", "GET", "/indieauth/userinfo", "Bearer " + narrow, "", 403, "insufficient_scope", `Bearer error="insufficient_scope"`},
		} {
			t.Run(c.name, func(t *testing.T) {
				headers := []string{"Content-Type", urlencoded}
				if c.header != "" {
					headers = append(headers, "Authorization", c.header)
				}
				a := status(t, v.Send(c.method, c.path, c.body, headers...), c.want)
				if got := a.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, c.challenge) || c.challenge == "" && got != "" || c.challenge == "Bearer" && got != "Bearer" {
					t.Errorf("WWW-Authenticate: %q", got)
				}
				if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("headers %v", a.Header)
				}
				switch {
				case c.word == "" && c.want != 200:
					if a.Body != "" {
						t.Errorf("a body: %q", a.Body)
					}
				case c.want != 200:
					if said := jsonOf(t, a); said["error"] != c.word || said["error_description"] == "" {
						t.Errorf("told %v", said)
					}
				}
			})
		}
	})
}

// TestBearerIsNoCookie: who is logged in is nobody to a door for programs.
func TestBearerIsNoCookie(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	status(t, h.As(t, h.ada).Get("/indieauth/userinfo"), 401)
}

// TestTokensAreNotGuessed: a network that sends wrong ones is told to wait; a right one opens all the same.
func TestTokensAreNotGuessed(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		secret := h.handmade(t, h.ada, "profile")
		v := h.Guest(t)
		for range 100 {
			status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer nope"), 401)
		}
		a := status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer nope"), 429)
		if a.Header.Get("Retry-After") == "" || jsonOf(t, a)["error"] != "temporarily_unavailable" {
			t.Errorf("%v %s", a.Header, a.Body)
		}
		status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer "+secret), 200)
		h.Clock.Add(11 * time.Minute)
		status(t, v.Get("/indieauth/userinfo", "Authorization", "Bearer nope"), 401)
	})
}
