package models_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// neighbour is a home page elsewhere, whose owner changes it.
type neighbour struct {
	*httptest.Server
	mutex sync.Mutex
	shows map[string]any // by path: a text, a status, true for a text without an end, false for a line that breaks
}

func newNeighbour(t *testing.T) *neighbour {
	t.Helper()
	n := &neighbour{shows: map[string]any{}}
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mutex.Lock()
		shown := n.shows[r.URL.Path]
		n.mutex.Unlock()
		switch shown := shown.(type) {
		case string:
			_, _ = w.Write([]byte(shown))
		case int:
			w.WriteHeader(shown)
		case bool:
			for shown {
				if _, err := w.Write(bytes.Repeat([]byte("<p>"), 1<<16)); err != nil {
					return
				}
			}
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(n.Close)
	return n
}

func (n *neighbour) show(page, feed, button any) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.shows = map[string]any{"/": page, "/feed.xml": feed, "/zoe.png": button}
}

// whole is a page with everything that we look for.
const whole = `<title>Zoe's page</title><link rel=alternate type="application/rss+xml" href=feed.xml><a href="/"><img src=zoe.png width=88 height=31></a>`

func feedOf(at string) string { return "<rss><item><pubDate>" + at + "</pubDate></item></rss>" }

// seeFriends does the jobs that are due.
func seeFriends(t *testing.T, s *kit.Store) (done int) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 100)
	ok(t, err)
	for _, j := range jobs {
		same(t, "kind", j.Kind, models.JobFriend)
		ok(t, s.SeeFriend(t.Context(), j))
		ok(t, s.FinishJob(t.Context(), j, s.SeeFriend(t.Context(), j))) // twice is once
	}
	return len(jobs)
}

func TestFriendsHomePage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann, zoe := kit.Crowd(t, s, "ann")[0], newNeighbour(t)
		zoe.show(whole, feedOf("Tue, 03 Nov 2026 08:00:00 GMT"), string(kit.Drawing(t, 7)))
		ok(t, s.AddFriend(t.Context(), ann, zoe.URL))
		seeFriends(t, s)
		first := topFriends(t, s, ann)[0]
		same(t, "title", first.Called(), "Zoe's page")
		same(t, "date", first.FeedAt.Time().Format(time.RFC3339), "2026-11-03T08:00:00Z")
		same(t, "seen", first.SeenAt, models.At(s.Now()))
		same(t, "problem", first.Problem, "")
		file, err := s.PictureFile(t.Context(), nil, path.Base(first.ButtonPath()))
		ok(t, err)
		same(t, "everybody sees the button", file.Public, true)

		quiet := again(t, s, ann).Revision
		nextDay(t, s)
		same(t, "nothing new", again(t, s, ann).Revision, quiet)
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 1)

		both := strings.Replace(whole, "Zoe's", "Zoe and Tim's", 1)
		zoe.show(both, feedOf("Tue, 03 Nov 2037 08:00:00 GMT"), string(kit.Drawing(t, 8)))
		nextDay(t, s)
		next := topFriends(t, s, ann)[0]
		same(t, "a new title", next.Title, "Zoe and Tim's page")
		same(t, "no date is in the future", next.FeedAt, models.At(s.Now()))
		if next.Hash == first.Hash || again(t, s, ann).Revision == quiet {
			t.Error("the new button does not show")
		}
		_, err = s.PictureFile(t.Context(), nil, path.Base(first.ButtonPath()))
		refused(t, err, models.Gone, "")

		zoe.show(both, 500, 500)
		nextDay(t, s)
		same(t, "what does not answer stays", topFriends(t, s, ann)[0].Hash+topFriends(t, s, ann)[0].FeedAt.Time().String(), next.Hash+next.FeedAt.Time().String())
		zoe.show("<title>Bare</title>", nil, nil)
		nextDay(t, s)
		bare := topFriends(t, s, ann)[0]
		same(t, "what it shows no more goes", fmt.Sprint(bare.Title, bare.ButtonPath(), bare.FeedAt, bare.Feed), "Bare0")
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 0)
		ok(t, s.RemoveFriend(t.Context(), ann, bare.ID))
		same(t, "left", len(topFriends(t, s, ann)), 0)
		s.Clock.Add(25 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "jobs for nobody", seeFriends(t, s), 0)
	})
}

// nextDay passes a day, sweeps twice, as two processes do, and does the one job that follows.
func nextDay(t *testing.T, s *kit.Store) {
	t.Helper()
	s.Clock.Add(24*time.Hour + time.Second)
	ok(t, s.Sweep(t.Context()))
	ok(t, s.Sweep(t.Context()))
	same(t, "jobs a day", seeFriends(t, s), 1)
}

