package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/indieweb"
	"marquee/models"
	"marquee/tests/kit"
)

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// work lets a worker run until something is so.
func work(t *testing.T, w *worker, so func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { w.run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	eventually(t, so)
}

func eventually(t *testing.T, so func() bool) {
	t.Helper()
	for began := time.Now(); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("it never came to pass")
		}
	}
}

// bench is a worker over a store, that knows one kind of job: "call".
func bench(s *kit.Store, call func(context.Context, models.Job) error) *worker {
	w := newWorker(s.Store, indieweb.NewSpeaker(s.Store, "http://127.0.0.1", nil))
	w.swept = s.Now()
	w.kinds["call"] = call
	return w
}

// calls writes jobs for a peer.
func calls(t *testing.T, s *kit.Store, peer string, n int) {
	t.Helper()
	now := int64(models.At(s.Now()))
	tx, err := s.DB.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if _, err = tx.ExecContext(t.Context(), "INSERT INTO jobs (kind, peer, payload, attempts, due_at, dead_at, reason, created_at) VALUES ('call', $1, '{}', 0, $2, 0, '', $2)", peer, now); err != nil {
			t.Fatal(err)
		}
	}
	if peer != "" {
		_, err = tx.ExecContext(t.Context(), `INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until) VALUES ($1, $2, '', 0, 1, 0, 0, 0)
			ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`, peer, now)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, s *kit.Store, query string, args ...any) (n int64) {
	t.Helper()
	if err := s.DB.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *worker) waiting(t *testing.T) int64 {
	t.Helper()
	waiting, _, err := w.store.JobCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return waiting
}

func TestTwoAtOnceForOnePeer(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		var mutex sync.Mutex
		now, most, done := map[string]int{}, map[string]int{}, 0
		call := func(_ context.Context, j models.Job) error {
			mutex.Lock()
			now[j.Peer]++
			most[j.Peer] = max(most[j.Peer], now[j.Peer])
			mutex.Unlock()
			time.Sleep(time.Millisecond)
			mutex.Lock()
			now[j.Peer]--
			done++
			mutex.Unlock()
			return nil
		}
		for _, peer := range []string{"", "a.example", "b.example:81"} {
			calls(t, s, peer, 150)
		}
		first, second := bench(s, call), bench(s, call) // as two processes would
		work(t, first, func() bool {
			work(t, second, func() bool { return first.waiting(t) == 0 })
			return true
		})
		if done != 450 || most["a.example"] != 2 || most["b.example:81"] != 2 || most[""] > 2*houseAtOnce || most[""] < 3 {
			t.Errorf("%d done, at once: %v", done, most)
		}
		if busy := number(t, s, "SELECT COUNT(*) FROM peers WHERE worker <> '' OR due_at < 9223372036854775807 OR pace <> 0"); busy > 0 {
			t.Errorf("%d peers are not at peace", busy)
		}
	})
}

func TestFailuresArePutDown(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		w := bench(s, func(_ context.Context, j models.Job) error {
			if strings.HasPrefix(j.Peer, "panics") {
				panic("no lights")
			}
			return errors.New("no power")
		})
		for _, peer := range []string{"", "panics.example", "fails.example"} {
			calls(t, s, peer, 1)
		}
		_, err := s.DB.ExecContext(t.Context(), "INSERT INTO jobs (kind, payload, attempts, due_at, dead_at, reason, created_at) VALUES ('dance', '{}', 5, 0, 0, '', 0)")
		if err != nil {
			t.Fatal(err)
		}
		work(t, w, func() bool { return number(t, s, "SELECT COUNT(*) FROM jobs WHERE reason <> ''") == 4 })
		for reason, n := range map[string]int64{"panic: no lights": 1, "no power": 2, `nobody knows how to do a "dance"`: 1} {
			if got := number(t, s, "SELECT COUNT(*) FROM jobs WHERE reason = $1", reason); got != n {
				t.Errorf("%q: %d, want %d", reason, got, n)
			}
		}
		if n := number(t, s, "SELECT COUNT(*) FROM jobs WHERE dead_at > 0 AND kind = 'dance'"); n != 1 {
			t.Error("the sixth attempt was not the last")
		}
	})
}

