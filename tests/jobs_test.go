package tests

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// counted is a site elsewhere that counts how often each of its pages is asked for.
type counted struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
}

func count(t *testing.T) *counted {
	c := &counted{asked: map[string]int{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked[r.URL.Path]++
		c.mu.Unlock()
		time.Sleep(2 * time.Millisecond)
		fmt.Fprint(w, "<title>somewhere</title>")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counted) pages() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.asked)
}

// TestNoJobIsLost kills two processes that share 1,000 jobs for one peer, in the middle of them, again and again: every one
// arrives, and nothing is left.
func TestNoJobIsLost(t *testing.T) {
	t.Parallel()
	const jobs = 1000
	for _, c := range []struct {
		name     string
		database func(t *testing.T) string
	}{
		{"sqlite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "marquee.db") }},
		{"postgres", func(t *testing.T) string { return kit.EmptyPostgresDatabase(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			database, peer := c.database(t), count(t)
			inhabit(t, database)
			send(t, database, peer.URL, jobs)
			begun, cycles := time.Now(), 1 // each costs the time that a lease takes to run out
			if os.Getenv("MARQUEE_TEST_ALL") == "1" {
				cycles = 3
			}
			for cycle := range cycles {
				a, b := startPair(t, database)
				for before := peer.pages(); peer.pages() < min(before+jobs/5, jobs) && time.Since(begun) < 2*time.Minute; {
					time.Sleep(time.Millisecond)
				}
				a.kill()
				b.kill()
				t.Logf("cycle %d: %d of %d", cycle, peer.pages(), jobs)
			}
			if n := peer.pages(); n == jobs {
				t.Error("nothing was left to lose")
			}
			startPair(t, database)
			db := kit.Behind(t, database)
			left := 1
			for left > 0 && time.Since(begun) < 3*time.Minute {
				time.Sleep(50 * time.Millisecond)
				if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM jobs").Scan(&left); err != nil {
					t.Fatal(err)
				}
			}
			if peer.pages() != jobs || left > 0 {
				t.Errorf("%d of %d jobs arrived, %d are left", peer.pages(), jobs, left)
			}
		})
	}
}

func startPair(t *testing.T, database string) (a, b *process) {
	t.Helper()
	const allowed = "MARQUEE_FETCH_ALLOW=127.0.0.0/8"
	return launch(t, database, allowed), launch(t, database, allowed)
}

// send has pages of a peer looked at, as many as there never are among one account's friends.
func send(t *testing.T, database, peer string, jobs int) {
	t.Helper()
	db := kit.Behind(t, database)
	now := int64(models.At(time.Now()))
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	do := func(statement string, args ...any) {
		if _, err := tx.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	for i := range jobs {
		do(`INSERT INTO top_friends (id, account_id, address, title, feed, feed_at, button, problem, away_at, seen_at, due_at, place, created_at)
			SELECT $1, id, $2, '', '', 0, '', '', 0, 0, $3, 1, $4 FROM accounts LIMIT 1`, 1000+i, fmt.Sprint(peer, "/", i), now+1e9, now)
		do("INSERT INTO jobs (kind, peer, payload, attempts, due_at, dead_at, reason, created_at) VALUES ('friend', $1, $2, 0, $3, 0, '', $4)",
			peer[len("http://"):], fmt.Sprintf(`{"Friend":%d}`, 1000+i), now, now)
	}
	do("INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until) VALUES ($1, $2, '', 0, 1, 0, 0, 0)", peer[len("http://"):], now)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
