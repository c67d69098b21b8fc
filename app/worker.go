package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"marquee/indieweb"
	"marquee/models"
)

const (
	jobsAtOnce = 10
	jobTime    = 50 * time.Second // under the lease, so that no other worker starts it meanwhile
	idleTime   = time.Second      // how long an idle worker waits before it looks again
	sweepEvery = time.Hour
)

// worker does the jobs of the database and sweeps what has run out. Any number of processes may have one.
type worker struct {
	store *models.Store
	kinds map[string]func(context.Context, models.Job) error
	swept time.Time
}

func newWorker(store *models.Store, speaker *indieweb.Speaker) *worker {
	w := &worker{store: store, kinds: store.Jobs()}
	maps.Copy(w.kinds, speaker.Jobs())
	return w
}

// run works until the context ends. What it has begun by then is leased and will be begun again.
func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		done, err := w.turn(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("the job worker stumbled", "error", err)
		}
		if done > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(idleTime):
		}
	}
}

// turn sweeps when it is time, claims what is due and does it.
func (w *worker) turn(ctx context.Context) (done int, err error) {
	if now := w.store.Now(); now.Sub(w.swept) >= sweepEvery {
		if err := w.store.Sweep(ctx); err != nil {
			return 0, err
		}
		w.swept = now
	}
	jobs, err := w.store.ClaimJobs(ctx, jobsAtOnce)
	if err != nil {
		return 0, err
	}
	for _, job := range jobs {
		if err := w.store.FinishJob(ctx, job, w.do(ctx, job)); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// do runs one job; a panic is a failure like any other.
func (w *worker) do(ctx context.Context, job models.Job) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("panic: %v", broken)
		}
	}()
	work := w.kinds[job.Kind]
	if work == nil {
		return fmt.Errorf("nobody knows how to do a %q", job.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, jobTime)
	defer cancel()
	return work(ctx, job)
}
