package models

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"marquee/safe"
)

// Edit changes what a status says; it keeps its id, its time and what it answers, and is marked as
// edited when anything changed.
func (s *Store) Edit(ctx context.Context, by *Account, id int64, d Draft) (*Status, error) {
	before, err := s.own(ctx, by, id)
	if err != nil {
		return nil, err
	}
	d.ReplyToID, d.ReplyURL, d.Extra, d.PublishedAt = 0, "", cmp.Or(d.Extra, before.Extra), 0
	if d.Markup == "" && safe.Text(d.Text) == before.Text {
		d.Markup = before.Markup // the form shows its words alone
	}
	if d.Visibility == "" {
		d.Visibility = before.Visibility
	}
	st, err := s.compose(ctx, by, d)
	if err != nil {
		return nil, err
	}
	if st.saysTheSameAs(before) {
		return before, nil
	}
	st.ID, st.PublishedAt, st.EditedAt = before.ID, before.PublishedAt, s.instant()
	st.ReplyToID, st.ReplyTo, st.ReplyURL, st.Origin = before.ReplyToID, before.ReplyTo, before.ReplyURL, before.Origin
	return st, s.tx(ctx, func(tx *gorm.DB) error { return s.rewrite(tx, st) })
}

func (st *Status) saysTheSameAs(o *Status) bool {
	return st.Text == o.Text && st.Face == o.Face && st.Mood == o.Mood && st.MoodText == o.MoodText && st.Visibility == o.Visibility &&
		st.Tags == o.Tags && st.Markup == o.Markup && st.Extra == o.Extra &&
		slices.EqualFunc(st.Pictures, o.Pictures, func(a, b Picture) bool { return a.Key == b.Key && a.Alt == b.Alt })
}

func (s *Store) rewrite(tx *gorm.DB, st *Status) error {
	if err := s.holdAnswered(tx, st); err != nil && !IsKind(err, Invalid) { // what it answers may be gone by now
		return err
	}
	before, err := s.hold(tx, st.ID)
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE statuses SET text = ?, html = ?, face = ?, mood = ?, mood_text = ?, tags = ?, markup = ?, extra = ?,
		visibility = ?, picture_count = ?, edited_at = ? WHERE id = ?`, st.Text, st.HTML, st.Face, st.Mood, st.MoodText, st.Tags, st.Markup, st.Extra, st.Visibility, st.PictureCount, st.EditedAt, st.ID).Error
	if err != nil {
		return err
	}
	if st.PictureCount+before.PictureCount > 0 {
		err = s.hang(tx, st)
	}
	if err != nil || st.Visibility == Private && before.Visibility == Private {
		return err
	}
	if err := relabel(tx, st, before.labels(), st.EditedAt); err != nil {
		return err
	}
	if before.Visibility == Private {
		if err := s.lookUp(tx, st); err != nil {
			return err
		}
	}
	if st.Visibility == Public {
		if err := s.noticed(tx, st); err != nil {
			return err
		}
	}
	if err := touchShown(tx, st, st.EditedAt); err != nil {
		return err
	}
	return s.announce(tx, st, before)
}

// hold reads a status as it is now and keeps it so until the transaction ends: what was read before
// the transaction may have been edited since.
func (s *Store) hold(tx *gorm.DB, id int64) (*Status, error) {
	var st Status
	err := tx.Raw("SELECT * FROM statuses WHERE id = ?"+s.locking("NO KEY UPDATE"), id).Scan(&st).Error
	if err == nil && (st.ID == 0 || !st.WithdrawnAt.IsZero()) {
		err = errGoneStatus
	}
	return &st, err
}

// own is a status that the account wrote itself.
func (s *Store) own(ctx context.Context, by *Account, id int64) (*Status, error) {
	st, err := s.StatusByID(ctx, by, id)
	if err == nil && st.AccountID != by.ID {
		return nil, errNotYours
	}
	return st, err
}
