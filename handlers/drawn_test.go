package handlers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/widgets"
)

// TestEveryFamilyHasAFace: the tree of moods and the drawings belong together.
func TestEveryFamilyHasAFace(t *testing.T) {
	t.Parallel()
	var families []string
	for _, f := range models.MoodTree() {
		families = append(families, f.Key)
	}
	if faces := widgets.Faces(); !slices.Equal(faces, families) {
		t.Errorf("the faces are %v, the families %v", faces, families)
	}
}

// TestLiveImages follow the latest public status at once, and may be kept for a minute.
func TestLiveImages(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, path := range []string{"/internet/current.gif", "/mood/week.gif", "/~ada/mood.gif", "/~ada/button.gif", "/~ada/blinkie.gif", "/~ada/widget.svg", "/display/uname-ada/imood.gif"} {
		before := status(t, v.Get(path), 200)
		header(t, path, before, "Cache-Control", "max-age=60")
		header(t, path, before, "Access-Control-Allow-Origin", "*")
		header(t, path, before, "Cross-Origin-Resource-Policy", "cross-origin")
		h.publish(t, h.ada, models.Draft{Mood: "angry", Visibility: models.Private})
		status(t, v.Get(path, "If-None-Match", before.Header.Get("ETag")), 304)
		angry := h.publish(t, h.ada, models.Draft{Mood: "furious"})
		h.publish(t, h.bob, models.Draft{Mood: "furious"})
		if now := v.Get(path, "If-None-Match", before.Header.Get("ETag")); now.Status != 200 || now.Body == before.Body {
			t.Errorf("%s does not follow: %d", path, now.Status)
		}
		must(t, h.Withdraw(t.Context(), h.ada, angry.ID))
		limit := 1459
		if strings.HasSuffix(path, ".svg") {
			limit = 2920
		}
		if len(before.Body) > limit {
			t.Errorf("%s has %d bytes", path, len(before.Body))
		}
	}
}

// TestWeekPasses: what says "this week" changes although nobody says anything.
func TestWeekPasses(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	has(t, v.Get("/mood"), "cosy</a> <span class=\"quiet\">100 %")
	before := v.Get("/internet/current.gif").Body
	h.Clock.Add(8 * 24 * time.Hour)
	has(t, v.Get("/mood"), "Nobody")
	if v.Get("/internet/current.gif").Body == before {
		t.Error("a week later the site feels the same")
	}
}

// TestOwnButton: its words are filled in, and it follows the mood where it is asked to.
func TestOwnButton(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	usual := v.Get("/~ada/button.gif").Body
	must(t, h.SetDesign(t.Context(), h.ada, models.Design{Top: "my page", Face: models.FaceOfMood}))
	own := v.Get("/~ada/button.gif").Body
	h.publish(t, h.ada, models.Draft{Mood: "sad"})
	sad := v.Get("/~ada/button.gif").Body
	must(t, h.SetDesign(t.Context(), h.ada, models.Design{Top: "my page"}))
	plain := v.Get("/~ada/button.gif").Body
	h.publish(t, h.ada, models.Draft{Mood: "angry"})
	if all := []string{usual, own, sad, plain}; len(slices.Compact(slices.Sorted(slices.Values(all)))) != 4 {
		t.Error("two of four buttons are the same")
	}
	if v.Get("/~ada/button.gif").Body != plain {
		t.Error("a button without a face follows the mood")
	}
}
