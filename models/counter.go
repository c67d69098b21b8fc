package models

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"gorm.io/gorm"
)

var errNoCounter = &Error{Kind: Missing, Text: "error.no_counter"}

// Hits is how often the account's page was visited while its counter was on; Missing while it is off.
func (s *Store) Hits(ctx context.Context, a *Account) (hits int64, err error) {
	if !a.Counting {
		return 0, errNoCounter
	}
	return hits, s.read.WithContext(ctx).Raw("SELECT COALESCE((SELECT hits FROM counters WHERE account_id = ?), 0)", a.ID).Scan(&hits).Error
}

// Visit counts somebody who looks at the account's page, and returns Hits. The same network (a /32 of IPv4, a /64 of IPv6) counts
// once a day, in universal time; the account itself never does. No address is kept: a visit is a hash of it under a salt that is
// drawn anew each day and forgotten after it. A database that takes no writes leaves the number where it was.
func (s *Store) Visit(ctx context.Context, a, viewer *Account, network string) (hits int64, err error) {
	if hits, err = s.Hits(ctx, a); err != nil || viewer != nil && viewer.ID == a.ID {
		return hits, err
	}
	day := s.today()
	salt, err := s.saltOf(ctx, day)
	if IsUnavailable(err) {
		return hits, nil
	}
	if err != nil {
		return 0, err
	}
	key := visitKey(salt, a.ID, network)
	var known int64
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM visits WHERE key = ?", key).Scan(&known).Error
	if err != nil || known > 0 {
		return hits, err
	}
	counted := hits
	err = s.tx(ctx, func(tx *gorm.DB) error {
		made := tx.Exec("INSERT INTO visits (key, day) VALUES (?, ?) ON CONFLICT DO NOTHING", key, day)
		if made.Error != nil || made.RowsAffected == 0 {
			return made.Error
		}
		return tx.Raw(`INSERT INTO counters (account_id, hits) SELECT id, 1 FROM accounts WHERE id = ?
			ON CONFLICT (account_id) DO UPDATE SET hits = counters.hits + 1 RETURNING hits`, a.ID).Scan(&counted).Error
	})
	if IsUnavailable(err) {
		return hits, nil
	}
	return counted, err
}

// today is the number of the day in universal time, since 1970.
func (s *Store) today() int64 { return s.now().Unix() / int64(24*time.Hour/time.Second) }

// visitKey is what is kept of a visit.
func visitKey(salt string, account int64, network string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte(strconv.FormatInt(account, 10) + "|" + network))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// saltOf is the salt of a day, the same for all processes, drawn by whoever needs it first.
func (s *Store) saltOf(ctx context.Context, day int64) (salt string, err error) {
	const find = "SELECT salt FROM salts WHERE day = ?"
	if err = s.read.WithContext(ctx).Raw(find, day).Scan(&salt).Error; err != nil || salt != "" {
		return salt, err
	}
	return salt, s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("INSERT INTO salts (day, salt) VALUES (?, ?) ON CONFLICT DO NOTHING", day, rand.Text()).Error; err != nil {
			return err
		}
		return tx.Raw(find, day).Scan(&salt).Error
	})
}

// forgetVisits forgets the visits of earlier days and, with the salts, who they were.
func (s *Store) forgetVisits(ctx context.Context) error {
	today := s.today()
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM salts WHERE day < ?", today).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM visits WHERE day < ?", today).Error
	})
}
