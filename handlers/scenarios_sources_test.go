package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"marquee/models"
)

// sourceScenarios is the feeds of one's own sites, and the hubs and clouds that call because of them: these are nobody special, whoever
// is logged in.
func sourceScenarios() []scenario {
	added := func(t *testing.T, h *house) { must(t, h.AddSource(t.Context(), h.ada, "https://ada.example/")) }
	own := func(who, name, path string, s scenario) scenario {
		s.route, s.who, s.name = "POST "+path, who, name
		return s
	}
	return slices.Concat(
		everybody(scenario{route: "GET /sources/:key", path: "/sources/NOBODY?hub.mode=subscribe&hub.topic=x&hub.challenge=secret", want: 404, not: []string{"secret"}}),
		everybody(scenario{route: "POST /sources/:key", path: "/sources/NOBODY", form: form("url", "https://ada.example/"), want: 404, has: []string{"Nobody here has asked for that."}}),
		[]scenario{
			{route: "GET /settings/sources", who: "guest", want: 200, has: []string{`name="password"`}},
			{route: "GET /settings/sources", who: "owner", want: 200, has: []string{"Add your site"}},
			{route: "GET /settings/sources", who: "owner", name: "with one", first: added, want: 200, has: []string{"https://ada.example/", "Nobody has looked yet", `&lt;a rel="me" href=`}},
			{route: "GET /settings/sources", who: "stranger", name: "with ada's", first: added, want: 200, not: []string{"https://ada.example/"}},
			own("guest", "", "/settings/sources/new", scenario{form: form("address", "https://ada.example/"), want: 422}),
			own("owner", "", "/settings/sources/new", scenario{form: form("address", "ada.example"), want: 303, to: "/settings/sources?saved=looking", left: map[string]int{"sources": 1, "jobs": 1, "peers": 1}}),
			own("owner", "twice", "/settings/sources/new", scenario{first: added, form: form("address", "http://ADA.example"), want: 303, to: "/settings/sources?saved=looking"}),
			own("owner", "of ours", "/settings/sources/new", scenario{form: form("address", "http://marquee.example/~ada/rss.xml"), want: 422, has: []string{"a feed of this very site", `value="http://marquee.example/~ada/rss.xml"`}}),
			own("owner", "in a private network", "/settings/sources/new", scenario{form: form("address", "http://10.0.0.1/feed"), want: 422, has: []string{"private network"}}),
			own("owner", "that is none", "/settings/sources/new", scenario{form: form("address", "no address"), want: 422, has: []string{"no address where we could look", `value="no address"`}}),
			own("owner", "too many", "/settings/sources/new", scenario{first: func(t *testing.T, h *house) {
				for i := range 10 {
					must(t, h.AddSource(t.Context(), h.ada, "https://ada.example/"+strings.Repeat("a", i+1)))
				}
			}, form: form("address", "https://ada.example/"), want: 422, has: []string{"No more than 10 sites"}}),
			own("guest", "", "/settings/sources", scenario{form: form("look", "1"), want: 422}),
			own("owner", "look", "/settings/sources", scenario{first: added, form: form("look", "1"), want: 303, to: "/settings/sources?saved=looking"}),
			own("owner", "stop", "/settings/sources", scenario{first: added, form: form("stop", "1"), want: 303, to: "/settings/sources?saved=stopped", left: map[string]int{"sources": -1}}),
			own("stranger", "look at ada's", "/settings/sources", scenario{first: added, form: form("look", "1"), want: 404}),
			own("stranger", "stop ada's", "/settings/sources", scenario{first: added, form: form("stop", "1"), want: 303, to: "/settings/sources?saved=stopped"}),
			own("owner", "nothing", "/settings/sources", scenario{form: form(), want: 400}),
		},
	)
}

// sourceActs is what a feed of ada's own changes.
func sourceActs() []act {
	return []act{
		{"ada's own site says something", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml " + adasPage + " " + adasWidgets + " " + adasImages, imports},
	}
}

// imports has an item of a feed of ada's become a status.
func imports(t *testing.T, h *house) {
	t.Helper()
	must(t, h.AddSource(t.Context(), h.ada, "https://ada.example/"))
	list, err := h.Sources(t.Context(), h.ada)
	must(t, err)
	must(t, h.NoteSource(t.Context(), &list[0], models.SourceSight{
		Feed: "https://ada.example/feed.xml", Proof: "https://ada.example/", Proven: true,
		Items: []models.Import{{GUID: "1", Link: "https://ada.example/1", Draft: models.Draft{Markup: "<p>from home</p>", Origin: "https://ada.example/1"}}},
	}))
	jobs, err := h.ClaimJobs(t.Context(), 100)
	must(t, err)
	for _, j := range jobs {
		if j.Kind == models.JobImport {
			must(t, h.Import(t.Context(), j))
		}
	}
}
