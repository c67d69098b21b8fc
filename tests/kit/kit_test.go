package kit_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

func TestEachStoreIsFresh(t *testing.T) {
	for range 2 {
		kit.Each(t, func(t *testing.T, s *kit.Store) {
			cast := kit.Cast(t, s)
			if cast.Ann.Role != models.RoleWebmaster || cast.Bob.Role != "" {
				t.Errorf("ann is %q and bob is %q, want only ann to be webmaster", cast.Ann.Role, cast.Bob.Role)
			}
			people, err := s.Accounts(t.Context())
			if err != nil || len(people) != 2 {
				t.Errorf("%d people are here (%v), want 2: zoe is far away", len(people), err)
			}
		})
	}
}

func TestClockMovesTheStore(t *testing.T) {
	s := kit.SQLite(t)
	s.Clock.Add(time.Hour)
	if got, want := s.Now(), kit.Start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("the store thinks it is %v, want %v", got, want)
	}
}

func TestQueriesCountsWhatRan(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		got := kit.Queries(t, s, func() {
			if _, err := s.Site(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		if len(got) != 1 || got[0] != "SELECT * FROM site WHERE id = 1" {
			t.Errorf("the statements are %q, want the one that reads the site", got)
		}
	})
}
