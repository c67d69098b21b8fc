package handlers_test

import (
	"slices"
	"testing"

	"marquee/models"
)

const zoesNote = "https://zoe.example/notes/1"

// mention sends a mention of a path here, as zoe.example would, and looks at it: its source says what is seen, nil for nothing yet.
func (h *house) mention(t *testing.T, path string, seen *models.Sight) *models.Mention {
	t.Helper()
	m, err := h.TakeMention(t.Context(), models.NewMention{Source: zoesNote, Target: "http://marquee.example" + path, Network: "net"})
	must(t, err)
	if seen != nil {
		seen.URL = zoesNote
		must(t, h.NoteMention(t.Context(), m.ID, *seen))
		m, err = h.MentionByKey(t.Context(), m.Key)
		must(t, err)
	}
	return m
}

func zoeReplies() *models.Sight {
	return &models.Sight{Kind: "reply", Author: "Zoe", AuthorURL: "https://zoe.example/", HTML: "<p>lit indeed</p>"}
}

func heldMention(t *testing.T, h *house) { h.mention(t, "/~ada/1", zoeReplies()) }

func refusedMention(t *testing.T, h *house) {
	must(t, h.RefuseMention(t.Context(), h.ada, h.mention(t, "/~ada/1", zoeReplies()).ID))
}

func shownMention(t *testing.T, h *house) {
	m := h.mention(t, "/~ada/1", zoeReplies())
	must(t, h.ShowMention(t.Context(), h.ada, m.ID, m.Read()))
}

func mentionOfPage(t *testing.T, h *house) {
	must(t, h.JudgeSite(t.Context(), h.ada, h.mention(t, "/~ada", zoeReplies()).ID, models.VerdictWelcome))
}

func likedMention(t *testing.T, h *house) {
	h.mention(t, "/~ada/1", &models.Sight{Kind: "like", Author: "Zoe"})
}

func closedMentions(t *testing.T, h *house) { must(t, h.SetMentions(t.Context(), h.ada, true)) }

func blockedZoe(t *testing.T, h *house) {
	must(t, h.JudgeSite(t.Context(), h.ada, h.mention(t, "/~ada", zoeReplies()).ID, models.VerdictBlocked))
}

func pingbacks(t *testing.T, h *house) {
	must(t, h.ChangeSite(t.Context(), h.eve, models.SiteSettings{Name: "Marquee", Language: "en", Signups: models.SignupsOpen, TextLimit: 500, Pingback: true}))
}

