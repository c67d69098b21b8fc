package models_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"marquee/models"
	"marquee/tests/kit"
)

const day = 24 * time.Hour

func loggedIn(t *testing.T, s *kit.Store, token string) bool {
	t.Helper()
	session, a, err := s.Session(t.Context(), token)
	ok(t, err)
	if (session == nil) != (a == nil) {
		t.Errorf("half a session: %v, %v", session, a)
	}
	return session != nil
}

func TestSessionBelongsToItsAccount(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		agent := "Lynx\n\x00\xff" + strings.Repeat("é", 200)
		token, err := s.StartSession(t.Context(), ann, agent, "net")
		ok(t, err)
		session, a, err := s.Session(t.Context(), token)
		ok(t, err)
		same(t, "account", a.Name, "ann")
		if !utf8.ValidString(session.Agent) || !strings.HasPrefix(session.Agent, "Lynx") || len(session.Agent) > 130 {
			t.Errorf("the agent is kept as %q", session.Agent)
		}
		if found := everywhere(t, s, token); len(found) > 0 {
			t.Errorf("the token can be read in %v", found)
		}
		for _, other := range []string{"", "x", session.Hash, token + "x", "\x00\xff"} {
			same(t, "a wrong token", loggedIn(t, s, other), false)
		}
	})
}

func TestSessionEndsAfter30DaysUnused(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		token, err := s.StartSession(t.Context(), ann, "", "")
		ok(t, err)
		s.Clock.Add(30*day - time.Second)
		same(t, "just before", loggedIn(t, s, token), true)
		s.Clock.Add(29 * day)
		same(t, "used meanwhile", loggedIn(t, s, token), true)
		s.Clock.Add(30 * day)
		same(t, "unused", loggedIn(t, s, token), false)
		ok(t, s.Sweep(t.Context()))
		same(t, "sessions after a sweep", count(t, s, "SELECT COUNT(*) FROM sessions"), 0)
	})
}

func TestSessionEndsAfter180DaysUsedOrNot(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		token, err := s.StartSession(t.Context(), ann, "", "")
		ok(t, err)
		for used := time.Duration(0); used < 175*day; used += 25 * day {
			same(t, used.String(), loggedIn(t, s, token), true)
			s.Clock.Add(25 * day)
		}
		same(t, "after 175 days", loggedIn(t, s, token), true)
		s.Clock.Add(5 * day)
		same(t, "after 180 days", loggedIn(t, s, token), false)
	})
}

func TestReadingASessionSeldomWrites(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		token, err := s.StartSession(t.Context(), ann, "", "")
		ok(t, err)
		for _, c := range []struct {
			wait   time.Duration
			writes int
		}{{time.Hour, 0}, {day, 1}, {time.Hour, 0}} {
			s.Clock.Add(c.wait)
			writes := 0
			for _, statement := range kit.Queries(t, s, func() { loggedIn(t, s, token) }) {
				if strings.HasPrefix(statement, "UPDATE") {
					writes++
				}
			}
			same(t, "writes", writes, c.writes)
		}
	})
}

func TestEndingSessions(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		var tokens []string
		for _, a := range []*models.Account{ann, ann, ann, bob} {
			s.Clock.Add(time.Second)
			token, err := s.StartSession(t.Context(), a, "Lynx", "net")
			ok(t, err)
			tokens = append(tokens, token)
		}
		list, err := s.Sessions(t.Context(), ann)
		ok(t, err)
		here, _, err := s.Session(t.Context(), tokens[2])
		ok(t, err)
		same(t, "sessions", len(list), 3)
		same(t, "the newest first", list[0].Hash, here.Hash)
		ok(t, s.EndSession(t.Context(), bob, here.Hash))
		same(t, "ended by somebody else", loggedIn(t, s, tokens[2]), true)
		ok(t, s.EndSession(t.Context(), ann, list[2].Hash))
		same(t, "ended by its owner", loggedIn(t, s, tokens[0]), false)
		ok(t, s.EndOtherSessions(t.Context(), ann, here))
		for i, want := range []bool{false, false, true, true} {
			same(t, "who is still there", loggedIn(t, s, tokens[i]), want)
		}
	})
}
