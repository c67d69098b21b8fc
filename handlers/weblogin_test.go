package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// abroad is a town with people in it, and a site elsewhere that knows ada.
type abroad struct {
	*house
	there *kit.Provider
}

func newAbroad(t *testing.T) *abroad {
	t.Helper()
	site := kit.Town(t)
	crowd := kit.Crowd(t, site.Store, "ada", "bob", "eve")
	must(t, site.Promote(t.Context(), "eve"))
	return &abroad{&house{Site: site, ada: crowd[0], bob: crowd[1], eve: crowd[2]}, kit.NewProvider(t)}
}

// onward is where a page sends its reader, by its refresh and by its link.
func onward(t *testing.T, a kit.Answer) string {
	t.Helper()
	var refresh, link string
	for _, n := range elements(t, a.Body) {
		if kind, _ := attribute(n, "http-equiv"); kind == "refresh" {
			content, _ := attribute(n, "content")
			_, refresh, _ = strings.Cut(content, "url=")
		}
		if href, _ := attribute(n, "href"); n.Data == "a" && strings.Contains(href, "code_challenge=") {
			link = href
		}
	}
	if refresh == "" || refresh != link {
		t.Fatalf("leads to %q and to %q\n%s", refresh, link, gist(a))
	}
	return link
}

// leaves begins a log-in and returns where it leads.
func (h *abroad) leaves(t *testing.T, v *kit.Visitor, me string, more ...string) string {
	t.Helper()
	return onward(t, status(t, v.Post("/login/web", form(append([]string{"me", me}, more...)...)), 200))
}

// back is the path on our site of an answer of the other one.
func (h *abroad) back(t *testing.T, address string) string {
	t.Helper()
	path, ours := strings.CutPrefix(address, h.URL)
	if !ours || !strings.HasPrefix(path, "/login/web/back") {
		t.Fatalf("the other site leads to %q", address)
	}
	return path
}

// arrives goes through a whole log-in.
func (h *abroad) arrives(t *testing.T, v *kit.Visitor, me string, more ...string) kit.Answer {
	t.Helper()
	return v.Get(h.back(t, h.there.Answer(h.leaves(t, v, me, more...), "yes")), "Sec-Fetch-Site", "cross-site")
}

// linked gives ada the address elsewhere.
func (h *abroad) linked(t *testing.T) {
	t.Helper()
	v := h.As(t, h.ada)
	to := onward(t, status(t, v.Post("/settings/addresses", form("me", h.there.Me)), 200))
	a := status(t, v.Get(h.back(t, h.there.Answer(to, "yes"))), 303)
	header(t, "link", a, "Location", "/settings/addresses?saved=linked")
}

// whose is who is logged in at a browser.
func (h *abroad) whose(t *testing.T, v *kit.Visitor) string {
	t.Helper()
	for _, cookie := range v.Client.Jar.Cookies(h.Base) {
		if cookie.Name == "s" {
			_, a, err := h.Session(t.Context(), cookie.Value)
			must(t, err)
			if a != nil {
				return a.Name
			}
		}
	}
	return ""
}

