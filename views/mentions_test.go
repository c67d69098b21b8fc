package views_test

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/views"
)

// said are mentions with everything that there is, and with next to nothing.
func said() []models.Mention {
	st := int64(4)
	return []models.Mention{
		{
			ID: 3, Key: "KEY", State: models.MentionShown, Kind: "reply", StatusID: &st, Owner: "ada", Peer: "zoe.example", Source: "https://zoe.example/1", Target: "https://odeon.example/~ada/4", URL: "https://zoe.example/1?a&b",
			Author: `Zoe "<b>"`, AuthorURL: "https://zoe.example/", Title: "On <soup>", HTML: "<p>warm</p>", PictureHash: "ab12", PictureType: "image/png", Width: 48, Height: 48, PublishedAt: noon,
		},
		{ID: 2, Key: "YEK", State: models.MentionQuiet, Kind: "like", Owner: "ada", Peer: "yves.example", Source: "https://yves.example/", URL: "https://yves.example/", PublishedAt: noon},
		{ID: 1, Key: "KYE", State: models.MentionHeld, Kind: "rsvp", RSVP: "maybe", Owner: "ada", Peer: "yves.example", Author: "Yves", URL: "https://yves.example/2", PublishedAt: noon},
	}
}

// mentionSamples are the pages of mentions.
func mentionSamples(p views.Page) []any {
	list, open := said(), spoken()[0]
	pinged := p
	pinged.Pingback = "https://odeon.example/pingback"
	pages := []any{
		views.Webmention{Page: p, Source: "https://zoe.example/1", Target: "https://odeon.example/~ada"},
		views.MentionSent{Page: p, Mention: &list[0]},
		views.MentionSent{Page: p, Mention: &models.Mention{Key: "K", Source: "https://zoe.example/1", Owner: "ada", State: models.MentionFailed, Problem: "error.mention_unlinked"}},
		views.MentionSent{Page: p, Mention: &models.Mention{Key: "K", Source: "https://zoe.example/1", Owner: "ada", State: models.MentionNew, Queued: true, Problem: "error.mention_away"}},
		views.Status{Page: pinged, Status: &open, Mentions: list},
	}
	for _, state := range []string{models.MentionNew, models.MentionHeld, models.MentionShown, models.MentionQuiet, models.MentionRefused, models.MentionGone} {
		pages = append(pages, views.MentionSent{Page: p, Mention: &models.Mention{Key: "K", Source: "https://zoe.example/1", Owner: "ada", State: state, Queued: state == models.MentionNew}})
	}
	if p.Viewer == nil {
		return pages
	}
	waiting, shown := said()[2:], said()[:1]
	own := said()[:1]
	own[0].ID, own[0].Source, own[0].AccountID, own[0].HTML = 7, "https://t.example/abc", p.Viewer.ID, "<p>"+strings.Repeat("word ", 100)+"</p>"
	return append(pages,
		views.OwnMentions{Page: p},
		views.OwnMentions{
			Page: p, Saved: true, Count: 2, Waiting: waiting, Shown: shown, Quiet: list[1:2], Refused: own, OlderRefused: "/settings/mentions?refused=3", OlderWaiting: "/settings/mentions?waiting=1", OlderShown: "/settings/mentions?before=3",
			OlderQuiet: "/settings/mentions?quiet=2", Verdicts: []models.Verdict{{Host: "zoe.example", Verdict: "welcome"}, {Host: "spam.example", Verdict: "blocked"}}, MoreVerdicts: "/settings/mentions?sites=zoe.example",
		},
		views.BlockSite{Page: p, Mention: own[0]},
		views.MentionSent{Page: p, Mention: &own[0]},
		views.Notices{Page: p, Mentions: shown, Waits: models.Waits{Mentions: 2}})
}

func TestMentionsSayWhoAndWhere(t *testing.T) {
	t.Parallel()
	st := spoken()[0]
	body, err := views.Render(views.Status{Page: frames()[0], Status: &st, Mentions: said()})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<link rel="webmention" href="/webmention">`, `<article class="mention u-comment h-cite" id="m3">`,
		`<span class="p-author h-card"><img class="u-photo" src="/pictures/ab12.png" width="48" height="48" alt=""> <a class="p-name u-url" dir="auto" href="https://zoe.example/" rel="nofollow ugc noopener">Zoe &#34;&lt;b&gt;&#34;</a></span> answers`,
		`<a class="u-url" href="https://zoe.example/1?a&amp;b" rel="nofollow ugc noopener"><time class="dt-published" datetime="2026-03-04T12:00:00Z">`,
		`<p class="p-name" dir="auto">On &lt;soup&gt;</p>`, `<div class="e-content" dir="auto"><p>warm</p></div>`,
		`<span class="p-name" dir="auto">Yves</span></span> may come<data class="p-rsvp" value="maybe">`, `href="/webmention?target=%2f~ada%2f4"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the page lacks %s\n%s", want, body)
		}
	}
	shut := *ada
	shut.MentionsClosed = true
	st.Account = &shut
	if body, err = views.Render(views.Status{Page: frames()[0], Status: &st}); err != nil || strings.Contains(string(body), "/webmention?") {
		t.Errorf("a page that takes no mentions asks for some: %v", err)
	}
}
