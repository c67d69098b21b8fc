package models_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func signUp(t *testing.T, s *kit.Store, name, password, network string) (*models.Account, []string, error) {
	return s.SignUp(t.Context(), models.Newcomer{Name: name, Password: password, Network: network})
}

func TestSignUpRefuses(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.Cast(t, s)
		for _, c := range []struct {
			name, password string
			kind           models.Kind
			text           string
		}{
			{"", kit.Password, models.Invalid, "error.name_empty"},
			{"x", kit.Password, models.Invalid, "error.name_form"},
			{strings.Repeat("x", 31), kit.Password, models.Invalid, "error.name_form"},
			{"zoé", kit.Password, models.Invalid, "error.name_form"},
			{"a b", kit.Password, models.Invalid, "error.name_form"},
			{"a-b", kit.Password, models.Invalid, "error.name_form"},
			{"cat\n", kit.Password, 0, ""}, // space around is forgiven, see below
			{"a\x00b", kit.Password, models.Invalid, "error.name_form"},
			{"admin", kit.Password, models.Invalid, "error.name_reserved"},
			{"Webmaster", kit.Password, models.Invalid, "error.name_reserved"},
			{"___", kit.Password, models.Invalid, "error.name_reserved"},
			{"bob", kit.Password, models.Conflict, "error.name_taken"},
			{" ~BOB ", kit.Password, models.Conflict, "error.name_taken"},
			{"dan", "short", models.Invalid, "error.password_short"},
			{"dan", "", models.Invalid, "error.password_short"},
			{"dan", strings.Repeat("long", 65), models.Invalid, "error.password_long"},
			{"dan", "password123", models.Invalid, "error.password_common"},
			{"dan", "DanDanDan", models.Invalid, "error.password_common"},
			{"dan", "my marquee", models.Invalid, "error.password_common"},
			{"dan", "aaaaaaaaaa", models.Invalid, "error.password_common"},
		} {
			_, _, err := signUp(t, s, c.name, c.password, "net")
			if c.kind == 0 {
				ok(t, err)
			} else {
				refused(t, err, c.kind, c.text)
			}
		}
		same(t, "accounts", count(t, s, "SELECT COUNT(*) FROM accounts WHERE host = ''"), 3)
	})
}

func TestSignUpForgivesHowANameIsTyped(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		a, codes, err := signUp(t, s, " ~Zoe_9 ", "ünïcödé is fine", "net")
		ok(t, err)
		same(t, "name, path", []string{a.Name, a.Path()}, []string{"zoe_9", "/~zoe_9"})
		same(t, "codes", len(codes), 10)
		left, err := s.RecoveryCodesLeft(t.Context(), a)
		ok(t, err)
		same(t, "codes kept", left, 10)
		if found := everywhere(t, s, codes[0]); len(found) > 0 {
			t.Errorf("a recovery code can be read in %v", found)
		}
		_, err = s.LogIn(t.Context(), models.Credentials{Name: " ~ZOE_9", Password: "ünïcödé is fine", Network: "net"})
		ok(t, err)
	})
}

// Whoever is first is webmaster, and nobody else, also when many are.
func TestOnlyTheFirstIsWebmaster(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		var webmasters atomic.Int32
		together(8, func(i int) {
			a, _, err := signUp(t, s, fmt.Sprintf("person%d", i), kit.Password, "net")
			if err != nil {
				t.Error(err)
			} else if a.Role == models.RoleWebmaster {
				webmasters.Add(1)
			}
		})
		same(t, "told to be webmaster", webmasters.Load(), 1)
		same(t, "webmasters", count(t, s, "SELECT COUNT(*) FROM accounts WHERE role = 'webmaster'"), 1)
		same(t, "accounts", count(t, s, "SELECT COUNT(*) FROM accounts"), 8)
	})
}

func TestOneNameOneAccount(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		var made atomic.Int32
		together(4, func(i int) {
			if _, _, err := signUp(t, s, "ann", kit.Password, "net"); err == nil {
				made.Add(1)
			} else {
				refused(t, err, models.Conflict, "error.name_taken")
			}
		})
		same(t, "accounts made", made.Load(), 1)
	})
}

func TestClosedSite(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		_, err := s.DB.ExecContext(t.Context(), "UPDATE site SET signups = 'closed'")
		ok(t, err)
		var made atomic.Int32
		together(4, func(i int) { // the webmaster may still come, but only one
			if _, _, err := signUp(t, s, fmt.Sprintf("person%d", i), kit.Password, "net"); err == nil {
				made.Add(1)
			} else {
				refused(t, err, models.Forbidden, "error.signups_closed")
			}
		})
		same(t, "accounts made", made.Load(), 1)
		_, _, err = signUp(t, s, "late", kit.Password, "net")
		refused(t, err, models.Forbidden, "error.signups_closed")
	})
}

