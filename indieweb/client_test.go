package indieweb

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/safe"
)

func TestClientIDs(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://app.example/":          "https://app.example/",
		"https://app.example":           "https://app.example/",
		"https://APP.example/Id?a=b":    "https://app.example/Id?a=b",
		"http://app.example:8080/x":     "http://app.example:8080/x",
		"http://127.0.0.1:9/":           "http://127.0.0.1:9/",
		"http://[::1]/":                 "http://[::1]/",
		"http://localhost/":             "http://localhost/",
		"https://app.example/a..b/.c":   "https://app.example/a..b/.c",
		"https://app.example/#":         "",
		"https://app.example/#a":        "",
		"https://u@app.example/":        "",
		"https://u:p@app.example/":      "",
		"https://app.example/../a":      "",
		"https://app.example/a/.":       "",
		"https://app.example/%2e%2E/":   "",
		"https://192.0.2.1/":            "",
		"https://[2001:db8::1]/":        "",
		"https://[::ffff:127.0.0.1]/":   "",
		"https:///path":                 "",
		"https://:443/":                 "",
		"app://id":                      "",
		"app.example":                   "",
		"javascript:alert(1)":           "",
		"https://app.example/ a":        "",
		"https://app.example/\\evil":    "",
		"https://app.example/\x00":      "",
		"https://app.exam\u202eple/":    "",
		"https://app.exam%E2%80%AEple/": "",
		"":                              "",
		"https://a/" + long(2048):       "",
		"http://127.0.0.1:port.evil.x/": "",
	} {
		if got, ok := ClientID(given); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", given, got, ok, want)
		}
	}
}

func long(n int) string { return strings.Repeat("a", n) }

func TestReturnAddresses(t *testing.T) {
	t.Parallel()
	c := Client{ID: "https://app.example/id", Returns: []string{"https://other.example/back", "app.pocket:/back"}}
	for to, want := range map[string]string{
		"https://app.example/anywhere?x=y":     "taken",
		"https://APP.EXAMPLE:443/":             "taken",
		"https://other.example/back":           "taken",
		"app.pocket:/back":                     "taken",
		"https://other.example/back/":          "foreign",
		"https://other.example/back?x":         "foreign",
		"https://app.example:444/":             "foreign",
		"http://app.example/":                  "foreign",
		"https://app.example.evil/":            "foreign",
		"app.other:/back":                      "foreign",
		"https://app.example/a..b/.c?x=%2E":    "taken",
		"https://app.example/?encode=1&b=code": "taken",
		"https://app.example/a/../b":           "none",
		"https://app.example/a/./b":            "none",
		"https://app.example/a/%2e%2E/b":       "none",
		"https://app.example/a/..%2fb":         "none",
		"app.pocket:/a/../back":                "none",
		"app.pocket:/back?code=1":              "none",
		"https://app.example/?x=y&code=1":      "none",
		"https://app.example/?x&%73tate":       "none",
		"https://app.example/?iss=":            "none",
		"https://app.example/?error":           "none",
		"https://app.example/?x;code=1":        "none",
		"https://app.example/?x=%":             "none",
		"https://app.exam%E2%80%AEple/":        "none",
		"https://app.example/#":                "none",
		"https://u@app.example/":               "none",
		"//app.example/":                       "none",
		"/back":                                "none",
		"JavaScript:alert(1)":                  "none",
		"data:text/html,x":                     "none",
		"file:///etc/passwd":                   "none",
		"https://app.example/\r\nX: y":         "none",
		"https:/\\evil.example/":               "none",
	} {
		got := "none"
		if u, ok := ReturnAddress(to); ok {
			if got = "foreign"; c.Takes(u) {
				got = "taken"
			}
		}
		if got != want {
			t.Errorf("%q is %s, want %s", to, got, want)
		}
	}
}

// page is an answer as it was found.
func page(at, kind, body string, links ...string) *safe.Fetched {
	return &safe.Fetched{URL: at, Status: 200, Header: http.Header{"Content-Type": {kind}, "Link": links}, Body: []byte(body)}
}

