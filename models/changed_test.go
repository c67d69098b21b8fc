package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// moments is what Last-Modified is made of.
type moments struct{ Stream, Ann, Tea, Cosy, Milk models.Instant }

func changedAt(t *testing.T, s *kit.Store) (m moments) {
	t.Helper()
	var err error
	m.Stream, err = s.StreamChanged(t.Context())
	ok(t, err)
	m.Ann = again(t, s, &models.Account{Name: "ann"}).ChangedAt
	for _, l := range []struct {
		kind, word string
		at         *models.Instant
	}{{models.TagLabel, "tea", &m.Tea}, {models.MoodLabel, "cosy", &m.Cosy}, {models.TagLabel, "milk", &m.Milk}} {
		*l.at, err = s.LabelChanged(t.Context(), l.kind, l.word)
		ok(t, err)
	}
	return m
}

func TestWhenThingsLastChanged(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		var st *models.Status
		was := changedAt(t, s)
		for _, step := range []struct {
			name string
			do   func()
			want func(now models.Instant, m *moments) // what is set to now
		}{
			{
				"publish", func() { st = publish(t, s, ann, models.Draft{Text: "#tea", Mood: "snug"}) },
				func(now models.Instant, m *moments) { m.Stream, m.Ann, m.Tea, m.Cosy = now, now, now, now },
			},
			{"an answer", func() { answer(t, s, bob, st, "mm") }, func(now models.Instant, m *moments) { m.Stream = now }},
			{"a private one", func() {
				publish(t, s, ann, models.Draft{Text: "#tea #milk", Mood: "cosy", Visibility: models.Private})
			}, nil},
			{
				"an edit", func() { edit(t, s, ann, st, models.Draft{Text: "#milk", Mood: "cosy"}) },
				func(now models.Instant, m *moments) { m.Stream, m.Ann, m.Tea, m.Cosy, m.Milk = now, now, now, now, now },
			},
			{
				"public to private", func() { edit(t, s, ann, st, models.Draft{Text: "#milk", Mood: "cosy", Visibility: models.Private}) },
				func(now models.Instant, m *moments) { m.Stream, m.Ann, m.Cosy, m.Milk = now, now, now, now },
			},
			{"a private edit", func() { edit(t, s, ann, st, models.Draft{Text: "#tea", Visibility: models.Private}) }, nil},
			{
				"private to public", func() { edit(t, s, ann, st, models.Draft{Text: "#tea", Visibility: models.Public}) },
				func(now models.Instant, m *moments) { m.Stream, m.Ann, m.Tea = now, now, now },
			},
			{
				"withdraw", func() { ok(t, s.Withdraw(t.Context(), ann, st.ID)) },
				func(now models.Instant, m *moments) { m.Stream, m.Ann, m.Tea = now, now, now },
			},
			{"a session", func() { _, err := s.StartSession(t.Context(), ann, "", ""); ok(t, err) }, nil},
		} {
			s.Clock.Add(time.Hour)
			step.do()
			if step.want != nil {
				step.want(models.At(s.Now()), &was)
			}
			same(t, step.name, changedAt(t, s), was)
		}
	})
}

func TestErasingAnAccountChangesEveryList(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		say(t, s, cast.Bob, "#tea")
		s.Clock.Add(time.Hour)
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		now := changedAt(t, s)
		same(t, "stream and tag", []models.Instant{now.Stream, now.Tea}, []models.Instant{models.At(s.Now()), models.At(s.Now())})
	})
}

func TestStatusChangedAt(t *testing.T) {
	same(t, "fresh", (&models.Status{PublishedAt: 5}).ChangedAt(), 5)
	same(t, "edited", (&models.Status{PublishedAt: 5, EditedAt: 9}).ChangedAt(), 9)
}
