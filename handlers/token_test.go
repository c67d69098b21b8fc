package handlers_test

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

const urlencoded = "application/x-www-form-urlencoded"

// statuses is how many statuses there are.
func (h *house) statuses(t *testing.T) int { return h.count(t)["statuses"] }

func TestFormsNeedTheirToken(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	ada, bob := h.As(t, h.ada), h.As(t, h.bob)
	adas, bobs, guests := ada.Token(), bob.Token(), h.Guest(t).Token()
	before := h.statuses(t)
	for _, c := range []struct {
		name, token string
		headers     []string
		want        int
		shown       bool // what was typed
	}{
		{"none", "", nil, 403, false},
		{"somebody else's", bobs, nil, 403, false},
		{"a guest's", guests, nil, 403, false},
		{"cut short", adas[:len(adas)-1], nil, 403, false},
		{"none, from the same site", "", []string{"Sec-Fetch-Site", "same-origin"}, 403, true},
		{"somebody else's, from the same site", bobs, []string{"Sec-Fetch-Site", "same-origin"}, 403, true},
		{"somebody else's, by our origin", bobs, []string{"Origin", h.URL}, 403, true},
		{"somebody else's, from another site", bobs, []string{"Sec-Fetch-Site", "cross-site"}, 403, false},
		{"right, from another site", adas, []string{"Sec-Fetch-Site", "cross-site"}, 403, false},
		{"right, from a neighbour", adas, []string{"Sec-Fetch-Site", "same-site"}, 403, false},
		{"right, by another origin", adas, []string{"Origin", "https://evil.example"}, 403, false},
		{"right, by another port", adas, []string{"Origin", "http://127.0.0.1:1"}, 403, false},
		{"right, by no origin", adas, []string{"Origin", "null"}, 403, false},
		{"right, by a lookalike", adas, []string{"Origin", h.URL + ".evil.example"}, 403, false},
		{"right, cross-site although by our origin", adas, []string{"Sec-Fetch-Site", "cross-site", "Origin", h.URL}, 403, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := status(t, ada.Post("/statuses", form("token", c.token, "text", "typed <with> care"), c.headers...), c.want)
			if shown := strings.Contains(a.Body, "typed &lt;with&gt; care"); shown != c.shown {
				t.Errorf("what was typed is shown: %t, want %t\n%s", shown, c.shown, gist(a))
			}
			if after := h.statuses(t); after != before {
				t.Errorf("there are %d statuses, want %d", after, before)
			}
		})
	}
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Origin", h.URL}} {
		status(t, ada.Post("/statuses", form("token", adas, "text", "good"), headers...), 303)
	}
}

// TestResendGoesThrough: the page that shows what was typed sends it, and shows no password.
func TestResendGoesThrough(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	a := status(t, v.Post("/statuses", form("token", "old", "text", "\ntyped\nwith care", "mood", "cosy"), "Sec-Fetch-Site", "same-origin"), 403)
	again := url.Values{}
	for _, name := range []string{"token", "text", "mood"} {
		value, _ := named(t, a.Body, name)
		again.Set(name, value)
	}
	sent := status(t, v.Post("/statuses", again), 303)
	has(t, v.Get(sent.Header.Get("Location")), "typed<br>with care", "cosy")
	a = v.Post("/settings/password", form("token", "old", "old_password", "my old secret", "password", "my new secret"), "Sec-Fetch-Site", "same-origin")
	hasNot(t, status(t, a, 403), "my old secret", "my new secret")
}

func TestGuestTokensExpire(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	token := v.Token()
	send := func() kit.Answer { return v.Post("/reading", form("token", token, "lang", "fr")) }
	h.Clock.Add(24 * time.Hour)
	status(t, send(), 303)
	h.Clock.Add(time.Second)
	status(t, send(), 403)
	for _, forged := range []string{"9999999999." + strings.SplitN(token, ".", 2)[1], token + "x", ".", ""} {
		token = forged
		status(t, send(), 403)
	}
	token = v.Token()
	h.Clock.Add(-time.Minute)
	status(t, send(), 403) // shown in the future
}

