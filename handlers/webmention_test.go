package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

const formType = "application/x-www-form-urlencoded"

// TestWebmentionEndpoint: what programs see, from the way in to what came of it.
func TestWebmentionEndpoint(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range []string{"/", "/~ada", "/~ada/1", "/~ada/guestbook", "/about"} {
		a := status(t, v.Get(path), 200)
		if link := links(a); !strings.Contains(link, `</webmention>; rel="webmention"`) || a.Header.Get("X-Pingback") != "" {
			t.Errorf("%s: Link %q, X-Pingback %q", path, link, a.Header.Get("X-Pingback"))
		}
	}
	has(t, v.Get("/~ada"), `<link rel="webmention" href="/webmention">`)
	has(t, v.Get("/~ada/1"), `<link rel="webmention" href="/webmention">`)
	form := form("source", zoesNote, "target", "http://marquee.example/~ada/1").Encode()
	a := status(t, v.Send(http.MethodPost, "/webmention", form, "Content-Type", formType+"; charset=utf-8", "Cookie", "s=whoever"), 201)
	where := a.Header.Get("Location")
	if !strings.HasPrefix(where, "/webmention/") || len(where) < 30 || !strings.Contains(a.Body, where) || strings.Contains(a.Body, "<") || len(a.Header.Values("Set-Cookie")) > 0 {
		t.Errorf("%q, %q", where, a.Body)
	}
	if again := v.Send(http.MethodPost, "/webmention", form, "Content-Type", formType); again.Header.Get("Location") != where {
		t.Errorf("sent twice it is another one: %q", again.Header.Get("Location"))
	}
	h.decides(t, v, where)
}

// decides lets things happen to the first mention, of which a guest hears less than ada, whose page it is about.
func (h *house) decides(t *testing.T, v *kit.Visitor, where string) {
	t.Helper()
	said := func(want, sentence string) {
		t.Helper()
		has(t, status(t, v.Get(where, "Accept", "text/html"), 200), sentence)
		var got struct{ Status, Summary, Source, Target string }
		must(t, json.Unmarshal([]byte(status(t, v.Get(where, "Accept", "application/json"), 200).Body), &got))
		if got.Status != want || !strings.Contains(got.Summary, sentence) || got.Source != zoesNote {
			t.Errorf("%+v, want %s", got, want)
		}
	}
	said("queued", "We have it")
	must(t, h.NoteAway(t.Context(), 1, "error.mention_away", false))
	said("queued", "did not answer")
	seen := *zoeReplies()
	seen.URL = zoesNote
	must(t, h.NoteMention(t.Context(), 1, seen))
	said("ok", "is for ~ada to say")
	ada := h.As(t, h.ada)
	decided := func(sentence string) {
		t.Helper()
		has(t, status(t, ada.Get(where, "Accept", "text/html"), 200), sentence)
		said("ok", "is for ~ada to say")
	}
	decided("waits until ~ada")
	button := regexp.MustCompile(`name="show\.([^"]+)"`).FindStringSubmatch(ada.Get("/settings/mentions").Body)
	if button == nil {
		t.Fatal("there is nothing to show")
	}
	status(t, ada.Post("/settings/mentions", url.Values{"show": {button[1]}}), 303)
	has(t, status(t, ada.Get(where, "Accept", "text/html"), 200), "It is shown there", "<code>"+h.URL+where+"</code>")
	said("ok", "It is shown there")
	must(t, h.NoteGone(t.Context(), 1, "error.mention_gone"))
	said("failed", "says that it is gone")
	has(t, ada.Get(where, "Accept", "text/html"), "it went too")
	must(t, h.NoteMention(t.Context(), 1, seen))
	must(t, h.RefuseMention(t.Context(), h.ada, 1))
	decided("It is not shown")
	said("ok", "is for ~ada to say")
}

