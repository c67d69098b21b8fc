package models_test

import (
	"bytes"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestGallery(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "eve")
		ok(t, s.Promote(t.Context(), "eve"))
		ann, bob, eve := crowd[0], crowd[1], again(t, s, crowd[2])
		house := len(models.HouseLayouts())
		same(t, "ours", count(t, s, "SELECT COUNT(*) FROM layouts"), int64(house))
		_, err := s.PublishLayout(t.Context(), ann, models.NewLayout{Title: "Moon"})
		refused(t, err, models.Invalid, "error.layout_bare")
		ok(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		pictures, err := s.LayoutPictures(t.Context(), ann)
		ok(t, err)
		list, _, err := s.Layouts(t.Context(), 0)
		ok(t, err)
		first := list[0]
		_, err = s.Wear(t.Context(), ann, models.NewSheet{Source: "body{background:url(" + pictures[0].Path() + ")}", From: first.ID})
		ok(t, err)
		_, err = s.PublishLayout(t.Context(), ann, models.NewLayout{Title: " "})
		refused(t, err, models.Invalid, "error.layout_title")
		moon, err := s.PublishLayout(t.Context(), ann, models.NewLayout{Title: "Moon <b>", Words: "by night"})
		ok(t, err)

		before := again(t, s, bob).Revision
		ok(t, s.WearLayout(t.Context(), bob, moon.ID))
		same(t, "bob wears ann's picture", worn(t, s, bob), `.dressed{background:url("`+pictures[0].Path()+"\")}\n")
		if again(t, s, bob).Revision == before {
			t.Error("bob's page does not know")
		}
		second, err := s.PublishLayout(t.Context(), bob, models.NewLayout{Title: "Half moon"})
		ok(t, err)
		chain, err := s.Lineage(t.Context(), second)
		ok(t, err)
		same(t, "chain", len(chain), 2)
		same(t, "credit", []string{chain[0].Title, chain[0].Author, chain[1].Key}, []string{"Moon <b>", "ann", first.Key})

		withdrawn(t, s, ann, bob, eve, moon, second, &first)
	})
}

// withdrawn takes both layouts out of the gallery again, each by somebody who may.
func withdrawn(t *testing.T, s *kit.Store, ann, bob, eve *models.Account, moon, second, house *models.Layout) {
	t.Helper()
	refused(t, s.WithdrawLayout(t.Context(), bob, moon.ID), models.Forbidden, "error.layout_theirs")
	refused(t, s.WithdrawLayout(t.Context(), bob, house.ID), models.Forbidden, "error.layout_theirs")
	ok(t, s.WithdrawLayout(t.Context(), ann, moon.ID))
	_, err := s.Layout(t.Context(), moon.ID)
	refused(t, err, models.Missing, "error.no_layout")
	same(t, "bob goes on wearing it", worn(t, s, bob) != "", true)
	chain, err := s.Lineage(t.Context(), second)
	ok(t, err)
	same(t, "the chain still names it", chain[0].Author+chain[0].Source, "ann")
	ok(t, s.WithdrawLayout(t.Context(), eve, second.ID))
	css, err := s.LayoutCSS(t.Context(), house)
	ok(t, err)
	same(t, "ours is served", css != "", true)
}

func TestGalleryPages(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		wear(t, s, ann, "p{color:red}")
		for range 30 {
			s.Clock.Add(time.Second)
			_, err := s.PublishLayout(t.Context(), ann, models.NewLayout{Title: "One more"})
			ok(t, err)
		}
		_, err := s.PublishLayout(t.Context(), ann, models.NewLayout{Title: "Too many"})
		refused(t, err, models.Invalid, "error.layouts_many")
		seen, before := map[int64]bool{}, int64(0)
		for {
			list, older, err := s.Layouts(t.Context(), before)
			ok(t, err)
			for _, l := range list {
				same(t, "seen before", seen[l.ID], false)
				seen[l.ID] = true
			}
			if older == 0 {
				break
			}
			before = older
		}
		same(t, "all of them", len(seen), 30+len(models.HouseLayouts()))
	})
}

// TestHouseLayoutsAreBroughtUpToDate: a newer program hangs its own version, and opening twice writes nothing.
func TestHouseLayoutsAreBroughtUpToDate(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		_, err := s.DB.ExecContext(t.Context(), "UPDATE layouts SET source = 'old' WHERE key <> ''")
		ok(t, err)
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		ok(t, other.Close())
		same(t, "old ones", count(t, s, "SELECT COUNT(*) FROM layouts WHERE source = 'old'"), 0)
		same(t, "all", count(t, s, "SELECT COUNT(*) FROM layouts"), int64(len(models.HouseLayouts())))
	})
}
