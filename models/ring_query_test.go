package models_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestRingsCostFewQueries: a step is one query, by an index, however many rings and members there are.
func TestRingsCostFewQueries(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann := crowd[0]
		r := makeRing(t, s, ann, "lamps")
		m := joins(t, s, r, ann, "")
		fill(t, s, r, crowd[1], 300, s.Now())
		fill(t, s, makeRing(t, s, ann, "other"), crowd[1], 300, s.Now())
		for name, c := range map[string]struct {
			most int
			do   func(ctx context.Context) error
		}{
			"mark":     {0, func(ctx context.Context) error { _, err := s.RingMark(ctx, "lamps"); return err }},
			"ring":     {1, func(ctx context.Context) error { _, err := s.Ring(ctx, "lamps"); return err }},
			"rings":    {1, func(ctx context.Context) error { _, err := s.Rings(ctx, 0); return err }},
			"kept":     {1, func(ctx context.Context) error { _, err := s.RingsKept(ctx, ann); return err }},
			"members":  {1, func(ctx context.Context) error { _, _, err := s.Members(ctx, r, m.ID); return err }},
			"waiting":  {1, func(ctx context.Context) error { _, err := s.WaitingMembers(ctx, r); return err }},
			"places":   {1, func(ctx context.Context) error { _, err := s.PlacesOf(ctx, ann); return err }},
			"on page":  {1, func(ctx context.Context) error { _, err := s.RingsOf(ctx, ann); return err }},
			"next":     {1, func(ctx context.Context) error { _, err := s.NextMember(ctx, r, m.ID); return err }},
			"previous": {1, func(ctx context.Context) error { _, err := s.PreviousMember(ctx, r, m.ID); return err }},
			"random":   {1, func(ctx context.Context) error { _, err := s.RandomMember(ctx, r, m.ID); return err }},
			"departed": {2, func(ctx context.Context) error { _, err := s.NextMember(ctx, r, 4711); return err }},
		} {
			queries := kit.Queries(t, s, func() { ok(t, c.do(t.Context())) })
			if len(queries) > c.most {
				t.Errorf("%s costs %d queries, want at most %d:\n%s", name, len(queries), c.most, strings.Join(queries, "\n"))
			}
			if s.IsPostgres() {
				continue
			}
			for _, query := range queries {
				steps := plan(t, s, query)
				// A ring is shuffled whole, and one account's few places are sorted; a step looks at two rows.
				few := map[string]int{"random": 1, "departed": 2, "next": 2, "previous": 2, "on page": 1, "places": 1, "kept": 1}[name]
				for _, step := range steps {
					if scanned.MatchString(step) && (name != "rings" || !strings.Contains(step, "SCAN r")) {
						t.Errorf("%s: %s\n%s", name, step, query)
					}
				}
				if sorts := strings.Count(strings.Join(steps, "\n"), "TEMP B-TREE"); sorts > few {
					t.Errorf("%s sorts %d times, want %d at most:\n%s", name, sorts, few, strings.Join(steps, "\n"))
				}
			}
		}
	})
}

var scanned = regexp.MustCompile(`^SCAN (rings|ring_members|accounts|r|m|a)\b`)

// Many come, go and are let in at once, while one of them closes the account: everybody gets in, nobody waits for ever.
func TestManyAtTheDoor(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		r, other := makeRing(t, s, cast.Ann, "lamps"), makeRing(t, s, cast.Ann, "other")
		joins(t, s, r, cast.Bob, "")
		joins(t, s, other, cast.Bob, "")
		crowd := kit.Crowd(t, s, "cat", "dan", "eve", "fay", "gus")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		together(7, func(i int) {
			var err error
			switch {
			case i == 5:
				err = s.CloseAccount(ctx, cast.Bob, kit.Password)
			case i == 6:
				for n := range 10 {
					err = s.ChangeRing(ctx, cast.Ann, r, models.NewRing{Title: fmt.Sprint("Lamps ", n)})
				}
			default:
				for _, ring := range []*models.Ring{r, other} {
					for _, address := range []string{"", fmt.Sprintf("https://%s.example/", crowd[i].Name), "https://everybody.example/"} {
						m, no := s.AskToJoin(ctx, crowd[i], ring, address, "")
						if no == nil {
							no = s.AcceptMember(ctx, cast.Ann, ring, m.ID)
						}
						if no != nil && !models.IsKind(no, models.Conflict) {
							err = no
						}
					}
				}
			}
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
		same(t, "in both rings", count(t, s, "SELECT COUNT(*) FROM ring_members WHERE joined_at > 0"), 2*(5+5+1))
	})
}
