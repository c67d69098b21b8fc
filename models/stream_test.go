package models_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// walk reads a stream page by page to its end.
func walk(t *testing.T, s *kit.Store, viewer *models.Account, stream models.Stream) (ids []int64, pages int) {
	t.Helper()
	for pages < 20 {
		page, err := s.Read(t.Context(), viewer, stream)
		ok(t, err)
		pages++
		for _, st := range page.Statuses {
			ids = append(ids, st.ID)
		}
		if page.Older == 0 {
			return ids, pages
		}
		stream.Before = page.Older
	}
	t.Fatal("the stream has no end")
	return nil, 0
}

func TestPagesHaveNoGapAndNoRepeat(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		var want []int64
		for i := range 50 {
			want = append(want, publish(t, s, ann, models.Draft{Text: "#tea", Mood: "snug"}).ID)
			if i%10 > 6 { // the others share their moment with many
				s.Clock.Add(time.Second)
			}
			if i%5 == 0 {
				publish(t, s, bob, models.Draft{Text: "#tea", Mood: "snug", Visibility: models.Private})
			}
		}
		slices.Reverse(want)
		for _, stream := range []models.Stream{
			{}, {Account: ann}, {Kind: models.TagLabel, Word: "tea"}, {Kind: models.MoodLabel, Word: "cosy"},
		} {
			for _, viewer := range []*models.Account{nil, ann} {
				got, pages := walk(t, s, viewer, stream)
				same(t, fmt.Sprintf("%+v", stream), got, want)
				same(t, "pages", pages, 3)
			}
		}
	})
}

func TestPagesOfExactlyOnePage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for range models.PageSize {
			say(t, s, ann, "hi")
		}
		ids, pages := walk(t, s, nil, models.Stream{})
		same(t, "statuses, pages", []int{len(ids), pages}, []int{models.PageSize, 1})
		for _, before := range []int64{ids[len(ids)-1], 12345, -1} {
			page, err := s.Read(t.Context(), nil, models.Stream{Before: before})
			ok(t, err)
			same(t, fmt.Sprintf("beyond %d", before), []int64{int64(len(page.Statuses)), page.Older}, []int64{0, 0})
		}
	})
}

func TestBeforeAWithdrawnStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		say(t, s, ann, "old")
		s.Clock.Add(time.Second)
		gone := say(t, s, ann, "gone")
		s.Clock.Add(time.Second)
		say(t, s, ann, "new")
		ok(t, s.Withdraw(t.Context(), ann, gone.ID))
		same(t, "before the withdrawn", texts(read(t, s, nil, models.Stream{Before: gone.ID})), []string{"old"})
	})
}

func TestPrivateIsOnlyForItsOwner(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		open := say(t, s, bob, "open")
		s.Clock.Add(time.Second)
		secret := publish(t, s, ann, models.Draft{Text: "secret #tea ~bob", Mood: "snug", Visibility: models.Private, ReplyToID: open.ID})
		s.Clock.Add(time.Second)
		loud := answer(t, s, ann, secret, "loud")
		runJobs(t, s)

		for _, viewer := range []*models.Account{nil, bob, ann} {
			owner := viewer == ann
			for _, stream := range []models.Stream{{}, {Kind: models.TagLabel, Word: "tea"}, {Kind: models.MoodLabel, Word: "cosy"}} {
				has(t, fmt.Sprintf("%+v", stream), read(t, s, viewer, stream), secret, false)
			}
			page := read(t, s, viewer, models.Stream{Account: ann})
			has(t, "ann's page", page, secret, owner)
			has(t, "ann's page", page, loud, true)
			same(t, "context is shown", page[0].ReplyTo != nil, owner)
			answers, err := s.Answers(t.Context(), viewer, open)
			ok(t, err)
			has(t, "answers", answers, secret, false)
			_, err = s.Status(t.Context(), viewer, "ann", secret.ID)
			same(t, "permalink is shown", err == nil, owner)
			st, err := s.Status(t.Context(), viewer, "ann", loud.ID)
			ok(t, err)
			same(t, "context of the permalink is shown", st.ReplyTo != nil, owner)
		}
		latest, err := s.Latest(t.Context(), ann)
		ok(t, err)
		same(t, "latest", latest.Text, "loud")
		same(t, "bob's notices", len(notices(t, s, bob)), 0)
		moods, err := s.WeekOfMoods(t.Context())
		ok(t, err)
		same(t, "moods", moods, map[string]int{})
	})
}

func has(t *testing.T, where string, list []models.Status, st *models.Status, want bool) {
	t.Helper()
	got := slices.ContainsFunc(list, func(o models.Status) bool { return o.ID == st.ID })
	if got != want {
		t.Errorf("%s: %q is there: %v, want %v", where, st.Text, got, want)
	}
}

func TestStatusStandsUnderItsOwnersName(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		st := say(t, s, crowd[0], "hi")
		_, err := s.Status(t.Context(), nil, "bob", st.ID)
		refused(t, err, models.Missing, "error.no_status")
		_, err = s.Status(t.Context(), nil, "ann", st.ID+1)
		refused(t, err, models.Missing, "error.no_status")
	})
}

func TestAnswersOldestFirst(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		first := say(t, s, crowd[0], "tea?")
		for _, text := range []string{"one", "two", "three"} {
			answer(t, s, crowd[1], first, text)
		}
		answers, err := s.Answers(t.Context(), nil, first)
		ok(t, err)
		same(t, "answers", texts(answers), []string{"one", "two", "three"})
		same(t, "by", answers[0].Account.Name, "bob")
	})
}

func TestWeekOfMoodsCountsFamilies(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for _, mood := range []string{"snug", "cosy", "", "happy"} {
			publish(t, s, ann, models.Draft{Text: "hi", Mood: mood})
		}
		moods, err := s.WeekOfMoods(t.Context())
		ok(t, err)
		same(t, "moods", moods, map[string]int{"cosy": 2, "happy": 1})
	})
}
