package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

func picture(value []byte) kit.Field {
	return kit.Field{Name: "picture", Value: string(value), File: "../../etc/IMG_0001.exe"}
}

func typed(name, value string) kit.Field { return kit.Field{Name: name, Value: value} }

var shownPicture = regexp.MustCompile(`src="(/pictures/[0-9a-f]{32}\.(?:jpg|png|gif))"[^>]* alt="([^"]*)"`)

// shown lists the pictures of a page with their alt texts.
func shown(a kit.Answer) (list []string) {
	for _, found := range shownPicture.FindAllStringSubmatch(a.Body, -1) {
		list = append(list, found[2])
	}
	return list
}

// TestUpload: files and alt texts belong together by their places, also where a browser sends empty file fields.
func TestUpload(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.bob)
	a := status(t, v.Upload("/statuses", typed("text", "look"), kit.Field{Name: "picture"}, typed("alt", ""),
		picture(kit.Drawing(t, 11)), typed("alt", "the second field"), picture(kit.Photo(t, 900, 600)), typed("alt", ""),
		picture(kit.Drawing(t, 12)), typed("alt", `a "fourth" & <last>`)), 303)
	page := status(t, h.Guest(t).Get(a.Header.Get("Location")), 200)
	want := []string{"the second field", "a picture by ~bob, not described yet", "a &#34;fourth&#34; &amp; &lt;last&gt;"}
	if got := shown(page); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("it shows %q", got)
	}
	for _, name := range []string{"IMG_0001", ".exe"} {
		hasNot(t, page, name)
	}
	photo := shownPicture.FindAllStringSubmatch(page.Body, -1)[1][1]
	got := status(t, h.Guest(t).Get(photo), 200)
	header(t, photo, got, "Content-Type", "image/jpeg")
	if len(got.Body) > 14_000 {
		t.Errorf("the photograph has %d bytes", len(got.Body))
	}
	for i, crunch := range []string{"crunchy", "fried"} {
		a := status(t, v.Upload("/statuses", typed("crunch", crunch), picture(kit.Photo(t, 900, 601+i))), 303)
		photo := shownPicture.FindStringSubmatch(status(t, v.Get(a.Header.Get("Location")), 200).Body)[1]
		if size := len(v.Get(photo).Body); size > []int{8_000, 3_000}[i] {
			t.Errorf("%s has %d bytes", crunch, size)
		}
	}
}

var hiddenKey = regexp.MustCompile(`type="hidden" name="picture" value="([^"]+)"`)

// TestRefusedFormKeepsPictures: what was good waits in the form that comes back, with its words.
func TestRefusedFormKeepsPictures(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	bomb := new(bytes.Buffer)
	must(t, png.Encode(bomb, image.NewPaletted(image.Rect(0, 0, 12_000, 12_000), color.Palette{color.White, color.Black})))
	for _, c := range []struct {
		name, sentence string
		kept           int
		fields         []kit.Field
	}{
		{"text too long", "At most 500 characters", 1, []kit.Field{typed("text", strings.Repeat("a", 501)), picture(kit.Drawing(t, 21)), typed("alt", "mine")}},
		{"one that is none", "no picture we know", 1, []kit.Field{typed("text", "hm"), picture([]byte("<svg/>")), typed("alt", "none"), picture(kit.Drawing(t, 22)), typed("alt", "mine")}},
		{"cut off", "damaged", 0, []kit.Field{picture(kit.Drawing(t, 23)[:70]), typed("alt", "mine")}},
		{"empty", "empty", 0, []kit.Field{picture(nil)}},
		{"bomb", "too many pixels", 0, []kit.Field{picture(bomb.Bytes())}},
		{"too heavy", "too large: at most 12 MB", 1, []kit.Field{picture(bytes.Repeat([]byte("\xff\xd8\xff\xe0"), 40<<18)), typed("alt", "x"), picture(kit.Drawing(t, 24)), typed("alt", "mine")}},
		{"five", "Only 4 pictures", 4, []kit.Field{
			picture(kit.Drawing(t, 31)), picture(kit.Drawing(t, 32)), picture(kit.Drawing(t, 33)), picture(kit.Drawing(t, 34)), picture(kit.Drawing(t, 35)),
			typed("alt", "mine"), typed("alt", "mine"), typed("alt", "mine"), typed("alt", "mine"),
		}},
	} {
		before := h.count(t)["statuses"]
		a := status(t, v.Upload("/statuses", c.fields...), 422)
		has(t, a, c.sentence, `enctype="multipart/form-data"`)
		keys := hiddenKey.FindAllStringSubmatch(a.Body, -1)
		if len(keys) != c.kept || strings.Count(a.Body, "mine</textarea>") != c.kept {
			t.Errorf("%s: %d pictures wait in the form, want %d", c.name, len(keys), c.kept)
		}
		if c.name == "one that is none" && !strings.Contains(a.Body, `value="none"`) {
			t.Error("what was said of the refused picture is lost")
		}
		if h.count(t)["statuses"] != before {
			t.Errorf("%s: it was published", c.name)
		}
		var again []kit.Field
		for _, key := range keys {
			again = append(again, typed("picture", key[1]), typed("alt", "kept"))
		}
		if len(again) > 0 {
			sent := status(t, v.Upload("/statuses", again...), 303)
			if got := shown(h.Guest(t).Get(sent.Header.Get("Location"))); strings.Join(got, "") != strings.Repeat("kept", c.kept) {
				t.Errorf("%s: sent again it shows %q", c.name, got)
			}
		}
	}
}

