package models

import (
	"context"
	"time"
)

// diaryMost is how many moods of one year are shown; nobody has felt more.
const diaryMost = 20_000

// weekMost is how many statuses say how the site feels: enough for any proportion, and cheap to count.
const weekMost = 2000

var errMoodsPrivate = &Error{Kind: Forbidden, Text: "error.moods_private"}

// Diary is what an account felt in one year (UTC), oldest first; First and Last are the years in which it felt anything.
type Diary struct {
	Year, First, Last int
	Statuses          []Status
}

// MoodsOf is one year of the account's moods as the viewer (nil: a guest) may see them; year 0 is the last one in which
// it felt anything. Forbidden when the account keeps them to itself.
func (s *Store) MoodsOf(ctx context.Context, viewer, a *Account, year int) (Diary, error) {
	own := viewer != nil && viewer.ID == a.ID
	if a.MoodsPrivate && !own {
		return Diary{}, errMoodsPrivate
	}
	felt := " FROM statuses WHERE account_id = ? AND withdrawn_at = 0 AND mood <> ''"
	if !own {
		felt += " AND visibility = 'public'"
	}
	// From both ends of the index: a mood is seldom far from there.
	var span struct{ First, Last Instant }
	err := s.read.WithContext(ctx).Raw(`SELECT COALESCE((SELECT published_at`+felt+` ORDER BY published_at, id LIMIT 1), 0) AS first,
		COALESCE((SELECT published_at`+felt+` ORDER BY published_at DESC, id DESC LIMIT 1), 0) AS last`, a.ID, a.ID).Scan(&span).Error
	if err != nil {
		return Diary{}, err
	}
	d := Diary{Year: year, First: span.First.Time().Year(), Last: span.Last.Time().Year()}
	if span.Last.IsZero() {
		d.First, d.Last = a.CreatedAt.Time().Year(), a.CreatedAt.Time().Year()
	}
	if year == 0 {
		d.Year = d.Last
	}
	begin := time.Date(d.Year, 1, 1, 0, 0, 0, 0, time.UTC)
	err = s.read.WithContext(ctx).Raw("SELECT *"+felt+" AND published_at >= ? AND published_at < ? ORDER BY published_at, id LIMIT ?",
		a.ID, At(begin), At(begin.AddDate(1, 0, 0)), diaryMost).Scan(&d.Statuses).Error
	for i := range d.Statuses {
		d.Statuses[i].Account = a
	}
	return d, err
}

// WeekOfMoods is how the site felt in the last seven days: how often each family of moods was picked in public.
func (s *Store) WeekOfMoods(ctx context.Context) (map[string]int, error) {
	var picked []string
	err := s.read.WithContext(ctx).Raw(`SELECT mood FROM statuses WHERE visibility = 'public' AND withdrawn_at = 0 AND published_at > ?
		ORDER BY published_at DESC, id DESC LIMIT ?`, s.instant().Add(-7*24*time.Hour), weekMost).Scan(&picked).Error
	families := map[string]int{}
	for _, mood := range picked {
		if family := (&Status{Mood: mood}).Family(); family != "" {
			families[family]++
		}
	}
	return families, err
}
