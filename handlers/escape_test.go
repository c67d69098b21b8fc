package handlers_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// payloads are what people try. Each fits into 60 characters, the shortest field.
var payloads = []string{
	`<script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<ScRiPt src=//evil.example></ScRiPt>`, `<img src=x onerror=alert(1)>`,
	`<svg/onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `"><img src=x onerror=alert(1)>`, `'><img src=x onerror=alert(1)>`,
	`" onmouseover="alert(1)`, `' onmouseover='alert(1)`, "` onmouseover=`alert(1)", ` autofocus onfocus=alert(1) x=`, `</title><script>alert(1)</script>`,
	`</textarea><script>alert(1)</script>`, `</style><script>alert(1)</script>`, `</style><style>*{display:none}`, `;}body{display:none}a{b:c`,
	`url(//evil.example)`, `expression(alert(1))`, `javascript:alert(1)`, `JaVaScRiPt:alert(1)//http://a.example`, "java\tscript:alert(1)", `data:text/html,<script>alert(1)</script>`,
	`vbscript:msgbox(1)`, `<a href="javascript:alert(1)">x</a>`, `<iframe src=//evil.example>`, `<base href=//evil.example>`, `<meta http-equiv=refresh content=0>`,
	`<form action=//evil.example><input name=password>`, `<link rel=stylesheet href=//evil.example>`, `{{.}} {{.Site.Secret}}`, `${alert(1)} #{1} <%= 1 %>`,
	`<!--`, `--><script>alert(1)</script>`, `<![CDATA[`, `]]><script>alert(1)</script>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;alert(1)`, `%3Cscript%3Ealert(1)%3C/script%3E`,
	`\u003cscript\u003e`, `","admin":true,"x":"`, `"});alert(1);({"`, `'-alert(1)-'`, "a\u2028alert(1)\u2029", "\u202eevil\u2066", `http://a.example/"onclick="alert(1)`,
	`http://a.example/<script>`, `https://javascript:alert(1)@evil.example/`, `<x xmlns="http://www.w3.org/1999/xhtml">`, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///">]>&e;`, "<\x00script>", `+ADw-script+AD4-`,
}

// shape is what a page is made of, whatever its words are.
type shape struct {
	tags  map[string]bool // element, and element with attribute
	count map[string]int  // of what must be as many as ever
}

// counted are elements that nothing typed may add to a page.
var counted = []string{"script", "style", "link", "meta", "base", "iframe", "object", "embed", "img", "svg", "form", "title", "html", "head", "body", "main", "noscript", "template"}

func shapeOf(t *testing.T, path, page string) shape {
	t.Helper()
	s := shape{tags: map[string]bool{}, count: map[string]int{}}
	for _, n := range elements(t, page) {
		s.tags[n.Data] = true
		if slices.Contains(counted, n.Data) {
			s.count[n.Data]++
		}
		for _, a := range n.Attr {
			s.tags[n.Data+" "+a.Key] = true
			leads := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction" || a.Key == "cite"
			bookmarklet := strings.HasPrefix(path, "/settings/widgets") && strings.HasPrefix(a.Val, "javascript:void%28window.open%28%27http://127.0.0.1:")
			if leads && !bookmarklet && !harmlessAddress(a.Val) {
				t.Errorf("%s: %s leads to %q", path, n.Data, a.Val)
			}
		}
		if n.Data == "script" && strings.TrimSpace(text(n)) != "" {
			t.Errorf("%s: there is a script in the page: %s", path, text(n))
		}
	}
	return s
}

func harmlessAddress(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto") && !strings.HasPrefix(address, "//")
}

// mayWrite is what safe.Rich and safe.HTML may make of what people write.
var mayWrite = []string{"p", "br", "a", "a href", "a rel", "q", "q dir", "div", "div class", "div dir", "code", "pre", "em", "strong", "blockquote", "h2", "ul", "li"}

// sameShape fails the test when a page has an element or an attribute that its harmless twin has not.
func sameShape(t *testing.T, path string, got, want shape) {
	t.Helper()
	for tag := range got.tags {
		if !want.tags[tag] && !slices.Contains(mayWrite, tag) {
			t.Errorf("%s: there is a <%s>", path, tag)
		}
	}
	for _, element := range counted {
		if got.count[element] != want.count[element] {
			t.Errorf("%s: %d <%s>, want %d", path, got.count[element], element, want.count[element])
		}
	}
}

