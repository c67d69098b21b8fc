package models

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// CloseAccount erases the account and everything of it; its name is never given out again. The
// password is asked for once more.
func (s *Store) CloseAccount(ctx context.Context, by *Account, password string) error {
	if err := s.confirm(ctx, by, "password", password); err != nil {
		return err
	}
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.holdAll(tx, by, now); err != nil {
			return err
		}
		if err := handOver(tx, by); err != nil {
			return err
		}
		if err := s.announceClosing(tx, by); err != nil {
			return err
		}
		if err := s.dropPictures(tx, "account_id = ?", by.ID); err != nil {
			return err
		}
		// Pages that show the account's answers, or answer it, show something else from now on.
		for _, step := range []struct {
			statement string
			args      []any
		}{
			{"INSERT INTO retired_names (hash) VALUES (?) ON CONFLICT DO NOTHING", []any{retiredHash(by.Name)}},
			{`UPDATE accounts SET revision = revision + 1 WHERE id IN (
` + neighbours + ")", by.neighbourArgs(0)},
			{"UPDATE rings SET revision = revision + 1 WHERE " + ringsAround, []any{by.ID, by.ID}},
			{"UPDATE accounts SET guestbook_at = ? WHERE id IN (SELECT account_id FROM entries WHERE signer_id = ? AND shown_at > 0)", []any{now, by.ID}},
			{"DELETE FROM throttles WHERE key IN ? OR key LIKE ? ESCAPE '!'", throttlesOf(by.Name)},
			{"DELETE FROM accounts WHERE id = ?", []any{by.ID}},
			{"UPDATE site SET erased_at = ? WHERE id = 1", []any{now}},
		} {
			if err := tx.Exec(step.statement, step.args...).Error; err != nil {
				return err
			}
		}
		return s.spread(tx, 0)
	})
}

// handOver keeps a site from being left without a webmaster: the only one may go when nobody else is
// here, and then the next who signs up runs the site.
func handOver(tx *gorm.DB, by *Account) error {
	if by.Role != RoleWebmaster {
		return nil
	}
	var others struct{ People, Webmasters int64 }
	err := tx.Raw(`SELECT COUNT(*) AS people, COALESCE(SUM(CASE WHEN role = ? THEN 1 ELSE 0 END), 0) AS webmasters
		FROM accounts WHERE host = '' AND id <> ?`, RoleWebmaster, by.ID).Scan(&others).Error
	switch {
	case err != nil || others.Webmasters > 0:
		return err
	case others.People > 0:
		return &Error{Kind: Invalid, Text: "error.last_webmaster"}
	}
	return tx.Exec("UPDATE site SET claimed = ?, revision = revision + 1 WHERE id = 1", false).Error
}

// neighbours is the accounts that somebody answered or that answered somebody, that have them among their top friends, or in whose
// guestbook they stand.
const neighbours = `SELECT p.account_id FROM statuses r JOIN statuses p ON p.id = r.reply_to_id WHERE r.account_id = ?
	UNION SELECT r.account_id FROM statuses p JOIN statuses r ON r.reply_to_id = p.id WHERE p.account_id = ?
	UNION SELECT account_id FROM top_friends WHERE friend_id = ?
	UNION SELECT account_id FROM entries WHERE signer_id = ? AND shown_at > 0`

// neighbourArgs is the account's id for each ? of neighbours, and for some before it.
func (a *Account) neighbourArgs(before int) []any {
	return slices.Repeat([]any{a.ID}, before+strings.Count(neighbours, "?"))
}

// ringsAround is the rings that an account keeps or is in.
const ringsAround = "account_id = ? OR id IN (SELECT ring_id FROM ring_members WHERE account_id = ?)"

// holdAll takes what closing an account changes in the order in which every verb takes it: statuses,
// marks, accounts, rings, each by its id. So those who close and those who answer wait for each other in turn.
func (s *Store) holdAll(tx *gorm.DB, by *Account, now Instant) error {
	if s.dialect != postgresDialect {
		return touchSite(tx, by.ID, now)
	}
	err := tx.Exec(`SELECT id FROM statuses WHERE account_id = ? OR reply_to_id IN (SELECT id FROM statuses WHERE account_id = ?)
		ORDER BY id`+s.locking("UPDATE"), by.ID, by.ID).Error
	if err != nil {
		return err
	}
	if err := touchSite(tx, by.ID, now); err != nil {
		return err
	}
	err = tx.Exec("SELECT id FROM accounts WHERE id = ? OR id IN ("+neighbours+") ORDER BY id"+s.locking("NO KEY UPDATE"), by.neighbourArgs(1)...).Error
	if err != nil {
		return err
	}
	return tx.Exec("SELECT id FROM rings WHERE "+ringsAround+" ORDER BY id"+s.locking("NO KEY UPDATE"), by.ID, by.ID).Error
}
