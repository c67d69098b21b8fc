package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// imported gives somebody a source with an item that is about to become a status.
func imported(t *testing.T, s *kit.Store, by *models.Account) models.Source {
	t.Helper()
	ok(t, s.AddSource(t.Context(), by, "https://shop.example/"))
	note(t, s, by, models.SourceSight{Proof: "https://shop.example/", Proven: true, Items: []models.Import{{GUID: "1", Draft: models.Draft{Text: "from home"}}}})
	return sources(t, s, by)[0]
}

func sources(t *testing.T, s *kit.Store, by *models.Account) []models.Source {
	t.Helper()
	list, err := s.Sources(t.Context(), by)
	ok(t, err)
	return list
}

// note has the first source of somebody seen.
func note(t *testing.T, s *kit.Store, by *models.Account, seen models.SourceSight) {
	t.Helper()
	src := sources(t, s, by)[0]
	seen.Feed = "https://shop.example/feed.xml"
	ok(t, s.NoteSource(t.Context(), &src, seen))
}

// importAll does the jobs that make statuses of items, twice each.
func importAll(t *testing.T, s *kit.Store) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 100)
	ok(t, err)
	for _, j := range jobs {
		if j.Kind == models.JobImport {
			ok(t, s.Import(t.Context(), j))
			ok(t, s.Import(t.Context(), j))
		}
		ok(t, s.FinishJob(t.Context(), j, nil))
	}
}

// TestImportsBearBeingDoneTwice: one item is one status, whatever runs again, and in whatever order.
func TestImportsBearBeingDoneTwice(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		imported(t, s, bob)
		importAll(t, s)
		same(t, "once", texts(read(t, s, bob, models.Stream{Account: bob})), []string{"from home"})
		for _, text := range []string{"mended", "mended twice"} {
			note(t, s, bob, models.SourceSight{Proof: "https://shop.example/", Items: []models.Import{{GUID: "1", Draft: models.Draft{Text: text}}}})
		}
		importAll(t, s)
		same(t, "changed twice", texts(read(t, s, bob, models.Stream{Account: bob})), []string{"mended twice"})
		note(t, s, bob, models.SourceSight{Problem: models.SourceAway, Wait: 3 * time.Hour})
		src := sources(t, s, bob)[0]
		same(t, "due", src.DueAt, src.FetchedAt.Add(3*time.Hour))
		same(t, "failures", src.Failures, 1)
		note(t, s, bob, models.SourceSight{Proof: "https://shop.example/", Items: []models.Import{{GUID: "2", Draft: models.Draft{}}, {GUID: "3", Out: true}}})
		importAll(t, s)
		same(t, "left out", texts(read(t, s, bob, models.Stream{Account: bob})), []string{"mended twice"})
	})
}

// TestSourcesAreSweptOnce: what is due is sent for once, by however many processes, and spread.
func TestSourcesAreSweptOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		imported(t, s, bob)
		importAll(t, s)
		s.Clock.Add(25 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		ok(t, s.Sweep(t.Context()))
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'source' AND dead_at = 0"), 1)
		src := sources(t, s, bob)[0]
		ok(t, s.StopSource(t.Context(), bob, src.ID))
		same(t, "stopped", count(t, s, "SELECT COUNT(*) FROM sources"), 0)
	})
}

// TestItemsThatAreCalledOtherwise: an item whose guid changes while its link stays is the same one, and goes on changing; what is deleted
// here stays so. Two that share a link in one feed are two, and only the first is taken.
func TestItemsThatAreCalledOtherwise(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		imported(t, s, bob)
		feed := func(items ...string) []string {
			seen := models.SourceSight{Proof: "https://shop.example/"}
			for i := 0; i < len(items); i += 3 {
				seen.Items = append(seen.Items, models.Import{GUID: items[i], Link: "https://shop.example/" + items[i+1], Draft: models.Draft{Text: items[i+2], PublishedAt: models.At(kit.Start).Add(-time.Hour)}})
			}
			note(t, s, bob, seen)
			importAll(t, s)
			return texts(read(t, s, bob, models.Stream{Account: bob}))
		}
		same(t, "named", feed("a", "1", "lamp"), []string{"from home", "lamp"})
		same(t, "called otherwise", feed("b", "1", "lamp"), []string{"from home", "lamp"})
		same(t, "rows", count(t, s, "SELECT COUNT(*) FROM imports"), 2)
		same(t, "changed", feed("b", "1", "lit lamp"), []string{"from home", "lit lamp"})
		same(t, "called otherwise and changed", feed("c", "1", "dark lamp"), []string{"from home", "dark lamp"})
		same(t, "another at its link", feed("d", "1", "shade", "c", "1", "dark lamp"), []string{"from home", "dark lamp"})
		same(t, "the other alone", feed("e", "1", "bulb"), []string{"from home", "dark lamp"})
		feed("f", "2", "chair")
		for _, st := range read(t, s, bob, models.Stream{Account: bob}) {
			if st.Text == "chair" {
				ok(t, s.Withdraw(t.Context(), bob, st.ID))
			}
		}
		same(t, "deleted here", feed("g", "2", "new chair"), []string{"from home", "dark lamp"})
	})
}
