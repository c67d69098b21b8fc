package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func logIn(t *testing.T, s *kit.Store, name, password, network string) error {
	t.Helper()
	a, err := s.LogIn(t.Context(), models.Credentials{Name: name, Password: password, Network: network})
	if err == nil && a == nil {
		t.Error("logged in as nobody")
	}
	return err
}

func TestLogIn(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ok(t, logIn(t, s, "ann", kit.Password, "net"))
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		for name, password := range map[string]string{
			"ann": "wrong rain boots", "nobody_here": kit.Password, "bob": kit.Password, "zoe": "", "": kit.Password,
			"a\x00\xffb": kit.Password, "Ann": strings.ToUpper(kit.Password), strings.Repeat("long", 3000): kit.Password,
			"~ann": kit.Password + strings.Repeat("x", 300),
		} {
			refused(t, logIn(t, s, name, password, "net "+name[:min(len(name), 1)]), models.Invalid, "error.wrong_password")
		}
	})
}

// failBefore notes wrong passwords that were tried in the past, without the time that trying takes.
func failBefore(t *testing.T, s *kit.Store, budget string, times int, lasts time.Duration) {
	t.Helper()
	_, err := s.DB.ExecContext(t.Context(), "INSERT INTO throttles (key, count, expires_at) VALUES ($1, $2, $3)",
		budget, times, int64(models.At(s.Now()).Add(lasts)))
	ok(t, err)
}

func TestWrongPasswordsAreCounted(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.Cast(t, s)
		for range 10 {
			refused(t, logIn(t, s, "ann", "wrong", "evil"), models.Invalid, "error.wrong_password")
		}
		refused(t, logIn(t, s, "ann", kit.Password, "evil"), models.TooMany, "error.too_many")
		ok(t, logIn(t, s, "bob", kit.Password, "evil"))
		ok(t, logIn(t, s, "ann", kit.Password, "home"))
		s.Clock.Add(5 * time.Minute)
		ok(t, logIn(t, s, "ann", kit.Password, "evil"))
		same(t, "tries in an hour", count(t, s, "SELECT count FROM throttles WHERE key = 'login-account/ann'"), 10)
	})
}

func TestNetworkWithTooManyWrongPasswords(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.Cast(t, s)
		failBefore(t, s, "login-network/evil", 24, 5*time.Minute)
		refused(t, logIn(t, s, "nobody_here", "wrong", "evil"), models.Invalid, "error.wrong_password")
		err := logIn(t, s, "ann", kit.Password, "evil")
		refused(t, err, models.TooMany, "error.too_many")
		if e, is := err.(*models.Error); is && (e.Retry != 5*time.Minute || e.Args["Count"] == 0) {
			t.Errorf("the answer says to wait %v, %v minutes; want 5 minutes", e.Retry, e.Args["Count"])
		}
		ok(t, logIn(t, s, "ann", kit.Password, "home"))
	})
}

func TestOwnerGetsInWhileTheAccountIsUnderAttack(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.Cast(t, s)
		failBefore(t, s, "login-account/ann", 500, time.Hour)
		began := time.Now()
		ok(t, logIn(t, s, "ann", kit.Password, "home"))
		if time.Since(began) < 2*time.Second {
			t.Error("an account under attack answers as fast as ever")
		}
	})
}

func TestRecoveryCodeWorksOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann, codes, err := signUp(t, s, "ann", kit.Password, "net")
		ok(t, err)
		token, err := s.StartSession(t.Context(), ann, "Lynx", "net")
		ok(t, err)
		sloppy := " " + strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")) + "\t"
		const fresh = "a very new password"
		_, err = s.Recover(t.Context(), models.Recovery{Name: " ~ANN", Code: sloppy, Password: fresh, Network: "net"})
		ok(t, err)
		ok(t, logIn(t, s, "ann", fresh, "net"))
		refused(t, logIn(t, s, "ann", kit.Password, "net"), models.Invalid, "error.wrong_password")
		same(t, "still logged in", loggedIn(t, s, token), false)
		left, err := s.RecoveryCodesLeft(t.Context(), ann)
		ok(t, err)
		same(t, "codes left", left, 9)
		for name, code := range map[string]string{"ann": codes[3], "nobody_here": codes[4], "a\x00\xff": codes[4], "zoe": ""} {
			_, err = s.Recover(t.Context(), models.Recovery{Name: name, Code: code, Password: "another new password", Network: "net"})
			refused(t, err, models.Invalid, "error.wrong_code")
		}
		_, err = s.Recover(t.Context(), models.Recovery{Name: "ann", Code: codes[4], Password: "short", Network: "net"})
		refused(t, err, models.Invalid, "error.password_short")
		ok(t, logIn(t, s, "ann", fresh, "net"))
	})
}

func TestRecoveryIsThrottled(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann, codes, err := signUp(t, s, "ann", kit.Password, "net")
		ok(t, err)
		failBefore(t, s, "recover/evil", 10, 30*time.Minute)
		r := models.Recovery{Name: ann.Name, Code: codes[0], Password: "a very new password", Network: "evil"}
		_, err = s.Recover(t.Context(), r)
		refused(t, err, models.TooMany, "error.too_many")
		s.Clock.Add(30 * time.Minute)
		_, err = s.Recover(t.Context(), r)
		ok(t, err)
	})
}

func TestRenewedCodesReplaceTheOld(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann, old, err := signUp(t, s, "ann", kit.Password, "net")
		ok(t, err)
		_, err = s.RenewRecoveryCodes(t.Context(), ann, "wrong")
		refused(t, err, models.Invalid, "error.wrong_own_password")
		fresh, err := s.RenewRecoveryCodes(t.Context(), ann, kit.Password)
		ok(t, err)
		_, err = s.Recover(t.Context(), models.Recovery{Name: "ann", Code: old[0], Password: "a very new password", Network: "net"})
		refused(t, err, models.Invalid, "error.wrong_code")
		_, err = s.Recover(t.Context(), models.Recovery{Name: "ann", Code: fresh[9], Password: "a very new password", Network: "net"})
		ok(t, err)
	})
}

func TestChangePassword(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		var tokens []string
		for _, a := range []*models.Account{cast.Ann, cast.Ann, cast.Bob} {
			token, err := s.StartSession(t.Context(), a, "Lynx", "net")
			ok(t, err)
			tokens = append(tokens, token)
		}
		here, _, err := s.Session(t.Context(), tokens[0])
		ok(t, err)
		refused(t, s.ChangePassword(t.Context(), cast.Ann, "wrong", "a very new password", here), models.Invalid, "error.wrong_own_password")
		refused(t, s.ChangePassword(t.Context(), cast.Ann, kit.Password, "12345678", here), models.Invalid, "error.password_common")
		ok(t, s.ChangePassword(t.Context(), cast.Ann, kit.Password, "a very new password", here))
		for i, want := range []bool{true, false, true} {
			same(t, fmt.Sprintf("session %d", i), loggedIn(t, s, tokens[i]), want)
		}
		ok(t, logIn(t, s, "ann", "a very new password", "net"))
		ok(t, s.ResetPassword(t.Context(), "ann", "yet another password"))
		same(t, "session after a reset", loggedIn(t, s, tokens[0]), false)
		ok(t, logIn(t, s, "ann", "yet another password", "net"))
	})
}

func TestConfirmingIsThrottled(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		failBefore(t, s, "confirm/ann", 9, 15*time.Minute)
		refused(t, s.CloseAccount(t.Context(), cast.Ann, "wrong"), models.Invalid, "error.wrong_own_password")
		refused(t, s.CloseAccount(t.Context(), cast.Ann, kit.Password), models.TooMany, "error.too_many")
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
	})
}
