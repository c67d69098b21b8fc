package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"marquee/indieweb"
	"marquee/models"
)

const (
	houseAtOnce = 8                // jobs in the house
	peerAtOnce  = 2                // jobs for one peer
	takeAtOnce  = 16               // turns that one transaction takes
	slowMost    = 384              // turns that may turn out to be slow at once; each has a connection or two
	turnTime    = 20 * time.Second // after which a turn begins no more jobs
	jobTime     = 50 * time.Second
	renewEvery  = models.LeaseTime / 4
	idleTime    = time.Second // how long an idle worker waits before it looks again
	sweepEvery  = time.Hour
)

// room is how many turns of each pace are begun beside each other. What waits for the slow never takes the room of the others.
var room = [...]int{models.Quick: 32, models.Unsure: 64, models.Slow: 128}

// worker does the jobs of the database and sweeps what has run out. Any number of processes may have one. What goes to another site
// is done in turns: a peer is one worker's for up to 64 jobs or 20 seconds.
type worker struct {
	store *models.Store
	kinds map[string]func(context.Context, models.Job) error
	name  string // which no other worker has
	last  bool   // whom to look for this time: those who came last, or those who have waited longest
	swept time.Time
	drain time.Duration // how long what is under way may take once it is asked to stop

	mutex   sync.Mutex
	house   map[int64]models.Job // under way
	turns   map[*turn]bool       // under way
	freed   chan struct{}        // full when there is room that there was not
	running sync.WaitGroup
}

func newWorker(store *models.Store, speaker *indieweb.Speaker) *worker {
	w := &worker{
		store: store, kinds: store.Jobs(), name: rand.Text(), drain: drainTime,
		house: map[int64]models.Job{}, turns: map[*turn]bool{}, freed: make(chan struct{}, 1),
	}
	maps.Copy(w.kinds, speaker.Jobs())
	return w
}

// run works until the context ends. What is under way then may finish, within drain; the rest waits for another worker.
func (w *worker) run(ctx context.Context) {
	work, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	ended := make(chan struct{})
	defer close(ended)
	go w.renew(ended)
	for ctx.Err() == nil {
		begun, err := w.look(ctx, work)
		if err != nil && ctx.Err() == nil {
			slog.Error("the job worker stumbled", "error", err)
		}
		if begun > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-w.freed:
		case <-w.store.Stirred():
		case <-time.After(idleTime):
		}
	}
	defer time.AfterFunc(w.drain, interrupt).Stop()
	w.running.Wait()
}

// look begins what is due, as far as there is room. It returns how many jobs and turns that were.
func (w *worker) look(ctx, work context.Context) (begun int, err error) {
	w.sweep(work)
	due, err := w.store.Due(ctx)
	if err != nil {
		return 0, err
	}
	if most := w.houseRoom(); due.House && most > 0 {
		jobs, err := w.store.ClaimJobs(ctx, most)
		if err != nil {
			return 0, err
		}
		for _, j := range jobs {
			w.beginJob(work, j)
		}
		begun += len(jobs)
	}
	w.last = !w.last
	for pace, waits := range [...]bool{models.Quick: due.Quick, models.Unsure: due.Unsure, models.Slow: due.Slow} {
		most := min(w.roomFor(models.Pace(pace)), takeAtOnce)
		if !waits || most <= 0 {
			continue
		}
		turns, err := w.store.TakeTurns(ctx, w.name, models.Pace(pace), w.last, most)
		if err != nil {
			return begun, err
		}
		for _, t := range turns {
			w.beginTurn(ctx, work, t)
		}
		begun += len(turns)
	}
	return begun, nil
}

// sweep sweeps beside the jobs when it is time.
func (w *worker) sweep(ctx context.Context) {
	now := w.store.Now()
	if now.Sub(w.swept) < sweepEvery {
		return
	}
	w.swept = now
	w.running.Go(func() {
		if err := w.store.Sweep(ctx); err != nil && ctx.Err() == nil {
			slog.Error("sweeping stumbled", "error", err)
		}
	})
}

// renew keeps what is under way leased, until the worker has ended.
func (w *worker) renew(ended <-chan struct{}) {
	ticks := time.NewTicker(renewEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticks.C:
		}
		w.mutex.Lock()
		house, any := slices.Collect(maps.Values(w.house)), len(w.house)+len(w.turns) > 0
		w.mutex.Unlock()
		if !any {
			continue
		}
		if err := w.store.RenewLeases(context.Background(), w.name, house); err != nil {
			slog.Error("leases were not renewed", "error", err)
		}
	}
}

func (w *worker) houseRoom() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return houseAtOnce - len(w.house)
}

// beginJob does a job in the house. One that is interrupted stays leased, and is begun again when that runs out.
func (w *worker) beginJob(ctx context.Context, j models.Job) {
	w.mutex.Lock()
	w.house[j.ID] = j
	w.mutex.Unlock()
	w.running.Go(func() {
		failure := w.do(ctx, j)
		w.mutex.Lock()
		delete(w.house, j.ID)
		w.mutex.Unlock()
		if failure == nil || ctx.Err() == nil {
			if err := w.store.FinishJob(context.WithoutCancel(ctx), j, failure); err != nil {
				slog.Error("a job was done but not noted", "kind", j.Kind, "error", err)
			}
		}
		w.free()
	})
}

// free says that there is room again.
func (w *worker) free() {
	select {
	case w.freed <- struct{}{}:
	default:
	}
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