// TestEditPictures: the form shows what hangs, takes it off, and describes it better.
func TestEditPictures(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	form := status(t, v.Get(h.fill("/~ada/{said}/edit")), 200)
	has(t, form, h.fill("{picture}"), "a lit lamp</textarea>")
	key := hiddenKey.FindStringSubmatch(form.Body)[1]
	status(t, v.Upload(h.fill("/~ada/{said}/edit"), typed("text", "lamps"), typed("picture", key), typed("alt", "two lamps"), picture(kit.Drawing(t, 41)), typed("alt", "new")), 303)
	if got := shown(h.Guest(t).Get(h.fill("/~ada/{said}"))); strings.Join(got, "|") != "two lamps|new" {
		t.Errorf("it shows %q", got)
	}
	status(t, v.Upload(h.fill("/~ada/{said}/edit"), typed("text", "lamps"), typed("picture", key), typed("alt", "two lamps"), typed("drop", key)), 303)
	hasNot(t, h.Guest(t).Get(h.fill("/~ada/{said}")), "/pictures/")
	status(t, h.Guest(t).Get(h.fill("{picture}")), 410)
}

// TestUploadOutlivesTheSession: who logs in again finds the picture on the status.
func TestUploadOutlivesTheSession(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.withPassword(t, h.ada)
	v := h.As(t, h.ada)
	token := v.Token()
	must(t, h.EndSession(t.Context(), h.ada, models.TokenHash(cookieOf(t, h, v))))
	asked := status(t, v.Upload("/statuses", kit.Field{Name: "token", Value: token}, typed("text", "still here"), picture(kit.Drawing(t, 51)), typed("alt", "kept over")), 422)
	held := regexp.MustCompile(`name="held" value="([^"]+)"`).FindStringSubmatch(asked.Body)
	if held == nil {
		t.Fatal("nothing waits behind the log-in form")
	}
	a := status(t, v.Post("/login", url.Values{"name": {"ada"}, "password": {kit.Password}, "held": {held[1]}}, "Sec-Fetch-Site", "same-origin"), 303)
	page := status(t, h.Guest(t).Get(a.Header.Get("Location")), 200)
	has(t, page, "still here")
	if got := shown(page); strings.Join(got, "") != "kept over" {
		t.Errorf("it shows %q", got)
	}
}

func cookieOf(t *testing.T, h *house, v *kit.Visitor) string {
	t.Helper()
	for _, c := range v.Client.Jar.Cookies(h.Base) {
		if c.Name == "s" {
			return c.Value
		}
	}
	t.Fatal("no session")
	return ""
}

