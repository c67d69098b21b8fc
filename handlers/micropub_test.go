package handlers_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// client is a Micropub client of ada's, in a town of its own.
type client struct {
	*kit.Site
	t      *testing.T
	v      *kit.Visitor
	ada    *models.Account
	secret string
}

func newClient(t *testing.T, scopes ...string) *client {
	t.Helper()
	site := kit.Town(t)
	ada := kit.SignUp(t, site.Store, "ada")
	if len(scopes) == 0 {
		scopes = models.Scopes
	}
	secret, err := site.CreateToken(t.Context(), ada, "client", scopes)
	must(t, err)
	return &client{site, t, site.Guest(t), ada, secret}
}

func (c *client) send(method, path, kind, body string, headers ...string) kit.Answer {
	c.t.Helper()
	a := c.v.Send(method, path, body, append([]string{"Authorization", "Bearer " + c.secret, "Content-Type", kind}, headers...)...)
	if a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Set-Cookie") != "" {
		c.t.Errorf("%s %s: headers %v", method, path, a.Header)
	}
	return a
}

func (c *client) json(body string) kit.Answer {
	c.t.Helper()
	return c.send("POST", "/micropub", "application/json", strings.ReplaceAll(body, "{url}", c.URL))
}

func (c *client) form(pairs ...string) kit.Answer {
	c.t.Helper()
	return c.send("POST", "/micropub", "application/x-www-form-urlencoded", form(pairs...).Encode())
}

// parts sends a multipart form.
func (c *client) parts(path string, fields ...kit.Field) kit.Answer {
	c.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range fields {
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", fmt.Sprintf("form-data; name=%q", f.Name))
		if f.File != "" {
			header.Set("Content-Disposition", fmt.Sprintf("form-data; name=%q; filename=%q", f.Name, f.File))
		}
		w, err := form.CreatePart(header)
		must(c.t, err)
		_, err = w.Write([]byte(f.Value))
		must(c.t, err)
	}
	must(c.t, form.Close())
	return c.send("POST", path, form.FormDataContentType(), b.String())
}

// made is the page of what was created.
func (c *client) made(a kit.Answer) kit.Answer {
	c.t.Helper()
	status(c.t, a, 201)
	if !strings.HasPrefix(a.Header.Get("Location"), "/~ada/") || a.Body != "" {
		c.t.Fatalf("Location %q, body %q", a.Header.Get("Location"), a.Body)
	}
	return status(c.t, c.v.Get(a.Header.Get("Location")), 200)
}

// tagged wants the status that was made, or changed, under its tags and under no other.
func (c *client) tagged(a kit.Answer, tags ...string) {
	c.t.Helper()
	link := `href="` + a.Header.Get("Location") + `"`
	for _, tag := range []string{"test1", "test2", "a"} {
		if got := strings.Contains(c.v.Get("/tag/"+tag).Body, link); got != slices.Contains(tags, tag) {
			c.t.Errorf("%s under #%s: %v", link, tag, got)
		}
	}
}

// source is the properties of the status at a path.
func (c *client) source(path string, names ...string) map[string]any {
	c.t.Helper()
	query := url.Values{"q": {"source"}, "url": {c.URL + path}, "properties[]": names}
	said := jsonOf(c.t, status(c.t, c.send("GET", "/micropub?"+query.Encode(), "", ""), 200))
	if _, typed := said["type"]; typed != (len(names) == 0) {
		c.t.Errorf("%v, asked for %v", said, names)
	}
	return said["properties"].(map[string]any)
}

