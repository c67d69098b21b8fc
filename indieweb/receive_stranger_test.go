package indieweb_test

import (
	"net/http"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// TestStrangersEndNothing: who sends somebody else's mention again, spelled otherwise, changes nothing of it.
func TestStrangersEndNothing(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.says("/1", "text/html", s.reply("mine"))
	s.peer.says("/1/", "text/html", "another page, which leads nowhere")
	m := s.sends(t, "/1", s.target)
	must(t, s.ShowMention(t.Context(), s.ada, m.ID, m.Read()))
	for _, again := range [][2]string{{"/1", s.target + "?x=1"}, {"/1", s.target + "/"}, {"/1", s.target + "#x"}, {"/1/", s.target}, {"/1?", s.target}} {
		s.sends(t, again[0], again[1])
		now, err := s.MentionByKey(t.Context(), m.Key)
		must(t, err)
		expect(t, again[0]+" of "+again[1], now, models.MentionShown, "")
	}
}

// TestOtherSpellings: a page that is edited may spell its own address and ours otherwise, and sends what it spells now.
func TestOtherSpellings(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	links := func(target string) string {
		return `<div class="h-entry"><a class="u-in-reply-to" href="` + target + `">that</a> <p class="e-content">yes</p></div>`
	}
	spelt := []string{"/1", s.target + "?x=1"}
	s.peer.says("/1", "text/html", links(spelt[1]))
	m := s.sends(t, spelt[0], spelt[1])
	must(t, s.JudgeSite(t.Context(), s.ada, m.ID, models.VerdictWelcome))
	for _, now := range [][]string{{"/1", s.target + "?x=2"}, {"/1", s.target + "#later"}, {"/1/", s.target + "/"}} {
		s.peer.answers("/1", 404)
		s.peer.says(now[0], "text/html", links(now[1]))
		got := s.sends(t, now[0], now[1])
		expect(t, now[1], got, models.MentionShown, "")
		if got.ID != m.ID || got.Source != s.peer.URL+now[0] || got.Target != now[1] {
			t.Errorf("%v is %s of %s", now, got.Source, got.Target)
		}
		s.peer.says(now[0], "text/html", "other things")
		expect(t, "without the link", s.sends(t, now[0], now[1]), models.MentionGone, "error.mention_unlinked")
		s.peer.says(now[0], "text/html", links(now[1]))
		expect(t, "with it again", s.sends(t, now[0], now[1]), models.MentionShown, "")
	}
}

// TestWhatWasWrongIsNoNews: a mention that is sent again after it failed waits, as its sender is told.
func TestWhatWasWrongIsNoNews(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.says("/1", "text/html", "nothing")
	expect(t, "without a link", s.sends(t, "/1", s.target), models.MentionFailed, "error.mention_unlinked")
	again, err := s.TakeMention(t.Context(), models.NewMention{Source: s.peer.URL + "/1", Target: s.target, Network: "net"})
	must(t, err)
	if again.Problem != "" || !again.Queued {
		t.Errorf("%+v", again)
	}
}

// TestPackedSourcesEndNothing: what comes packed in a way that nobody can read says nothing of its links.
func TestPackedSourcesEndNothing(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	s.peer.says("/1", "text/html", s.reply("mine"))
	s.sends(t, "/1", s.target)
	s.peer.puts("/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte{0x8b, 0x02, 0x80})
	})
	if m := s.sends(t, "/1", s.target); m.State != models.MentionHeld || m.HTML == "" {
		t.Errorf("%+v", m)
	}
}

// TestFacesWaitToo: a mention that was shown waits again when its author looks otherwise.
func TestFacesWaitToo(t *testing.T) {
	t.Parallel()
	s := newTown(t)
	face := func(path string) string {
		return `<div class="h-entry"><a class="p-author h-card" href="/"><img class="u-photo" src="` + path + `" alt="">Zoe</a> <a class="u-in-reply-to" href="` + s.target + `">that</a></div>`
	}
	s.peer.says("/zoe.png", "image/png", string(kit.Drawing(t, 1)))
	s.peer.says("/other.png", "image/png", string(kit.Drawing(t, 2)))
	s.peer.says("/1", "text/html", face("/zoe.png"))
	m := s.sends(t, "/1", s.target)
	must(t, s.ShowMention(t.Context(), s.ada, m.ID, m.Read()))
	s.peer.says("/1", "text/html", face("/other.png"))
	expect(t, "another face", s.sends(t, "/1", s.target), models.MentionHeld, "")
}