// mentionScenarios is what other sites send, and what becomes of it.
func mentionScenarios() []scenario {
	send := func(source, target string) map[string][]string { return form("source", source, "target", target) }
	const said = "http://marquee.example/~ada/1"
	list := slices.Concat(
		everybody(scenario{route: "GET /webmention", path: "/webmention?target=/~ada/1", want: 200, has: []string{`name="source"`, `/~ada/1"`}}),
		everybody(scenario{route: "GET /webmention", name: "of a stranger", path: "/webmention?target=//evil.example/~ada", want: 200, not: []string{"evil"}}),
		everybody(scenario{route: "GET /webmention/:key", path: "/webmention/nobody", want: 404}),
		everybody(scenario{route: "POST /webmention", name: "nothing", path: "/webmention", form: form(), want: 400, has: []string{"no address of a page"}}),
		everybody(scenario{route: "POST /pingback", name: "closed", path: "/pingback", form: form(), want: 404}),
		everybody(scenario{route: "POST /pingback", name: "no XML", path: "/pingback", first: pingbacks, form: form(), want: 415}),
		everybody(scenario{route: "GET /~:name/:id", name: "mentioned", path: "/~ada/1", first: shownMention, want: 200, has: []string{"u-comment h-cite", "lit indeed", "zoe.example"}}),
		everybody(scenario{route: "GET /~:name/:id", name: "a mention waits", path: "/~ada/1", first: heldMention, want: 200, not: []string{"lit indeed", "zoe.example"}}),
		everybody(scenario{route: "GET /~:name/:id", name: "liked", path: "/~ada/1", first: likedMention, want: 200, not: []string{"zoe", "Zoe"}}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "mentioned", path: "/~ada/guestbook", first: mentionOfPage, want: 200, has: []string{"lit indeed", `href="` + zoesNote + `"`}}),
	)
	return append(list, []scenario{
		{route: "POST /webmention", name: "closed", who: "guest", path: "/webmention", first: closedMentions, form: send(zoesNote, said), want: 400, has: []string{"takes no mentions"}},
		{route: "POST /webmention", name: "closed guestbook", who: "guest", path: "/webmention", first: closedGuestbook, form: send(zoesNote, "http://marquee.example/~ada"), want: 400, has: []string{"takes no mentions"}},
		{route: "POST /webmention", name: "blocked", who: "guest", path: "/webmention", first: blockedZoe, form: send(zoesNote, said), want: 400, has: []string{"from this site"}},
		{route: "GET /settings/mentions", who: "guest", path: "/settings/mentions", want: 200, has: []string{"Back again?"}},
		{route: "GET /settings/mentions", who: "stranger", path: "/settings/mentions", first: heldMention, want: 200, not: []string{"lit indeed"}},
		{route: "GET /settings/mentions", who: "owner", path: "/settings/mentions", first: heldMention, want: 200, has: []string{"1 mention waits", "lit indeed", "Welcome everything from zoe.example"}},
		{route: "GET /settings/mentions", name: "liked", who: "owner", path: "/settings/mentions", first: likedMention, want: 200, has: []string{"Zoe", "likes it"}, not: []string{"1 mention waits"}},
		{route: "GET /settings/mentions", name: "of no number", who: "owner", path: "/settings/mentions?quiet=x", want: 404},
		{route: "GET /notices", name: "mentioned", who: "owner", path: "/notices", first: heldMention, want: 200, has: []string{"1 mention waits"}},
		{route: "GET /notices", name: "a mention is shown", who: "owner", path: "/notices", first: shownMention, want: 200, has: []string{"lit indeed"}},
		{route: "POST /settings/mentions", who: "guest", path: "/settings/mentions", first: heldMention, form: form("show", "1"), want: 422},
		{route: "POST /settings/mentions", name: "of somebody else", who: "stranger", path: "/settings/mentions", first: heldMention, form: form("show", "1"), want: 404},
		{route: "POST /settings/mentions", name: "nothing", who: "owner", path: "/settings/mentions", first: heldMention, form: form("show", "x"), want: 400},
		{route: "POST /settings/mentions", name: "show what says something else by now", who: "owner", path: "/settings/mentions", first: heldMention, form: form("show", "1.another"), want: 422, has: []string{"has changed since you read it"}},
		{route: "POST /settings/mentions", name: "refuse", who: "owner", path: "/settings/mentions", first: heldMention, form: form("refuse", "1"), want: 303, to: "/settings/mentions?saved=refused"},
		{route: "POST /settings/mentions", name: "refuse of the page", who: "owner", path: "/settings/mentions", first: mentionOfPage, form: form("refuse", "1"), want: 303, to: "/settings/mentions?saved=refused", left: map[string]int{"entries": -1}},
		{route: "POST /settings/mentions", name: "welcome", who: "owner", path: "/settings/mentions", first: heldMention, form: form("welcome", "1"), want: 303, to: "/settings/mentions?saved=welcome", left: map[string]int{"verdicts": 1}},
		{route: "POST /settings/mentions", name: "block", who: "owner", path: "/settings/mentions", first: heldMention, form: form("block", "1"), want: 400},
		{route: "GET /settings/mentions", name: "refused", who: "owner", path: "/settings/mentions", first: refusedMention, want: 200, has: []string{"Nothing waits for you", "lit indeed", `name="admit.1"`}},
		{route: "POST /settings/mentions", name: "let in again", who: "owner", path: "/settings/mentions", first: refusedMention, form: form("admit.1", ""), want: 303, to: "/settings/mentions?saved=admitted"},
		{route: "POST /settings/mentions", name: "forget", who: "owner", path: "/settings/mentions", first: refusedMention, form: form("forget.1", ""), want: 303, to: "/settings/mentions?saved=erased", left: map[string]int{"mentions": -1}},
		{route: "POST /settings/mentions", name: "forget of somebody else", who: "stranger", path: "/settings/mentions", first: refusedMention, form: form("forget.1", ""), want: 404},
		{route: "GET /settings/mentions/:id/block", who: "guest", path: "/settings/mentions/1/block", first: heldMention, want: 200, has: []string{"Back again?"}},
		{route: "GET /settings/mentions/:id/block", who: "stranger", path: "/settings/mentions/1/block", first: heldMention, want: 404},
		{route: "GET /settings/mentions/:id/block", who: "owner", path: "/settings/mentions/1/block", first: heldMention, want: 200, has: []string{"Never from zoe.example?", "lit indeed"}},
		{route: "GET /settings/mentions/:id/block", name: "of no number", who: "owner", path: "/settings/mentions/x/block", want: 404},
		{route: "POST /settings/mentions/:id/block", who: "guest", path: "/settings/mentions/1/block", first: heldMention, form: form(), want: 422},
		{route: "POST /settings/mentions/:id/block", who: "stranger", path: "/settings/mentions/1/block", first: heldMention, form: form(), want: 404},
		{route: "POST /settings/mentions/:id/block", who: "owner", path: "/settings/mentions/1/block", first: heldMention, form: form(), want: 303, to: "/settings/mentions?saved=blocked", left: map[string]int{"verdicts": 1}},
		{route: "POST /settings/mentions", name: "pardon", who: "owner", path: "/settings/mentions", first: blockedZoe, form: form("pardon", "zoe.example"), want: 303, to: "/settings/mentions?saved=pardoned", left: map[string]int{"verdicts": -1}},
		{route: "POST /settings/mentions/door", who: "guest", path: "/settings/mentions/door", form: form("closed", "1"), want: 422},
		{route: "POST /settings/mentions/door", who: "owner", path: "/settings/mentions/door", form: form("closed", "1"), want: 303, to: "/settings/mentions?saved=1"},
	}...)
}

// mentionActs is what a mention changes on the pages that everybody sees.
func mentionActs() []act {
	ofPage := func(t *testing.T, h *house) { mentionOfPage(t, h) }
	return []act{
		{"zoe mentions what ada said", "", heldMention},
		{"zoe likes what ada said", "", likedMention},
		{"zoe's answer is shown", "/~ada/1", shownMention},
		{"zoe's word on ada's page is shown", adasBook + " /~ada", ofPage},
		{"zoe is blocked", "", blockedZoe},
		{"ada takes no mentions", "/~ada/1 /~ada/guestbook", closedMentions},
	}
}
