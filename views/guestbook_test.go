package views_test

import (
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/views"
)

// entries are signed by an account, by a stranger with all there is, and by one with nothing.
func entries() []models.Entry {
	id := bob.ID
	return []models.Entry{
		{ID: 9, AccountID: 1, Page: ada, SignerID: &id, Signer: bob, HTML: "<p>hello</p>", CreatedAt: noon, ShownAt: noon},
		{ID: 8, AccountID: 1, Page: ada, Name: `Zoe "<b>"`, Homepage: "https://zoe.example/", HTML: "<p>hi</p>", Signature: "#.#\n.#.", CreatedAt: noon, ShownAt: noon},
		{ID: 7, AccountID: 1, Page: ada, Name: "שלום", Signature: "#", CreatedAt: noon, ShownAt: noon},
		{ID: 6, AccountID: 1, Page: ada, SignerID: &id, Signer: bob, HTML: "<p>waits</p>", Signature: "#", CreatedAt: noon},
	}
}

// guestbooks are the pages of a guestbook that everybody may see.
func guestbooks(p views.Page) []any {
	list := entries()
	shut := *ada
	shut.GuestbookClosed = true
	owned := p
	owned.Owner = ada
	pages := []any{
		views.Guestbook{Page: owned, Account: ada, Entries: list, Older: "/~ada/guestbook?before=6", First: true, Signed: "held", Waiting: 3},
		views.Guestbook{Page: owned, Account: ada, Entries: list, Signed: "shown"},
		views.Guestbook{Page: owned, Account: &shut, First: true},
		views.Sign{Page: p, Account: ada, New: models.NewEntry{Name: "Zoe", Homepage: "zoe.example", Text: "hi", Signature: "#"}},
		views.Sign{Page: p, Account: &shut},
		views.RemoveEntry{Page: p, Account: ada, Entries: list[:1]},
	}
	if p.Viewer == nil {
		return pages
	}
	var waiting []views.WaitingEntry
	for i, e := range list[1:] {
		waiting = append(waiting, views.WaitingEntry{Entry: e, Days: i + 1})
		waiting[i].ID += 10
	}
	waiting[0].Drawn = "data:image/gif;base64,R0lG"
	return append(pages,
		views.OwnGuestbook{Page: p, Saved: true, Count: 30, Waiting: waiting, OlderWaiting: "/settings/guestbook?waiting=3", Shown: list[:3], Older: "/settings/guestbook?before=3", First: true},
		views.OwnGuestbook{Page: p, Count: 1, Waiting: waiting[:1]},
		views.OwnGuestbook{Page: p, First: true})
}

func TestGuestbookSaysWhoSigned(t *testing.T) {
	t.Parallel()
	page := func(view any) string {
		body, err := views.Render(view)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	frame := frames()[0]
	list := page(views.Guestbook{Page: frame, Account: ada, Entries: entries(), First: true})
	for _, want := range []string{
		`<a class="p-name u-url" dir="auto" href="https://zoe.example/" rel="nofollow ugc noopener">Zoe &#34;&lt;b&gt;&#34;</a>`,
		`<a class="p-name u-url" href="/~bob">~bob</a>`, `<span class="p-name" dir="auto">שלום</span>`,
		`<img class="signature u-photo" src="/~ada/guestbook/8.gif" width="6" height="4" alt="drawn signature of Zoe &#34;&lt;b&gt;&#34;">`,
		`<div class="friends h-feed" id="comments">`, `<div class="heading"><h4`, `<table class="comments-table"`, "Only you see this until ~ada has read it",
	} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %s\n%s", want, list)
		}
	}
	if strings.Contains(list, "/6.gif") || strings.Contains(list, "/remove") || strings.Contains(list, "<form") {
		t.Error("a guest sees what is not theirs")
	}
	if form := page(views.Sign{Page: frame, Account: ada}); !strings.Contains(form, `class="trap" aria-hidden="true"`) || !strings.Contains(form, `name="homepage"`) {
		t.Error("the form of a guest lacks a field")
	}
	member := frames()[1]
	if form := page(views.Sign{Page: member, Account: bob}); strings.Contains(form, `name="website"`) || strings.Contains(form, `name="name"`) {
		t.Error("the form of a member asks for a name")
	}
}

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]int{
		-time.Hour: 1, 0: 1, time.Minute: 1, 24 * time.Hour: 1, 24*time.Hour + 1: 2, 30 * 24 * time.Hour: 30,
	} {
		if got := views.DaysLeft(noon.Time(), noon.Time().Add(left)); got != want {
			t.Errorf("%v: %d days, want %d", left, got, want)
		}
	}
}
