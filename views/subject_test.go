package views_test

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/views"
)

// TestSubjects: what a status does to pages elsewhere stands in it as a sentence and as microformats.
func TestSubjects(t *testing.T) {
	t.Parallel()
	st := models.Status{ID: 2, Account: bob, Face: "❤️", Extra: `{"like-of":["https://zoe.example/soup?a&b"],"rsvp":["maybe"]}`}
	made, err := views.Render(views.Status{Page: frames()[0], Status: &st})
	if err != nil {
		t.Fatal(err)
	}
	body := string(made)
	for _, want := range []string{`likes <a class="u-like-of" href="https://zoe.example/soup?a&amp;b" rel="nofollow ugc noopener" dir="auto">zoe.example/soup</a>`, `<data class="p-rsvp" value="maybe">may come</data>`} {
		if !strings.Contains(body, want) {
			t.Errorf("it does not say %s:\n%s", want, body)
		}
	}
}
