package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

const (
	restoreTime = 24 * time.Hour // how long what was withdrawn can be brought back
	eraseAtOnce = 200            // statuses in one transaction
)

// Withdraw deletes a status: nobody sees it any more, its address answers 410 from now on. Its owner can Restore it for a day; then
// its words and pictures are erased.
func (s *Store) Withdraw(ctx context.Context, by *Account, id int64) error {
	st, err := s.own(ctx, by, id)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.withdraw(tx, st) })
}

// Redraft withdraws a status for good and puts its words back into the account's composer.
func (s *Store) Redraft(ctx context.Context, by *Account, id int64) error {
	st, err := s.own(ctx, by, id)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.keepDraft(tx, by, st); err != nil {
			return err
		}
		if err := s.withdraw(tx, st); err != nil {
			return err
		}
		return s.erase(tx, st.ID)
	})
}

// withdraw takes a status out of sight; its row and its pictures stay as they are.
func (s *Store) withdraw(tx *gorm.DB, st *Status) error {
	at := s.instant()
	before, err := s.hold(tx, st.ID)
	if err != nil {
		return err
	}
	if err := tx.Exec("UPDATE statuses SET withdrawn_at = ? WHERE id = ?", at, st.ID).Error; err != nil {
		return err
	}
	err = tx.Exec("DELETE FROM notices WHERE status_id = ?", st.ID).Error
	if err != nil || before.Visibility == Private {
		return err
	}
	withdrawn := *st
	withdrawn.WithdrawnAt = at
	if err := relabel(tx, &withdrawn, before.labels(), at); err != nil {
		return err
	}
	if err := touchShown(tx, &withdrawn, at); err != nil {
		return err
	}
	return s.announce(tx, &withdrawn, before)
}

// Restorable is until when the account may bring its withdrawn status back; zero when it may not, or there is nothing to bring back.
func (s *Store) Restorable(ctx context.Context, by *Account, name string, id int64) (until Instant, err error) {
	var found []Status
	if by == nil || by.Name != name {
		return 0, nil
	}
	err = s.read.WithContext(ctx).Raw("SELECT withdrawn_at, erased FROM statuses WHERE id = ? AND account_id = ?", id, by.ID).Scan(&found).Error
	if err != nil || len(found) == 0 || !found[0].restorable(s.instant()) {
		return 0, err
	}
	return found[0].WithdrawnAt.Add(restoreTime), nil
}

// restorable reports whether a withdrawn status still has its words.
func (st *Status) restorable(now Instant) bool {
	return !st.WithdrawnAt.IsZero() && !st.Erased && now < st.WithdrawnAt.Add(restoreTime)
}

// Restore brings back what the account withdrew less than a day ago, under the same address; Gone when it is too late. One that is
// there is left alone.
func (s *Store) Restore(ctx context.Context, by *Account, id int64) error {
	var list []Status
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM statuses WHERE id = ?", id).Scan(&list).Error; err != nil {
		return err
	}
	switch {
	case len(list) == 0 || !list[0].visibleTo(by):
		return errNoStatus
	case list[0].AccountID != by.ID:
		return errNotYours
	case list[0].WithdrawnAt.IsZero():
		return nil
	}
	list, err := s.withPeople(ctx, by, list)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.restore(tx, &list[0]) })
}

func (s *Store) restore(tx *gorm.DB, st *Status) error {
	at := s.instant()
	if err := s.holdAnswered(tx, st); err != nil && !IsKind(err, Invalid) { // what it answers may be gone by now
		return err
	}
	var before Status
	err := tx.Raw("SELECT * FROM statuses WHERE id = ?"+s.locking("NO KEY UPDATE"), st.ID).Scan(&before).Error
	switch {
	case err != nil:
		return err
	case before.ID != 0 && before.WithdrawnAt.IsZero(): // another request was faster
		return nil
	case !before.restorable(at):
		return errGoneStatus
	}
	if err := tx.Exec("UPDATE statuses SET withdrawn_at = 0 WHERE id = ?", st.ID).Error; err != nil || st.Visibility == Private {
		return err
	}
	restored := *st
	restored.WithdrawnAt = 0
	if err := s.lookUp(tx, &restored); err != nil { // there may have been no time for it before
		return err
	}
	if err := relabel(tx, &restored, nil, at); err != nil {
		return err
	}
	if err := s.noticed(tx, &restored); err != nil {
		return err
	}
	if err := touchShown(tx, &restored, at); err != nil {
		return err
	}
	return s.announce(tx, &restored, &before)
}

// erase ends the words and the pictures of statuses that were withdrawn; their rows stay, to answer 410.
func (s *Store) erase(tx *gorm.DB, ids ...int64) error {
	err := tx.Exec(`UPDATE statuses SET text = '', html = '', face = '', mood = '', mood_text = '', tags = '', markup = '', extra = '',
		reply_url = '', origin = '', picture_count = 0, erased = TRUE WHERE id IN ?`, ids).Error
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.dropContext(tx, id); err != nil {
			return err
		}
	}
	return s.dropPictures(tx, "status_id IN ?", ids)
}

// eraseWithdrawn erases what can't be brought back any more.
func (s *Store) eraseWithdrawn(ctx context.Context) error {
	for {
		var late []int64
		err := s.tx(ctx, func(tx *gorm.DB) error {
			late = nil
			err := tx.Raw(`SELECT id FROM statuses WHERE withdrawn_at > 0 AND NOT erased AND id IN (
				SELECT id FROM statuses WHERE withdrawn_at > 0 AND NOT erased AND withdrawn_at <= ? ORDER BY withdrawn_at LIMIT ?) ORDER BY id`+
				s.locking("NO KEY UPDATE"), s.instant().Add(-restoreTime), eraseAtOnce).Scan(&late).Error
			if err != nil || len(late) == 0 {
				return err
			}
			return s.erase(tx, late...)
		})
		if err != nil || len(late) < eraseAtOnce {
			return err
		}
	}
}