// escapePaths are all places where ada's words appear, as she or a guest sees them.
func (h *house) escapePaths() (pages, data []string) {
	pages = []string{
		"/", "/~ada", "/~ada/moods", h.said.Path(), h.said.Path() + "/edit", "/post?reply_to=1", "/~bob", "/~bob/3", "/mood/cosy", "/about", "/rules",
		"/settings", "/settings/security", "/settings/site", "/settings/widgets", "/directory", "/nothing/here", "/signup", "/notices", "/~ada/widget",
	}
	data = append(publicFeeds(), "/users/ada/status.json", "/current-status.js?name=ada", "/~ada/widget.js", "/~ada/status.json", "/~ada/status.txt")
	return pages, data
}

// TestEveryFieldIsEscaped writes every payload into every field and reads every page, feed and widget.
func TestEveryFieldIsEscaped(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.Promote(t.Context(), "ada"))
	h.ada = fresh(t, h.Store, "ada")
	v := h.As(t, h.ada)
	pages, data := h.escapePaths()
	h.write(t, v, "harmless https://a.example/ ~bob #lamps", "Odeon")
	normal := map[string]shape{}
	for _, path := range pages {
		normal[path] = shapeOf(t, path, v.Get(path).Body)
	}
	for _, p := range kit.Sample(payloads) {
		t.Run(p, func(t *testing.T) {
			h.write(t, v, p, p)
			for _, path := range pages {
				sameShape(t, path, shapeOf(t, path, v.Get(path).Body), normal[path])
			}
			for _, path := range data {
				wellFormed(t, path, status(t, v.Get(path), 200))
			}
			edit, settings := v.Get(h.said.Path()+"/edit").Body, v.Get("/settings").Body
			for name, page := range map[string]string{"text": edit, "bio": settings} {
				if got, _ := named(t, page, name); got != safe.Text(p) {
					t.Errorf("%s comes back as %q, want %q", name, got, safe.Text(p))
				}
			}
			if got, _ := named(t, edit, "mood_text"); got != safe.Line(p) {
				t.Errorf("mood_text comes back as %q, want %q", got, safe.Line(p))
			}
		})
	}
}

// write puts one text into every field of ada's and of the site's. A homepage that is none is refused and
// shown again, so its form is judged too.
func (h *house) write(t *testing.T, v *kit.Visitor, p, site string) {
	t.Helper()
	_, err := h.Edit(t.Context(), h.ada, h.said.ID, models.Draft{Text: p, MoodText: p, Mood: "cosy"})
	must(t, err)
	must(t, h.Describe(t.Context(), h.ada, models.Profile{Bio: p}))
	name := safe.Line(site)
	name = string([]rune(name)[:min(len([]rune(name)), 40)])
	must(t, h.ChangeSite(t.Context(), h.ada, models.SiteSettings{Name: name, Language: "en", Signups: models.SignupsOpen, TextLimit: 500, About: p, Rules: p}))
	a := v.Post("/settings", form("token", v.Token(), "bio", p, "homepage", p))
	if a.Status != 303 && a.Status != 422 {
		t.Errorf("the settings answer %d", a.Status)
	}
	shapeOf(t, "refused settings", a.Body)
}

// wellFormed parses XML and JSON to their ends, and looks for what could close a script.
func wellFormed(t *testing.T, path string, a kit.Answer) {
	t.Helper()
	switch kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); {
	case strings.Contains(kind, "json"):
		decoder := json.NewDecoder(strings.NewReader(a.Body))
		var v any
		must(t, decoder.Decode(&v))
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			t.Errorf("%s goes on after its end", path)
		}
	case strings.Contains(kind, "xml") || strings.Contains(kind, "opml"):
		decoder := xml.NewDecoder(bytes.NewBufferString(a.Body))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v\n%s", path, err, a.Body)
			}
		}
		if strings.Contains(a.Body, "<!ENTITY") || strings.Contains(a.Body, "<script") {
			t.Errorf("%s: %s", path, a.Body)
		}
	case strings.Contains(kind, "javascript"):
		for _, bad := range []string{"</", "<!--", "\u2028", "\u2029", "<script"} {
			if strings.Contains(a.Body, bad) {
				t.Errorf("%s holds %q: %s", path, bad, a.Body)
			}
		}
	}
	for _, item := range feedHTML(t, a) {
		shapeOf(t, path+" item", item)
	}
}

