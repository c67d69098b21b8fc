package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// fill writes places for which asking would take hours.
func fill(t *testing.T, s *kit.Store, r *models.Ring, a *models.Account, n int, joined time.Time) {
	t.Helper()
	at := int64(0)
	if !joined.IsZero() {
		at = int64(models.At(joined))
	}
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("(%d, %d, 'https://%d.%d.example/', FALSE, 'x', %d, 0, 0, 0, '', 0)", r.ID, a.ID, at, i, at))
	}
	_, err := s.DB.ExecContext(t.Context(), `INSERT INTO ring_members (ring_id, account_id, address, own, title, joined_at, checked_at, trouble_at, lost_at, problem, created_at)
		VALUES `+strings.Join(rows, ", "))
	ok(t, err)
}

func TestRingsAreFull(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "dan")
		ann, bob, cat, dan := crowd[0], crowd[1], crowd[2], crowd[3]
		queue, crowded := makeRing(t, s, ann, "queue"), makeRing(t, s, ann, "crowded")
		fill(t, s, queue, bob, 100, time.Time{})
		_, err := s.AskToJoin(t.Context(), cat, queue, "", "")
		refused(t, err, models.Invalid, "error.ring_queue")
		_, err = s.AskToJoin(t.Context(), ann, queue, "", "")
		ok(t, err) // who keeps it need not wait
		_, err = s.AskToJoin(t.Context(), bob, crowded, "", "")
		refused(t, err, models.Invalid, "error.places_many")
		waits, err := s.AskToJoin(t.Context(), cat, crowded, "", "")
		ok(t, err)
		fill(t, s, crowded, bob, models.RingMembersMost, s.Now())
		_, err = s.AskToJoin(t.Context(), dan, crowded, "", "")
		refused(t, err, models.Invalid, "error.ring_full")
		refused(t, s.AcceptMember(t.Context(), ann, crowded, waits.ID), models.Invalid, "error.ring_full")
		same(t, "still at the door", count(t, s, "SELECT COUNT(*) FROM ring_members WHERE id = $1 AND joined_at = 0", waits.ID), 1)
		all, err := s.AllMembers(t.Context(), crowded)
		ok(t, err)
		seen, after := 0, int64(0)
		for pages := 0; pages == 0 || after != 0; pages++ {
			var list []models.RingMember
			list, after, err = s.Members(t.Context(), crowded, after)
			ok(t, err)
			for i := range list {
				same(t, "member", list[i].ID, all[seen+i].ID)
			}
			seen += len(list)
		}
		same(t, "on all pages", seen, models.RingMembersMost)
	})
}
