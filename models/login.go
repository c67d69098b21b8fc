package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"
)

const (
	recoveryCodes     = 10
	recoveryCodeBytes = 15 // 120 bits, 24 letters of base32: too many to guess, so SHA-256 is enough
	strangerDelay     = 2 * time.Second
)

// Credentials is what somebody sends to log in, and the network it came from.
type Credentials struct{ Name, Password, Network string }

var errWrongPassword = &Error{Kind: Invalid, Field: "password", Text: "error.wrong_password"}

// LogIn checks a name and a password. An unknown name gets the same answer after the same time. Too
// many wrong passwords from one network wait; an account under attack answers strangers slowly, but
// nobody who knows the password is ever locked out.
func (s *Store) LogIn(ctx context.Context, c Credentials) (*Account, error) {
	c.Name = possibleName(c.Name)
	a, err := s.Account(ctx, c.Name)
	if err != nil && !IsKind(err, Missing) && !IsKind(err, Gone) {
		return nil, err
	}
	hash := ""
	if a != nil {
		hash = a.Password
	}
	if err := s.slowDown(ctx, c.Name); err != nil {
		return nil, err
	}
	// In the turn, so that of many tries at once each is counted before the next is made.
	err = s.hashingTurn(ctx, func() error {
		if err := s.mayTry(ctx, c.Name, c.Network); err != nil {
			return err
		}
		match, err := matches(c.Password, hash)
		if err == nil && !match {
			err = s.failed(ctx, c.Name, c.Network)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (s *Store) mayTry(ctx context.Context, name, network string) error {
	if err := s.check(ctx, budgetLogInNetwork, network); err != nil {
		return err
	}
	return s.check(ctx, budgetLogInPair, network+"/"+name)
}

// slowDown lets everybody wait who tries an account under attack, its owner too, but for seconds only.
func (s *Store) slowDown(ctx context.Context, name string) error {
	err := s.check(ctx, budgetLogInAccount, name)
	if !IsKind(err, TooMany) {
		return err
	}
	select {
	case <-time.After(strangerDelay):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) failed(ctx context.Context, name, network string) error {
	for _, spent := range []struct {
		budget budget
		key    string
	}{{budgetLogInNetwork, network}, {budgetLogInPair, network + "/" + name}, {budgetLogInAccount, name}} {
		if err := s.spend(ctx, spent.budget, spent.key); err != nil && !IsKind(err, TooMany) {
			return err
		}
	}
	return errWrongPassword
}

// confirm asks for the account's own password again before something that cannot be undone. Who has none has just logged in.
func (s *Store) confirm(ctx context.Context, by *Account, field, password string) error {
	if by.Password == "" {
		if !s.JustLoggedIn(by) {
			return invalid(field, "error.log_in_again")
		}
		return nil
	}
	return s.hashingTurn(ctx, func() error {
		if err := s.check(ctx, budgetConfirm, by.Name); err != nil {
			return err
		}
		match, err := matches(password, by.Password)
		if err != nil || match {
			return err
		}
		if err := s.spend(ctx, budgetConfirm, by.Name); err != nil && !IsKind(err, TooMany) {
			return err
		}
		return invalid(field, "error.wrong_own_password")
	})
}

// ChangePassword sets another password and ends every session but the one that is kept.
func (s *Store) ChangePassword(ctx context.Context, by *Account, old, password string, keep *Session) error {
	if err := s.confirm(ctx, by, "old_password", old); err != nil {
		return err
	}
	if err := checkPassword("password", password, by.Name); err != nil {
		return err
	}
	return s.setPassword(ctx, by, password, keep.Hash)
}

// ResetPassword sets a password without the old one: the command line's way.
func (s *Store) ResetPassword(ctx context.Context, name, password string) error {
	a, err := s.Account(ctx, name)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password, a.Name); err != nil {
		return err
	}
	return s.setPassword(ctx, a, password, "")
}

func (s *Store) setPassword(ctx context.Context, a *Account, password, keep string) error {
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return replacePassword(tx, a, hash, keep) })
}

// replacePassword writes a new hash and ends every session but the one that is kept. When none is, somebody else may have been in: then
// programs lose their keys too, and nobody is on the way in any more.
func replacePassword(tx *gorm.DB, a *Account, hash, keep string) error {
	if err := tx.Exec("UPDATE accounts SET password = ? WHERE id = ?", hash, a.ID).Error; err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM sessions WHERE account_id = ? AND hash <> ?", a.ID, keep).Error; err != nil || keep != "" {
		return err
	}
	for _, table := range []string{"tokens", "permits", "passages"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE account_id = ?", a.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// Recovery is what somebody sends who lost the password but kept a recovery code.
type Recovery struct{ Name, Code, Password, Network string }

// Recover sets a new password by a recovery code, which is used up, and ends every session.
func (s *Store) Recover(ctx context.Context, r Recovery) (*Account, error) {
	r.Name = possibleName(r.Name)
	if err := s.spend(ctx, budgetRecover, r.Network); err != nil {
		return nil, err
	}
	if err := checkPassword("password", r.Password, r.Name); err != nil {
		return nil, err
	}
	hash, err := s.hashPassword(ctx, r.Password)
	if err != nil {
		return nil, err
	}
	a, err := s.Account(ctx, r.Name)
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return nil, invalid("code", "error.wrong_code")
	}
	if err != nil {
		return nil, err
	}
	return a, s.tx(ctx, func(tx *gorm.DB) error {
		used := tx.Exec("DELETE FROM recovery_codes WHERE account_id = ? AND hash = ?", a.ID, recoveryHash(r.Code))
		if used.Error != nil {
			return used.Error
		}
		if used.RowsAffected == 0 {
			return invalid("code", "error.wrong_code")
		}
		return replacePassword(tx, a, hash, "")
	})
}

// RenewRecoveryCodes makes ten new codes, the old ones are void. They are never shown again.
func (s *Store) RenewRecoveryCodes(ctx context.Context, by *Account, password string) ([]string, error) {
	if err := s.confirm(ctx, by, "password", password); err != nil {
		return nil, err
	}
	codes := newRecoveryCodes()
	return codes, s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM recovery_codes WHERE account_id = ?", by.ID).Error; err != nil {
			return err
		}
		return saveRecoveryCodes(tx, by.ID, codes)
	})
}

// RecoveryCodesLeft is how many codes the account has not used yet.
func (s *Store) RecoveryCodesLeft(ctx context.Context, by *Account) (left int, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM recovery_codes WHERE account_id = ?", by.ID).Scan(&left).Error
	return left, err
}

func newRecoveryCodes() []string {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		b := make([]byte, recoveryCodeBytes)
		rand.Read(b)
		letters := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		codes[i] = strings.Join([]string{letters[:6], letters[6:12], letters[12:18], letters[18:]}, "-")
	}
	return codes
}

func saveRecoveryCodes(tx *gorm.DB, account int64, codes []string) error {
	for _, code := range codes {
		err := tx.Exec("INSERT INTO recovery_codes (hash, account_id) VALUES (?, ?)", recoveryHash(code), account).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// recoveryHash forgives spaces, dashes of any kind and capitals.
func recoveryHash(code string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Dash, r) {
			return -1
		}
		return r
	}, strings.ToLower(code))
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
