package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestTokensMadeByHand(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		for name, want := range map[string]string{"": "error.token_name", " \u200b ": "error.token_name", strings.Repeat("a", 81): "error.token_name_long"} {
			_, err := s.CreateToken(t.Context(), cast.Bob, name, []string{"create"})
			refused(t, err, models.Invalid, want)
		}
		for _, scopes := range [][]string{nil, {"root"}, {"create update"}} {
			_, err := s.CreateToken(t.Context(), cast.Bob, "curl", scopes)
			refused(t, err, models.Invalid, "error.token_scope")
		}
		secret, err := s.CreateToken(t.Context(), cast.Bob, " my\n script ", []string{"media", "create", "root"})
		ok(t, err)
		same(t, "what is kept of it", everywhere(t, s, secret), []string{})
		list, err := s.Tokens(t.Context(), cast.Bob)
		ok(t, err)
		same(t, "the list", fmt.Sprint(len(list), list[0].Name, list[0].Scope, list[0].ClientID == "", list[0].UsedAt), "1my scriptcreate mediatrue 0")
		others, err := s.Tokens(t.Context(), cast.Ann)
		ok(t, err)
		same(t, "what others see of it", len(others), 0)
		ok(t, s.RevokeToken(t.Context(), cast.Ann, list[0].ID))
		same(t, "what others revoke of it", opens(t, s, secret), true)
		ok(t, s.RevokeToken(t.Context(), cast.Bob, list[0].ID))
		ok(t, s.RevokeToken(t.Context(), cast.Bob, list[0].ID))
		same(t, "opens when it is revoked", opens(t, s, secret), false)
	})
}

// The day of the last use is written once a day, not with each use.
func TestTokensSayWhenTheyWereUsed(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		secret, err := s.CreateToken(t.Context(), bob, "curl", []string{"create"})
		ok(t, err)
		used := func() models.Instant {
			list, err := s.Tokens(t.Context(), bob)
			ok(t, err)
			return list[0].UsedAt
		}
		first := models.At(s.Now())
		opens(t, s, secret)
		same(t, "used", used(), first)
		s.Clock.Add(time.Hour)
		opens(t, s, secret)
		same(t, "used an hour later", used(), first)
		s.Clock.Add(23 * time.Hour)
		opens(t, s, secret)
		same(t, "used a day later", used(), models.At(s.Now()))
	})
}

func TestOldestTokensMakeRoom(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		anns, err := s.CreateToken(t.Context(), cast.Ann, "ann's", []string{"create"})
		ok(t, err)
		var secrets []string
		for i := range 101 {
			secret, err := s.CreateToken(t.Context(), cast.Bob, fmt.Sprint(i), []string{"create"})
			ok(t, err)
			secrets = append(secrets, secret)
		}
		same(t, "open", []bool{opens(t, s, secrets[0]), opens(t, s, secrets[1]), opens(t, s, secrets[100]), opens(t, s, anns)}, []bool{false, true, true, true})
	})
}
