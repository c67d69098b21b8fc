package indieweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// peer is another site, whose pages a test writes and takes away.
type peer struct {
	*httptest.Server
	mutex sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	p := &peer{pages: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mutex.Lock()
		page := p.pages[r.URL.Path]
		p.asked = append(p.asked, r.URL.Path+" "+r.Header.Get("Accept"))
		p.mutex.Unlock()
		if page == nil {
			page = http.NotFound
		}
		page(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// says puts a page of some type there; answers does so with a status.
func (p *peer) says(path, kind, body string) {
	p.puts(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(body))
	})
}

func (p *peer) answers(path string, status int) {
	p.puts(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

func (p *peer) puts(path string, page http.HandlerFunc) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.pages[path] = page
}

// town is a site with ada, who said something, and another site.
type town struct {
	*kit.Site
	ada    *models.Account
	said   *models.Status
	target string
	peer   *peer
}

func newTown(t *testing.T) *town {
	t.Helper()
	s := &town{Site: kit.Town(t), peer: newPeer(t)}
	s.ada = kit.Crowd(t, s.Store, "ada")[0]
	var err error
	s.said, err = s.Publish(t.Context(), s.ada, models.Draft{Text: "tea?"})
	must(t, err)
	s.target = s.URL + s.said.Path()
	s.Work(t)
	return s
}

// sends a mention by the endpoint, does the work, and returns what came of it.
func (s *town) sends(t *testing.T, path, target string) *models.Mention {
	t.Helper()
	source := path
	if strings.HasPrefix(path, "/") {
		source = s.peer.URL + path
	}
	form := "source=" + strings.NewReplacer("&", "%26", "#", "%23").Replace(source) + "&target=" + target
	a := s.Guest(t).Send(http.MethodPost, "/webmention", form, "Content-Type", "application/x-www-form-urlencoded")
	if a.Status != 201 {
		t.Fatalf("%d: %s", a.Status, a.Body)
	}
	s.Work(t)
	m, err := s.MentionByKey(t.Context(), strings.TrimPrefix(a.Header.Get("Location"), "/webmention/"))
	must(t, err)
	return m
}

func (s *town) reply(words string) string {
	return `<!doctype html><div class="h-entry"><a class="p-author h-card" href="/"><img class="u-photo" src="/zoe.png" alt="">Zoe</a>
		<a class="u-in-reply-to" href="` + s.target + `">that</a> <p class="e-content">` + words + `</p></div>`
}

func expect(t *testing.T, what string, m *models.Mention, state, problem string) {
	t.Helper()
	if m.State != state || m.Problem != problem {
		t.Errorf("%s: it is %s (%s), want %s (%s)", what, m.State, m.Problem, state, problem)
	}
}

// TestVerify: a reply with a face, changed, gone, and back.
func TestVerify(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.says("/1", "text/html", s.reply("yes"))
	s.peer.says("/zoe.png", "image/png", string(kit.Drawing(t, 1)))
	m := s.sends(t, "/1", s.target)
	expect(t, "a reply", m, models.MentionHeld, "")
	if m.Kind != "reply" || m.Author != "Zoe" || m.HTML != "<p>yes</p>" || m.Face() == "" || m.Width != 48 {
		t.Errorf("%+v", m)
	}
	if !strings.HasPrefix(s.peer.asked[0], "/1 text/html") {
		t.Errorf("it was asked %v", s.peer.asked)
	}
	must(t, s.JudgeSite(t.Context(), s.ada, m.ID, models.VerdictWelcome))
	page := s.Guest(t).Get(s.said.Path()).Body
	if !strings.Contains(page, "u-comment h-cite") || !strings.Contains(page, m.Face()) {
		t.Error("it is not shown")
	}
	s.peer.says("/1", "text/html", s.reply("no, cocoa"))
	if m = s.sends(t, "/1", s.target); m.HTML != "<p>no, cocoa</p>" || m.State != models.MentionShown {
		t.Errorf("after a change: %+v", m)
	}
	for _, status := range []int{404, 500, 503, 403, 429} {
		s.peer.answers("/1", status)
		if m = s.sends(t, "/1", s.target); m.State != models.MentionShown || m.HTML == "" {
			t.Errorf("%d deletes it: %+v", status, m)
		}
		s.peer.says("/1", "text/html", s.reply("no, cocoa"))
		s.Clock.Add(time.Hour)
		s.Work(t)
	}
	s.peer.answers("/1", 410)
	m = s.sends(t, "/1", s.target)
	expect(t, "410", m, models.MentionGone, "error.mention_gone")
	if strings.Contains(s.Guest(t).Get(s.said.Path()).Body, "cocoa") || m.HTML != "" {
		t.Error("its words are still there")
	}
	s.peer.says("/1", "text/html", s.reply("back"))
	expect(t, "back", s.sends(t, "/1", s.target), models.MentionShown, "")
	s.peer.says("/1", "text/html", "<p>other things</p>")
	expect(t, "without the link", s.sends(t, "/1", s.target), models.MentionGone, "error.mention_unlinked")
	s.peer.says("/1", "text/html", s.reply("back"))
	s.sends(t, "/1", s.target)
	s.peer.says("/1", "text/html", `<meta http-equiv="Status" content="410 Gone">`+s.reply("x"))
	expect(t, "meta 410", s.sends(t, "/1", s.target), models.MentionGone, "error.mention_gone")
}

// TestVerifyKinds: what a source is to its target, in HTML, JSON and plain text.
func TestVerifyKinds(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	for i, c := range []struct{ kind, body, want, state string }{
		{"text/html", `<div class="h-entry"><a class="u-like-of" href="%s">x</a></div>`, "like", models.MentionQuiet},
		{"text/html", `<div class="h-entry"><a class="u-repost-of" href="%s">x</a></div>`, "repost", models.MentionQuiet},
		{"text/html", `<div class="h-entry"><a class="u-bookmark-of" href="%s">x</a></div>`, "bookmark", models.MentionHeld},
		{"text/html", `<div class="h-entry"><a class="u-in-reply-to" href="%s">x</a><data class="p-rsvp" value="yes"></data></div>`, "rsvp", models.MentionHeld},
		{"text/html", `<div class="h-entry"><p class="e-content">see <a href="%s">x</a></p></div>`, "mention", models.MentionHeld},
		{"text/html", `<div class="h-feed"><div class="h-entry"><p class="e-content">other</p></div><div class="h-entry"><a class="u-in-reply-to" href="%s">x</a><p class="e-content">mine</p></div></div>`, "reply", models.MentionHeld},
		{"text/html", `<title>A page</title><a href="%s">x</a>`, "mention", models.MentionHeld},
		{"text/html", `<div class="h-entry"><a class="u-in-reply-to" href="%s">x</a> by <a href="%[1]s?from=zoe">y</a></div>`, "reply", models.MentionHeld},
		{"application/json", `{"items":[{"url":"%s"}]}`, "mention", models.MentionHeld},
		{"text/plain", `look: %s`, "mention", models.MentionHeld},
		{"text/html", `<a href="%s9">x</a>`, "", models.MentionFailed},
		{"text/html", `<p>%s</p>`, "", models.MentionFailed},
		{"image/png", `%s`, "", models.MentionFailed},
	} {
		path := fmt.Sprintf("/%d", i)
		s.peer.says(path, c.kind, fmt.Sprintf(c.body, s.target))
		target := s.target
		if strings.Contains(c.body, "?from=zoe") {
			target += "?from=zoe"
		}
		m := s.sends(t, path, target)
		if m.Kind != c.want || m.State != c.state {
			t.Errorf("%s: %s, %s (%s), want %s, %s", c.body, m.Kind, m.State, m.Problem, c.want, c.state)
		}
		if i == 5 && m.HTML != "<p>mine</p>" {
			t.Errorf("of a feed: %s", m.HTML)
		}
	}
}

// TestVerifyPlain: a page made by hand, without a word for programs, is quoted where it links here.
func TestVerifyPlain(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.says("/soup", "text/html", `<title>Zoe's soups</title><h1>Soups</h1><p>Today <b>leek</b>, as <a href="`+s.target+`">ada</a> has it. &lt;3<p>Mail me.`)
	m := s.sends(t, "/soup", s.target)
	expect(t, "a plain page", m, models.MentionHeld, "")
	if m.Title != "Zoe's soups" || m.HTML != "<p>Today leek, as ada has it. &lt;3</p>" {
		t.Errorf("%q %q", m.Title, m.HTML)
	}
}

// TestVerifyHostile: loops, private addresses, long, slow and broken sources; nothing falls, nothing private is asked.
func TestVerifyHostile(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.puts("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	s.peer.puts("/private", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	})
	s.peer.puts("/us", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.target, http.StatusFound) })
	s.peer.puts("/heavy", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	s.peer.puts("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("short"))
	})
	s.peer.says("/deep", "text/html", strings.Repeat("<div class='h-entry'>", 5000)+`<a href="`+s.target+`">x</a>`)
	expect(t, "a loop", s.sends(t, "/loop", s.target), models.MentionFailed, "error.mention_address")
	expect(t, "a private address", s.sends(t, "/private", s.target), models.MentionFailed, "error.mention_address")
	expect(t, "ourselves", s.sends(t, "/us", s.target), models.MentionFailed, "error.mention_address")
	expect(t, "ten gigabytes", s.sends(t, "/heavy", s.target), models.MentionFailed, "error.mention_heavy")
	expect(t, "a deep page", s.sends(t, "/deep", s.target), models.MentionHeld, "")
	expect(t, "an answer that ends", s.sends(t, "/cut", s.target), models.MentionNew, "error.mention_away")
	m := s.sends(t, "/missing", s.target)
	for range 6 {
		s.Clock.Add(25 * time.Hour)
		s.Work(t)
	}
	m, err := s.MentionByKey(t.Context(), m.Key)
	must(t, err)
	expect(t, "a page that never comes", m, models.MentionFailed, "error.mention_away")
	if m.Queued {
		t.Error("it is still waited for")
	}
	s.peer.says("/missing", "text/html", s.reply("late"))
	expect(t, "a page that comes late", s.sends(t, "/missing", s.target), models.MentionHeld, "")
}
