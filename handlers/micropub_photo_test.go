package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"marquee/tests/kit"
)

// TestMicropubFileNames: a file is a photo, however its field is numbered; one of anything else is refused.
func TestMicropubFileNames(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	words, drawing := kit.Field{Name: "content", Value: "x"}, string(kit.Drawing(t, 1))
	page := c.made(c.parts("/micropub", words, kit.Field{Name: "photo[0]", Value: drawing, File: "1.png"}, kit.Field{Name: "photo[1]", Value: string(kit.Drawing(t, 2)), File: "2.png"},
		kit.Field{Name: "mp-photo-alt[0]", Value: "the first"}, kit.Field{Name: "mp-photo-alt[1]", Value: "the second"}))
	has(t, page, `alt="the first"`, `alt="the second"`)
	for _, name := range []string{"video", "audio[]", "file", "photo[x]", ""} {
		if said := jsonOf(t, status(t, c.parts("/micropub", words, kit.Field{Name: name, Value: drawing, File: "a.mp4"}), 400)); !strings.Contains(said["error_description"].(string), "photo") {
			t.Errorf("%s: %v", name, said)
		}
	}
}

// TestMicropubImagesInHTML: images among the words are photos; words that are sent again bring no more of them.
func TestMicropubImagesInHTML(t *testing.T) {
	t.Parallel()
	c, far := newClient(t), photos(t)
	sent := c.parts("/micropub/media", kit.Field{Name: "file", Value: string(kit.Drawing(t, 1)), File: "a.png"}).Header.Get("Location")
	content := `{"html":"<p><img src=\"{url}` + sent + `\" alt=\"my own\"><img src=\"` + far + `/lamp.png\" alt=\"the lamp\"><img src=\"` + far + `/words\" alt=\"none\"></p>"}`
	a := c.json(`{"type":["h-entry"],"properties":{"content":[` + content + `]}}`)
	seen := func() {
		t.Helper()
		page := status(t, c.v.Get(a.Header.Get("Location")), 200)
		has(t, page, `alt="my own"`, `alt="the lamp"`)
		if n := strings.Count(page.Body, `class="u-photo`); n != 2 {
			t.Errorf("%d photos", n)
		}
	}
	c.made(a)
	seen()
	status(t, c.json(`{"action":"update","url":"{url}`+a.Header.Get("Location")+`","replace":{"content":[`+content+`]}}`), 204)
	seen()
	status(t, c.json(`{"properties":{"content":[{"html":"<img src='`+far+`/words'>"}]}}`), 400)
}

// TestMicropubLastMedia: what was sent last, until a status shows it.
func TestMicropubLastMedia(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	last := func() string {
		t.Helper()
		return fmt.Sprint(jsonOf(t, status(t, c.send("GET", "/micropub/media?q=last", "", ""), 200))["url"])
	}
	if got := last(); got != "<nil>" {
		t.Errorf("before anything was sent: %s", got)
	}
	var paths []string
	for i := range 2 {
		paths = append(paths, c.parts("/micropub/media", kit.Field{Name: "file", Value: string(kit.Drawing(t, i)), File: "a.png"}).Header.Get("Location"))
	}
	for i := range 2 {
		if got := last(); got != c.URL+paths[1-i] {
			t.Errorf("the last is %s of %v", got, paths)
		}
		c.made(c.form("photo", c.URL+paths[1-i]))
	}
	if got := last(); got != "<nil>" {
		t.Errorf("after all are shown: %s", got)
	}
	status(t, c.send("GET", "/micropub/media?q=first", "", ""), 400)
	secret, err := c.CreateToken(t.Context(), c.ada, "profile only", []string{"profile"})
	must(t, err)
	c.secret = secret
	status(t, c.send("GET", "/micropub/media?q=last", "", ""), 403)
}

// TestMicropubRefusedBeforeTheDoor: programs get JSON, and may read it, also when no door of theirs was reached.
func TestMicropubRefusedBeforeTheDoor(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, path := range []string{"/micropub", "/micropub/media"} {
		for want, a := range map[int]kit.Answer{
			413: c.send("POST", path, "application/json", strings.Repeat(" ", 300<<10)),
			415: c.send("POST", path, "application/json", "{}", "Content-Encoding", "gzip"),
		} {
			if said := jsonOf(t, status(t, a, want)); said["error"] != "invalid_request" || said["error_description"] == "" {
				t.Errorf("%s: %v", path, said)
			}
		}
	}
}