func TestHomePagesThatCannotBeSeen(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann, zoe := kit.Crowd(t, s, "ann")[0], newNeighbour(t)
		zoe.show(whole, nil, string(kit.Drawing(t, 7)))
		ok(t, s.AddFriend(t.Context(), ann, zoe.URL))
		seeFriends(t, s)
		known := topFriends(t, s, ann)[0]
		nextDay(t, s)
		gone := models.At(s.Now())
		for i, c := range []struct {
			page    any
			problem string
		}{{404, "error.friend_gone"}, {410, "error.friend_gone"}, {500, "error.friend_away"}, {true, "error.friend_heavy"}, {false, "error.friend_away"}} {
			before := again(t, s, ann).Revision
			zoe.show(c.page, nil, nil)
			s.Clock.Add(24*time.Hour + time.Second)
			ok(t, s.Sweep(t.Context()))
			same(t, "jobs", seeFriends(t, s), 1)
			f := topFriends(t, s, ann)[0]
			same(t, "problem", f.Problem, c.problem)
			same(t, "what was known stays", []any{f.Title, f.Hash, f.SeenAt}, []any{known.Title, known.Hash, gone})
			same(t, "since when", f.AwayAt, gone.Add(24*time.Hour+time.Second))
			same(t, "the page tells it once", again(t, s, ann).Revision-before, max(0, int64(1-i)))
			_, err := s.DB.ExecContext(t.Context(), "UPDATE top_friends SET due_at = 0")
			ok(t, err)
		}
		zoe.show(whole, nil, nil)
		s.Clock.Add(time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "jobs", seeFriends(t, s), 1)
		back := topFriends(t, s, ann)[0]
		same(t, "back", []any{back.Problem, back.AwayAt, back.Title}, []any{"", 0, "Zoe's page"})
	})
}

// The longer a page is away, the longer we leave it alone: an hour, as long again, a week at most.
func TestWhoIsAwayIsAskedLessOften(t *testing.T) {
	s := kit.SQLite(t)
	ann, zoe := kit.Crowd(t, s, "ann")[0], newNeighbour(t)
	zoe.show(500, nil, nil)
	ok(t, s.AddFriend(t.Context(), ann, zoe.URL))
	same(t, "at once", seeFriends(t, s), 1)
	var asked []int
	for hour := range 24 * 60 {
		s.Clock.Add(time.Hour)
		ok(t, s.Sweep(t.Context()))
		if seeFriends(t, s) > 0 {
			asked = append(asked, hour+1)
		}
	}
	same(t, "hours", asked, []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 424, 592, 760, 928, 1096, 1264, 1432})
}

func TestHomePageThatLeadsIntoAPrivateNetwork(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for _, to := range []string{"http://10.0.0.1/", "http://[::1]/", "http://marquee.example/~ann", "ftp://a.example/"} {
			door := httptest.NewServer(http.RedirectHandler(to, http.StatusFound))
			t.Cleanup(door.Close)
			ok(t, s.AddFriend(t.Context(), ann, door.URL))
		}
		seeFriends(t, s)
		var told []string
		for _, f := range topFriends(t, s, ann) {
			told = append(told, f.Problem)
		}
		same(t, "told", told, []string{"error.friend_private", "error.friend_private", "error.friend_address", "error.friend_address"})
	})
}

// A sweep sends for a bounded number, spread over the hour; two at once don't send twice.
func TestSweepsSendForFriendsOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		_, err := s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
		ok(t, err)
		for i := range 250 {
			_, err := s.DB.ExecContext(t.Context(), `INSERT INTO top_friends (account_id, address, title, feed, feed_at, button, problem, away_at, seen_at, due_at, place, created_at)
				VALUES ($1, $2, '', '', 0, '', '', 0, 0, $3, 1, 0)`, ann.ID, fmt.Sprintf("http://127.0.0.1:1/%d", i), i)
			ok(t, err)
		}
		together(4, func(int) {
			if err := s.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
		ok(t, s.Sweep(t.Context()))
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 250)
		same(t, "pages", count(t, s, "SELECT COUNT(DISTINCT payload) FROM jobs"), 250)
		same(t, "at once", count(t, s, "SELECT MAX(due_at) FROM jobs") < int64(models.At(s.Now().Add(time.Hour))), true)
		same(t, "spread", count(t, s, "SELECT COUNT(DISTINCT due_at) FROM jobs") >= 200, true)
	})
}
