package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// photograph is one of the photographs in safe/testdata.
func photograph(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("../safe/testdata/pictures/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// decorate gives the town pictures, an avatar, buttons, and eve a year of moods.
func (w *town) decorate(t *testing.T) {
	t.Helper()
	moods, at := models.MoodTree(), w.Clock.Now()
	w.Clock.Add(-364 * 24 * time.Hour)
	for day := range 360 {
		if day%7 != 3 && day%11 != 5 {
			family := moods[(day*day+day/9)%len(moods)]
			d := models.Draft{Mood: family.Key, Visibility: models.Private}
			if day%3 == 0 {
				d = models.Draft{Mood: family.Children[day%len(family.Children)].Key, MoodText: "one of those days"}
			}
			w.publish(t, w.eve, d)
		}
		w.Clock.Add(24 * time.Hour)
	}
	w.Clock.Add(at.Sub(w.Clock.Now()))
	w.sign(t)
	w.mentioned(t, w.ada, w.said["ada"])
	w.mentioned(t, w.eve, w.thread)
	w.publish(t, w.cleo, models.Draft{Mood: "creative", Pictures: []models.DraftPicture{w.Take(t, w.cleo, kit.Drawing(t, 0b110011), "")}})
	for _, hung := range []struct {
		who        *models.Account
		mood, text string
		files      []string
	}{
		{w.ada, "cosy", "First cup. Do not speak to me yet.", []string{"coffee.jpg"}},
		{w.bob, "excited", "Saw it go up. I may have shouted. #rockets", []string{"rocket.jpg"}},
		{w.dede, "curious", "Found in a box of slides: everything there is, who went to look, and what she drank.", []string{"hubble.jpg", "astronaut.jpg", "coffee.jpg"}},
	} {
		d := models.Draft{Text: hung.text, Mood: hung.mood}
		for _, name := range hung.files {
			d.Pictures = append(d.Pictures, w.Take(t, hung.who, photograph(t, name), "a photograph of a "+strings.TrimSuffix(name, ".jpg")))
		}
		w.publish(t, hung.who, d)
	}
	w.publish(t, w.cleo, models.Draft{Mood: "proud", Face: "🧶", Text: "Écharpe finie. Elle va jusqu’à la gare."})
	w.publish(t, w.eve, models.Draft{Mood: "snug", MoodText: "rain on the roof", Text: "Line rehearsal in bed."})
	must(t, w.SetAvatar(t.Context(), w.cleo, bytes.NewReader(photograph(t, "astronaut.jpg"))))
	for i, name := range []string{"zoe", "yves", ""} {
		must(t, w.AddButton(t.Context(), w.ada, models.NewButton{Link: "https://" + name + "friend.example/", Alt: name, File: bytes.NewReader(kit.Drawing(t, 3+i))}))
	}
	must(t, w.SetDesign(t.Context(), w.ada, models.Design{Top: "ada's", Bottom: "{mood}", Face: models.FaceOfMood, Style: "curtain"}))
}

func (w *town) publish(t *testing.T, by *models.Account, d models.Draft) {
	t.Helper()
	_, err := w.Publish(t.Context(), by, d)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// saved is a photograph in a file of the test's own, as somebody would choose it.
func saved(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "IMG_0042 «été».jpg")
	must(t, os.WriteFile(file, photograph(t, name), 0o600))
	return file
}

const pictureShown = `(() => { const i = document.querySelector("#s1 .pictures img"); return i.complete && i.naturalWidth > 300 && i.alt === "a cup of coffee"; })()`

func TestUploadWithScript(t *testing.T) { uploads(t, true) }

func TestUploadWithoutScript(t *testing.T) { uploads(t, false) }

// uploads posts a photograph in Chromium, describes it better, looks at it everywhere and takes it down.
func uploads(t *testing.T, script bool) {
	s := kit.Serve(t, kit.SQLite(t))
	ada := kit.SignUp(t, s.Store, "ada")
	b := s.Browser(t).As(ada)
	b.Script(script)
	b.Open("/")
	b.Choose("#picture0", saved(t, "coffee.jpg"))
	b.Fill("alt", "a cup of tea")
	if got := b.Follow(sendStatus); got != 200 || b.Here() != "/~ada/1" {
		t.Fatalf("%d at %s", got, b.Here())
	}
	b.Open("/~ada/1/edit")
	b.Fill("alt", "a cup of coffee")
	b.Follow(sendStatus)
	for _, path := range []string{"/~ada/1", "/~ada", "/"} {
		b.Open(path)
		if script && !kit.Eval[bool](b, pictureShown) {
			t.Errorf("%s does not show the picture", path)
		}
	}
	for _, path := range []string{"/~ada/pictures", "/pictures"} {
		b.Open(path)
		if !strings.Contains(kit.Eval[string](b, `document.querySelector(".wall").innerHTML`), `alt="a cup of coffee"`) {
			t.Errorf("%s does not show the picture", path)
		}
	}
	b.Open("/")
	b.Choose("#picture0", os.Args[0]) // a program is no picture
	b.Fill("text", "not lost")
	if got := b.Follow(sendStatus); got != 422 {
		t.Errorf("a program as a picture: %d", got)
	}
	if b.Value("text") != "not lost" || !strings.Contains(b.Text("#wrong-picture"), "too large") {
		t.Errorf("the form says %q beside %q", b.Text("#wrong-picture"), b.Value("text"))
	}
	requests, _ := b.Heard()
	for _, address := range requests {
		if !strings.HasPrefix(address, s.URL+"/") {
			t.Errorf("it asked for %s", address)
		}
	}
}

// TestDrawnOnAnotherOrigin: every live image is seen on a page elsewhere, as its snippet says.
func TestDrawnOnAnotherOrigin(t *testing.T) {
	h := newHome(t)
	h.say(models.Draft{Text: "Made soup.", Mood: "cosy", Pictures: []models.DraftPicture{h.site.Take(t, h.ada, photograph(t, "coffee.jpg"), "soup")}})
	snippets := h.snippets()
	for key, size := range map[string]string{"mood": "", "button": "88x31", "blinkie": "150x20", "widget": "300x110", "latest": "", "imood": ""} {
		if snippets[key] == "" {
			t.Errorf("there is no snippet for %s", key)
			continue
		}
		h.wear(snippets[key])
		got := kit.Eval[string](h.Tab, `(async () => { const i = document.images[0]; await i.decode(); return i.naturalWidth + "x" + i.naturalHeight; })()`)
		if !strings.HasPrefix(got, size) || got == "0x0" {
			t.Errorf("%s is seen as %s", key, got)
		}
		if href := kit.Eval[string](h.Tab, `document.images[0].closest("a").href`); href != h.site.URL+"/~ada" {
			t.Errorf("%s leads to %s", key, href)
		}
	}
	if list := h.strangers(); list != nil {
		t.Errorf("the images ask for %v", list)
	}
}
