package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestRingsAreLookedAtWeekly: the sweep asks once a week for each page elsewhere, and for no other.
func TestRingsAreLookedAtWeekly(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		r := makeRing(t, s, crowd[0], "lamps")
		joins(t, s, r, crowd[0], "")
		_, err := s.AskToJoin(t.Context(), crowd[1], r, "http://127.0.0.1:1/", "")
		ok(t, err)
		_, err = s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
		ok(t, err)
		fill(t, s, r, crowd[1], 230, s.Now())
		jobs := func() int64 { return count(t, s, "SELECT COUNT(*) FROM jobs") }
		ok(t, s.Sweep(t.Context()))
		same(t, "looks of one sweep", jobs(), 200)
		same(t, "looks of its first minute", count(t, s, "SELECT COUNT(*) FROM jobs WHERE due_at < $1", int64(models.At(s.Now().Add(time.Minute)))), 4)
		for range 2 {
			s.Clock.Add(time.Hour)
			together(3, func(int) { // as many processes
				if err := s.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
			same(t, "looks of all", jobs(), 230)
		}
		s.Clock.Add(7*24*time.Hour - 2*time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "a week after the first", jobs(), 430)
	})
}

// TestLostPagesAreGoneAround: for four weeks the ring still leads to a page without its link; it stays in the list.
func TestLostPagesAreGoneAround(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		r := makeRing(t, s, crowd[0], "lamps")
		a := joins(t, s, r, crowd[0], "")
		b := joins(t, s, r, crowd[1], "https://bob.example/")
		joins(t, s, r, crowd[2], "")
		_, err := s.DB.ExecContext(t.Context(), "UPDATE ring_members SET lost_at = $1 WHERE id = $2", int64(models.At(s.Now())), b.ID)
		ok(t, err)
		next, previous := ways(t, s, r)
		s.Clock.Add(4*7*24*time.Hour - time.Second)
		same(t, "within four weeks", round(t, s, r, a.ID, next)[0], "https://bob.example/")
		s.Clock.Add(time.Second)
		same(t, "after them", round(t, s, r, a.ID, next), "[/~cat /~ann /~cat]")
		same(t, "backwards", round(t, s, r, a.ID, previous), "[/~cat /~ann /~cat]")
		same(t, "from the lost one", round(t, s, r, b.ID, next)[0], "/~cat")
		for range 20 {
			m, err := s.RandomMember(t.Context(), r, a.ID)
			ok(t, err)
			same(t, "anybody", m.Address, "/~cat")
		}
		list, err := s.AllMembers(t.Context(), r)
		ok(t, err)
		same(t, "in the list", len(list), 3)
	})
}
