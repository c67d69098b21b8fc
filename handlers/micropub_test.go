package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
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
	has(t, c.made(c.form("h", "entry", "content", "two", "category[]", "test1", "category[]", "test2")), "/tag/test1", "/tag/test2")          // 101
	has(t, c.made(c.form("h", "entry", "content", "a photo", "photo", far+"/sunset.jpg")), `class="u-photo"`)                                 // 104
	has(t, c.made(c.form("h", "entry", "content", "one", "category", "test1")), "/tag/test1")                                                 // 107
	has(t, c.made(c.json(`{"type":["h-entry"],"properties":{"content":["Micropub test of JSON"]}}`)), "Micropub test of JSON")                // 200
	has(t, c.made(c.json(`{"type":["h-entry"],"properties":{"content":["x"],"category":["test1","test2"]}}`)), "/tag/test1", "/tag/test2")    // 201
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
		has, not           []string
	}{
		{"400", first, `"replace":{"content":["new words"]}`, []string{"new words", "/tag/test1"}, []string{"old words"}},
		{"401", first, `"add":{"category":["test2"]}`, []string{"/tag/test1", "/tag/test2"}, nil},
		{"402", plain, `"add":{"category":["test1"]}`, []string{"without", "/tag/test1"}, nil},
		{"403", first, `"delete":{"category":["test1"]}`, []string{"/tag/test2", "new words"}, []string{"/tag/test1"}},
		{"404", first, `"delete":["category"]`, []string{"new words"}, []string{"/tag/test"}},
		{"all at once", first, `"replace":{"content":[{"html":"<p>so <b>bold</b></p>"}],"mood":["cosy","rain"]},"add":{"category":["a"]},"delete":["face"]`, []string{"<b>bold</b>", "/mood/cosy", "rain", "/tag/a"}, []string{"new words"}},
		{"not for everybody", plain, `"replace":{"visibility":["private"]}`, nil, nil},
	} {
		a := status(t, c.json(`{"action":"update","url":"{url}`+step.path+`",`+step.update+`}`), 204)
		if a.Body != "" {
			t.Errorf("%s: a body %q", step.name, a.Body)
		}
		if step.has != nil {
			page := status(t, c.v.Get(step.path), 200)
			has(t, page, step.has...)
			hasNot(t, page, step.not...)
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

// TestMicropubRocksQuery: 600 to 603.
func TestMicropubRocksQuery(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ask := func(query string) map[string]any {
		return jsonOf(t, status(t, c.send("GET", "/micropub?"+query, "", ""), 200))
	}
	config := ask("q=config") // 600
	if config["media-endpoint"] != c.URL+"/micropub/media" || len(config["q"].([]any)) != 5 || len(config["post-types"].([]any)) == 0 {
		t.Errorf("config is %v", config)
	}
	if list, ok := ask("q=syndicate-to")["syndicate-to"].([]any); !ok || len(list) != 0 { // 601
		t.Error("syndicate-to is no list")
	}
	a := c.json(`{"type":["h-entry"],"properties":{"content":["Test of querying the endpoint"],"category":["micropub","test"]}}`)
	path := a.Header.Get("Location")
	for range 3 { // 602, and 603 in the order that was sent
		got := c.source(path)
		if fmt.Sprint(got["content"], got["category"]) != "[Test of querying the endpoint] [micropub test]" {
			t.Errorf("source is %v", got)
		}
		if got := c.source(path, "content", "category"); len(got) != 2 || fmt.Sprint(got["category"]) != "[micropub test]" {
			t.Errorf("two properties are %v", got)
		}
	}
	if got := ask("q=category&filter=micro")["categories"]; fmt.Sprint(got) != "[micropub]" {
		t.Errorf("categories are %v", got)
	}
	kit.SignUp(t, c.Store, "bob")
	must(t, c.AddFriend(t.Context(), c.ada, "bob"))
	if got := fmt.Sprint(ask("q=contact")["contacts"]); got != "[map[name:~bob nickname:bob url:"+c.URL+"/~bob]]" {
		t.Errorf("contacts are %s", got)
	}
	for i := range 22 {
		c.form("content", fmt.Sprint("number ", i))
	}
	for _, limit := range []int{20, 7} {
		seen, query := 0, fmt.Sprintf("q=source&limit=%d&properties[]=content", limit)
		for next := query; ; {
			page := ask(next)
			seen += len(page["items"].([]any))
			before, more := page["paging"].(map[string]any)["before"]
			if !more {
				break
			}
			next = query + fmt.Sprintf("&before=%.0f", before)
		}
		if seen != 23 {
			t.Errorf("pages of %d hold %d", limit, seen)
		}
	}
	for _, wrong := range []string{"", "q=nothing", "q=source&url=https://x.example/", "q=source&url=" + c.URL + "/~ada/999", "q=source&url=" + c.URL + "/~ada", "q=source&url=%00", "q=source&before=x"} {
		if said := jsonOf(t, status(t, c.send("GET", "/micropub?"+wrong, "", ""), 400)); said["error"] != "invalid_request" {
			t.Errorf("%s: %v", wrong, said)
		}
	}
}

// TestMicropubRocksMedia: 700 to 702.
func TestMicropubRocksMedia(t *testing.T) {
	t.Parallel()
	c := newClient(t, "media", "create")
	var moving bytes.Buffer
	must(t, gif.Encode(&moving, image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.White, color.Black}), nil))
	var sent []string
	for _, file := range []struct {
		name, kind string
		body       []byte
	}{{"a.jpg", "image/jpeg", kit.Photo(t, 900, 600)}, {"a.png", "image/png", kit.Drawing(t, 3)}, {"a.gif", "image/gif", moving.Bytes()}} {
		a := status(t, c.parts("/micropub/media", kit.Field{Name: "file", Value: string(file.body), File: file.name}), 201)
		path := a.Header.Get("Location")
		got := status(t, c.v.Get(path), 200)
		if got.Header.Get("Content-Type") != file.kind || !strings.HasSuffix(path, file.name[1:]) || len(path) < 30 || len(got.Body) > 14000 {
			t.Errorf("%s: %s is %s of %d bytes", file.name, path, got.Header.Get("Content-Type"), len(got.Body))
		}
		status(t, c.v.Get(path[:len(path)-4]+".bmp"), 404)
		sent = append(sent, path)
	}
	a := c.form("content", "with it", "photo", c.URL+sent[1], "photo", c.URL+sent[0])
	page := c.made(a)
	if strings.Count(page.Body, `class="u-photo`) != 2 {
		t.Error("not both are shown")
	}
	to := status(t, c.v.Get(sent[1]), 302).Header.Get("Location")
	has(t, page, `src="`+to+`"`)
	again := c.form("content", "and again", "photo", c.URL+sent[1])
	has(t, c.made(again), `src="`+to+`"`)
	must(t, c.Withdraw(t.Context(), c.ada, 1))
	must(t, c.Withdraw(t.Context(), c.ada, 2))
	status(t, c.v.Get(to), 410)
	status(t, c.form("content", "gone", "photo", c.URL+sent[1]), 400)
	c.Clock.Add(25 * time.Hour)
	must(t, c.Sweep(t.Context()))
	status(t, c.v.Get(sent[2]), 404)
	for _, c := range []struct {
		a    kit.Answer
		want int
	}{
		{c.parts("/micropub/media", kit.Field{Name: "file", Value: "no picture", File: "a.jpg"}), 400},
		{c.parts("/micropub/media", kit.Field{Name: "file", Value: "", File: "a.jpg"}), 400},
		{c.parts("/micropub/media", kit.Field{Name: "other", Value: string(kit.Drawing(t, 1)), File: "a.png"}), 400},
		{c.parts("/micropub/media", kit.Field{Name: "file", Value: "words"}), 400},
		{c.parts("/micropub/media", kit.Field{Name: "file", Value: strings.Repeat("x", 12<<20+1), File: "a.jpg"}), 413},
		{c.form("file", "x"), 400},
	} {
		if said := jsonOf(t, status(t, c.a, c.want)); said["error"] != "invalid_request" {
			t.Errorf("%v", said)
		}
	}
}

