package models_test

import (
	"fmt"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// TestSitemapsAreBounded: each of them is about as many ids as the others, and is read by them alone.
func TestSitemapsAreBounded(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		first := say(t, s, cast.Ann, "the first")
		_, err := s.DB.ExecContext(t.Context(), `INSERT INTO statuses (id, account_id, text, html, face, mood, mood_text, visibility, published_at, edited_at, withdrawn_at)
			VALUES (4100, $1, 'late', '', '', '', '', 'public', 7000, 9000, 0), (4101, $1, 'secret', '', '', '', '', 'private', 7000, 0, 0), (2000, $1, 'last of the first', '', '', '', '', 'public', 7000, 0, 0)`, cast.Bob.ID)
		ok(t, err)
		counts, err := s.Sitemaps(t.Context())
		ok(t, err)
		same(t, "sitemaps", counts, map[string]int64{"accounts": 1, "statuses": 3})
		for number, want := range map[int64]string{
			1: fmt.Sprint([]models.Place{{Path: first.Path(), ChangedAt: first.PublishedAt}, {Path: "/~bob/2000", ChangedAt: 7000}}), 2: "[]", 3: fmt.Sprint([]models.Place{{Path: "/~bob/4100", ChangedAt: 9000}}),
		} {
			places, err := s.Sitemap(t.Context(), "statuses", number)
			ok(t, err)
			same(t, fmt.Sprint("sitemap ", number), fmt.Sprint(places), want)
		}
		people, err := s.Sitemap(t.Context(), "accounts", 1)
		ok(t, err)
		same(t, "people from here", len(people), 2)
		for _, number := range []int64{-1, 0, 4, 1 << 62} {
			_, err = s.Sitemap(t.Context(), "statuses", number)
			refused(t, err, models.Missing, "error.404")
		}
	})
}