func TestSignUpsPerNetwork(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		same(t, "rows written", count(t, s, "SELECT COUNT(*) FROM throttles"), 0)
		_, err := s.DB.ExecContext(t.Context(), "INSERT INTO throttles (key, count, expires_at) VALUES ('signup/net', 20, $1)",
			int64(models.At(s.Now()).Add(time.Minute)))
		ok(t, err)
		_, _, err = signUp(t, s, "ann", kit.Password, "net")
		refused(t, err, models.TooMany, "error.too_many")
		_, _, err = signUp(t, s, "ann", kit.Password, "other net")
		ok(t, err)
		s.Clock.Add(time.Minute)
		_, _, err = signUp(t, s, "bob", kit.Password, "net")
		ok(t, err)
	})
}

func TestDescribe(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann", "bob")[0]
		ok(t, s.Describe(t.Context(), ann, models.Profile{Bio: "friend of ~bob\x00 & <3", Homepage: " https://ann.example/ ", Language: "fr"}))
		a := again(t, s, ann)
		same(t, "bio, homepage, language", []string{a.Bio, a.Homepage, a.Language}, []string{"friend of ~bob & <3", "https://ann.example/", "fr"})
		if !strings.Contains(a.BioHTML, `href="/~bob"`) || strings.Contains(a.BioHTML, "<3") {
			t.Errorf("the bio is shown as %q", a.BioHTML)
		}
		for text, p := range map[string]models.Profile{
			"error.words_long":  {Bio: strings.Repeat("x", 4001)},
			"error.overstacked": {Bio: "x" + strings.Repeat("\u0301", 400)},
			"error.language":    {Language: "de"},
			"error.homepage":    {Homepage: "javascript:alert(1)"},
			"error.birthday":    {Birthday: "02-30"},
		} {
			refused(t, s.Describe(t.Context(), ann, p), models.Invalid, text)
		}
		refused(t, s.SetLanguage(t.Context(), ann, "de"), models.Invalid, "error.language")
		ok(t, s.SetLanguage(t.Context(), ann, "en"))
		same(t, "bio after a language", again(t, s, ann).Bio, a.Bio)
		ok(t, s.Describe(t.Context(), ann, models.Profile{}))
		a = again(t, s, ann)
		same(t, "cleared", a.Bio+a.BioHTML+a.Homepage+a.Language, "")
	})
}

func TestDescribeInFull(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		full := models.Profile{
			Bio: "<b>I</b> keep lamps</div>", Homepage: "https://ann.example/", Language: "fr", MoodsPrivate: true, Counting: true,
			Tagline: "the  lamp\nis lit", Pronouns: "she/her", Birthday: "02-29",
			Blurbs: models.Blurbs{
				Meet: "<script>alert(1)</script>moths", General: "a", Music: "b", Movies: "c", Television: "d", Books: "e", Heroes: "f",
				Song: "Light my fire", SongArtist: "The Doors", SongLink: "song.example/1", Reading: "r", Playing: "p", Listening: "l",
			},
			Links: [models.LinksMost]models.ProfileLink{1: {Label: "shop", Address: "shop.example"}},
		}
		ok(t, s.Describe(t.Context(), ann, full))
		want := full
		want.Tagline, want.SongLink, want.MeetHTML = "the lamp is lit", "https://song.example/1", "<p>moths</p>"
		want.Links = [models.LinksMost]models.ProfileLink{{Label: "shop", Address: "https://shop.example"}}
		kept, err := s.ProfileOf(t.Context(), ann)
		ok(t, err)
		same(t, "the profile", kept, want)
		a := again(t, s, ann)
		same(t, "about me", a.BioHTML, "<b>I</b> keep lamps")
		same(t, "about me without tags", a.Words(), "I keep lamps")
		ok(t, s.Describe(t.Context(), ann, kept))
		same(t, "nothing changed", again(t, s, ann).Revision, a.Revision)
		for field, p := range map[string]models.Profile{
			"tagline":   {Tagline: strings.Repeat("x", 101)},
			"music":     {Blurbs: models.Blurbs{Music: strings.Repeat("x", 501)}},
			"meet":      {Blurbs: models.Blurbs{Meet: strings.Repeat("é", 4001)}},
			"song_link": {Blurbs: models.Blurbs{SongLink: "data:text/html,x"}},
			"links":     {Links: [models.LinksMost]models.ProfileLink{{Label: "no address"}}},
			"links ":    {Links: [models.LinksMost]models.ProfileLink{{Address: "javascript:alert(1)"}}},
			"birthday":  {Birthday: "1990-02-01"},
		} {
			var refusal *models.Error
			if err := s.Describe(t.Context(), ann, p); !errors.As(err, &refusal) || refusal.Field != strings.TrimSpace(field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		ok(t, s.Describe(t.Context(), ann, models.Profile{}))
		kept, err = s.ProfileOf(t.Context(), ann)
		ok(t, err)
		same(t, "cleared", kept, models.Profile{})
	})
}

func TestPromote(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ok(t, s.Promote(t.Context(), "bob"))
		same(t, "role", again(t, s, cast.Bob).Role, models.RoleWebmaster)
		refused(t, s.Promote(t.Context(), "nobody_here"), models.Missing, "error.no_account")
		refused(t, s.Promote(t.Context(), "zoe"), models.Missing, "error.no_account")
	})
}