// TestWebmentionForm: a form in the body, nothing else; what is wrong is said in the way that is asked for.
func TestWebmentionForm(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, form := h.Guest(t), form("source", zoesNote, "target", "http://marquee.example/~ada/1").Encode()
	for kind, body := range map[string]string{"application/json": `{"source":"a","target":"b"}`, "multipart/form-data; boundary=x": "--x--", "text/plain": form, "": form} {
		status(t, v.Send(http.MethodPost, "/webmention", body, "Content-Type", kind), 415)
	}
	status(t, v.Send(http.MethodPost, "/webmention?"+form, "", "Content-Type", formType), 400)
	a := status(t, v.Send(http.MethodPost, "/webmention", "source=x", "Content-Type", formType, "Accept", "application/json"), 400)
	has(t, a, `{"error":"`)
	page := status(t, v.Send(http.MethodPost, "/webmention", "source=%3Cscript%3E&target=y", "Content-Type", formType, "Accept", "text/html"), 400)
	has(t, page, `value="&lt;script&gt;"`, `aria-invalid="true"`)
	for _, bare := range []string{"source=zoe.example/soup&target=http://marquee.example/~ada/1", "source=" + zoesNote + "&target=marquee.example/~ada/1"} {
		a := status(t, v.Send(http.MethodPost, "/webmention", bare, "Content-Type", formType), 400)
		has(t, a, "begins with https://")
	}
}

// TestMentionFlood: a thousand a minute from many sites are taken; of ten thousand from one, what is beyond its budget is sent back.
func TestMentionFlood(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	send := func(source string) kit.Answer {
		return v.Send(http.MethodPost, "/webmention", form("source", source, "target", "http://marquee.example/~ada/1").Encode(), "Content-Type", formType)
	}
	for i := range 1000 {
		status(t, send(fmt.Sprintf("https://peer%d.example/1", i)), 201)
	}
	taken := 0
	for i := range 1300 {
		a := send(fmt.Sprintf("https://f%d.flood.example/%d", i%7, i))
		if a.Status == 201 {
			taken++
		} else if status(t, a, 429); a.Header.Get("Retry-After") == "" {
			t.Fatal("nobody says when to come back")
		}
	}
	if jobs := h.count(t)["jobs"]; taken != 1200 || jobs > 2300 {
		t.Errorf("%d of one site were taken, %d jobs", taken, jobs)
	}
}

func TestPingback(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	pingbacks(t, h)
	v := h.Guest(t)
	a := status(t, v.Get("/~ada/1"), 200)
	if a.Header.Get("X-Pingback") != h.URL+"/pingback" {
		t.Errorf("X-Pingback: %q", a.Header.Get("X-Pingback"))
	}
	has(t, a, `<link rel="pingback" href="`+h.URL+`/pingback">`)
	ping := func(method, source, target string) string {
		body := `<?xml version="1.0"?><methodCall><methodName>` + method + `</methodName><params><param><value><string>` + source + `</string></value></param><param><value>` + target + `</value></param></params></methodCall>`
		a := status(t, v.Send(http.MethodPost, "/pingback", body, "Content-Type", "text/xml"), 200)
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/xml") {
			t.Errorf("it is %s", a.Header.Get("Content-Type"))
		}
		return a.Body
	}
	const said = "http://marquee.example/~ada/1"
	for want, got := range map[string]string{
		"<int>-32601</int>": ping("system.multicall", zoesNote, said),
		"<int>16</int>":     ping("pingback.ping", "nowhere", said),
		"<int>32</int>":     ping("pingback.ping", zoesNote, said+"99"),
		"Thank you":         ping("pingback.ping", zoesNote, said),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
	seen := *zoeReplies()
	seen.URL = zoesNote
	must(t, h.NoteMention(t.Context(), 1, seen))
	if got := ping("pingback.ping", zoesNote, said); !strings.Contains(got, "<int>48</int>") {
		t.Error(got)
	}
	must(t, h.JudgeSite(t.Context(), h.ada, 1, models.VerdictBlocked))
	if got := ping("pingback.ping", "https://zoe.example/2", said); !strings.Contains(got, "<int>49</int>") {
		t.Error(got)
	}
	closedMentions(t, h)
	if got := ping("pingback.ping", "https://yves.example/", said); !strings.Contains(got, "<int>33</int>") {
		t.Error(got)
	}
	if a := v.Send(http.MethodPost, "/pingback", strings.Repeat("<a>", 5000), "Content-Type", "text/xml"); !strings.Contains(a.Body, "-32700") {
		t.Error(a.Body)
	}
}

