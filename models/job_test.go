package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// runJobs does every job that is due, as the worker does.
func runJobs(t *testing.T, s *kit.Store) {
	t.Helper()
	for {
		jobs, err := s.ClaimJobs(t.Context(), 10)
		ok(t, err)
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			same(t, "kind", j.Kind, models.JobNotify)
			ok(t, s.Notify(t.Context(), j))
			ok(t, s.FinishJob(t.Context(), j, nil))
		}
	}
}

func TestJobIsWrittenWithItsStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		first := say(t, s, ann, "no names")
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 0)
		answer(t, s, bob, first, "an answer")
		say(t, s, bob, "hi ~ann")
		publish(t, s, bob, models.Draft{Text: "psst ~ann", Visibility: models.Private})
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 2)

		_, err := s.DB.ExecContext(t.Context(), "DROP TABLE jobs")
		ok(t, err)
		_, err = s.Publish(t.Context(), bob, models.Draft{Text: "lost ~ann"})
		if err == nil {
			t.Error("a status was published although its job could not be written")
		}
		same(t, "statuses without their job", count(t, s, "SELECT COUNT(*) FROM statuses WHERE text LIKE 'lost%'"), 0)
	})
}

func TestNoJobIsHandedOutTwice(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		const jobs = 100
		fillJobs(t, s, jobs)
		var mu sync.Mutex
		handed := map[int64]int{}
		together(8, func(int) {
			for {
				mu.Lock()
				done := len(handed) == jobs
				mu.Unlock()
				list, err := s.ClaimJobs(t.Context(), 7)
				if err != nil || len(list) > 7 {
					t.Errorf("%d jobs claimed: %v", len(list), err)
					return
				}
				if done && len(list) == 0 {
					return
				}
				mu.Lock()
				for _, j := range list {
					handed[j.ID]++
				}
				mu.Unlock()
			}
		})
		for id, times := range handed {
			if times != 1 {
				t.Errorf("job %d was handed out %d times", id, times)
			}
		}
		same(t, "jobs handed out", len(handed), jobs)
	})
}

func fillJobs(t *testing.T, s *kit.Store, n int) {
	t.Helper()
	for i := range n {
		_, err := s.DB.ExecContext(t.Context(), `INSERT INTO jobs (kind, payload, attempts, due_at, dead_at, reason, created_at)
			VALUES ('notify', $1, 0, $2, 0, '', $2)`, fmt.Sprintf(`{"Status":%d}`, i), int64(models.At(s.Now())))
		ok(t, err)
	}
}

func TestLeaseRunsOut(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		fillJobs(t, s, 1)
		for attempt, wait := range []time.Duration{0, time.Minute, time.Minute} {
			s.Clock.Add(wait)
			jobs, err := s.ClaimJobs(t.Context(), 5)
			ok(t, err)
			if len(jobs) != 1 || jobs[0].Attempts != attempt+1 {
				t.Fatalf("claim %d gets %+v", attempt+1, jobs)
			}
			if jobs, err = s.ClaimJobs(t.Context(), 5); err != nil || len(jobs) != 0 {
				t.Errorf("a leased job is handed out again: %v, %v", jobs, err)
			}
		}
	})
}

func TestFailedJobClimbsTheLadder(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		fillJobs(t, s, 1)
		ladder := []time.Duration{5 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}
		for _, wait := range append([]time.Duration{0}, ladder...) {
			if wait > 0 {
				s.Clock.Add(wait - time.Millisecond)
				early, err := s.ClaimJobs(t.Context(), 5)
				ok(t, err)
				same(t, fmt.Sprintf("jobs before %v", wait), len(early), 0)
				s.Clock.Add(time.Millisecond)
			}
			jobs, err := s.ClaimJobs(t.Context(), 5)
			ok(t, err)
			if len(jobs) != 1 {
				t.Fatalf("%d jobs after %v", len(jobs), wait)
			}
			ok(t, s.FinishJob(t.Context(), jobs[0], errors.New("it\x00 rains \xff")))
		}
		waiting, dead, err := s.JobCounts(t.Context())
		ok(t, err)
		same(t, "waiting, dead", []int64{waiting, dead}, []int64{0, 1})
		s.Clock.Add(1000 * time.Hour)
		jobs, err := s.ClaimJobs(t.Context(), 5)
		ok(t, err)
		same(t, "dead jobs claimed", len(jobs), 0)
		same(t, "reasons kept", count(t, s, "SELECT COUNT(*) FROM jobs WHERE reason LIKE 'it rains%'"), 1)
	})
}

func TestFinishedJobIsForgotten(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		fillJobs(t, s, 3)
		jobs, err := s.ClaimJobs(t.Context(), 1)
		ok(t, err)
		ok(t, s.FinishJob(t.Context(), jobs[0], nil))
		same(t, "jobs left", count(t, s, "SELECT COUNT(*) FROM jobs"), 2)
		runJobs(t, s) // their statuses do not exist: nothing to tell, nothing fails
		same(t, "jobs left", count(t, s, "SELECT COUNT(*) FROM jobs"), 0)
	})
}
