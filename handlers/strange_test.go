package handlers_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/tests/kit"
)

// TestStrangeWords: bytes that no keyboard types go through the door and come out harmless.
func TestStrangeWords(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v := h.As(t, h.ada)
		token := v.Token()
		for name, c := range map[string]struct {
			text string
			want int
			not  string
		}{
			"invalid UTF-8":         {"a%ff%fe%c0%80b", 303, "\xff"},
			"half a character":      {"caf%c3", 303, "\xc3<"},
			"surrogate":             {"a%ed%a0%80b", 303, "\xed\xa0\x80"},
			"NUL":                   {"a%00b", 303, "\x00"},
			"controls":              {"a%01%02%1b%5b31mb%7f", 303, "\x1b"},
			"bidi override":         {"a%e2%80%aeb", 303, "\u202e"},
			"bidi isolates":         {"a%e2%81%a6b%e2%81%a9", 303, "\u2066"},
			"line separator":        {"a%e2%80%a8b", 303, "no such text"},
			"byte order mark":       {"%ef%bb%bfa", 303, "\ufeff"},
			"combining marks":       {"a" + strings.Repeat("%cc%81", 10_000), 422, "no such text"},
			"nothing visible":       {"%e2%80%8b%e2%80%8d%00", 422, "no such text"},
			"broken percent":        {"100%25%zz%", 303, "no such text"},
			"plus and ampersand":    {"a+b%26c%3Dd", 303, "no such text"},
			"the end of the string": {"%f0%9f", 303, "\xf0\x9f<"},
		} {
			t.Run(name, func(t *testing.T) {
				a := status(t, v.Send("POST", "/statuses", "token="+token+"&text="+c.text, "Content-Type", urlencoded), c.want)
				if c.want == 422 {
					return
				}
				for _, path := range []string{a.Header.Get("Location"), "/~ada/rss.xml", "/~ada/feed.json", "/~ada/status.json", "/~ada/status.txt", "/~ada/widget.js", "/~ada/widget"} {
					shown := status(t, v.Get(path, "Accept-Encoding", "identity"), 200)
					hasNot(t, shown, c.not)
					if !utf8.ValidString(shown.Body) {
						t.Errorf("%s is no UTF-8", path)
					}
				}
				status(t, v.Post(a.Header.Get("Location")+"/delete", form("token", token)), 303)
			})
		}
	})
}

// TestStrangeFields: the same bytes in every other field of every form are refused or cleaned, never a breakdown.
func TestStrangeFields(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		h.withPassword(t, h.ada)
		const nasty = "a%00%ff%e2%80%ae%ed%a0%80%f0%9f%27%22%3c"
		for _, c := range []struct{ who, path, fields string }{
			{"guest", "/signup", "name password website"},
			{"guest", "/login", "name password held"},
			{"guest", "/recover", "name code password"},
			{"guest", "/reading", "lang look back"},
			{"owner", "/statuses", "text face face_pick mood mood_text visibility reply_to once popup"},
			{"owner", "/~ada/1/edit", "text face mood mood_text visibility"},
			{"owner", "/settings", "bio homepage language"},
			{"owner", "/settings/password", "old_password password"},
			{"owner", "/settings/codes", "codes_password"},
			{"owner", "/settings/sessions/end", "session"},
			{"owner", "/settings/delete", "delete_password"},
			{"owner", "/settings/apps", "token_name scope"},
			{"owner", "/settings/apps/end", "app"},
			{"owner", "/indieauth/consent", "request deny scope"},
			{"webmaster", "/settings/site", "site_name language signups text_limit about rules"},
		} {
			v := h.visitor(t, c.who)
			token := v.Token()
			for _, field := range strings.Fields(c.fields) {
				a := v.Send("POST", c.path, "token="+token+"&"+field+"="+nasty, "Content-Type", urlencoded)
				if a.Status >= 500 || a.Status < 300 {
					t.Errorf("%s in %s: status %d\n%s", field, c.path, a.Status, gist(a))
				}
			}
			a := v.Send("POST", c.path, "token="+token+nasty, "Content-Type", urlencoded)
			status(t, a, 403)
		}
		for _, body := range []string{"--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello", "", "\x00"} {
			a := h.As(t, h.ada).Send("POST", "/statuses", body, "Content-Type", "multipart/form-data; boundary=x")
			if a.Status != 403 && a.Status != 400 {
				t.Errorf("broken multipart %q: status %d", body, a.Status)
			}
		}
	})
}