func TestPeerThatFailsIsLeftAlone(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		var up atomic.Bool
		var asked atomic.Int32
		w := bench(s, func(context.Context, models.Job) error {
			if asked.Add(1); up.Load() {
				return nil
			}
			return errors.New("away")
		})
		calls(t, s, "away.example", 200)
		rests := func(failures int) func() bool {
			return func() bool {
				return number(t, s, "SELECT COUNT(*) FROM peers WHERE failures >= $1 AND rests_until > $2 AND worker = ''", failures, int64(models.At(s.Now()))) == 1
			}
		}
		work(t, w, rests(5))
		tried := asked.Load()
		if fresh := number(t, s, "SELECT COUNT(*) FROM jobs WHERE attempts = 0"); tried > 6 || fresh != 200-int64(tried) {
			t.Errorf("asked %d times, %d jobs have lost nothing", tried, fresh)
		}
		failures := int(number(t, s, "SELECT failures FROM peers"))
		s.Clock.Add(time.Minute<<(failures-5) + 30*time.Second) // its rest is over, and one job tries
		work(t, w, rests(failures+1))
		if got := asked.Load(); got != tried+1 {
			t.Errorf("asked %d times after its rest, want once", got-tried)
		}
		s.Clock.Add(time.Minute) // but this rest is longer
		time.Sleep(50 * time.Millisecond)
		if due, err := s.Due(t.Context()); err != nil || due != (models.Due{}) {
			t.Errorf("due during the second rest: %+v, %v", due, err)
		}
		up.Store(true)
		s.Clock.Add(2 * time.Hour)
		work(t, w, func() bool { return w.waiting(t) == 0 })
	})
}

// TestSlowPeersHoldUpNobody has thousands of peers that never answer before one that does.
func TestSlowPeersHoldUpNobody(t *testing.T) {
	s := kit.SQLite(t)
	var quick, slow atomic.Int32
	w := bench(s, func(ctx context.Context, j models.Job) error {
		if strings.HasPrefix(j.Peer, "quick") {
			quick.Add(1)
			return nil
		}
		slow.Add(1)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Second):
			return nil
		}
	})
	w.drain = 300 * time.Millisecond
	for i := range 3000 {
		calls(t, s, fmt.Sprintf("slow%d.example", i), 2)
	}
	calls(t, s, "slow.example", 200)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	before := runtime.NumGoroutine()
	go func() { w.run(ctx); close(ended) }()
	eventually(t, func() bool { return slow.Load() >= slowMost })
	if n := runtime.NumGoroutine() - before; n > 8*slowMost {
		t.Errorf("%d goroutines wait for the slow", n)
	}
	s.Clock.Add(time.Second)
	calls(t, s, "quick-but-new.example", 1)
	calls(t, s, "quick.example", 300)
	_, err := s.DB.ExecContext(t.Context(), "UPDATE peers SET pace = 0 WHERE name = 'quick.example'") // it answered quickly the last time
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return quick.Load() == 301 })
	// Those who are interrupted have not begun.
	w.interrupted(t, s, stop, ended)
}

// interrupted ends a worker in the middle of jobs that never end by themselves.
func (w *worker) interrupted(t *testing.T, s *kit.Store, stop func(), ended <-chan struct{}) {
	t.Helper()
	stop()
	select {
	case <-ended:
		t.Error("it did not wait for what was under way")
	case <-time.After(100 * time.Millisecond):
	}
	<-ended
	if n := number(t, s, "SELECT COUNT(*) FROM jobs WHERE attempts > 0 OR reason <> ''"); n > 0 {
		t.Errorf("%d jobs that were interrupted have lost an attempt", n)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM peers WHERE worker <> ''"); n > 0 {
		t.Errorf("%d peers were not given back", n)
	}
}

func TestJobsBeginAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		saw := make(chan models.Job, 1)
		w := bench(s, nil)
		w.kinds[models.JobFriend] = func(_ context.Context, j models.Job) error { saw <- j; return nil }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { w.run(ctx); close(ended) }()
		defer func() { stop(); <-ended }()
		time.Sleep(100 * time.Millisecond) // it waits by now
		if err := s.AddFriend(t.Context(), ann, "http://zoe.example:8080/"); err != nil {
			t.Fatal(err)
		}
		select {
		case j := <-saw:
			if j.Peer != "zoe.example:8080" {
				t.Errorf("it goes to %q", j.Peer)
			}
		case <-time.After(patience):
			t.Error("nobody was told of the job")
		}
	})
}
