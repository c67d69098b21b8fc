package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

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
	for _, wrong := range []string{"", "q=nothing", "q=source&url=https://x.example/", "q=source&url=" + c.URL + "/~ada/999", "q=source&url=" + c.URL + "/~ada", "q=source&url=%00", "q=source&before=x"} {
		if said := jsonOf(t, status(t, c.send("GET", "/micropub?"+wrong, "", ""), 400)); said["error"] != "invalid_request" {
			t.Errorf("%s: %v", wrong, said)
		}
	}
}

// TestMicropubPages: the list of statuses, page by page.
func TestMicropubPages(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ask := func(query string) map[string]any {
		return jsonOf(t, status(t, c.send("GET", "/micropub?"+query, "", ""), 200))
	}
	for i := range 23 {
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
