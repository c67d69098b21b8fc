package views

import (
	"bytes"
	"strings"
	"testing"

	"marquee/models"
)

// TestLatestEntries draws the part that stands on an account's page.
func TestLatestEntries(t *testing.T) {
	t.Parallel()
	ada := &models.Account{ID: 1, Name: "ada"}
	entry := models.Entry{ID: 7, AccountID: 1, Page: ada, Name: "<Zoe>", HTML: "<p>hi</p>", CreatedAt: 1, ShownAt: 1}
	parts, err := all().base.Clone()
	if err != nil {
		t.Fatal(err)
	}
	draw := func(a *models.Account, entries ...models.Entry) string {
		var b bytes.Buffer
		if err := parts.ExecuteTemplate(&b, "guestbook-latest", GuestbookLatest{Page: Page{Lang: "en"}, Account: a, Entries: entries}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, want := range []string{`<div class="friends h-feed" id="comments">`, `href="/~ada/guestbook/sign"`, `href="/~ada/guestbook"`, "&lt;Zoe&gt;", `id="e7"`} {
		if got := draw(ada, entry); !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	if got := draw(ada); strings.Contains(got, "<table") || !strings.Contains(got, "/sign") {
		t.Errorf("of nobody: %s", got)
	}
	if got := draw(&models.Account{Name: "bob", GuestbookClosed: true}, entry); strings.Contains(got, "/sign") || !strings.Contains(got, "closed") {
		t.Errorf("closed: %s", got)
	}
}
