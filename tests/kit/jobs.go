package kit

import (
	"context"
	"sync"

	"marquee/models"
)

// turns is the turns that a test has taken and not ended, by the jobs that are still to be finished.
type turns struct {
	mu   sync.Mutex
	open map[int64]*openTurn
}

type openTurn struct {
	models.Turn
	left int
}

// ClaimJobs leases what is due as the worker does, whomever it is for: up to most jobs in the house, and the turns of up to most
// peers of each pace.
func (s *Store) ClaimJobs(ctx context.Context, most int) ([]models.Job, error) {
	due, err := s.Due(ctx)
	if err != nil || due == (models.Due{}) {
		return nil, err
	}
	jobs, err := s.Store.ClaimJobs(ctx, most)
	if err != nil {
		return nil, err
	}
	s.turns.mu.Lock()
	defer s.turns.mu.Unlock()
	for _, pace := range []models.Pace{models.Quick, models.Unsure, models.Slow} {
		taken, err := s.TakeTurns(ctx, "a test", pace, false, most)
		if err != nil {
			return nil, err
		}
		for _, turn := range taken {
			open := &openTurn{turn, len(turn.Jobs)}
			for _, j := range turn.Jobs {
				if s.turns.open == nil {
					s.turns.open = map[int64]*openTurn{}
				}
				s.turns.open[j.ID] = open
			}
			jobs = append(jobs, turn.Jobs...)
		}
	}
	return jobs, nil
}

// FinishJob notes what came of a job that ClaimJobs gave out. With the last one of a turn, the turn ends.
func (s *Store) FinishJob(ctx context.Context, j models.Job, failure error) error {
	s.turns.mu.Lock()
	defer s.turns.mu.Unlock()
	open := s.turns.open[j.ID]
	if open == nil {
		return s.Store.FinishJob(ctx, j, failure)
	}
	delete(s.turns.open, j.ID)
	open.Note(j, failure, 0)
	if open.left--; open.left > 0 {
		return nil
	}
	return s.EndTurn(ctx, &open.Turn)
}
