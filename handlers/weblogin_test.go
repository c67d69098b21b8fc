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
	if !ours || !strings.HasPrefix(path, "/login/web/back?") {
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
	header(t, "link", a, "Location", "/settings/addresses?saved=1")
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
			has(t, status(t, v.Get("/signup/web"), 200), h.there.Me, `name="name"`)
			has(t, status(t, v.Post("/signup/web", form("name", "bob")), 422), "That name is taken", `value="bob"`)
			status(t, h.Guest(t).Post("/signup/web", form("name", "fay")), 422) // another browser has proven nothing
			a := status(t, v.Post("/signup/web", form("name", "fay")), 200)
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

// TestWrongReturns: what may come back that is no log-in.
func TestWrongReturns(t *testing.T) {
	t.Parallel()
	changed := func(pairs ...string) func(url.Values) {
		return func(q url.Values) {
			for i := 0; i+1 < len(pairs); i += 2 {
				q.Set(pairs[i], pairs[i+1])
			}
		}
	}
	without := func(name string) func(url.Values) { return func(q url.Values) { q.Del(name) } }
	for _, c := range []struct {
		name   string
		first  func(*kit.Provider)
		change func(url.Values)
		want   string
	}{
		{"wrong state", nil, changed("state", "AAAAAAAAAAAAAAAAAAAAAAAAAA"), "of that log-in any more"},
		{"no state", nil, without("state"), "of that log-in any more"},
		{"no code", nil, without("code"), "did not say yes"},
		{"wrong code", nil, changed("code", "abc"), "did not say yes"},
		{"huge code", nil, changed("code", strings.Repeat("a", 5000)), "did not say yes"},
		{"another issuer", nil, changed("iss", "https://evil.example/"), "somewhere else"},
		{"issuer without its slash", func(p *kit.Provider) { p.Iss = func() string { return p.URL } }, nil, "somewhere else"},
		{"no issuer", nil, without("iss"), "somewhere else"},
		{"a foreign address", func(p *kit.Provider) { p.Says = func() string { return "https://bob.example/" } }, nil, "somewhere else"},
		{"no address", func(p *kit.Provider) { p.Says = func() string { return "" } }, nil, "makes no sense"},
		{"no whole address", func(p *kit.Provider) { p.Says = func() string { return "ada" } }, nil, "makes no sense"},
		{"garbage", replies("/auth", "POST", 200, "<p>yes"), nil, "makes no sense"},
		{"another shape", replies("/auth", "POST", 200, `{"me":["https://bob.example/"]}`), nil, "makes no sense"},
		{"huge", replies("/auth", "POST", 200, strings.Repeat(" ", 1<<20)), nil, "No answer from there"},
		{"broken", replies("/auth", "POST", 500, `{"me":"https://bob.example/"}`), nil, "No answer from there"},
		{"refused although it names somebody", replies("/auth", "POST", 403, `{"me":"https://bob.example/"}`), nil, "did not say yes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newAbroad(t)
			h.linked(t)
			if c.first != nil {
				c.first(h.there)
			}
			v := h.Guest(t)
			back, err := url.Parse(h.back(t, h.there.Answer(h.leaves(t, v, h.there.Me), "yes")))
			must(t, err)
			if c.change != nil {
				q := back.Query()
				c.change(q)
				back.RawQuery = q.Encode()
			}
			has(t, status(t, v.Get(back.String()), 422), c.want)
			if h.whose(t, v) != "" {
				t.Errorf("%s is logged in", h.whose(t, v))
			}
		})
	}
}

// replies lets a provider say something else to one method at a path.
func replies(path, method string, code int, body string) func(*kit.Provider) {
	return func(p *kit.Provider) {
		usual := p.Pages[path]
		p.Pages[path] = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(code)
				fmt.Fprint(w, body)
				return
			}
			if usual == nil {
				usual = p.Usual(r)
			}
			usual(w, r)
		}
	}
}

func TestReturnsOnce(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	v, thief := h.Guest(t), h.Guest(t)
	back := h.back(t, h.there.Answer(h.leaves(t, v, h.there.Me), "yes"))
	has(t, status(t, thief.Get(back), 422), "in another browser")
	h.leaves(t, thief, h.there.Me) // with a log-in of its own
	has(t, status(t, thief.Get(back), 422), "in another browser")
	status(t, v.Get(back), 303)
	has(t, status(t, v.Get(back), 422), "of that log-in any more")
	if h.whose(t, v) != "ada" || h.whose(t, thief) != "" || h.there.Exchanged != 2 {
		t.Errorf("logged in are %q and %q, %d codes were redeemed", h.whose(t, v), h.whose(t, thief), h.there.Exchanged)
	}
	late := h.Guest(t)
	back = h.back(t, h.there.Answer(h.leaves(t, late, h.there.Me), "yes"))
	h.Clock.Add(models.PassageLife)
	has(t, status(t, late.Get(back), 422), "took too long")
	no := h.Guest(t)
	a := status(t, no.Get(h.back(t, h.there.Answer(h.leaves(t, no, h.there.Me), "no"))), 422)
	has(t, a, "did not say yes", `value="`+h.there.Me+`"`)
	must(t, h.Sweep(t.Context()))
	if n := h.count(t)["passages"]; n != 0 {
		t.Errorf("%d log-ins are left", n)
	}
}