// TestMicropubRocksTokens: 800 to 805.
func TestMicropubRocksTokens(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.made(c.form("content", "in the header")) // 800
	form := "application/x-www-form-urlencoded"
	inBody := url.Values{"h": {"entry"}, "content": {"in the body"}, "access_token": {c.secret}}.Encode()
	a := status(t, c.v.Send("POST", "/micropub", inBody, "Content-Type", form), 201) // 801
	if got := c.source(a.Header.Get("Location")); got["access_token"] != nil || strings.Contains(fmt.Sprint(got), c.secret) {
		t.Errorf("the token is in %v", got) // 802
	}
	if said := jsonOf(t, status(t, c.v.Send("POST", "/micropub", "content=x", "Content-Type", form), 401)); said["error"] != "unauthorized" { // 803
		t.Errorf("no token: %v", said)
	}
	status(t, c.v.Send("POST", "/micropub?access_token="+c.secret, "content=x", "Content-Type", form), 401)
	status(t, c.v.Send("GET", "/micropub?q=config&access_token="+c.secret, ""), 401)
	if a := status(t, c.send("POST", "/micropub", form, inBody), 400); a.Body != "" { // 805
		t.Errorf("both tokens: %q", a.Body)
	}
	secret, err := c.CreateToken(t.Context(), c.ada, "profile only", []string{"profile"})
	must(t, err)
	own := c.secret
	c.secret = secret
	for scope, a := range map[string]kit.Answer{ // 804
		"create":   c.form("content", "x"),
		"update":   c.json(`{"action":"update","url":"{url}/~ada/1","replace":{"content":["x"]}}`),
		"delete":   c.form("action", "delete", "url", c.URL+"/~ada/1"),
		"undelete": c.form("action", "undelete", "url", c.URL+"/~ada/1"),
		"media":    c.parts("/micropub/media", kit.Field{Name: "file", Value: string(kit.Drawing(t, 1)), File: "a.png"}),
	} {
		status(t, a, 403)
		if told := a.Header.Get("WWW-Authenticate"); !strings.Contains(told, `error="insufficient_scope"`) || !strings.Contains(told, `scope="`+scope+`"`) {
			t.Errorf("%s: %s", scope, told)
		}
	}
	status(t, c.parts("/micropub", kit.Field{Name: "photo", Value: string(kit.Drawing(t, 1)), File: "a.png"}), 403)
	c.secret = own
	bob := kit.SignUp(t, c.Store, "bob")
	st, err := c.Publish(t.Context(), bob, models.Draft{Text: "bob's own"})
	must(t, err)
	for _, a := range []kit.Answer{c.form("action", "delete", "url", c.URL+st.Path()), c.json(`{"action":"update","url":"{url}` + st.Path() + `","replace":{"content":["x"]}}`), c.send("GET", "/micropub?q=source&url="+c.URL+st.Path(), "", "")} {
		if said := jsonOf(t, status(t, a, 403)); said["error"] != "forbidden" {
			t.Errorf("somebody else's: %v", said)
		}
	}
	status(t, c.form("action", "delete", "url", c.URL+fmt.Sprintf("/~ada/%d", st.ID)), 403)
	has(t, status(t, c.v.Get(st.Path()), 200), "bob&#39;s own")
}

// TestMicropubPreflight: a client in a browser may ask, with its token.
func TestMicropubPreflight(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, path := range []string{"/micropub", "/micropub/media"} {
		a := status(t, c.v.Send("OPTIONS", path, "", "Origin", "https://quill.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization"), 204)
		if !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "Authorization") || !strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "POST") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	a := c.form("content", "x")
	if exposed := strings.Split(a.Header.Get("Access-Control-Expose-Headers"), ", "); !slices.Contains(exposed, "Location") {
		t.Errorf("exposed are %v", exposed)
	}
}
