package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"marquee/models"
)

// turn is a models.Turn under way.
type turn struct {
	pace models.Pace // whose room it takes, under the worker's mutex
	late bool        // it turned out to be slow, likewise

	mutex sync.Mutex
	models.Turn
	next  int // the job that is begun next
	until time.Time
	stop  <-chan struct{}
}

// take is the next job of the turn; not ok when it should begin no more.
func (t *turn) take() (j models.Job, ok bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	select {
	case <-t.stop:
		return j, false
	default:
	}
	if t.next == len(t.Jobs) || t.Spent() || time.Now().After(t.until) {
		return j, false
	}
	t.next++
	return t.Jobs[t.next-1], true
}

func (t *turn) note(j models.Job, failure error, took time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.Note(j, failure, took)
}

// beginTurn does the jobs of a turn, a few at once, until there are none left, it has lasted long enough, the peer failed too often,
// or the worker is asked to stop (ctx).
func (w *worker) beginTurn(ctx, work context.Context, taken models.Turn) {
	t := &turn{pace: taken.Pace, Turn: taken, until: time.Now().Add(turnTime), stop: ctx.Done()}
	w.mutex.Lock()
	w.turns[t] = true
	w.mutex.Unlock()
	w.running.Go(func() {
		var hands sync.WaitGroup
		for range min(peerAtOnce, len(t.Jobs)) {
			hands.Go(func() {
				for j, ok := t.take(); ok; j, ok = t.take() {
					w.doFor(work, t, j)
				}
			})
		}
		hands.Wait()
		if err := w.store.EndTurn(context.WithoutCancel(work), &t.Turn); err != nil {
			slog.Error("a turn was done but not noted", "peer", t.Name, "error", err)
		}
		w.mutex.Lock()
		delete(w.turns, t)
		w.mutex.Unlock()
		w.free()
	})
}

// doFor does one job of a turn. What is interrupted was not begun.
func (w *worker) doFor(ctx context.Context, t *turn, j models.Job) {
	late := time.AfterFunc(models.SlowAfter, func() { w.isLate(t) })
	began := time.Now()
	failure := w.do(ctx, j)
	late.Stop()
	if failure == nil || ctx.Err() == nil {
		t.note(j, failure, time.Since(began))
	}
}

// isLate notes that a turn is slow, whatever its peer was before: it makes room for others of that pace.
func (w *worker) isLate(t *turn) {
	w.mutex.Lock()
	t.late = true
	w.mutex.Unlock()
	w.free()
}

// roomFor is how many turns of a pace may be begun. What turned out to be slow takes the room of the slow, as long as there is any
// at all: those whom nobody has asked yet are not kept waiting by those who never answer.
func (w *worker) roomFor(pace models.Pace) int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	slow := 0
	for t := range w.turns {
		if t.pace == models.Slow {
			slow++
		}
	}
	free := room[pace]
	for t := range w.turns {
		if t.late && t.pace != models.Slow && slow < slowMost {
			t.pace = models.Slow
			slow++
		}
		if t.pace == pace {
			free--
		}
	}
	return free
}
