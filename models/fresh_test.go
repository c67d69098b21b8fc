package models_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// snapshot is a rendered answer and the mark under which it would be kept.
type snapshot struct {
	mark  models.Mark
	shown string
}

// look reads the mark first and the content after it, as a cache must.
func look(ctx context.Context, s *kit.Store, a *models.Account) (snapshot, error) {
	mark, err := s.SiteMark(ctx)
	if a != nil {
		mark, err = s.AccountMark(ctx, a.Name)
	}
	if err != nil {
		return snapshot{}, err
	}
	page, err := s.Read(ctx, nil, models.Stream{Account: a})
	shown := ""
	for _, st := range page.Statuses {
		shown += fmt.Sprintln(st.ID, st.Text)
		if st.ReplyTo != nil {
			shown += fmt.Sprintln("  answers", st.ReplyTo.Text)
		}
	}
	return snapshot{mark, shown}, err
}

// An answer kept under a mark must still be true as long as the mark is the same: if the content read
// twice differs, the mark read before the first and after the second differs too.
func TestNoKeptAnswerIsEverStale(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		names := []string{"ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal"}
		crowd := kit.Crowd(t, s, names...)
		first := say(t, s, crowd[0], "tea?")
		var writing atomic.Bool
		writing.Store(true)
		read := make(chan int)
		watched := []*models.Account{nil, nil, crowd[0], crowd[0], crowd[1], crowd[1]}
		for _, of := range watched {
			go func() { read <- watch(t, s, of, &writing) }()
		}
		together(len(crowd), func(i int) { chatter(t, s, crowd[i], first, 12) })
		writing.Store(false)
		for range watched {
			if times := <-read; times < 2 {
				t.Errorf("a reader looked only %d times", times)
			}
		}
	})
}

// watch keeps answers as a cache does, as long as others write.
func watch(t *testing.T, s *kit.Store, of *models.Account, writing *atomic.Bool) (times int) {
	kept, err := look(t.Context(), s, of)
	for last := false; err == nil; times++ {
		if last = last || !writing.Load(); last && times > 1 {
			break
		}
		var now snapshot
		if now, err = look(t.Context(), s, of); err != nil {
			break
		}
		after, failed := look(t.Context(), s, of)
		if err = failed; after.mark == now.mark && after.mark == kept.mark && now.shown != kept.shown {
			t.Errorf("one mark %v, two contents:\n%s\n%s", kept.mark, kept.shown, now.shown)
			break
		}
		kept = now
	}
	if err != nil {
		t.Error(err)
	}
	return times
}

func chatter(t *testing.T, s *kit.Store, by *models.Account, first *models.Status, times int) {
	ctx := t.Context()
	for i := range times {
		before, err := s.SiteMark(ctx)
		if err != nil {
			t.Error(err)
		}
		st, err := s.Publish(ctx, by, models.Draft{Text: fmt.Sprintf("%s %d #tea", by.Name, i), ReplyToID: first.ID})
		if after, _ := s.SiteMark(ctx); err == nil && after == before {
			t.Errorf("%s does not see the own status: the mark is still %v", by.Name, after)
		}
		if err == nil && i%3 == 1 {
			_, err = s.Edit(ctx, by, st.ID, models.Draft{Text: fmt.Sprintf("%s %d, edited", by.Name, i)})
		}
		if err == nil && i%3 == 2 {
			err = s.Withdraw(ctx, by, st.ID)
		}
		if err == nil && by.ID == first.AccountID {
			_, err = s.Edit(ctx, by, first.ID, models.Draft{Text: fmt.Sprintf("tea %d?", i)})
		}
		if err != nil {
			t.Errorf("%s: %v", by.Name, err)
			return
		}
	}
}

func TestTwoWhoAnswerEachOtherNeverBlock(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		firsts := []*models.Status{say(t, s, crowd[0], "a"), say(t, s, crowd[1], "b")}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		deadlocks := deadlocks(t, s)
		together(4, func(i int) {
			for n := range 50 {
				_, err := s.Publish(ctx, crowd[i%2], models.Draft{Text: fmt.Sprint(n), ReplyToID: firsts[1-i%2].ID})
				if err != nil {
					t.Errorf("answer %d: %v", n, err)
					return
				}
			}
		})
		same(t, "statuses", count(t, s, "SELECT COUNT(*) FROM statuses"), 202)
		same(t, "deadlocks", deadlocks(), 0)
	})
}

// deadlocks starts to count the transactions that PostgreSQL has to end because they wait for each other.
func deadlocks(t *testing.T, s *kit.Store) func() int64 {
	t.Helper()
	now := func() int64 {
		if !s.IsPostgres() {
			return 0
		}
		return count(t, s, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
	}
	before := now()
	return func() int64 {
		if s.IsPostgres() {
			time.Sleep(1100 * time.Millisecond) // PostgreSQL tells its figures once a second
		}
		return now() - before
	}
}

// Everything an account can do at once, from several windows, ends well.
func TestOnePersonInManyWindows(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		first := say(t, s, ann, "first")
		together(6, func(i int) {
			for n := range 10 {
				var err error
				switch i % 3 {
				case 0:
					_, err = s.Publish(t.Context(), ann, models.Draft{Text: fmt.Sprint(i, n), ReplyToID: first.ID})
				case 1:
					err = s.Describe(t.Context(), ann, models.Profile{Bio: fmt.Sprint(i, n)})
				case 2:
					_, err = s.Edit(t.Context(), ann, first.ID, models.Draft{Text: fmt.Sprintf("#w%d", i*100+n)})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		kept, err := s.Status(t.Context(), nil, "ann", first.ID)
		ok(t, err)
		same(t, "tags", count(t, s, "SELECT COUNT(*) FROM labels"), 1)
		same(t, "its tag", len(read(t, s, nil, models.Stream{Kind: models.TagLabel, Word: kept.Text[1:]})), 1)
	})
}
