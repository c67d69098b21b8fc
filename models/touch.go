package models

import (
	"maps"
	"slices"

	"gorm.io/gorm"
)

// touchPage marks that the account's page shows something else now; own is true when the change is
// the account's own doing and therefore its feeds' too.
func touchPage(tx *gorm.DB, account int64, at Instant, own bool) error {
	if !own {
		return tx.Exec("UPDATE accounts SET revision = revision + 1 WHERE id = ?", account).Error
	}
	return tx.Exec("UPDATE accounts SET revision = revision + 1, changed_at = ? WHERE id = ?", at, account).Error
}

// touchSite marks that what the whole site shows has changed by this account's doing.
func touchSite(tx *gorm.DB, account int64, at Instant) error {
	return exec(tx, "UPDATE marks SET revision = revision + 1, streamed_at = ? WHERE stripe = ?", at, account%stripes)
}

// touchStatus marks everything that shows a public status as changed: the site, its account's page,
// the page of whoever it answers, and the pages of those who answered it (answerers). Rows are locked in the order
// of their ids, so that two people who answer each other never wait for each other.
func touchStatus(tx *gorm.DB, st *Status, answerers []int64, at Instant) error {
	if err := touchSite(tx, st.AccountID, at); err != nil {
		return err
	}
	touches := map[int64]func(tx *gorm.DB, account int64, at Instant) error{}
	for _, account := range answerers {
		touches[account] = touchAnswerer
	}
	if st.ReplyTo != nil {
		touches[st.ReplyTo.AccountID] = touchAnswered
	}
	touches[st.AccountID] = touchOwnPage
	if st.PublishedAt == at && st.EditedAt.IsZero() && st.WithdrawnAt.IsZero() {
		touches[st.AccountID] = touchNewest
	}
	for _, account := range slices.Sorted(maps.Keys(touches)) {
		if err := touches[account](tx, account, at); err != nil {
			return err
		}
	}
	return nil
}

// answerers lists who answered a status in public.
func answerers(tx *gorm.DB, st *Status) (accounts []int64, err error) {
	err = tx.Raw(`SELECT DISTINCT account_id FROM statuses WHERE reply_to_id = ? AND visibility = 'public' AND withdrawn_at = 0`,
		st.ID).Scan(&accounts).Error
	return accounts, err
}

// touchShown is touchStatus for a status that people may have answered already.
func touchShown(tx *gorm.DB, st *Status, at Instant) error {
	accounts, err := answerers(tx, st)
	if err != nil {
		return err
	}
	return touchStatus(tx, st, accounts, at)
}

func touchAnswerer(tx *gorm.DB, account int64, at Instant) error {
	return touchPage(tx, account, at, false)
}

// touchNewest is touchOwnPage for a status that was just written: it is the newest.
func touchNewest(tx *gorm.DB, account int64, at Instant) error {
	return exec(tx, "UPDATE accounts SET revision = revision + 1, changed_at = ?, posted_at = ? WHERE id = ?", at, at, account)
}

func touchOwnPage(tx *gorm.DB, account int64, at Instant) error {
	return tx.Exec(`UPDATE accounts SET revision = revision + 1, changed_at = ?, posted_at = COALESCE((SELECT MAX(published_at)
		FROM statuses WHERE account_id = ? AND visibility = 'public' AND withdrawn_at = 0), 0) WHERE id = ?`, at, account, account).Error
}

func touchAnswered(tx *gorm.DB, account int64, at Instant) error {
	return exec(tx, `UPDATE accounts SET revision = revision + 1,
		answered_at = CASE WHEN answered_at = 0 THEN ? ELSE answered_at END WHERE id = ?`, at, account)
}
