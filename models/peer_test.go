package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// call writes n jobs for a peer, as verbs do.
func call(t *testing.T, s *kit.Store, peer string, n int) {
	t.Helper()
	now := int64(models.At(s.Now()))
	for range n {
		_, err := s.DB.ExecContext(t.Context(), `INSERT INTO jobs (kind, peer, payload, once, attempts, due_at, dead_at, reason, created_at)
			VALUES ('call', $1, '{}', NULL, 0, $2, 0, '', $2)`, peer, now)
		ok(t, err)
	}
	_, err := s.DB.ExecContext(t.Context(), `INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until) VALUES ($1, $2, '', 0, 1, 0, 0, 0)
		ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`, peer, now)
	ok(t, err)
}

// takes is the one turn that there is.
func takes(t *testing.T, s *kit.Store, worker string, pace models.Pace) *models.Turn {
	t.Helper()
	turns, err := s.TakeTurns(t.Context(), worker, pace, false, 10)
	ok(t, err)
	if len(turns) != 1 {
		t.Fatalf("%d turns, want one", len(turns))
	}
	return &turns[0]
}

func none(t *testing.T, s *kit.Store, what string) {
	t.Helper()
	for _, pace := range []models.Pace{models.Quick, models.Unsure, models.Slow} {
		turns, err := s.TakeTurns(t.Context(), "nobody", pace, true, 10)
		ok(t, err)
		same(t, what+": turns", len(turns), 0)
	}
	due, err := s.Due(t.Context())
	ok(t, err)
	same(t, what+": due", due, models.Due{})
}

func TestTurnIsOneWorkers(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		call(t, s, "a.example", 100)
		turn := takes(t, s, "first", models.Unsure)
		same(t, "jobs", len(turn.Jobs), 64)
		none(t, s, "leased")
		turn.Note(turn.Jobs[0], nil, time.Millisecond)
		turn.Note(turn.Jobs[1], errors.New("it\x00 rains \xff"), time.Millisecond)
		ok(t, s.EndTurn(t.Context(), turn))
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM jobs"), 99)
		same(t, "not begun", count(t, s, "SELECT COUNT(*) FROM jobs WHERE attempts = 0"), 98)
		same(t, "failed", count(t, s, "SELECT COUNT(*) FROM jobs WHERE attempts = 1 AND reason LIKE 'it rains%' AND due_at = $1", int64(models.At(s.Now().Add(5*time.Minute)))), 1)

		turn = takes(t, s, "second", models.Quick)
		s.Clock.Add(models.LeaseTime - time.Second)
		ok(t, s.RenewLeases(t.Context(), "second", nil))
		s.Clock.Add(models.LeaseTime - time.Second)
		none(t, s, "renewed")
		s.Clock.Add(time.Second) // and now it is dead
		third := takes(t, s, "third", models.Quick)
		same(t, "jobs after a death", len(third.Jobs), 2)
		turn.Note(turn.Jobs[0], nil, 0)
		ok(t, s.EndTurn(t.Context(), turn)) // it was not dead, but it comes too late
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM jobs"), 99)
		third.Note(third.Jobs[0], nil, time.Second)
		ok(t, s.EndTurn(t.Context(), third))
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM jobs"), 98)
		same(t, "jobs of a slow peer", len(takes(t, s, "third", models.Slow).Jobs), 64)
	})
}

func TestWorkForAPeerIsSeen(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.AddFriend(t.Context(), ann, "http://127.0.0.1:81/1"))
		same(t, "message", len(s.Stirred()), 1)
		turn := takes(t, s, "one", models.Unsure)
		same(t, "peer", turn.Name, "127.0.0.1:81")
		ok(t, s.AddFriend(t.Context(), ann, "http://127.0.0.1:81/2")) // while it is leased
		none(t, s, "leased")
		turn.Note(turn.Jobs[0], nil, time.Millisecond)
		ok(t, s.EndTurn(t.Context(), turn))
		turn = takes(t, s, "two", models.Quick)
		same(t, "jobs", len(turn.Jobs), 1)
		turn.Note(turn.Jobs[0], nil, time.Millisecond)
		ok(t, s.EndTurn(t.Context(), turn))
		none(t, s, "done")
		ok(t, s.AddFriend(t.Context(), ann, "http://127.0.0.1:81/3")) // while there is nothing to do
		same(t, "jobs", len(takes(t, s, "three", models.Quick).Jobs), 1)
	})
}

// fails takes a turn for the only peer in which every job fails, and returns how many were begun.
func fails(t *testing.T, s *kit.Store, pace models.Pace) int {
	t.Helper()
	turn := takes(t, s, "one", pace)
	for i, j := range turn.Jobs {
		if turn.Spent() {
			ok(t, s.EndTurn(t.Context(), turn))
			return i
		}
		turn.Note(j, errors.New("away"), time.Millisecond)
	}
	ok(t, s.EndTurn(t.Context(), turn))
	return len(turn.Jobs)
}

