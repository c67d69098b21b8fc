package views_test

import (
	"marquee/models"
	"marquee/views"
)

// elsewhere are answers to pages elsewhere: read with all and with little, not read yet, and one that cannot be.
func elsewhere() []models.Status {
	answer := models.Status{ID: 7, AccountID: 1, Account: ada, HTML: `<p>so are mine <a href="https://zoe.example/">zoe</a></p>`, Visibility: models.Public, PublishedAt: noon, ReplyURL: "https://www.zoe.example/frost?a=b&c='d"}
	full, bare, unread := answer, answer, answer
	full.Context = &models.Context{Author: "Zoe <z>", AuthorURL: "https://zoe.example/", Title: "Frost & beans", HTML: "<p>gone</p>", PublishedAt: noon, Hash: "ab12", Type: "image/png"}
	bare.Context = &models.Context{Author: "Zoe"}
	unread.Context = &models.Context{Problem: "error.web_gone"}
	return []models.Status{answer, full, bare, unread}
}

// citations are the pages that show them.
func citations(p views.Page) []any {
	list := elsewhere()
	return []any{
		views.Stream{Page: p, Statuses: list},
		views.Status{Page: p, Status: &list[1]},
		views.Post{Page: p, Composer: &views.Composer{Action: "/statuses", Draft: models.Draft{ReplyURL: "https://zoe.example/"}}},
	}
}

// sentOf is a status with everything that may come of telling somebody.
func sentOf(p views.Page) views.Sent {
	p.Problem = &models.Error{Kind: models.TooMany, Text: "error.too_many", Args: map[string]any{"Count": 2}}
	sent := views.Sent{Page: p, Status: &elsewhere()[3]}
	for i, m := range []models.SentMention{
		{State: models.SentWaiting, Linked: true},
		{State: models.SentWaiting, Linked: true, Problem: "error.web_away", Code: 503, TriedAt: noon},
		{State: models.SentTaken, Linked: true, Code: 201, Location: "https://zoe.example/done/1", TriedAt: noon},
		{State: models.SentDeaf, TriedAt: noon, Code: 200},
		{State: models.SentFailed, Problem: "error.web_refused", Code: 400, TriedAt: noon},
	} {
		m.ID, m.Target = int64(i+1), "https://zoe.example/frost?a=b&c"
		sent.Mentions = append(sent.Mentions, m)
	}
	return sent
}