// TestHandMadePage: a page that can prove nothing names a site that can. Its owner is known by the address that they have there.
func TestHandMadePage(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	h.there.Pages["/hand"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>Mine</title><link rel="indieauth-metadata" href="%s/.well-known/oauth-authorization-server">`, h.there.URL)
	}
	v := h.Guest(t)
	status(t, h.arrives(t, v, h.there.URL+"/hand"), 303)
	if h.whose(t, v) != "ada" {
		t.Errorf("%q is logged in", h.whose(t, v))
	}
}

func TestSignUpWithAnAddress(t *testing.T) {
	t.Parallel()
	for _, legacy := range []bool{false, true} {
		t.Run(fmt.Sprintf("legacy %t", legacy), func(t *testing.T) {
			t.Parallel()
			h := newAbroad(t)
			h.there.Legacy = legacy
			v := h.Guest(t)
			header(t, "back", status(t, h.arrives(t, v, h.there.Me), 303), "Location", "/signup/web")
			if h.whose(t, v) != "" {
				t.Error("a proof alone logs in")
			}
			has(t, status(t, v.Get("/signup/web"), 200), h.there.Me, `name="name"`, `name="show_me" value="1" checked`, "as my home page")
			hasNot(t, status(t, v.Post("/signup/web", form("name", "bob", "show_me", "")), 422), `name="show_me" value="1" checked`)
			has(t, status(t, v.Post("/signup/web", form("name", "bob", "show_me", "1")), 422), "That name is taken", `value="bob"`, `name="show_me" value="1" checked`)
			status(t, h.Guest(t).Post("/signup/web", form("name", "fay")), 422) // another browser has proven nothing
			a := status(t, v.Post("/signup/web", form("name", "fay", "show_me", "1")), 200)
			has(t, a, "Welcome, ~fay!", "If your address ever fails you")
			fay, err := h.Account(t.Context(), "fay")
			must(t, err)
			if fay.Homepage != h.there.Me || fay.Password != "" || fay.Role != "" || h.whose(t, v) != "fay" {
				t.Errorf("made %+v, logged in is %q", fay, h.whose(t, v))
			}
			status(t, v.Post("/signup/web", form("name", "gus")), 422) // the proof is used up
			again := h.Guest(t)
			header(t, "again", status(t, h.arrives(t, again, h.there.Me), 303), "Location", "/")
			if h.whose(t, again) != "fay" {
				t.Errorf("%q comes back", h.whose(t, again))
			}
			if h.count(t)["passages"] != 0 {
				t.Error("log-ins that are over are kept")
			}
			has(t, status(t, h.Guest(t).Post("/login", form("name", "fay", "password", "")), 422), "do not go together")
		})
	}
}

// TestSignUpBringsAName: the address has a name for its owner, and is shown only if they wish.
func TestSignUpBringsAName(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.there.Me = h.there.URL + "/~fay"
	h.there.Pages["/~fay"] = h.there.Usual(&http.Request{Method: "GET", URL: &url.URL{Path: "/ada"}})
	v := h.Guest(t)
	status(t, h.arrives(t, v, h.there.Me), 303)
	has(t, status(t, v.Get("/signup/web"), 200), `name="name" id="name" value="fay"`)
	status(t, v.Post("/signup/web", form("name", "fay")), 200)
	hasNot(t, h.Guest(t).Get("/~fay"), h.there.Me)
	again := h.Guest(t)
	if status(t, h.arrives(t, again, h.there.Me), 303); h.whose(t, again) != "fay" {
		t.Errorf("%q comes back", h.whose(t, again))
	}
}

// TestSignUpWithAnAddressWhenClosed: a proof opens no closed door.
func TestSignUpWithAnAddressWhenClosed(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	must(t, h.ChangeSite(t.Context(), fresh(t, h.Store, "eve"), models.SiteSettings{Name: "Marquee", Language: "en", Signups: models.SignupsClosed, TextLimit: 500}))
	v := h.Guest(t)
	status(t, h.arrives(t, v, h.there.Me), 303)
	a := status(t, v.Get("/signup/web"), 200)
	has(t, a, "takes no new accounts")
	hasNot(t, a, `name="name"`)
	has(t, status(t, v.Post("/signup/web", form("name", "fay")), 403), "takes no new accounts")
}

// TestHeldFormsComeBackFromElsewhere: what was sent waits until its sender is back, and is sent by them.
func TestHeldFormsComeBackFromElsewhere(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	v := h.As(t, h.ada)
	token := v.Token()
	h.Clock.Add(31 * 24 * time.Hour)
	held := heldIn(t, status(t, v.Post("/statuses", form("token", token, "text", "typed & <slowly>", "mood", "cosy")), 422))
	wrong := status(t, v.Post("/login/web", form("me", "no page", "held", held)), 422)
	if heldIn(t, wrong) != held {
		t.Error("a wrong address loses the form")
	}
	before := h.statuses(t)
	a := status(t, h.arrives(t, v, h.there.Me, "held", held), 200)
	has(t, a, "Welcome back. Nothing is lost", `action="/statuses"`)
	if h.statuses(t) != before {
		t.Error("the form goes through by itself")
	}
	text, _ := named(t, a.Body, "text")
	fresh, _ := named(t, a.Body, "token")
	status(t, v.Post("/statuses", form("token", fresh, "text", text, "mood", "cosy")), 303)
	page := h.Guest(t)
	a = page.Get("/settings/widgets")
	header(t, "a page that waited", status(t, h.arrives(t, page, h.there.Me, "held", heldIn(t, a)), 303), "Location", "/settings/widgets")
	other := h.Guest(t)
	header(t, "a forged one", status(t, h.arrives(t, other, h.there.Me, "held", "eyJQYXRoIjoiLy9ldmlsLmV4YW1wbGUifQ.AAAA"), 303), "Location", "/")
}

func TestLinkedAddresses(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.withPassword(t, h.bob)
	bob := h.As(t, h.bob)
	sentenceBeside(t, status(t, bob.Post("/settings/addresses", form("me", h.there.Me, "link_password", "no")), 422).Body, "link_password", "not your password")
	link := func() url.Values { return form("me", h.there.Me, "link_password", kit.Password) }
	back := h.back(t, h.there.Answer(onward(t, status(t, bob.Post("/settings/addresses", link()), 200)), "yes"))
	for _, cookie := range bob.Client.Jar.Cookies(h.Base) { // somebody else at the same browser
		if cookie.Name == "s" {
			must(t, h.EndSession(t.Context(), h.bob, models.TokenHash(cookie.Value)))
		}
	}
	has(t, status(t, bob.Get(back), 422), "of that log-in any more")
	bob = h.As(t, h.bob)
	back = h.back(t, h.there.Answer(onward(t, status(t, bob.Post("/settings/addresses", link()), 200)), "yes"))
	status(t, bob.Get(back), 303)
	has(t, bob.Get("/settings/addresses?saved=linked"), h.there.Me, "Unlink", "from now on it lets you in")
	ada := h.As(t, h.ada)
	back = h.back(t, h.there.Answer(onward(t, status(t, ada.Post("/settings/addresses", form("me", h.there.Me)), 200)), "yes"))
	sentenceBeside(t, status(t, ada.Get(back), 422).Body, "me", "belongs to somebody here already")
	status(t, ada.Post("/settings/addresses/unlink", form("me", h.there.Me)), 303)
	if h.count(t)["identities"] != 1 {
		t.Error("ada unlinks what is bob's")
	}
	status(t, bob.Post("/settings/addresses/unlink", form("me", h.there.Me)), 303)
	h.linked(t)
	has(t, status(t, ada.Post("/settings/addresses/unlink", form("me", h.there.Me)), 422), "only way in")
	if h.count(t)["identities"] != 1 {
		t.Error("the last way in is gone")
	}
}

// TestWithoutPassword: a log-in of a moment ago stands for the password that an account has not.
func TestWithoutPassword(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	v := h.As(t, h.ada)
	hasNot(t, v.Get("/settings/security"), `name="old_password"`, `name="codes_password"`)
	h.Clock.Add(15 * time.Minute)
	a := v.Get("/settings/security")
	has(t, a, "Log in again with "+h.there.Me)
	hasNot(t, a, "/settings/delete", "/settings/codes", "/settings/password")
	for _, path := range []string{"/settings/delete", "/settings/codes", "/settings/password", "/settings/addresses"} {
		has(t, status(t, v.Post(path, form("password", "three green bottles", "me", "ada.example")), 422), "logged in too long ago")
	}
	home, _ := named(t, a.Body, "held")
	header(t, "again", status(t, h.arrives(t, v, h.there.Me, "held", home), 303), "Location", "/settings/security")
	has(t, status(t, v.Post("/settings/codes", form()), 200), "Your recovery codes")
	sentenceBeside(t, status(t, v.Post("/settings/delete", form("delete_name", "bob")), 422).Body, "delete_name", "not your name")
	sentenceBeside(t, status(t, v.Post("/settings/password", form("password", "short")), 422).Body, "password", "8 characters at least")
	status(t, v.Post("/settings/password", form("password", kit.Password)), 303)
	status(t, h.Guest(t).Post("/login", form("name", "ada", "password", kit.Password)), 303)
	status(t, v.Post("/settings/addresses/unlink", form("me", h.there.Me)), 303)
	has(t, status(t, v.Post("/settings/delete", form("delete_name", "ada")), 422), "not your password")
}

func TestGoWithoutPassword(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	header(t, "delete", status(t, h.As(t, h.ada).Post("/settings/delete", form("delete_name", "~Ada")), 303), "Location", "/")
	if n := h.count(t)["identities"]; n != 0 {
		t.Errorf("%d addresses are left", n)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	v := h.Guest(t)
	a := status(t, v.Get("/client", "Accept", "application/json"), 200)
	header(t, "client", a, "Content-Type", "application/json")
	has(t, a, `"client_id":"`+h.URL+`/client"`, `"client_uri":"`+h.URL+`/"`, `"redirect_uris":["`+h.URL+`/login/web/back"]`, `"client_name":"Marquee"`)
	for _, accept := range []string{"", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"} {
		a = status(t, v.Get("/client", "Accept", accept), 200)
		has(t, a, `class="h-app"`, `rel="redirect_uri" href="`+h.URL+`/login/web/back"`, `class="u-url p-name" href="`+h.URL+`/client"`)
		if !strings.Contains(a.Header.Get("Vary"), "Accept,") {
			t.Errorf("Vary is %q", a.Header.Get("Vary"))
		}
	}
}