// TestCanonicalAddress: what is typed may lead to the address that counts, or be vouched for by it.
func TestCanonicalAddress(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.linked(t)
	for path, to := range map[string]string{"/": "/moved", "/moved": "/ada"} {
		h.there.Pages[path] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	h.there.Pages["/other"] = h.there.Usual(&http.Request{Method: "GET", URL: &url.URL{Path: "/ada"}})
	host := strings.TrimPrefix(h.there.URL, "http://")
	for _, typed := range []string{h.there.URL, h.there.URL + "/", " " + host + "/moved ", strings.ToUpper("http") + "://" + host + "/ada", h.there.URL + "/other"} {
		v := h.Guest(t)
		status(t, h.arrives(t, v, typed), 303)
		if h.whose(t, v) != "ada" {
			t.Errorf("%q logs %q in", typed, h.whose(t, v))
		}
	}
	// A page of a neighbour that names another desk is not vouched for by this one.
	h.there.Pages["/bob"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", `</elsewhere>; rel=authorization_endpoint`)
	}
	h.there.Says = func() string { return h.there.URL + "/bob" }
	v := h.Guest(t)
	has(t, status(t, h.arrives(t, v, h.there.Me), 422), "somewhere else")
}

func TestAddressesThatNobodyLogsInWith(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	site := func(name, body string, headers ...string) string {
		h.there.Pages["/"+name] = func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(headers); i += 2 {
				w.Header().Add(headers[i], headers[i+1])
			}
			fmt.Fprint(w, body)
		}
		return h.there.URL + "/" + name
	}
	metadata := func(name, body string) string {
		site(name+".json", body)
		return site(name, "", "Link", "</"+name+".json>; rel=indieauth-metadata")
	}
	endpoint := `"authorization_endpoint":"` + h.there.URL + `/auth"`
	for typed, want := range map[string]string{
		"":                                     "Write the address of your page",
		"ada@example.org":                      "e-mail address",
		"https://ada@example.org":              "Write the address of your page",
		"ada.example:8080":                     "Write the address of your page",
		"https://ada.example/#me":              "Write the address of your page",
		"https://ada.example/../":              "Write the address of your page",
		"javascript://ada.example/%0aalert(1)": "Write the address of your page",
		"192.0.2.1":                            "Write the address of your page",
		"http://10.0.0.1/":                     "Write the address of your page",
		"http://[::1]/":                        "Write the address of your page",
		"localhost":                            "Write the address of your page",
		"ada":                                  "Write the address of your page",
		h.URL + "/~ada":                        "That page is here",
		h.there.URL + "/nothing":               "No answer from there",
		"http://127.0.0.1:1/":                  "No answer from there",
		site("mute", "<p>hello <a rel=indieauth-metadata href=/x>x</a><!-- <link rel=authorization_endpoint href=/auth> -->"): "does not say where to prove",
		site("bent", "", "Link", `<http://[::1>; rel=authorization_endpoint`):                                                 "does not say where to prove",
		site("inward", "", "Link", `<http://10.0.0.1/>; rel=authorization_endpoint`):                                          "makes no sense",
		site("huge", strings.Repeat(" ", 2<<20)):                                                                              "makes no sense",
		site("lost", "", "Link", `</gone>; rel=indieauth-metadata, </auth>; rel=authorization_endpoint`):                      "makes no sense",
		metadata("garbage", "<p>"): "makes no sense",
		metadata("empty", "{}"):    "makes no sense",
		metadata("shape", `[1]`):   "makes no sense",
		metadata("foreign", `{"issuer":"https://evil.example/",`+endpoint+`}`):              "makes no sense",
		metadata("deeper", `{"issuer":"`+h.there.URL+`/deeper/x",`+endpoint+`}`):            "makes no sense",
		metadata("queried", `{"issuer":"`+h.there.URL+`/?x",`+endpoint+`}`):                 "makes no sense",
		metadata("nowhere", `{"issuer":"`+h.there.URL+`","authorization_endpoint":"/a"}`):   "makes no sense",
		metadata("script", `{"issuer":"`+h.there.URL+`","authorization_endpoint":"x:y"}`):   "makes no sense",
		metadata("long", `{"issuer":"`+h.there.URL+`",`+strings.Repeat(" ", 1<<20)+`"a":1`): "makes no sense",
	} {
		v := h.Guest(t)
		h.Clock.Add(10 * time.Minute) // for the budget
		a := status(t, v.Post("/login/web", form("me", typed)), 422)
		sentenceBeside(t, a.Body, "me", want)
		if got, _ := named(t, a.Body, "me"); got != typed {
			t.Errorf("%q comes back as %q", typed, got)
		}
		if len(a.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%q leaves a cookie", typed)
		}
	}
	if n := h.count(t)["passages"]; n != 0 {
		t.Errorf("%d log-ins were opened", n)
	}
}

func TestKnocksAreCounted(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	v := h.Guest(t)
	for range 20 {
		status(t, v.Post("/login/web", form("me", h.there.URL+"/nothing")), 422)
	}
	a := status(t, v.Post("/login/web", form("me", h.there.Me)), 429)
	sentenceBeside(t, a.Body, "me", "minutes")
	h.Clock.Add(10 * time.Minute)
	h.leaves(t, v, h.there.Me)
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
	has(t, bob.Get("/settings/addresses?saved=1"), h.there.Me, "Unlink", "Saved.")
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
		has(t, a, `class="h-app"`, `rel="redirect_uri" href="`+h.URL+`/login/web/back"`, `class="u-url p-name" href="`+h.URL+`/"`)
		if !strings.Contains(a.Header.Get("Vary"), "Accept,") {
			t.Errorf("Vary is %q", a.Header.Get("Vary"))
		}
	}
}
