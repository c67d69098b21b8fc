package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

const (
	identitiesMost = 10               // of one account
	confirmLife    = 15 * time.Minute // how long a log-in stands for a password where there is none
)

// Identity is an address on the web with which its owner logs in. It belongs to one account.
type Identity struct {
	Me        string
	AccountID int64
	CreatedAt Instant
}

var (
	errIdentityTaken = &Error{Kind: Conflict, Field: "me", Text: "error.me_taken"}
	errIdentityLast  = &Error{Kind: Invalid, Text: "error.me_last"}
	errIdentityMany  = &Error{Kind: Invalid, Field: "me", Text: "error.me_many", Args: map[string]any{"Most": identitiesMost}}
)

// JustLoggedIn reports whether the account was found by a session that began less than a quarter of an hour ago.
func (s *Store) JustLoggedIn(a *Account) bool {
	return !a.LoggedInAt.IsZero() && s.instant() < a.LoggedInAt.Add(confirmLife)
}

// Identities are the addresses with which the account logs in, oldest first.
func (s *Store) Identities(ctx context.Context, by *Account) (list []Identity, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT * FROM identities WHERE account_id = ? ORDER BY created_at, me", by.ID).Scan(&list).Error
	return list, err
}

// Identified is whose an address is; nil when it is nobody's.
func (s *Store) Identified(ctx context.Context, me string) (*Account, error) {
	var a Account
	err := s.read.WithContext(ctx).Raw("SELECT a.* FROM identities i JOIN accounts a ON a.id = i.account_id WHERE i.me = ?", me).Scan(&a).Error
	if err != nil || a.ID == 0 {
		return nil, err
	}
	return &a, nil
}

// LinkIdentity lets an account log in with the address that a passage of its own has proven, which is over with that. An address
// that is its own already stays so; somebody else's is refused.
func (s *Store) LinkIdentity(ctx context.Context, by *Account, secret string) (me string, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdAccounts(tx, by.ID); err != nil {
			return err
		}
		if me, err = s.cashPassage(tx, secret, &by.ID); err != nil {
			return err
		}
		var own struct{ All, Same int64 }
		err := tx.Raw(`SELECT COUNT(*) AS "all", COALESCE(SUM(CASE WHEN me = ? THEN 1 ELSE 0 END), 0) AS same FROM identities WHERE account_id = ?`,
			me, by.ID).Scan(&own).Error
		switch {
		case err != nil || own.Same > 0:
			return err
		case own.All >= identitiesMost:
			return errIdentityMany
		}
		return s.saveIdentity(tx, me, by.ID)
	})
	return me, err
}

// UnlinkIdentity takes an address from the account; one that is gone already is gone. The last way in stays.
func (s *Store) UnlinkIdentity(ctx context.Context, by *Account, me string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdAccounts(tx, by.ID); err != nil {
			return err
		}
		removed := tx.Exec("DELETE FROM identities WHERE me = ? AND account_id = ?", storable(me), by.ID)
		if removed.Error != nil || removed.RowsAffected == 0 {
			return removed.Error
		}
		var ways int64
		err := tx.Raw(`SELECT COUNT(*) FROM accounts a WHERE a.id = ? AND (a.password <> '' OR
			EXISTS (SELECT 1 FROM identities i WHERE i.account_id = a.id))`, by.ID).Scan(&ways).Error
		if err == nil && ways == 0 {
			err = errIdentityLast
		}
		return err
	})
}

func (s *Store) saveIdentity(tx *gorm.DB, me string, account int64) error {
	saved := tx.Exec("INSERT INTO identities (me, account_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", me, account, s.instant())
	if saved.Error == nil && saved.RowsAffected == 0 {
		return errIdentityTaken
	}
	return saved.Error
}
