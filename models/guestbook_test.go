package models_test

import (
	"fmt"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// sign writes an entry as an account (nil: a stranger).
func sign(t *testing.T, s *kit.Store, page, by *models.Account, text string) *models.Entry {
	t.Helper()
	e, err := trySign(t, s, page, by, models.NewEntry{Name: "Zoe", Text: text, Network: "192.0.2.1"})
	ok(t, err)
	return e
}

func trySign(t *testing.T, s *kit.Store, page, by *models.Account, n models.NewEntry) (*models.Entry, error) {
	t.Helper()
	return s.Sign(t.Context(), again(t, s, page), by, n)
}

// guestbook is what everybody reads in a guestbook.
func guestbook(t *testing.T, s *kit.Store, page *models.Account) []string {
	t.Helper()
	g, err := s.Entries(t.Context(), page, 0)
	ok(t, err)
	return signed(g.Entries)
}

func waiting(t *testing.T, s *kit.Store, page *models.Account) []string {
	t.Helper()
	g, err := s.WaitingEntries(t.Context(), page, 0)
	ok(t, err)
	return signed(g.Entries)
}

func signed(list []models.Entry) []string {
	read := []string{}
	for _, e := range list {
		read = append(read, e.By()+": "+e.Text)
	}
	return read
}

// TestUnreadEntriesGo: after 30 days, and nobody's page changes by it.
func TestUnreadEntriesGo(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		shown, old := sign(t, s, ann, nil, "shown"), sign(t, s, ann, nil, "old")
		ok(t, s.ShowEntry(t.Context(), ann, shown.ID))
		s.Clock.Add(time.Second)
		sign(t, s, ann, nil, "younger")
		same(t, "goes", old.GoesAt(), models.At(kit.Start.Add(30*24*time.Hour)))
		before := marks(t, s, "ann")
		s.Clock.Add(30*24*time.Hour - 2*time.Second)
		ok(t, s.Sweep(t.Context()))
		same(t, "in time", waiting(t, s, ann), []string{"Zoe: younger", "Zoe: old"})
		s.Clock.Add(time.Second)
		ok(t, s.Sweep(t.Context()))
		same(t, "too late", waiting(t, s, ann), []string{"Zoe: younger"})
		same(t, "shown", guestbook(t, s, ann), []string{"Zoe: shown"})
		same(t, "changed", before.changed(marks(t, s, "ann")), []string{})
	})
}

func TestClosedGuestbook(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		e := sign(t, s, ann, nil, "in time")
		before := marks(t, s, "ann", "bob")
		ok(t, s.SetGuestbook(t.Context(), ann, true))
		same(t, "changed", before.changed(marks(t, s, "ann", "bob")), []string{"ann"})
		before = marks(t, s, "ann")
		ok(t, s.SetGuestbook(t.Context(), ann, true))
		same(t, "closed twice", before.changed(marks(t, s, "ann")), []string{})
		for _, by := range []*models.Account{nil, bob, ann} {
			_, err := trySign(t, s, ann, by, models.NewEntry{Name: "Zoe", Text: "hi"})
			refused(t, err, models.Forbidden, "error.guestbook_closed")
			_, err = s.Sign(t.Context(), ann, by, models.NewEntry{Name: "Zoe", Text: "hi"}) // read before it was closed
			refused(t, err, models.Forbidden, "error.guestbook_closed")
		}
		ok(t, s.ShowEntry(t.Context(), ann, e.ID)) // what waits may still be shown
		same(t, "shown", guestbook(t, s, ann), []string{"Zoe: in time"})
		ok(t, s.SetGuestbook(t.Context(), ann, false))
		sign(t, s, ann, bob, "open again")
	})
}

