package tests

import (
	"fmt"
	"os"
	"testing"

	"marquee/tests/kit"
)

// TestShots draws every page into tests/shots, to be looked at, and the README's picture.
func TestShots(t *testing.T) {
	if os.Getenv("MARQUEE_SHOTS") != "1" {
		t.Skip("MARQUEE_SHOTS=1 draws the pages into tests/shots")
	}
	w := newTown(t)
	w.decorate(t)
	guest := w.Browser(t)
	member := guest.Another().As(w.ada)
	for _, light := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 320} {
			shoot(t, guest, w.guestWalk(), light, width)
			shoot(t, member, w.memberWalk(), light, width)
		}
	}
	shootPlain(t, w, guest, member)
	guest.Light("light")
	guest.Size(900, 860)
	guest.Open("/")
	guest.Shot("../docs/picture.png", false)
}

func shoot(t *testing.T, b *kit.Tab, walk []stop, light string, width int64) {
	t.Helper()
	b.Light(light)
	b.Size(width, 800)
	for _, s := range walk {
		if got := b.Open(s.path); got != s.status {
			t.Errorf("%s: status %d, want %d", s.path, got, s.status)
		}
		b.Shot(fmt.Sprintf("shots/%s-%s-%d.png", s.name, light, width), true)
	}
}

// shootPlain draws a few pages without the stylesheet.
func shootPlain(t *testing.T, w *town, guest, member *kit.Tab) {
	t.Helper()
	for _, b := range []*kit.Tab{guest, member} {
		b.Block("*://*:*/*.css")
	}
	shoot(t, guest, []stop{{"plain-front", "/", 200}, {"plain-status", w.thread.Path(), 200}, {"plain-signup", "/signup", 200}}, "light", 640)
	shoot(t, member, []stop{{"plain-member", "/", 200}, {"plain-security", "/settings/security", 200}}, "light", 640)
	guest.Block()
}
