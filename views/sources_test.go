package views_test

import (
	"time"

	"marquee/models"
	"marquee/views"
)

// sourceSamples are the feeds of one's own sites: none, and some of each sort.
func sourceSamples(p views.Page) []any {
	return []any{
		views.Sources{Page: p, Address: "ada.example"},
		views.Sources{Page: p, Saved: true, Now: noon.Time(), Sources: []models.Source{
			{ID: 1, Address: "https://a.example/"},
			{ID: 2, Address: "https://b.example/", Feed: "https://b.example/?a&b", Title: "B & <co>", FetchedAt: noon, Problem: models.SourceUnproven},
			{ID: 3, Address: "https://c.example/", Feed: "https://c.example/rss", Title: "C", Proof: "https://c.example/", FetchedAt: noon, Protocol: models.WebSub, LeaseUntil: noon.Add(time.Hour)},
			{ID: 4, Address: "https://d.example/", Feed: "https://d.example/rss", Proof: "https://d.example/", FetchedAt: noon, Protocol: models.RSSCloud, LeaseUntil: noon.Add(time.Hour)},
		}},
	}
}
