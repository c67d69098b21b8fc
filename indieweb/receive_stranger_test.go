package indieweb_test

import (
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
