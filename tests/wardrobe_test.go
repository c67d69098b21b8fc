package tests

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// until waits for something that a frame or a script does in its own time.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

const inFrame = `(() => {
	const page = document.querySelector("iframe.try").contentDocument, e = page && page.querySelector(".dressed");
	return e ? getComputedStyle(e).backgroundColor : "";
})()`

// TestDressing walks a person through the wardrobe, with script and without: what they write is shown in the frame, what cannot
// stay is named by its line, what they wear is on their page, and a version is one click away.
func TestDressing(t *testing.T) {
	for name, script := range map[string]bool{"with script": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			b := w.Browser(t).As(w.ada)
			b.Script(script)
			b.Open("/settings/layout")
			b.Fill("css", "body{background:#102030}\n.x{position:fixed}")
			if !script {
				b.Click("#show")
			}
			until(t, "the frame shows what was written", func() bool { return kit.Eval[string](b, inFrame) == "rgb(16, 32, 48)" })
			if shown := b.Frame("iframe.try"); !strings.Contains(shown, "Line 2:") || !strings.Contains(shown, "absolute") {
				t.Errorf("the frame does not say what was left out: %.300s", shown)
			}
			b.Open("/~ada")
			if kit.Eval[int](b, `document.querySelectorAll(".worn").length`) != 0 {
				t.Error("what was only shown is worn")
			}
			b.Open("/settings/layout")
			if got := b.Value("css"); got != "body{background:#102030}\n.x{position:fixed}" {
				t.Errorf("the draft is %q", got)
			}
			b.Follow("#wear")
			b.See("Saved.", "Line 2:")
			w.Clock.Add(time.Second)
			b.Fill("css", "body{background:#405060}")
			b.Follow("#wear")
			worn(t, b, "rgb(64, 80, 96)")
			b.Open("/settings/layout")
			b.Follow("button[name='act.undo']")
			worn(t, b, "rgb(16, 32, 48)")
		})
	}
}

// worn fails the test unless ada's page has that background.
func worn(t *testing.T, b *kit.Tab, want string) {
	t.Helper()
	b.Open("/~ada")
	if got := kit.Eval[string](b, `getComputedStyle(document.querySelector(".dressed")).backgroundColor`); got != want {
		t.Errorf("the page is %s, want %s", got, want)
	}
}

// TestReadersDecide: a reader sees any page plain, once or always, and nothing moves for who asked for no motion.
func TestReadersDecide(t *testing.T) {
	w := newTown(t)
	_, err := w.Wear(t.Context(), w.ada, models.NewSheet{Source: "body{background:#102030}@keyframes x{to{opacity:.5}}p{animation:x 1s infinite;transition:all 9s}"})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Browser(t)
	worn(t, b, "rgb(16, 32, 48)")
	moving := func() int {
		return kit.Eval[int](b, `document.getAnimations().filter(a => a.effect.target.closest(".stage")).length`)
	}
	if moving() == 0 {
		t.Error("nothing moves: the test looks at the wrong thing")
	}
	b.Light("light")
	b.Open("/~ada")
	if n := moving(); n != 0 {
		t.Errorf("%d things move for who asked for no motion", n)
	}
	b.Follow(".whose a[href='/~ada?plain=1']")
	plainly := func(want bool) {
		t.Helper()
		if got := kit.Eval[int](b, `document.querySelectorAll("link[href*='layout.css']").length`) == 0; got != want {
			t.Errorf("%s is plain: %v", b.Here(), got)
		}
	}
	plainly(true)
	b.Open("/reading?back=/~ada")
	b.Click("[name=layouts][value=plain]")
	b.Follow("main .main-button")
	plainly(true)
	b.Follow(".whose a[href='/~ada?plain=0']")
	plainly(false)
	b.Open("/~ada")
	plainly(true)
}

// TestGalleryShowsRealPages: every layout of ours is previewed in a frame, and the frame's page wears it.
func TestGalleryShowsRealPages(t *testing.T) {
	w := newTown(t)
	b := w.Browser(t)
	for _, key := range models.HouseLayouts() {
		list, _, err := w.Layouts(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.Key != key {
				continue
			}
			b.Open("/layouts/" + strconv.FormatInt(l.ID, 10))
			until(t, key+" is previewed", func() bool {
				return kit.Eval[int](b, `(() => { const d = document.querySelector(".thumb iframe").contentDocument; return d ? d.querySelectorAll(".worn .profile").length : 0; })()`) == 1
			})
		}
	}
	if _, errors := b.Heard(); len(errors) > 0 {
		t.Errorf("the browser complains: %v", errors)
	}
}

// TestSpaceHeyColours: a layout that sets nothing but SpaceHey's own colours is seen.
func TestSpaceHeyColours(t *testing.T) {
	w := newTown(t)
	_, err := w.Wear(t.Context(), w.ada, models.NewSheet{Source: ":root{--lighter-blue:#102030;--light-orange:#405060;--dark-orange:#ffffff}"})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Browser(t)
	b.Open("/~ada")
	for css, want := range map[string]string{".contact .heading": "rgb(16, 32, 48)", ".blurbs .heading": "rgb(64, 80, 96)"} {
		if got := kit.Eval[string](b, `getComputedStyle(document.querySelector("`+css+`")).backgroundColor`); got != want {
			t.Errorf("%s is %s, want %s", css, got, want)
		}
	}
}
