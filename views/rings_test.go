package views_test

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/views"
)

// places are all that can be known of a page in a ring: of an account here, linked, without its link, away, waiting.
func places() []models.RingMember {
	return []models.RingMember{
		{ID: 1, Key: "lamps", Ring: "Lamps & <friends>", Address: "/~ada", Own: true, Title: "~ada", Name: "ada", JoinedAt: noon, CreatedAt: noon},
		{ID: 2, Key: "lamps", Ring: "Lamps", Address: "https://b.example/", Title: "B & <B>", Name: "bob", JoinedAt: noon, CheckedAt: noon, CreatedAt: noon},
		{ID: 3, Key: "lamps", Ring: "Lamps", Address: "https://c.example/", Title: "C", Name: "bob", JoinedAt: noon, CheckedAt: noon, LostAt: noon, Problem: "ring_problem.unlinked", CreatedAt: noon},
		{ID: 4, Key: "lamps", Ring: "Lamps", Address: "https://d.example/", Title: "D", Name: "bob", CheckedAt: noon, Problem: "ring_problem.away", CreatedAt: noon},
		{ID: 5, Key: "lamps", Ring: "Lamps", Address: "https://e.example/", Title: "E", Name: "bob", CreatedAt: noon},
	}
}

// ringSamples are the pages of webrings.
func ringSamples(p views.Page) []any {
	ring := models.Ring{ID: 1, Key: "lamps", Title: "Lamps & <friends>", Words: "lit", WordsHTML: "<p>lit</p>", Keeper: "bob", Members: 1, Waiting: 2}
	bare := models.Ring{ID: 2, Key: "dark", Title: "Dark"}
	all := places()
	pages := []any{
		views.Rings{Page: p, Rings: []models.Ring{ring, bare}, Older: "/rings?before=1", First: true},
		views.Rings{Page: p},
		views.Rings{Page: p, Kept: []models.Ring{ring, bare}, Own: all[:1], Else: all[1:], First: true},
		views.Ring{Page: p, Ring: &ring, Members: all[:3], Older: "/rings/lamps?after=3", First: true, Snippet: "<a>", Keeps: true},
		views.Ring{Page: p, Ring: &bare},
	}
	if p.Viewer == nil {
		return pages
	}
	pasted := []views.Snippet{{Key: "links", Code: "<a>"}, {Key: "frame", Code: "<iframe>"}}
	return append(pages,
		views.RingForm{Page: p}, views.RingForm{Page: p, Wanted: models.NewRing{Key: "lamps", Title: "Lamps", Words: "lit", FG: "ffffff", BG: "000000"}},
		views.RingJoin{Page: p, Ring: &ring, Places: []views.RingPlace{{RingMember: all[0]}, {RingMember: all[2], Snippets: pasted}, {RingMember: all[4], Snippets: pasted}}, Saved: true, Kept: true},
		views.RingJoin{Page: p, Ring: &bare, Address: "https://a.example/", Title: "A"},
		views.RingKeep{Page: p, Ring: &ring, Wanted: models.NewRing{Title: "Lamps"}, Waiting: all[3:], Members: all[:3], Saved: true, Older: "/rings/lamps/keep?after=3"},
		views.RingKeep{Page: p, Ring: &bare},
	)
}

// TestRingRow: the rings of an account's page, with the number of its place in every way on; nothing without any.
func TestRingRow(t *testing.T) {
	t.Parallel()
	frame := frames()[0]
	row := func(list []models.RingMember) string {
		body, err := views.Render(views.Rings{Page: frame, Own: list})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, want := range []string{`href="/rings/lamps/1/previous"`, `href="/rings/lamps/1/random"`, `href="/rings/lamps/1/next"`, `href="/rings/lamps"`, `alt="Lamps &amp; &lt;friends&gt;"`} {
		if !strings.Contains(row(places()[:1]), want) {
			t.Errorf("the row lacks %s", want)
		}
	}
	if strings.Contains(row(nil), `class="rings"`) {
		t.Error("there is a row of no rings")
	}
}
