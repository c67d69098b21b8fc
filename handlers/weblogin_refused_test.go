package handlers_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

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

// TestOldEndpointsHaveWaysOfTheirOwn: who asks another site for a code with our name cannot have us carry it to themselves.
func TestOldEndpointsHaveWaysOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	h.there.Legacy = true
	h.linked(t)
	v := h.Guest(t)
	back := h.back(t, h.there.Answer(h.leaves(t, v, h.there.Me), "yes"))
	path, query, _ := strings.Cut(back, "?")
	if path == "/login/web/back" {
		t.Fatal("an endpoint that does not name itself has no way of its own")
	}
	has(t, status(t, v.Get("/login/web/back?"+query), 422), "somewhere else")
	if h.whose(t, v) != "" {
		t.Errorf("%s is logged in", h.whose(t, v))
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
	has(t, a, "You said no over there", `value="`+h.there.Me+`"`)
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

// TestShortenersAreNobody: an address that leads to another site is not what that says it is, unless it is the front of a site.
func TestShortenersAreNobody(t *testing.T) {
	t.Parallel()
	h := newAbroad(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("there is one address on this machine: ", err)
	}
	short := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, h.there.Me, http.StatusFound)
	})}}
	short.Start()
	t.Cleanup(short.Close)
	h.there.Pages["/go"] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ada", http.StatusFound) }
	h.there.Pages["/via"] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, short.URL+"/ada", http.StatusFound) }
	for _, c := range []struct {
		typed, says string
		proven      bool
	}{
		{short.URL + "/ada", h.there.Me, true},
		{short.URL + "/ada", short.URL + "/ada", false},
		{short.URL + "/?to=ada", short.URL + "/?to=ada", false},
		{short.URL + "/", short.URL + "/", true},
		{h.there.URL + "/via", short.URL + "/ada", false},
		{h.there.URL + "/via", h.there.URL + "/via", true},
		{h.there.Me, short.URL + "/ada", false},
		{h.there.URL + "/go", h.there.URL + "/go", true},
		{h.there.URL + "/go?to=ada", h.there.URL + "/go?to=ada", false},
		{h.there.Me + "?x", h.there.Me + "?x", true},
	} {
		h.there.Says = func() string { return c.says }
		a := h.arrives(t, h.Guest(t), c.typed)
		if to := a.Header.Get("Location"); (to == "/signup/web") != c.proven {
			t.Errorf("%s, said to be %s: %d, leads to %q\n%s", c.typed, c.says, a.Status, to, gist(a))
		}
	}
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
		site("own", "", "Link", "<"+h.URL+"/.well-known/oauth-authorization-server>; rel=indieauth-metadata"):     "leaves its log-ins to this very site",
		site("old", "", "Link", "<"+h.URL+"/indieauth/authorize>; rel=authorization_endpoint"):                    "leaves its log-ins to this very site",
		metadata("sent", `{"issuer":"`+h.there.URL+`","authorization_endpoint":"`+h.URL+`/indieauth/authorize"}`): "leaves its log-ins to this very site",
		h.there.URL + "/nothing": "There is no page at that address",
		"http://127.0.0.1:1/":    "No answer from there",
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