func TestBreaker(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		web := &models.Account{Role: models.RoleWebmaster}
		call(t, s, "away.example", 40)
		same(t, "begun", fails(t, s, models.Unsure), 5)
		for _, rest := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, 64 * time.Minute, 128 * time.Minute, 4 * time.Hour, 4 * time.Hour} {
			none(t, s, fmt.Sprint("rests ", rest))
			peers, err := s.PeersAtRest(t.Context(), web)
			ok(t, err)
			same(t, "at rest", len(peers), 1)
			call := `UPDATE jobs SET due_at = 0 WHERE attempts = 0` // nothing that is enqueued meanwhile wakes it
			_, err = s.DB.ExecContext(t.Context(), call)
			ok(t, err)
			s.Clock.Add(rest - time.Millisecond)
			none(t, s, fmt.Sprint("rests ", rest))
			s.Clock.Add(time.Millisecond)
			same(t, "probes", fails(t, s, models.Quick), 1)
		}
		s.Clock.Add(4 * time.Hour)
		turn := takes(t, s, "one", models.Quick)
		turn.Note(turn.Jobs[0], nil, time.Millisecond)
		ok(t, s.EndTurn(t.Context(), turn))
		same(t, "jobs once it answers", len(takes(t, s, "one", models.Quick).Jobs) > 20, true)
	})
}

func TestLostPeerIsGivenUp(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		call(t, s, "lost.example", 100)
		fails(t, s, models.Unsure)
		for range 60 {
			s.Clock.Add(4 * time.Hour)
			if due, err := s.Due(t.Context()); err == nil && due.Quick {
				fails(t, s, models.Quick)
			}
		}
		waiting, dead, err := s.JobCounts(t.Context())
		ok(t, err)
		same(t, "waiting, dead", []int64{waiting, dead}, []int64{0, 100})
		s.Clock.Add(100 * 24 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "remembered", count(t, s, "SELECT (SELECT COUNT(*) FROM jobs) + (SELECT COUNT(*) FROM peers)"), 0)
	})
}

func TestJobThatNobodySurvives(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		call(t, s, "bomb.example", 1)
		fillJobs(t, s, 1)
		for range 6 {
			_, err := s.Store.ClaimJobs(t.Context(), 1)
			ok(t, err)
			same(t, "jobs", len(takes(t, s, "one", models.Unsure).Jobs), 1)
			s.Clock.Add(models.LeaseTime)
		}
		jobs, err := s.Store.ClaimJobs(t.Context(), 1)
		ok(t, err)
		same(t, "jobs", len(jobs), 0)
		none(t, s, "buried")
		same(t, "buried", count(t, s, "SELECT COUNT(*) FROM jobs WHERE dead_at > 0 AND reason = 'no worker survived it'"), 2)
	})
}

func TestDeadJobs(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		web, ann := &models.Account{Role: models.RoleWebmaster}, kit.Crowd(t, s, "ann")[0]
		call(t, s, "away.example", 70)
		_, err := s.DB.ExecContext(t.Context(), "UPDATE jobs SET dead_at = 1, attempts = 6, reason = 'away'")
		ok(t, err)
		_, err = s.DB.ExecContext(t.Context(), "UPDATE peers SET failures = 9, due_at = 9000000000000, rests_until = 9000000000000")
		ok(t, err)
		fillJobs(t, s, 2)
		list, more, err := s.DeadJobs(t.Context(), web, 0)
		ok(t, err)
		same(t, "dead, more", []any{len(list), more}, []any{50, true})
		first := list[0].ID
		list, more, err = s.DeadJobs(t.Context(), web, list[49].ID)
		ok(t, err)
		same(t, "dead, more", []any{len(list), more}, []any{20, false})

		ok(t, s.ForgetJob(t.Context(), web, first))
		ok(t, s.TryJob(t.Context(), web, list[0].ID))
		ok(t, s.TryJob(t.Context(), web, first)) // it is gone
		same(t, "jobs of a probe", len(takes(t, s, "one", models.Unsure).Jobs), 1)
		ok(t, s.TryAllJobs(t.Context(), web))
		waiting, dead, err := s.JobCounts(t.Context())
		ok(t, err)
		same(t, "waiting, dead", []int64{waiting, dead}, []int64{71, 0})
		queues, err := s.Queues(t.Context(), web)
		ok(t, err)
		same(t, "queues", queues, []models.Queue{{Kind: "call", Peer: "away.example", Waiting: 69, Reason: "away", DueAt: models.At(s.Now())}, {Kind: "notify", Waiting: 2, DueAt: models.At(s.Now())}})
		for _, verb := range []func() error{
			func() error { return s.TryJob(t.Context(), ann, 1) },
			func() error { return s.TryAllJobs(t.Context(), ann) },
			func() error { return s.ForgetJob(t.Context(), ann, 1) },
			func() error { _, _, err := s.DeadJobs(t.Context(), ann, 0); return err },
			func() error { _, err := s.Queues(t.Context(), ann); return err },
			func() error { _, err := s.PeersAtRest(t.Context(), ann); return err },
		} {
			refused(t, verb(), models.Forbidden, "error.webmaster_only")
		}
	})
}