// photos is a site that has pictures to fetch.
func photos(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sunset.jpg":
			_, _ = w.Write(kit.Photo(t, 400, 300))
		case "/lamp.png":
			_, _ = w.Write(kit.Drawing(t, 5))
		case "/words":
			_, _ = w.Write([]byte("no picture at all"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestMicropubRocksCreate: the tests 100 to 301 of micropub.rocks.
func TestMicropubRocksCreate(t *testing.T) {
	t.Parallel()
	c, far := newClient(t), photos(t)
	has(t, c.made(c.form("h", "entry", "content", "Micropub test of creating a basic h-entry")), "Micropub test of creating a basic h-entry") // 100
	c.tagged(c.form("h", "entry", "content", "two", "category[]", "test1", "category[]", "test2"), "test1", "test2")                          // 101
	has(t, c.made(c.form("h", "entry", "content", "a photo", "photo", far+"/sunset.jpg")), `class="u-photo"`)                                 // 104
	c.tagged(c.form("h", "entry", "content", "one", "category", "test1"), "test1")                                                            // 107
	has(t, c.made(c.json(`{"type":["h-entry"],"properties":{"content":["Micropub test of JSON"]}}`)), "Micropub test of JSON")                // 200
	c.tagged(c.json(`{"type":["h-entry"],"properties":{"content":["x"],"category":["test1","test2"]}}`), "test1", "test2")                    // 201
	rich := c.made(c.json(`{"type":["h-entry"],"properties":{"content":[{"html":"<p>This has <b>bold</b> and <i>italic</i> text. <a class=\"u-url\" rel=\"me\" href=\"https://x.example/\" onclick=\"x()\">x</a><script>x</script></p>"}]}}`))
	has(t, rich, "<p>This has <b>bold</b> and <i>italic</i> text.")                                                                 // 202
	hasNot(t, rich, "&lt;b", "onclick", `rel="me"`, "<script>x")                                                                    // nothing else of it
	has(t, c.made(c.json(`{"type":["h-entry"],"properties":{"content":["x"],"photo":["`+far+`/sunset.jpg"]}}`)), `class="u-photo"`) // 203
	checkin := c.json(`{"type":["h-entry"],"properties":{"published":["2017-05-31T12:03:36-07:00"],"content":["Lunch meeting"],"checkin":[{"type":["h-card"],"properties":{"name":["Los Gorditos"],"url":["https://foursquare.com/v/502c"],"latitude":[45.524330801154],"longitude":[-122.68068808051]}}]}}`)
	has(t, c.made(checkin), "Lunch meeting", "31 May 2017", "https://foursquare.com/v/502c") // 204
	kept := c.source(checkin.Header.Get("Location"))["checkin"].([]any)[0].(map[string]any)
	if name := kept["properties"].(map[string]any)["name"].([]any)[0]; name != "Los Gorditos" {
		t.Errorf("the nested object is %v", kept)
	}
	has(t, c.made(c.json(`{"type":["h-entry"],"properties":{"content":["x"],"photo":[{"value":"`+far+`/sunset.jpg","alt":"Photo of a sunset"}]}}`)), `alt="Photo of a sunset"`) // 205
	two := c.made(c.json(`{"type":["h-entry"],"properties":{"content":["x"],"photo":["` + far + `/sunset.jpg","` + far + `/lamp.png"]}}`))                                      // 206
	if strings.Count(two.Body, `class="u-photo`) != 2 {
		t.Error("two photos are", strings.Count(two.Body, `class="u-photo`))
	}
	has(t, c.made(c.parts("/micropub", kit.Field{Name: "h", Value: "entry"}, kit.Field{Name: "content", Value: "a file"}, kit.Field{Name: "photo", Value: string(kit.Photo(t, 60, 40)), File: "a.jpg"})), "a file", `class="u-photo`) // 300
	files := c.made(c.parts("/micropub", kit.Field{Name: "h", Value: "entry"}, kit.Field{Name: "photo[]", Value: string(kit.Drawing(t, 1)), File: "1.png"}, kit.Field{Name: "mp-photo-alt[]", Value: "the first"},
		kit.Field{Name: "photo[]", Value: string(kit.Drawing(t, 2)), File: "2.png"}, kit.Field{Name: "mp-photo-alt[]", Value: "the second"})) // 301
	has(t, files, `alt="the first"`, `alt="the second"`)
}

// TestMicropubRocksUpdate: 400 to 405.
func TestMicropubRocksUpdate(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	at := func(a kit.Answer) string { c.made(a); return a.Header.Get("Location") }
	first := at(c.json(`{"type":["h-entry"],"properties":{"content":["old words"],"category":["test1"]}}`))
	plain := at(c.json(`{"type":["h-entry"],"properties":{"content":["without"]}}`))
	for _, step := range []struct {
		name, path, update string
		has, not, tags     []string
	}{
		{"400", first, `"replace":{"content":["new words"]}`, []string{"new words"}, []string{"old words"}, []string{"test1"}},
		{"401", first, `"add":{"category":["test2"]}`, []string{"new words"}, nil, []string{"test1", "test2"}},
		{"402", plain, `"add":{"category":["test1"]}`, []string{"without"}, nil, []string{"test1"}},
		{"403", first, `"delete":{"category":["test1"]}`, []string{"new words"}, nil, []string{"test2"}},
		{"404", first, `"delete":["category"]`, []string{"new words"}, nil, nil},
		{"all at once", first, `"replace":{"content":[{"html":"<p>so <b>bold</b></p>"}],"mood":["cosy","rain"]},"add":{"category":["a"]},"delete":["face"]`, []string{"<b>bold</b>", "/mood/cosy", "rain"}, []string{"new words"}, []string{"a"}},
		{"not for everybody", plain, `"replace":{"visibility":["private"]}`, nil, nil, nil},
	} {
		a := status(t, c.json(`{"action":"update","url":"{url}`+step.path+`",`+step.update+`}`), 204)
		if a.Body != "" {
			t.Errorf("%s: a body %q", step.name, a.Body)
		}
		if step.has != nil {
			page := status(t, c.v.Get(step.path), 200)
			has(t, page, step.has...)
			hasNot(t, page, step.not...)
			c.tagged(kit.Answer{Header: http.Header{"Location": {step.path}}}, step.tags...)
		}
	}
	status(t, c.v.Get(plain), 404)
	status(t, c.form("action", "update", "url", c.URL+first, "replace", "x"), 400)
	for _, wrong := range []string{
		`"replace":"text"`, // 405
		`"replace":{"content":"text"}`, `"replace":["content"]`, `"add":{"category":"x"}`, `"delete":"category"`, `"delete":[1]`, `"delete":{"category":"x"}`, `"nothing":{}`, `"replace":{}`,
		`"replace":{"url":["https://x.example/"]}`, `"delete":["published"]`, `"add":{"in-reply-to":["https://x.example/"]}`, `"delete":["content","category","mood"]`,
	} {
		before := c.source(first)
		a := status(t, c.json(`{"action":"update","url":"{url}`+first+`",`+wrong+`}`), 400)
		if jsonOf(t, a)["error"] != "invalid_request" || fmt.Sprint(c.source(first)) != fmt.Sprint(before) {
			t.Errorf("%s: %s", wrong, a.Body)
		}
	}
}

// TestMicropubRocksDelete: 500 to 503.
func TestMicropubRocksDelete(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for name, do := range map[string]func(action, path string) kit.Answer{
		"form": func(action, path string) kit.Answer { return c.form("action", action, "url", c.URL+path) },
		"JSON": func(action, path string) kit.Answer {
			return c.json(`{"action":"` + action + `","url":"{url}` + path + `"}`)
		},
	} {
		a := c.form("content", "here and gone "+name)
		c.made(a)
		path := a.Header.Get("Location")
		status(t, do("delete", path), 204)
		hasNot(t, status(t, c.v.Get(path), 410), "here and gone")
		status(t, do("delete", path), 400)
		status(t, do("undelete", path), 204)
		has(t, status(t, c.v.Get(path), 200), "here and gone "+name)
		status(t, do("undelete", path), 204)
		status(t, do("delete", path), 204)
		c.Clock.Add(24 * time.Hour)
		status(t, do("undelete", path), 400)
	}
}