func TestTimeTrap(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	sent := form("token", v.Token(), "name", "fay", "password", kit.Password)
	h.Clock.Add(1999 * time.Millisecond)
	has(t, status(t, v.Post("/signup", sent), 422), "quicker than a person types")
	h.Clock.Add(time.Millisecond)
	trapped := form("token", sent.Get("token"), "name", "fay", "password", kit.Password, "website", "http://spam.example")
	has(t, status(t, v.Post("/signup", trapped), 422), "that people never see")
	a := status(t, v.Post("/signup", sent), 200)
	has(t, a, "Welcome, ~fay!")
	token, _ := named(t, a.Body, "token")
	status(t, v.Post("/logout", form("token", token)), 303) // the button of that very page works
}

// TestOnlyTheBodyIsTheForm: what stands in the address is no field and no token.
func TestOnlyTheBodyIsTheForm(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	token := v.Token()
	before := h.statuses(t)
	status(t, v.Send("POST", "/statuses?token="+token, "text=hello", "Content-Type", urlencoded), 403)
	status(t, v.Send("POST", "/statuses?text=hello", "token="+token, "Content-Type", urlencoded), 422)
	status(t, v.Send("POST", "/statuses", "text=hello", "Content-Type", urlencoded, "X-Token", token, "Cookie", "token="+token), 403)
	if after := h.statuses(t); after != before {
		t.Fatalf("there are %d statuses, want %d", after, before)
	}
	a := status(t, v.Send("POST", "/statuses?text=third&visibility=private", "token="+token+"&text=first&text=second&token=x&visibility=", "Content-Type", urlencoded), 303)
	page := h.Guest(t).Get(a.Header.Get("Location"))
	has(t, status(t, page, 200), "first")
	hasNot(t, page, "second", "third")
}

func TestMultipartForms(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for _, f := range [][2]string{{"token", v.Token()}, {"text", "first"}, {"text", "second"}} {
		part, err := w.CreateFormField(f[0])
		must(t, err)
		_, err = io.WriteString(part, f[1])
		must(t, err)
	}
	must(t, w.Close())
	a := status(t, v.Send("POST", "/statuses?text=third", body.String(), "Content-Type", w.FormDataContentType()), 303)
	page := v.Get(a.Header.Get("Location"))
	has(t, page, "first")
	hasNot(t, page, "second", "third")
}

func TestFormSentTwiceIsOneStatus(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v := h.As(t, h.ada)
		once, _ := named(t, v.Get("/").Body, "once")
		if once == "" {
			t.Fatal("the composer has no once")
		}
		before := h.statuses(t)
		first := status(t, v.Post("/statuses", form("text", "hello", "once", once)), 303)
		again := status(t, v.Post("/statuses", form("text", "hello", "once", once)), 303)
		if first.Header.Get("Location") != again.Header.Get("Location") || h.statuses(t) != before+1 {
			t.Errorf("sent twice: %s and %s, %d more statuses", first.Header.Get("Location"), again.Header.Get("Location"), h.statuses(t)-before)
		}
		if other, _ := named(t, v.Get("/").Body, "once"); other == once {
			t.Error("two forms have the same once")
		}
		status(t, h.As(t, h.bob).Post("/statuses", form("text", "hello", "once", once)), 303)
		if got := h.statuses(t); got != before+2 {
			t.Errorf("%d more statuses, want 2: bob's once is bob's", got-before)
		}
	})
}

// TestLogOutOfNobody: who has no session any more just goes home.
func TestLogOutOfNobody(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	token := v.Token()
	other := v.Client.Jar.Cookies(h.Base)
	status(t, v.Post("/logout", form("token", token)), 303)
	if cookies := v.Client.Jar.Cookies(h.Base); len(cookies) != 0 {
		t.Errorf("after logging out the browser keeps %v", cookies)
	}
	v.Client.Jar.SetCookies(h.Base, []*http.Cookie{{Name: "s", Value: other[0].Value, Path: "/"}})
	has(t, v.Get("/"), "log in") // the old cookie is worth nothing
	a := status(t, v.Post("/logout", form("token", token)), 303)
	if a.Header.Get("Location") != "/" {
		t.Errorf("leads to %s", a.Header.Get("Location"))
	}
	if n := h.count(t)["sessions"]; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