// TestStrangersUploadNothing: whoever is not logged in has nothing of theirs looked at or kept.
func TestStrangersUploadNothing(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	before := h.count(t)
	a := h.Guest(t).Upload("/statuses", typed("text", "hello"), picture(kit.Drawing(t, 61)))
	status(t, a, 422)
	has(t, a, "Back again?")
	forger := h.Guest(t) // a guest's token, a session that never was
	forger.Client.Jar.SetCookies(h.Base, []*http.Cookie{{Name: "s", Value: "made up", Path: "/"}})
	status(t, forger.Upload("/statuses", typed("text", "hello"), picture(kit.Drawing(t, 62))), 422)
	if after := h.count(t); after["pictures"] != before["pictures"] || after["picture_files"] != before["picture_files"] {
		t.Errorf("it was kept: %v", after)
	}
}

// TestPictureHeaders: kept for ever, in parts, and gone at once.
func TestPictureHeaders(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, path := h.Guest(t), h.fill("{picture}")
	whole := status(t, v.Get(path), 200)
	header(t, path, whole, "Cache-Control", "public, max-age=31536000, immutable")
	header(t, path, whole, "Accept-Ranges", "bytes")
	header(t, path, whole, "Access-Control-Allow-Origin", "*")
	header(t, path, whole, "Cross-Origin-Resource-Policy", "cross-origin")
	header(t, path, whole, "Content-Encoding", "")
	tag, size := whole.Header.Get("ETag"), len(whole.Body)
	status(t, v.Get(path, "If-None-Match", tag), 304)
	status(t, v.Get(path, "If-None-Match", tag, "Range", "bytes=0-9"), 304)
	for _, c := range []struct {
		headers  []string
		want     int
		from, to int // of the body
	}{
		{[]string{"Range", "bytes=0-9"}, 206, 0, 10},
		{[]string{"Range", "bytes=10-"}, 206, 10, size},
		{[]string{"Range", "bytes=-5"}, 206, size - 5, size},
		{[]string{"Range", "bytes=0-99999"}, 206, 0, size},
		{[]string{"Range", "bytes=99999-"}, 416, 0, 0},
		{[]string{"Range", "bytes=9-3"}, 416, 0, 0},
		{[]string{"Range", "bytes=-0"}, 416, 0, 0},
		{[]string{"Range", "bytes=0-1,4-5"}, 200, 0, size},
		{[]string{"Range", "lines=1-2"}, 200, 0, size},
		{[]string{"Range", "bytes=0-9", "If-Range", tag}, 206, 0, 10},
		{[]string{"Range", "bytes=0-9", "If-Range", `"old"`}, 200, 0, size},
	} {
		a := v.Get(path, c.headers...)
		if a.Status != c.want || a.Body != whole.Body[c.from:c.to] {
			t.Errorf("%q: status %d, %d bytes, want %d with %d", c.headers, a.Status, len(a.Body), c.want, c.to-c.from)
		}
		if where := fmt.Sprintf("bytes %d-%d/%d", c.from, c.to-1, size); c.want == 206 && a.Header.Get("Content-Range") != where {
			t.Errorf("%q: Content-Range is %q, want %q", c.headers, a.Header.Get("Content-Range"), where)
		}
	}
	header(t, "a secret", h.As(t, h.ada).Get(h.fill("{secret picture}")), "Cache-Control", "private, no-store")
	header(t, "latest", v.Get("/~ada/latest.jpg"), "Cache-Control", "max-age=60")
	other := h.second(t).Guest(t)
	status(t, other.Get(path), 200)
	must(t, h.Withdraw(t.Context(), h.ada, h.said.ID))
	for _, someone := range []*kit.Visitor{v, other} {
		a := status(t, someone.Get(path, "If-None-Match", tag), 410)
		has(t, a, "taken down")
		header(t, "latest", status(t, someone.Get("/~ada/latest.jpg"), 200), "Content-Type", "image/gif") // the drawing that says so
	}
}