// feedHTML is the HTML that a JSON feed carries to other sites; RSS and Atom carry the same.
func feedHTML(t *testing.T, a kit.Answer) []string {
	t.Helper()
	var feed struct {
		Items []struct {
			HTML string `json:"content_html"`
		}
	}
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "application/feed+json") {
		return nil
	}
	must(t, json.Unmarshal([]byte(a.Body), &feed))
	var list []string
	for _, item := range feed.Items {
		list = append(list, item.HTML)
		nodes, err := html.ParseFragment(strings.NewReader(item.HTML), nil)
		must(t, err)
		for _, n := range nodes {
			for c := range n.Descendants() {
				if c.Type == html.ElementNode && !slices.Contains([]string{"head", "body", "p", "br", "a"}, c.Data) && !isSignature(c) {
					t.Errorf("a feed carries <%s>: %s", c.Data, item.HTML)
				}
			}
		}
	}
	return list
}

// isSignature reports whether an element is a drawn signature, and nothing more.
func isSignature(n *html.Node) bool {
	src, _ := attribute(n, "src")
	only := func(a html.Attribute) bool { return !slices.Contains([]string{"src", "width", "height", "alt"}, a.Key) }
	return n.Data == "img" && strings.HasPrefix(src, "http://127.0.0.1:") && strings.Contains(src, "/guestbook/") && !slices.ContainsFunc(n.Attr, only)
}

// TestAddressesAreEscaped puts every payload where an address, a header or a form brings it along.
func TestAddressesAreEscaped(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	member, guest := h.As(t, h.ada), h.Guest(t)
	places := []string{
		"/?lang=", "/?before=", "/~ada?before=", "/directory?sort=", "/directory?after=", "/directory?sort=newest&after=", "/reading?back=", "/reading?back=/", "/tag/", "/mood/", "/~", "/~ada/", "/users/", "/static/",
		"/post?text=", "/post?reply_to=", "/post?sent=", "/post?popup=", "/settings?saved=", "/~ada/widget?template=", "/~ada/widget?fg=", "/~ada/widget?bg=", "/~ada/widget?theme=", "/~ada/widget?lang=",
		"/~ada/widget.js?template=", "/~ada/status.json?lang=", "/current-status.js?name=", "/settings/widgets?template=", "/settings/widgets?fg=", "/settings/widgets?bg=", "/settings/widgets?lang=", "/settings/widgets?theme=", "/rss.xml?before=", "/feed.json?before=", "/nothing/",
	}
	for _, place := range places {
		base := place + "x"
		switch place {
		case "/reading?back=":
			base = "/reading?back=/~ada"
		case "/directory?after=":
			base = "/directory" // everybody is after anything
		}
		for _, v := range []*kit.Visitor{guest, member} {
			normal := v.Get(base)
			for _, p := range kit.Sample(payloads) {
				a := v.Get(place+url.QueryEscape(p), "Accept-Language", strings.ReplaceAll(p, "\x00", ""), "Referer", "http://evil.example/"+url.PathEscape(p))
				path := place + p
				to := a.Header.Get("Location")
				if a.Status >= 500 || to != "" && (!strings.HasPrefix(to, "/") || !harmlessAddress(to) || strings.ContainsAny(to, "<>\"' \\")) || len(a.Header.Values("Set-Cookie")) > 0 {
					t.Errorf("%s: %d with %v", path, a.Status, a.Header)
				}
				if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
					wellFormed(t, path, a)
				} else if a.Status == normal.Status {
					sameShape(t, path, shapeOf(t, path, a.Body), shapeOf(t, base, normal.Body))
				} else {
					shapeOf(t, path, a.Body)
				}
			}
		}
	}
}

// TestBrowsersAreEscaped: what a browser calls itself stands in the list of sessions.
func TestBrowsersAreEscaped(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	sessions := func(agent string) string {
		token, err := h.StartSession(t.Context(), h.ada, agent, "192.0.2.0/24")
		must(t, err)
		page := v.Get("/settings/security").Body
		must(t, h.EndSession(t.Context(), h.ada, models.TokenHash(token)))
		return page
	}
	normal := shapeOf(t, "sessions", sessions("Lynx"))
	for _, p := range kit.Sample(payloads) {
		page := sessions(p)
		sameShape(t, p, shapeOf(t, p, page), normal)
		shown := func(n *html.Node) bool { return n.Data == "td" && text(n) == safe.Line(p) }
		if !slices.ContainsFunc(elements(t, page), shown) {
			t.Errorf("the page does not show %q", safe.Line(p))
		}
	}
}