// TestWebmentionAddresses: what may be mentioned, however it is spelt, and what may not, and by whom.
func TestWebmentionAddresses(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	send := func(v *kit.Visitor, source, target string) kit.Answer {
		return v.Send(http.MethodPost, "/webmention", form("source", source, "target", h.fill(target)).Encode(), "Content-Type", formType)
	}
	guest, ada := h.Guest(t), h.As(t, h.ada)
	const said = "http://marquee.example/~ada/1"
	where, jobs := map[string]string{}, h.count(t)["jobs"]
	for _, c := range []struct{ source, target, thing string }{
		{zoesNote, said, "status"},
		{zoesNote, "https://marquee.example/~ada/1/", "status"},
		{"http://ZOE.example/notes/1/", "http://MARQUEE.example:80/%7Eada/1#c4", "status"},
		{zoesNote, "http://marquee.example/~Ada/1?plain=1", "status"},
		{zoesNote, "http://marquee.example/~ada", "page"},
		{zoesNote, "http://marquee.example/~ada/about", "page"},
		{zoesNote, "http://marquee.example/~ada/guestbook/", "page"},
	} {
		to := status(t, send(guest, c.source, c.target), 201).Header.Get("Location")
		if where[c.thing] != "" && where[c.thing] != to {
			t.Errorf("%s of %s is another mention than its other spellings", c.source, c.target)
		}
		where[c.thing] = to
	}
	if n := h.count(t); n["mentions"] != 2 || n["jobs"] != jobs+7 { // each spelling is looked at
		t.Errorf("%d mentions, %d jobs", n["mentions"], n["jobs"]-jobs)
	}
	a := ada.Send(http.MethodPost, "/webmention", form("source", zoesNote, "target", said).Encode(), "Content-Type", formType, "Accept", "text/html")
	hasNot(t, status(t, a, 201), "/logout", "~me")
	for _, target := range []string{
		"", "/~ada/1", "ftp://marquee.example/~ada/1", "http://other.example/~ada/1", "http://marquee.example/", "http://marquee.example/~ada/{secret}", "http://marquee.example/~bob/{gone}", "http://marquee.example/~ada/99",
		"http://marquee.example/~ada/01", "http://marquee.example/~nobody_here", "http://marquee.example/~ada/moods", "http://marquee.example/~ada/guestbook/sign", "http://marquee.example/~bob/1", "http://ada@marquee.example/~ada/1", "http://[::1", said + "\x00", said + strings.Repeat("/", 9000),
	} {
		if a := send(guest, zoesNote, target); a.Status != 400 {
			t.Errorf("target %.60q: %d", target, a.Status)
		}
	}
	for _, source := range []string{
		"", "zoe.example/1", "ftp://zoe.example/1", "http://marquee.example/~bob/3", "http://10.0.0.1/x", "http://[::1]/x", "http://localhost/x", "http://169.254.169.254/latest", "http://zoe.example:81:82/", "http://u:p@zoe.example/", "mailto:zoe@zoe.example", said, "http://zoe.example/\xff",
		"https://zoe.example/" + strings.Repeat("a", 9000),
	} {
		if a := send(guest, source, said); a.Status != 400 {
			t.Errorf("source %.60q: %d", source, a.Status)
		}
	}
}