func TestReadClient(t *testing.T) {
	t.Parallel()
	const id = "https://app.example/id"
	const whole = `{"client_id":"https://APP.example/id","client_name":" Pocket\n<b>","client_uri":"https://app.example/","redirect_uris":["https://other.example/back","app.pocket:/","javascript:x","/x"],"logo_uri":7}`
	moved := page(id, "text/html", `<a class="h-app">Moved</a>`)
	moved.Status = 404
	for name, c := range map[string]struct {
		got     *safe.Fetched
		name    string
		returns string
	}{
		"metadata":                       {page(id, "application/json", whole), "Pocket <b>", "https://other.example/back app.pocket:/"},
		"metadata of another type":       {page(id, "text/plain", " "+whole), "Pocket <b>", "https://other.example/back app.pocket:/"},
		"metadata behind a redirect":     {page("https://app.example/id.json", "application/client+json", whole), "Pocket <b>", "https://other.example/back app.pocket:/"},
		"metadata at another site":       {page("https://evil.example/id.json", "application/json", whole), "", ""},
		"metadata of another client":     {page(id, "application/json", strings.Replace(whole, "APP.example/id", "app.example/other", 1)), "", ""},
		"metadata without an id":         {page(id, "application/json", `{"client_name":"x","redirect_uris":["https://other.example/"]}`), "", ""},
		"metadata with a foreign home":   {page(id, "application/json", strings.Replace(whole, `"client_uri":"https://app.example/"`, `"client_uri":"https://app.example.evil/"`, 1)), "", ""},
		"metadata with a home elsewhere": {page(id, "application/json", strings.Replace(whole, `"client_uri":"https://app.example/"`, `"client_uri":"https://app.example/other"`, 1)), "", ""},
		"metadata of the wrong shape":    {page(id, "application/json", `{"client_id":"https://app.example/id","redirect_uris":"https://other.example/"}`), "", ""},
		"a list":                         {page(id, "application/json", `[1,2]`), "", ""},
		"half of it":                     {page(id, "application/json", whole[:60]), "", ""},
		"an h-app":                       {page(id, "text/html; charset=utf-8", `<div class="x h-app"><img class="u-logo" src=l><a class="u-url p-name" href="/id">Quill <b>&amp; Co</b></a></div>`), "Quill & Co", ""},
		"an h-x-app":                     {page(id, "text/html", `<a href="https://app.example/id" class="h-x-app">Old</a>`), "Old", ""},
		"a picture for a name":           {page(id, "text/html", `<a href="/id" class="h-app"><img alt="Drawn"></a>`), "Drawn", ""},
		"an h-app of somebody else":      {page(id, "text/html", `<a class="h-app" href="https://quill.example/">Quill</a>`), "", ""},
		"an h-app without an address":    {page(id, "", `<p class="h-app">Plain<script>alert(1)</script></p>`), "Plain", ""},
		"no h-app":                       {page(id, "text/html", `<title>Title</title><p class="p-name">x`), "", ""},
		"links": {
			page(id, "text/html", `<link rel="redirect_uri" href="/a"><link rel=redirect_uri href="https://b.example/">`, `<https://c.example/>; rel="redirect_uri"`),
			"", "https://c.example/ https://app.example/a https://b.example/",
		},
		"links to a program": {
			page(id, "text/html", `<link rel="redirect_uri" href="myapp://cb"><link rel=redirect_uri href="javascript:x"><link rel=redirect_uri href="http:">`, `<app.pocket:/back>; rel="redirect_uri me"`),
			"", "app.pocket:/back myapp://cb",
		},
		"not found": {moved, "", ""},
		"a picture": {page(id, "image/png", `<p class="h-app">x`), "", ""},
	} {
		got := ReadClient(id, c.got)
		if got.ID != id || got.Name != c.name || strings.Join(got.Returns, " ") != c.returns {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `<link rel=redirect_uri href="/%d">`, i)
	}
	if got := ReadClient(id, page(id, "text/html", many.String())); len(got.Returns) != returnsMost {
		t.Errorf("%d addresses to return to", len(got.Returns))
	}
}

// TestFetchClient: who cannot be asked is known by the address alone; nobody on this machine is asked.
func TestFetchClient(t *testing.T) {
	t.Parallel()
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		fmt.Fprintf(w, `{"client_id":"http://%s/id","client_name":"Here"}`, r.Host)
	}))
	defer other.Close()
	closed := safe.NewFetcher(safe.FetchOptions{Agent: "test", Own: "marquee.example"})
	for _, id := range []string{other.URL + "/id", "http://marquee.example/", "http://localhost/"} {
		if c, err := FetchClient(t.Context(), closed, id); err == nil || c.ID != id || c.Name != "" || asked > 0 {
			t.Errorf("%s: %+v %v, asked %d times", id, c, err, asked)
		}
	}
	open := safe.NewFetcher(safe.FetchOptions{Agent: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if c, err := FetchClient(t.Context(), open, other.URL+"/id"); err != nil || c.Name != "Here" {
		t.Errorf("%+v %v", c, err)
	}
}

// FuzzClient: whatever a client says, it is no more than a short name and addresses that may be led to.
func FuzzClient(f *testing.F) {
	f.Add("https://app.example/id", "application/json", `{"client_id":"https://app.example/id","client_name":"x","redirect_uris":["a.b:/c"]}`, "https://app.example/back")
	f.Add("http://127.0.0.1:80", "text/html", `<a class="h-app u-url p-name" href="/">x<link rel=redirect_uri href="//b">`, "a:b")
	f.Add("https://a/%2e", "", "<p class=h-app><p class=h-app><img alt=é>", "https://a/#")
	f.Fuzz(func(t *testing.T, given, kind, body, back string) {
		id, ok := ClientID(given)
		if !ok {
			return
		}
		if again, ok := ClientID(id); !ok || again != id {
			t.Fatalf("%q is %q, and that %q", given, id, again)
		}
		c := ReadClient(id, page(id, kind, body))
		if !utf8.ValidString(c.Name) || len(c.Name) > 1280 || strings.ContainsAny(c.Name, "\r\n\x00") || len(c.Returns) > returnsMost {
			t.Errorf("%+v", c)
		}
		for _, to := range c.Returns {
			if _, ok := ReturnAddress(to); !ok {
				t.Errorf("returns to %q", to)
			}
		}
		to, ok := ReturnAddress(back)
		if !ok || !c.Takes(to) {
			return
		}
		own, err := url.Parse(id)
		if err != nil || strings.ContainsAny(back, "\r\n \\") || !strings.EqualFold(own.Host, to.Host) && portOf(own) != portOf(to) && !slices.Contains(c.Returns, to.String()) {
			t.Errorf("%q may return to %q", id, back)
		}
	})
}
