package models_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// busy makes a site on which every list has something to show.
func busy(t *testing.T, s *kit.Store) (people []*models.Account, first *models.Status) {
	t.Helper()
	people = kit.Crowd(t, s, "ann", "bob", "cat", "dan", "eve")
	first = publish(t, s, people[0], models.Draft{Text: "tea? #tea", Mood: "snug"})
	for i := range 30 {
		s.Clock.Add(time.Second)
		publish(t, s, people[i%5], models.Draft{Text: "#tea ~ann", Mood: "snug", Face: "🍵", ReplyToID: first.ID})
		sign(t, s, people[0], people[i%5], s.Now().String())
	}
	runJobs(t, s)
	return people, first
}

// reads is every list and page that somebody may ask for, and the most queries it may cost.
func reads(t *testing.T, s *kit.Store, ann *models.Account, first *models.Status, token string) map[string]struct {
	most int
	do   func() error
} {
	ctx := t.Context()
	type reading = struct {
		most int
		do   func() error
	}
	stream := func(viewer *models.Account, st models.Stream) func() error {
		return func() error { _, err := s.Read(ctx, viewer, st); return err }
	}
	return map[string]reading{
		"everybody":       {3, stream(nil, models.Stream{})},
		"everybody, more": {4, stream(nil, models.Stream{Before: first.ID + 25})},
		"a page":          {3, stream(nil, models.Stream{Account: ann})},
		"a page, more":    {4, stream(nil, models.Stream{Account: ann, Before: first.ID + 25})},
		"her own page":    {3, stream(ann, models.Stream{Account: ann})},
		"a tag":           {3, stream(nil, models.Stream{Kind: models.TagLabel, Word: "tea"})},
		"a tag, more":     {4, stream(nil, models.Stream{Kind: models.TagLabel, Word: "tea", Before: first.ID + 25})},
		"a mood":          {3, stream(nil, models.Stream{Kind: models.MoodLabel, Word: "cosy"})},
		"a status":        {3, func() error { _, err := s.Status(ctx, nil, "ann", first.ID); return err }},
		"answers":         {3, func() error { _, err := s.Answers(ctx, nil, first); return err }},
		"latest":          {1, func() error { _, err := s.Latest(ctx, ann); return err }},
		"guestbook":       {2, func() error { _, err := s.Entries(ctx, ann, 0); return err }},
		"guestbook, more": {2, func() error { _, err := s.Entries(ctx, ann, 20); return err }},
		"entries waiting": {2, func() error { _, err := s.WaitingEntries(ctx, ann, 20); return err }},
		"waiting, mine":   {2, func() error { _, err := s.WaitingBy(ctx, ann, ann); return err }},
		"latest entries":  {2, func() error { _, err := s.LatestEntries(ctx, ann, 5); return err }},
		"count waiting":   {1, func() error { _, err := s.CountWaiting(ctx, ann); return err }},
		"an entry":        {3, func() error { _, err := s.Entry(ctx, nil, "ann", 1); return err }},
		"notices":         {4, func() error { _, err := s.Notices(ctx, ann); return err }},
		"session":         {2, func() error { _, _, err := s.Session(ctx, token); return err }},
		"account":         {1, func() error { _, err := s.Account(ctx, "ann"); return err }},
		"no account":      {2, func() error { s.Account(ctx, "nobody_here"); return nil }},
		"marks":           {0, func() error { _, err := s.SiteMark(ctx); return err }},
		"stream changed":  {1, func() error { _, err := s.StreamChanged(ctx); return err }},
		"label changed":   {2, func() error { _, err := s.LabelChanged(ctx, models.TagLabel, "tea"); return err }},
		"by name":         {1, func() error { _, err := s.Directory(ctx, models.ByName, "bob"); return err }},
		"by newest":       {2, func() error { _, err := s.Directory(ctx, models.ByNewest, "bob"); return err }},
		"unanswered":      {2, func() error { _, err := s.Directory(ctx, models.Unanswered, "bob"); return err }},
		"random":          {2, func() error { _, err := s.Random(ctx); return err }},
		"week of moods":   {1, func() error { _, err := s.WeekOfMoods(ctx); return err }},
		"last faces":      {1, func() error { _, err := s.LastFaces(ctx, ann); return err }},
		"top friends":     {1, func() error { _, err := s.TopFriends(ctx, ann); return err }},
		"hits":            {1, func() error { _, err := s.Hits(ctx, &models.Account{ID: ann.ID, Counting: true}); return err }},
		"own tags":        {1, func() error { _, err := s.OwnTags(ctx, ann); return err }},
		"restorable":      {1, func() error { _, err := s.Restorable(ctx, ann, "ann", first.ID); return err }},
		"idle worker":     {1, func() error { _, err := s.Due(ctx); return err }},
	}
}

func TestEveryReadCostsFewQueries(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		people, first := busy(t, s)
		token, err := s.StartSession(t.Context(), people[0], "", "")
		ok(t, err)
		for name, r := range reads(t, s, people[0], first, token) {
			queries := kit.Queries(t, s, func() { ok(t, r.do()) })
			if len(queries) > r.most {
				t.Errorf("%s costs %d queries, want at most %d:\n%s", name, len(queries), r.most, strings.Join(queries, "\n"))
			}
		}
	})
}

// growing is a step of SQLite's plan whose cost grows with the table: a whole table read, or sorted
// instead of walked in the order of an index.
var growing = regexp.MustCompile(`^SCAN (statuses|s|accounts|labels|l|notices|sessions|jobs|peers|throttles|t|counters|entries)\b|TEMP B-TREE`)

func TestNoReadGrowsWithTheTable(t *testing.T) {
	s := kit.SQLite(t)
	people, first := busy(t, s)
	token, err := s.StartSession(t.Context(), people[0], "", "")
	ok(t, err)
	for name, r := range reads(t, s, people[0], first, token) {
		for _, query := range kit.Queries(t, s, func() { ok(t, r.do()) }) {
			for _, step := range plan(t, s, query) {
				walks := strings.Contains(step, "USING") && strings.Contains(query, "LIMIT")
				if growing.MatchString(step) && !walks {
					t.Errorf("%s: %s\n%s", name, step, query)
				}
			}
		}
	}
}

func plan(t *testing.T, s *kit.Store, query string) (steps []string) {
	t.Helper()
	rows, err := s.DB.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+strings.ReplaceAll(query, `"`, "'"))
	ok(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		ok(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	ok(t, rows.Err())
	return steps
}
