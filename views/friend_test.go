package views_test

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/views"
)

// friends are of every kind: with an avatar and without, a home page with everything, one on its way, one that went away.
func friends() []models.Friend {
	here := int64(2)
	return []models.Friend{
		{ID: 1, FriendID: &here, Name: "bob", Avatar: "ab12.png"},
		{ID: 2, FriendID: &here, Name: "cat"},
		{ID: 3, Address: "https://zoe.example/", Title: `Zoe's <b>"page"</b>`, FeedAt: noon, SeenAt: noon, Hash: "ef56", Type: "image/gif", Width: 88, Height: 31},
		{ID: 4, Address: "https://tim.example/~tim/"},
		{ID: 5, Address: "https://old.example/", Title: "Old", FeedAt: noon, SeenAt: noon, AwayAt: noon, Problem: "error.friend_gone"},
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"en": "4 Mar 2026", "fr": "4 mars 2026"} {
		if got := (views.Page{Lang: lang}).Date(noon); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestSettingsOfFriends(t *testing.T) {
	t.Parallel()
	p := views.Page{Site: site, Lang: "en", Viewer: ada, Token: "t"}
	body, err := views.Render(views.TopFriends{Page: p, Friends: friends()})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`src="/pictures/ab12.png" width="48"`, `src="/~cat/button.gif"`, `Zoe&#39;s &lt;b&gt;`, `rel="friend nofollow noopener"`, "tim.example/~tim</a>",
		"on its way", "away since", "no page at that address any more", `name="who"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	body, err = views.Render(views.TopFriends{Page: p, Friends: append(friends(), friends()...)})
	if err != nil || strings.Contains(string(body), `name="who"`) || !strings.Contains(string(body), "all are taken") {
		t.Errorf("a full list asks for more (%v)", err)
	}
}
