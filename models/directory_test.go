package models_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// everyone reads the directory page by page to its end.
func everyone(t *testing.T, s *kit.Store, order string) (names []string, pages int) {
	t.Helper()
	for after := ""; pages < 10; pages++ {
		people, err := s.Directory(t.Context(), order, after)
		ok(t, err)
		for _, a := range people.Accounts {
			names = append(names, a.Name)
		}
		if after = people.After; after == "" {
			return names, pages + 1
		}
	}
	t.Fatal("the directory has no end")
	return nil, 0
}

func TestDirectoryPages(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		var names []string
		for i := range 120 {
			names = append(names, fmt.Sprintf("p%03d_%d", (i*37)%120, i%3))
		}
		for i, name := range names {
			kit.Crowd(t, s, name)
			if i%4 == 0 {
				s.Clock.Add(time.Second)
			}
		}
		newest := slices.Clone(names)
		slices.Reverse(newest)
		byName := slices.Sorted(slices.Values(names))
		for order, want := range map[string][]string{models.ByName: byName, models.ByNewest: newest, models.Unanswered: nil} {
			got, pages := everyone(t, s, order)
			same(t, order, got, want)
			same(t, order+", pages", pages, (len(want)+49)/50+btoi(len(want) == 0))
		}
		for _, order := range []string{models.ByName, models.ByNewest, models.Unanswered} {
			beyond, err := s.Directory(t.Context(), order, "zzz")
			ok(t, err)
			same(t, order+" beyond the end", len(beyond.Accounts), 0)
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestUnansweredUntilSomebodyElseAnswers(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob := cast.Ann, cast.Bob
		waiting := func(what string, want ...string) {
			t.Helper()
			got, _ := everyone(t, s, models.Unanswered)
			same(t, what, got, want)
		}
		waiting("nobody spoke")
		publish(t, s, ann, models.Draft{Text: "psst", Visibility: models.Private})
		waiting("only in private")
		first := say(t, s, ann, "hello?")
		waiting("ann spoke", "ann")
		answer(t, s, ann, first, "I answer myself")
		publish(t, s, bob, models.Draft{Text: "psst", Visibility: models.Private, ReplyToID: first.ID})
		waiting("no answer that she sees", "ann")
		answer(t, s, bob, first, "hello!")
		waiting("bob answered", "bob")
	})
}

func TestRandomAndEverybodyAreThoseWhoSpoke(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		_, err := s.Random(t.Context())
		refused(t, err, models.Missing, "error.no_account")
		kit.Cast(t, s)
		crowd := kit.Crowd(t, s, "cat", "dan", "eve", "fay")
		_, err = s.Random(t.Context())
		refused(t, err, models.Missing, "error.no_account")
		publish(t, s, crowd[0], models.Draft{Text: "psst", Visibility: models.Private})
		say(t, s, crowd[1], "dan speaks")
		say(t, s, crowd[3], "fay speaks")
		gone := say(t, s, crowd[2], "eve thinks better of it")
		ok(t, s.Withdraw(t.Context(), crowd[2], gone.ID))
		drawn := map[string]int{}
		for range 100 {
			a, err := s.Random(t.Context())
			ok(t, err)
			drawn[a.Name]++
		}
		if len(drawn) != 2 || drawn["dan"] == 0 || drawn["fay"] == 0 {
			t.Errorf("drawn %v, want dan and fay", drawn)
		}
		list, err := s.Everybody(t.Context())
		ok(t, err)
		var names []string
		for _, a := range list {
			names = append(names, a.Name)
		}
		same(t, "everybody", names, []string{"ann", "bob", "cat", "dan", "eve", "fay"})
	})
}
