package models_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// visit is somebody who looks at a page.
func visit(t *testing.T, s *models.Store, page, viewer *models.Account, network string) int64 {
	t.Helper()
	a, err := s.Account(t.Context(), page.Name)
	ok(t, err)
	hits, err := s.Visit(t.Context(), a, viewer, network)
	ok(t, err)
	return hits
}

func TestVisitsCountOnceADay(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		_, err := s.Visit(t.Context(), ann, nil, "198.51.100.7")
		refused(t, err, models.Missing, "error.no_counter")
		before := again(t, s, ann).Revision
		for range 2 {
			ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: true}))
		}
		ok(t, s.Describe(t.Context(), bob, models.Profile{Counting: true}))
		same(t, "the page changed once", again(t, s, ann).Revision, before+1)
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer other.Close()
		same(t, "nobody yet", visit(t, s.Store, ann, ann, "203.0.113.1"), 0)
		for i, c := range []struct {
			store   *models.Store
			page    *models.Account
			viewer  *models.Account
			network string
			want    int64
		}{
			{s.Store, ann, nil, "198.51.100.7", 1},
			{s.Store, ann, nil, "198.51.100.7", 1},
			{other, ann, nil, "198.51.100.7", 1},
			{other, ann, bob, "198.51.100.7", 1},
			{other, ann, nil, "198.51.100.8", 2},
			{s.Store, ann, nil, "2001:db8:1:2::/64", 3},
			{other, ann, nil, "2001:db8:1:2::/64", 3},
			{other, ann, nil, "2001:db8:1:3::/64", 4},
			{s.Store, ann, ann, "198.51.100.9", 4},
			{s.Store, bob, nil, "198.51.100.7", 1},
			{s.Store, bob, ann, "198.51.100.9", 2},
		} {
			same(t, fmt.Sprint("visit ", i), visit(t, c.store, c.page, c.viewer, c.network), c.want)
		}
		same(t, "salts", count(t, s, "SELECT COUNT(*) FROM salts"), 1)
		same(t, "the page itself did not change", again(t, s, ann).Revision, before+1)
		s.Clock.Add(10 * time.Hour) // past midnight
		same(t, "the next day", visit(t, other, ann, nil, "198.51.100.7"), 5)
		ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: false}))
		_, err = s.Hits(t.Context(), again(t, s, ann))
		refused(t, err, models.Missing, "error.no_counter")
		ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: true}))
		same(t, "on again", visit(t, s.Store, ann, nil, "198.51.100.7"), 5)
	})
}

// Nothing in the database tells who came: no address, no hash that could be made again without the salt of the day, and
// after the day not even that.
func TestVisitsTellNobody(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: true}))
		const network = "198.51.100.77"
		visit(t, s.Store, ann, nil, network)
		same(t, "visits", count(t, s, "SELECT COUNT(*) FROM visits"), 1)
		for _, plain := range []string{network, fmt.Sprintf("%d|%s", ann.ID, network), network + "|ann", "ann|" + network} {
			sum := sha256.Sum256([]byte(plain))
			for _, needle := range []string{plain, hex.EncodeToString(sum[:8]), base64.RawURLEncoding.EncodeToString(sum[:9]), base64.StdEncoding.EncodeToString(sum[:9])} {
				if found := everywhere(t, s, needle); len(found) > 0 {
					t.Errorf("%s is in %v", needle, found)
				}
			}
		}
		var key, salt string
		ok(t, s.DB.QueryRowContext(t.Context(), "SELECT v.key, s.salt FROM visits v, salts s").Scan(&key, &salt))
		if len(everywhere(t, s, key)) == 0 || len(salt) < 20 {
			t.Fatalf("the search finds nothing, or the salt %q is short", salt)
		}
		ok(t, s.Sweep(t.Context()))
		same(t, "today's visits stay", count(t, s, "SELECT COUNT(*) FROM visits"), 1)
		s.Clock.Add(10 * time.Hour)
		visit(t, s.Store, ann, nil, network)
		if n := count(t, s, "SELECT COUNT(*) FROM visits WHERE key = $1", key); n != 1 || count(t, s, "SELECT COUNT(*) FROM visits") != 2 {
			t.Error("another day has the same key")
		}
		ok(t, s.Sweep(t.Context()))
		for _, needle := range []string{key, salt} {
			if found := everywhere(t, s, needle); len(found) > 0 {
				t.Errorf("a day later %s is in %v", needle, found)
			}
		}
		same(t, "the number stays", visit(t, s.Store, ann, nil, network), 2)
	})
}

func TestManyVisitAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: true}))
		page := again(t, s, ann)
		together(8, func(i int) {
			for n := range 20 {
				if _, err := s.Visit(t.Context(), page, nil, fmt.Sprintf("198.51.100.%d", (i%4)*20+n)); err != nil {
					t.Error(err)
				}
			}
		})
		same(t, "hits", visit(t, s.Store, ann, ann, ""), 80)
		same(t, "queries of who comes again", len(kit.Queries(t, s, func() {
			_, err := s.Visit(t.Context(), page, nil, "198.51.100.1")
			ok(t, err)
		})), 3)
	})
}

// A database that takes no writes leaves the number where it was, and shows it.
func TestVisitsOfAFullDisk(t *testing.T) {
	s := kit.SQLite(t)
	ann := kit.Crowd(t, s, "ann")[0]
	ok(t, s.Describe(t.Context(), ann, models.Profile{Counting: true}))
	same(t, "first", visit(t, s.Store, ann, nil, "198.51.100.1"), 1)
	for _, when := range []time.Duration{0, 24 * time.Hour} { // with today's salt, and without
		s.Clock.Add(when)
		conn, err := s.DB.Conn(context.Background())
		ok(t, err)
		_, err = conn.ExecContext(t.Context(), "CREATE TRIGGER full BEFORE INSERT ON visits BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
		ok(t, err)
		same(t, "on a full disk", visit(t, s.Store, ann, nil, "198.51.100.2"), 1)
		_, err = conn.ExecContext(t.Context(), "DROP TRIGGER full")
		ok(t, err)
		ok(t, conn.Close())
	}
	same(t, "afterwards", visit(t, s.Store, ann, nil, "198.51.100.2"), 2)
}
