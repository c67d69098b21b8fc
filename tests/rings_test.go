package tests

import (
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// encircle makes a ring that ada keeps: bob and dede are in it, a page elsewhere has lost its link, another one waits.
func (w *town) encircle(t *testing.T) {
	t.Helper()
	r, err := w.MakeRing(t.Context(), w.ada, models.NewRing{Key: "small-lights", Title: "The ring of small lights", Words: "<p>Pages that leave a lamp on.</p>", FG: "ffd447", BG: "12122a"})
	for _, page := range []struct {
		by             *models.Account
		address, title string
		waits          bool
	}{
		{w.ada, "", "", false},
		{w.bob, "", "Bob's corner", false},
		{w.ada, "http://127.0.0.1:1/~ada/a-very-long-path-that-has-no-place-to-break-on-a-telephone/index.html", "Ada at home", false},
		{w.dede, "", "Dédé & co", false},
		{w.cleo, "http://127.0.0.1:1/knits/", "Écharpes", true},
	} {
		var m *models.RingMember
		if err == nil {
			m, err = w.AskToJoin(t.Context(), page.by, r, page.address, page.title)
		}
		if err == nil && !page.waits {
			err = w.AcceptMember(t.Context(), w.ada, r, m.ID)
		}
		w.Clock.Add(time.Second)
	}
	for range 2 { // nothing answers there: after the second week it is lost
		var jobs []models.Job
		if err == nil {
			jobs, err = w.ClaimJobs(t.Context(), 100)
		}
		for _, j := range jobs {
			if err == nil {
				err = w.FinishJob(t.Context(), j, w.CheckMember(t.Context(), j))
			}
		}
		if err == nil {
			_, err = w.DB.ExecContext(t.Context(), "UPDATE ring_members SET checked_at = checked_at - 604800000, trouble_at = trouble_at - 604800000 WHERE problem <> '' AND lost_at = 0")
		}
		if err == nil {
			err = w.Sweep(t.Context())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRingOnAHomePage pastes both snippets into a page on another origin and goes round from there.
func TestRingOnAHomePage(t *testing.T) {
	h := newHome(t)
	bob := kit.SignUp(t, h.site.Store, "bob")
	r, err := h.site.MakeRing(t.Context(), bob, models.NewRing{Key: "lights", Title: "Lights"})
	if err == nil {
		_, err = h.site.AskToJoin(t.Context(), bob, r, "", "")
	}
	if err == nil {
		_, err = h.site.AskToJoin(t.Context(), h.ada, r, h.URL, "")
	}
	if err == nil {
		err = h.site.AcceptMember(t.Context(), bob, r, 2)
	}
	if err != nil {
		t.Fatal(err)
	}
	owner := h.Another().As(h.ada)
	owner.Open("/rings/lights/join")
	pasted := kit.Eval[[]string](owner, `[...document.querySelectorAll("textarea.code")].map(a => a.value)`)
	if len(pasted) != 2 {
		t.Fatalf("the snippets are %q", pasted)
	}
	h.wear(pasted[0])
	if got := kit.Eval[int](h.Tab, `document.images[0].naturalWidth`); got != 88 {
		t.Errorf("the button is %d pixels wide", got)
	}
	if h.Follow("a[href$='/next']"); h.Here() != "/~bob" {
		t.Errorf("next leads to %s", h.Here())
	}
	h.wear(pasted[1])
	if !strings.Contains(pasted[1], "/rings/lights/2/widget") {
		t.Errorf("the frame is %s", pasted[1])
	}
}

// TestRingInLynx: the ring reads from top to bottom, and says where each link goes.
func TestRingInLynx(t *testing.T) {
	w := newTown(t)
	shown := dump(t, "lynx", "-dump", "-nolist", w.URL+"/rings/small-lights")
	inOrder(t, shown, "The ring of small lights", "A webring, kept by ~ada", "Pages that leave a lamp on.", "Take me to anybody in it", "Join it",
		"In the ring", "~ada", "Bob's corner", "Ada at home", "lost its link since", "Dédé & co", "That is everybody.", "Link to this ring")
	inOrder(t, dump(t, "lynx", "-dump", "-nolist", w.URL+"/rings/small-lights/1/widget"), "« previous", "The ring of small lights", "random", "next »")
}
