package tests

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// lamp is drawn by hand.
const lamp = "....####\n...######\n..########\n.....#\n.....#\n....###"

// sign fills ada's guestbook: by bob, by a stranger with a drawing, and by one who waits.
func (w *town) sign(t *testing.T) {
	t.Helper()
	for _, s := range []struct {
		by *models.Account
		n  models.NewEntry
	}{
		{w.bob, models.NewEntry{Text: "Came for the soup, stayed for the lights."}},
		{nil, models.NewEntry{Name: "Zoé d’en face", Homepage: "zoe.example", Text: "Je vois votre enseigne de ma fenêtre.\n\nElle me tient compagnie.", Signature: lamp}},
		{w.fay(t), models.NewEntry{Text: "first time here, found you by the random seat", Signature: "#.#\n.#."}},
	} {
		e, err := w.Sign(t.Context(), w.ada, s.by, s.n)
		if err == nil && s.n.Text[0] != 'f' {
			err = w.ShowEntry(t.Context(), w.ada, e.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *town) fay(t *testing.T) *models.Account {
	t.Helper()
	fay, err := w.Account(t.Context(), "fay")
	if err != nil {
		t.Fatal(err)
	}
	return fay
}

// TestPadDraws: what a mouse draws stands in the field, is wiped, is drawn over what was typed, and arrives.
func TestPadDraws(t *testing.T) {
	w := newTown(t)
	b := w.Browser(t)
	b.Size(320, 900)
	b.Open("/~ada/guestbook/sign")
	b.Fill("name", "Yves")
	b.Click("summary")
	box := kit.Eval[[]float64](b, `(() => { const c = document.querySelector("canvas"); c.scrollIntoView({block: "center"});
		const r = c.getBoundingClientRect(); return [r.left + c.clientLeft, r.top + c.clientTop, c.clientWidth / 48, c.clientHeight / 16]; })()`)
	at := func(x, y float64) [2]float64 { return [2]float64{box[0] + (x+0.5)*box[2], box[1] + (y+0.5)*box[3]} }
	drawn := func(want string) {
		t.Helper()
		if got, err := safe.Signature(b.Value("signature")); got != want || err != nil {
			t.Errorf("the field says %q (%v), want %q", got, err, want)
		}
	}
	b.Drag(at(3, 2), at(7, 6))
	drawn("#....\n.#...\n..#..\n...#.\n....#")
	b.Drag(at(5, 4), at(5, 4)) // where there is ink, the pen wipes
	drawn("#....\n.#...\n.....\n...#.\n....#")
	b.Click("canvas + button")
	if got := b.Value("signature"); got != "" {
		t.Errorf("wiped, the field says %q", got)
	}
	b.Fill("signature", "##")
	kit.Eval[any](b, `document.querySelector("[name=signature]").dispatchEvent(new Event("input")); null`)
	b.Drag(at(0, 1), at(1, 1))
	drawn("##\n##")
	b.Fill("text", "drawn with a mouse")
	w.Clock.Add(3 * time.Second)
	if got := b.Follow("form[action='/~ada/guestbook'] .main-button"); got != 200 {
		t.Errorf("status %d", got)
	}
	b.See("~ada reads it first")
	waiting, err := w.WaitingEntries(t.Context(), w.ada, 0)
	if err != nil || len(waiting.Entries) != 1 || waiting.Entries[0].Signature != "##\n##" {
		t.Errorf("%+v waits (%v)", waiting, err)
	}
}

// TestGuestbookInTextBrowsers reads the page and the form without any script or style.
func TestGuestbookInTextBrowsers(t *testing.T) {
	w := newTown(t)
	w.sign(t)
	for browser, args := range map[string][]string{
		"lynx": {"-dump", "-nolist", "-display_charset=utf-8"},
		"w3m":  {"-dump", "-cols", "100", "-I", "UTF-8", "-O", "UTF-8"},
	} {
		t.Run(browser, func(t *testing.T) {
			page := dump(t, browser, append(args, w.URL+"/~ada/guestbook")...)
			inOrder(t, page, "The guestbook of ~ada", "Sign the guestbook", "Who was here", "Zoé d’en face", "enseigne", "drawn signature of Zoé d’en face", "~bob", "Came for the soup", "You are all caught up")
			form := dump(t, browser, append(args, w.URL+"/~ada/guestbook/sign")...)
			inOrder(t, form, "Sign the guestbook of ~ada", "Name", "Home page", "A few words", "Your signature", "# for ink", "Leave this empty", "Sign")
		})
	}
}
