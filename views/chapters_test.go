package views

import (
	"os"
	"strings"
	"testing"

	"marquee/models"
)

// TestChapters: every settings page has its place in the navigation, says that it is the one, and everything that is done there has a
// sentence.
func TestChapters(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	marked := map[string]int{}
	for _, file := range files {
		source, _ := os.ReadFile(file.Name())
		if _, rest, ok := strings.Cut(string(source), `{{template "settings-nav" address .Page "`); ok && strings.HasSuffix(file.Name(), ".html") {
			path, _, _ := strings.Cut(rest, `"`)
			marked[path]++
		}
	}
	pages := 0
	for _, c := range chapters {
		for _, page := range c.Pages {
			pages++
			if page.Path != "/rings" && marked[page.Path] != 1 { // which everybody sees
				t.Errorf("%s is the current page of %d templates", page.Path, marked[page.Path])
			}
		}
	}
	if len(marked) != pages-1 {
		t.Errorf("%d templates have the navigation, it leads to %d pages: %v", len(marked), pages, marked)
	}
	for role, want := range map[string]int{"": len(chapters) - 1, models.RoleWebmaster: len(chapters)} {
		if got := (Address{Page{Viewer: &models.Account{Role: role}}, ""}).Chapters(); len(got) != want {
			t.Errorf("who is %q has %d chapters, want %d", role, len(got), want)
		}
	}
	for deed := range deeds {
		if said := (Page{Deed: deed, Lang: "fr"}).Did(); strings.HasPrefix(said, "did.") {
			t.Errorf("%s has no words", said)
		}
	}
	if said := (Page{Deed: "1<b>", Lang: "en"}).Did(); said != "Saved." {
		t.Errorf("a deed that is none is %q", said)
	}
}

// TestFrenchLinesEndWell: no line ends before a sign that French puts a space before.
func TestFrenchLinesEndWell(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"composer.legend": "Comment ça va\u202f?", "mention.sites": "Sites", "pager.older": "«\u00a0plus anciens", "settings.you": "Vous\u00a0:"} {
		if got := Say("fr", key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := Say("fr", "ago.hours", "Count", 2); got != "il y a 2 heures" {
		t.Errorf("plurals are lost: %q", got)
	}
}
