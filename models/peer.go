package models

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Pace is how soon a peer answers. Each pace has room of its own with the worker, so that the slow don't hold up the others.
type Pace int

// The paces.
const (
	Quick  Pace = iota // it answered within SlowAfter when it was last asked
	Unsure             // nobody has asked it yet
	Slow               // it took longer than that when it was last asked
)

// SlowAfter is how long a job may take before its peer counts as slow.
const SlowAfter = 500 * time.Millisecond

const (
	// LeaseTime is how long a worker has what it took, unless it renews it. What a worker had that died is begun again after it.
	LeaseTime = 20 * time.Second

	turnJobs    = 64 // jobs of one peer that a worker takes at once
	carefulJobs = 2  // the same after a worker that never came back: one of its jobs may be why
	restAfter   = 5  // failures in a row after which a peer is left alone

	restLeast = time.Minute
	restMost  = 4 * time.Hour

	lostAfter = 25                  // failures in a row, which take two days with the rests between: it may never come back
	tooLate   = 3 * 24 * time.Hour  // what has waited for so long is not sent any more then
	peersKept = 30 * 24 * time.Hour // how long a peer is remembered with which there is nothing to do

	never = Instant(math.MaxInt64)
)

// Peer is another site, as the worker knows it.
type Peer struct {
	Name        string // host, with its port if it is odd
	DueAt       Instant
	Worker      string
	LeasedUntil Instant
	Pace        Pace
	Took        int64 // milliseconds
	Failures    int   // in a row
	RestsUntil  Instant
}

// Turn is what one worker does for one peer: nobody else does anything for it meanwhile. It is not safe for concurrent use.
type Turn struct {
	Peer
	Jobs []Job // at most 64, in the order in which they were due

	done   []Job
	failed []failedJob
	took   time.Duration // all of them together
}

// ErrAnswered is in a failure that says nothing against the peer: it answered, and may answer otherwise another time.
var ErrAnswered = errors.New("the other site answered")

type failedJob struct {
	Job
	failure error
}

// Note keeps what came of one of the jobs. What is not noted when the turn ends was not begun.
func (t *Turn) Note(j Job, failure error, took time.Duration) {
	t.took += took
	if failure == nil {
		t.Failures, t.done = 0, append(t.done, j)
		return
	}
	t.failed = append(t.failed, failedJob{j, failure})
	if t.Failures++; errors.Is(failure, ErrAnswered) {
		t.Failures = 0 // or whoever has us ask for pages that are not there would keep all the others from being told
	}
}

// Spent reports whether the peer failed so often that no more should be asked of it now.
func (t *Turn) Spent() bool { return t.Failures >= restAfter && len(t.failed) > 0 }

// rest is how long a peer is left alone after so many failures in a row.
func rest(failures int) time.Duration {
	if failures < restAfter {
		return 0
	}
	return min(restLeast<<min(failures-restAfter, 16), restMost)
}

// callPeer says that a peer has a job due. The row is locked until the transaction ends, and so no turn ends without seeing the job.
func callPeer(tx *gorm.DB, name string, due Instant) error {
	return exec(tx, `INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until) VALUES (?, ?, '', 0, 1, 0, 0, 0)
		ON CONFLICT (name) DO UPDATE SET due_at = CASE WHEN excluded.due_at > peers.rests_until THEN excluded.due_at ELSE peers.rests_until END
		WHERE peers.due_at > excluded.due_at AND peers.due_at > peers.rests_until`, name, due)
}

// Due is for whom there is something to do now.
type Due struct {
	House, Quick, Unsure, Slow bool
}

