package views

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
	"time"

	"marquee/models"
)

// drawPart draws one part of a page.
func drawPart(t *testing.T, part string, data any) string {
	t.Helper()
	var b bytes.Buffer
	base := template.Must(all().base.Clone()) // one that has drawn something can be cloned no more
	if err := base.ExecuteTemplate(&b, part, data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPartsOfFriends: what a page shows of top friends and of its counter, as old layouts expect it.
func TestPartsOfFriends(t *testing.T) {
	at := models.At(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC))
	here := int64(2)
	ada := &models.Account{Name: "ada", Counting: true}
	type part struct {
		Page
		Account *models.Account
		Friends []models.Friend
	}
	got := drawPart(t, "top-friends", part{Page{Lang: "en"}, ada, []models.Friend{
		{FriendID: &here, Name: "bob"},
		{Address: "https://zoe.example/", Title: "<Zoe>", FeedAt: at, Hash: "ab", Type: "image/gif", Width: 88, Height: 31},
		{Address: "https://tim.example/", FeedAt: at, SeenAt: at, AwayAt: at},
	}})
	for _, want := range []string{
		`<div class="friends">`, `<h4 aria-level="2">Friends of ~ada</h4>`, `<div class="friends-grid">`, `<div class="person"><a href="/~bob" rel="friend"><p dir="auto">~bob</p><img class="pixels" src="/~bob/button.gif"`,
		`<a href="https://zoe.example/" rel="friend nofollow noopener"><p dir="auto">&lt;Zoe&gt;</p><img class="pixels" src="/pictures/ab.gif" width="88" height="31" alt=""></a>`,
		`updated <time datetime="2026-11-03T08:00:00Z">3 Nov 2026</time>`, `<p dir="auto">tim.example</p></a><p class="quiet">away since <time datetime="2026-11-03T08:00:00Z" data-date>3 Nov 2026</time></p>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if got := drawPart(t, "top-friends", part{Page{Lang: "en"}, ada, nil}); got != "" {
		t.Errorf("no friends are %q", got)
	}
	if got := drawPart(t, "counter", part{Page{Lang: "fr"}, ada, nil}); !strings.Contains(got, `src="/~ada/counter.gif" height="24" alt="compteur de visites"`) {
		t.Errorf("the counter is %q", got)
	}
	if got := drawPart(t, "counter", part{Page{Lang: "fr"}, &models.Account{Name: "bob"}, nil}); got != "" {
		t.Errorf("no counter is %q", got)
	}
}