func TestWhoMayShowAndRemove(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ctx := t.Context()
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		ann, bob, cat := crowd[0], crowd[1], crowd[2]
		shown, held := sign(t, s, ann, bob, "one"), sign(t, s, ann, bob, "two")
		for _, by := range []*models.Account{bob, cat} {
			refused(t, s.ShowEntry(ctx, by, shown.ID), models.Missing, "error.no_entry")
			ok(t, s.ShowEntries(ctx, by, 0, 100))
		}
		same(t, "shown by others", guestbook(t, s, ann), []string{})
		ok(t, s.ShowEntry(ctx, ann, shown.ID))
		refused(t, s.ShowEntry(ctx, ann, 4711), models.Missing, "error.no_entry")
		for _, c := range []struct {
			viewer *models.Account
			id     int64
			seen   bool
		}{{nil, shown.ID, true}, {cat, shown.ID, true}, {nil, held.ID, false}, {cat, held.ID, false}, {bob, held.ID, true}, {ann, held.ID, true}, {ann, 4711, false}} {
			if _, err := s.Entry(ctx, c.viewer, "ann", c.id); c.seen {
				ok(t, err)
			} else {
				refused(t, err, models.Missing, "error.no_entry")
			}
		}
		_, err := s.Entry(ctx, ann, "bob", shown.ID)
		refused(t, err, models.Missing, "error.no_entry")
		refused(t, s.RemoveEntry(ctx, cat, shown.ID), models.Forbidden, "error.not_yours")
		refused(t, s.RemoveEntry(ctx, cat, held.ID), models.Missing, "error.no_entry")
		before := marks(t, s, "ann", "bob")
		ok(t, s.RemoveEntry(ctx, bob, held.ID))
		same(t, "what waited changed", before.changed(marks(t, s, "ann", "bob")), []string{})
		ok(t, s.RemoveEntry(ctx, bob, shown.ID))
		ok(t, s.RemoveEntry(ctx, bob, shown.ID)) // gone is gone
		same(t, "what was shown changed", before.changed(marks(t, s, "ann", "bob")), []string{"ann"})
		mine := sign(t, s, ann, nil, "three")
		ok(t, s.RemoveEntry(ctx, ann, mine.ID))
		same(t, "entries", count(t, s, "SELECT COUNT(*) FROM entries"), 0)
	})
}

// TestGuestbookPages: every entry on one page, newest first, also when one goes in between.
func TestGuestbookPages(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		want := []string{}
		for i := range 50 {
			s.Clock.Add(time.Hour)
			sign(t, s, ann, ann, fmt.Sprint(i))
			sign(t, s, ann, nil, "waits")
			want = append([]string{fmt.Sprint("~ann: ", i)}, want...)
		}
		var got []string
		for before := int64(0); ; {
			g, err := s.Entries(t.Context(), ann, before)
			ok(t, err)
			got = append(got, signed(g.Entries)...)
			if before = g.Older; before == 0 {
				break
			}
			ok(t, s.RemoveEntry(t.Context(), ann, before)) // the last one of each page goes once it is read
		}
		same(t, "walk", got, want)
		latest, err := s.LatestEntries(t.Context(), ann, 5)
		ok(t, err)
		same(t, "latest", signed(latest), want[:5])
	})
}

// TestSignersWhoGo: their entries go with them, and the guestbooks that showed one change.
func TestSignersWhoGo(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob := cast.Ann, cast.Bob
		cat := kit.Crowd(t, s, "cat")[0]
		ok(t, s.ShowEntry(t.Context(), ann, sign(t, s, ann, bob, "hello").ID))
		sign(t, s, cat, bob, "waits")
		sign(t, s, bob, ann, "at bob's")
		before := marks(t, s, "ann", "cat")
		s.Clock.Add(time.Second)
		ok(t, s.CloseAccount(t.Context(), bob, kit.Password))
		same(t, "changed", before.changed(marks(t, s, "ann", "cat")), []string{"site", "ann"})
		same(t, "guestbook changed", again(t, s, ann).GuestbookAt, models.At(s.Now()))
		same(t, "entries", count(t, s, "SELECT COUNT(*) FROM entries"), 0)
		if found := everywhere(t, s, "bob"); len(found) > 0 {
			t.Errorf("bob is still in %v", found)
		}
	})
}

// TestManySignAtOnce: those who sign each other, take entries away, and leave.
func TestManySignAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := append(kit.Crowd(t, s, "ann", "bob"), kit.SignUp(t, s, "cat"), kit.SignUp(t, s, "dan"))
		ok(t, s.Promote(t.Context(), "ann"))
		together(6, func(i int) {
			for n := range 15 {
				by, page := crowd[(i+n)%4], crowd[i%2]
				e, err := s.Sign(t.Context(), page, by, models.NewEntry{Text: fmt.Sprint(i, n)})
				if err == nil && n%3 == 0 {
					err = s.ShowEntry(t.Context(), page, e.ID)
				}
				if err == nil && n%3 == 1 {
					err = s.RemoveEntry(t.Context(), by, e.ID)
				}
				if i == 5 && n == 7 || i == 4 && n == 7 {
					err = s.CloseAccount(t.Context(), crowd[i-2], kit.Password)
				}
				if err != nil && !models.IsKind(err, models.Missing) && !models.IsKind(err, models.TooMany) && !models.IsKind(err, models.Invalid) {
					t.Errorf("%s signs for %s: %v", by.Name, page.Name, err)
				}
			}
		})
		problems, err := s.Integrity(t.Context())
		ok(t, err)
		same(t, "problems", problems, []string{})
	})
}
