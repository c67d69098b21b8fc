package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func notices(t *testing.T, s *kit.Store, of *models.Account) []models.Notice {
	t.Helper()
	list, err := s.Notices(t.Context(), of)
	ok(t, err)
	return list
}

// kinds says what each notice is about, newest first.
func kinds(list []models.Notice) []string {
	said := []string{}
	for _, n := range list {
		said = append(said, n.Kind+" "+n.Status.Account.Name)
	}
	return said
}

func TestPeopleAreTold(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		ann, bob, cat := crowd[0], crowd[1], crowd[2]
		first := say(t, s, ann, "tea?")
		answer(t, s, bob, first, "yes ~ann and ~cat and ~nobody_here")
		answer(t, s, ann, first, "I ~ann also say yes")
		say(t, s, cat, "psst ~BOB")
		publish(t, s, bob, models.Draft{Text: "private ~ann ~cat", Visibility: models.Private, ReplyToID: first.ID})
		runJobs(t, s)
		same(t, "ann", kinds(notices(t, s, ann)), []string{"answer bob"})
		same(t, "bob", kinds(notices(t, s, bob)), []string{"mention cat"})
		same(t, "cat", kinds(notices(t, s, cat)), []string{"mention bob"})
		same(t, "all", count(t, s, "SELECT COUNT(*) FROM notices"), 3)
	})
}

func TestToldTwiceIsOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		st := say(t, s, crowd[0], "hi ~bob")
		jobs, err := s.ClaimJobs(t.Context(), 5)
		ok(t, err)
		together(4, func(int) {
			if err := s.Notify(t.Context(), jobs[0]); err != nil {
				t.Error(err)
			}
		})
		edit(t, s, crowd[0], st, models.Draft{Text: "hi again ~bob"})
		ok(t, s.FinishJob(t.Context(), jobs[0], nil))
		runJobs(t, s)
		same(t, "notices", len(notices(t, s, crowd[1])), 1)
	})
}

func TestNewsUntilRead(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		news := func() bool { return again(t, s, bob).HasNews() }
		if news() {
			t.Error("bob has news before anything happened")
		}
		say(t, s, ann, "hi ~bob")
		runJobs(t, s)
		if !news() {
			t.Error("bob has no news although he was named")
		}
		s.Clock.Add(time.Second)
		ok(t, s.ReadNotices(t.Context(), bob))
		if news() {
			t.Error("bob has news after reading them")
		}
	})
}

func TestNoticeOfWhatBecamePrivateIsHidden(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		st := say(t, s, ann, "hi ~bob")
		runJobs(t, s)
		edit(t, s, ann, st, models.Draft{Text: "hi ~bob", Visibility: models.Private})
		same(t, "notices", len(notices(t, s, bob)), 0)
		late := say(t, s, ann, "hi ~bob")
		edit(t, s, ann, late, models.Draft{Text: "hi ~bob", Visibility: models.Private})
		runJobs(t, s)
		same(t, "notices", count(t, s, "SELECT COUNT(*) FROM notices WHERE status_id = $1", late.ID), 0)
	})
}

func TestEditedMentionIsTold(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		st := say(t, s, crowd[0], "hi")
		edit(t, s, crowd[0], st, models.Draft{Text: "hi ~bob"})
		runJobs(t, s)
		same(t, "bob", kinds(notices(t, s, crowd[1])), []string{"mention ann"})
	})
}

// Two jobs that tell the same two people must not wait for each other for ever.
func TestManyAreToldAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "dan", "eve", "fay")
		for range 60 {
			say(t, s, crowd[0], "~bob ~cat ~dan ~eve ~fay")
		}
		jobs, err := s.ClaimJobs(t.Context(), 60)
		ok(t, err)
		together(6, func(i int) {
			for j := i; j < len(jobs); j += 6 {
				if err := s.Notify(t.Context(), jobs[j]); err != nil {
					t.Error(err)
				}
			}
		})
		same(t, "notices", count(t, s, "SELECT COUNT(*) FROM notices"), 300)
	})
}