// Due looks for whom there is something to do now. It costs no write: an idle worker leaves the one writer of SQLite alone.
func (s *Store) Due(ctx context.Context) (d Due, err error) {
	const peer = "EXISTS (SELECT 1 FROM peers WHERE due_at <= @now AND leased_until <= @now AND pace = "
	return d, s.read.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM jobs WHERE peer = '' AND dead_at = 0 AND due_at <= @now) AS house,
		`+peer+"0) AS quick, "+peer+"1) AS unsure, "+peer+"2) AS slow", map[string]any{"now": s.instant()}).Scan(&d).Error
}

// TakeTurns leases up to most peers of a pace to a worker, with the jobs that are due: those first that have waited longest, or those
// that came last.
func (s *Store) TakeTurns(ctx context.Context, worker string, pace Pace, last bool, most int) (turns []Turn, err error) {
	order := "due_at"
	if last {
		order = "due_at DESC"
	}
	skip := s.locking("UPDATE SKIP LOCKED")
	err = s.tx(ctx, func(tx *gorm.DB) error {
		turns = nil
		now := s.instant()
		var peers []Peer
		err := tx.Raw("SELECT * FROM peers WHERE pace = ? AND due_at <= ? AND leased_until <= ? ORDER BY "+order+" LIMIT ?"+skip, pace, now, now, most).Scan(&peers).Error
		if err != nil {
			return err
		}
		for _, p := range peers {
			jobs, err := s.claim(tx, p.Name, p.size(), now)
			if err != nil {
				return err
			}
			t := Turn{Peer: p, Jobs: jobs}
			if len(jobs) == 0 {
				err = s.giveBack(tx, &t, now)
			} else {
				t.Worker, t.LeasedUntil = worker, now.Add(LeaseTime)
				turns = append(turns, t)
				err = exec(tx, "UPDATE peers SET worker = ?, leased_until = ? WHERE name = ?", t.Worker, t.LeasedUntil, t.Name)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return turns, err
}

// size is how many jobs a turn for the peer has: one, to try, when it failed so often.
func (p *Peer) size() int {
	switch {
	case p.Failures >= restAfter:
		return 1
	case p.Worker != "":
		return carefulJobs
	}
	return turnJobs
}

// EndTurn writes what came of a turn, in one transaction, and gives the peer back. What was not begun waits on as if nothing had
// happened. A worker whose lease ran out has no say any more: what it did is done again.
func (s *Store) EndTurn(ctx context.Context, t *Turn) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var mine int
		err := tx.Raw("SELECT 1 FROM peers WHERE name = ? AND worker = ?"+s.locking("UPDATE"), t.Name, t.Worker).Scan(&mine).Error
		if err != nil || mine == 0 {
			return err
		}
		if err := s.settleJobs(tx, t); err != nil {
			return err
		}
		return s.giveBack(tx, t, s.instant())
	})
}

func (s *Store) settleJobs(tx *gorm.DB, t *Turn) error {
	begun := map[int64]bool{}
	for _, f := range t.failed {
		begun[f.ID] = true
		if err := s.fail(tx, f.Job, f.failure); err != nil {
			return err
		}
	}
	var done, unbegun []int64
	for _, j := range t.done {
		begun[j.ID] = true
		done = append(done, j.ID)
	}
	for _, j := range t.Jobs {
		if !begun[j.ID] {
			unbegun = append(unbegun, j.ID)
		}
	}
	if err := tx.Exec("DELETE FROM jobs WHERE id IN ?", padded(done)).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE jobs SET attempts = attempts - 1 WHERE id IN ?", padded(unbegun)).Error
}

// padded repeats the last id until there are 1, 2, 4, 8… of them: a list of another length is another statement to prepare.
func padded(ids []int64) []int64 {
	if len(ids) == 0 {
		return []int64{0}
	}
	most := 1
	for most < len(ids) {
		most *= 2
	}
	return append(slices.Clone(ids), slices.Repeat(ids[len(ids)-1:], most-len(ids))...)
}

// giveBack notes how the peer answered and when there is something to do for it again: with jobs that are due already it
// stands behind all who wait.
func (s *Store) giveBack(tx *gorm.DB, t *Turn, now Instant) error {
	p := t.Peer
	if begun := len(t.done) + len(t.failed); begun > 0 {
		took := t.took / time.Duration(begun)
		p.Took, p.Pace, p.RestsUntil = took.Milliseconds(), Quick, 0
		if took >= SlowAfter {
			p.Pace = Slow
		}
	}
	if t.Spent() {
		p.RestsUntil = now.Add(rest(p.Failures))
		if p.Failures >= lostAfter {
			if err := s.giveUp(tx, t, now); err != nil {
				return err
			}
		}
	}
	var next *Instant
	if err := tx.Raw("SELECT MIN(due_at) FROM jobs WHERE peer = ? AND dead_at = 0", p.Name).Scan(&next).Error; err != nil {
		return err
	}
	p.DueAt = never
	if next != nil {
		p.DueAt = max(*next, now, p.RestsUntil)
	}
	return exec(tx, "UPDATE peers SET due_at = ?, worker = '', leased_until = ?, pace = ?, took = ?, failures = ?, rests_until = ? WHERE name = ?",
		p.DueAt, now, int(p.Pace), p.Took, p.Failures, p.RestsUntil, p.Name)
}

// giveUp buries what has waited too long for a peer that is lost, a thousand jobs at a time: it would wait for ever.
func (s *Store) giveUp(tx *gorm.DB, t *Turn, now Instant) error {
	reason := why(t.failed[len(t.failed)-1].failure)
	return tx.Exec(`UPDATE jobs SET dead_at = ?, reason = ?, once = NULL WHERE id IN (
		SELECT id FROM jobs WHERE peer = ? AND dead_at = 0 AND due_at <= ? AND created_at <= ? ORDER BY due_at LIMIT 1000)`,
		now, reason, t.Name, now, now.Add(-tooLate)).Error
}

// RenewLeases keeps what a worker has for a while longer: its peers, and the jobs in the house that it does.
func (s *Store) RenewLeases(ctx context.Context, worker string, jobs []Job) error {
	ids := make([]int64, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		until := s.instant().Add(LeaseTime)
		if err := tx.Exec("UPDATE jobs SET due_at = ? WHERE id IN ? AND due_at < ?", until, padded(ids), until).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE peers SET leased_until = ? WHERE worker = ?", until, worker).Error
	})
}

// forgetPeers forgets peers with which there is nothing to do, and jobs that were given up long ago.
func (s *Store) forgetPeers(ctx context.Context) error {
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Exec(`DELETE FROM peers WHERE name IN (SELECT name FROM peers WHERE pace IN (0, 1, 2) AND due_at = ? AND leased_until <= ? LIMIT 1000)`,
			never, now.Add(-peersKept)).Error
		if err != nil {
			return err
		}
		return tx.Exec("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE dead_at > 0 ORDER BY id LIMIT 1000) AND dead_at <= ?", now.Add(-deadKept)).Error
	})
}
