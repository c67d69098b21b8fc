package models

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"marquee/safe"
)

var errChanged = &Error{Kind: Conflict, Text: "error.status_changed"}

// Edit changes what a status says; it keeps its id and what it answers, and is marked as edited when anything changed. A draft that
// has a time is published only then: it is not edited. One that was made from what is not there any more is a Conflict.
func (s *Store) Edit(ctx context.Context, by *Account, id int64, d Draft) (*Status, error) {
	before, err := s.own(ctx, by, id)
	if err != nil {
		return nil, err
	}
	d.ReplyToID, d.ReplyURL, d.Extra = 0, "", cmp.Or(d.Extra, before.Extra)
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
	at := s.instant()
	if st.PublishedAt = min(d.PublishedAt, at); st.PublishedAt <= 0 {
		st.EditedAt = at
	}
	st.ID, st.ReplyToID, st.ReplyTo, st.ReplyURL, st.Origin = before.ID, before.ReplyToID, before.ReplyTo, before.ReplyURL, before.Origin
	return st, s.tx(ctx, func(tx *gorm.DB) error { return s.rewrite(tx, st, d.From, at) })
}

func (st *Status) saysTheSameAs(o *Status) bool {
	return st.Text == o.Text && st.Face == o.Face && st.Mood == o.Mood && st.MoodText == o.MoodText && st.Visibility == o.Visibility &&
		st.Tags == o.Tags && st.Markup == o.Markup && st.Extra == o.Extra &&
		slices.EqualFunc(st.Pictures, o.Pictures, func(a, b Picture) bool { return a.Key == b.Key && a.Alt == b.Alt })
}

// rewrite writes what a status says from this moment on, if it is still what that was made from.
func (s *Store) rewrite(tx *gorm.DB, st, from *Status, at Instant) error {
	if err := s.holdAnswered(tx, st); err != nil && !IsKind(err, Invalid) { // what it answers may be gone by now
		return err
	}
	before, err := s.hold(tx, st.ID)
	if err == nil && from != nil {
		err = from.stands(tx, before)
	}
	if err != nil {
		return err
	}
	if !st.EditedAt.IsZero() {
		st.PublishedAt = before.PublishedAt
	}
	err = tx.Exec(`UPDATE statuses SET text = ?, html = ?, face = ?, mood = ?, mood_text = ?, tags = ?, markup = ?, extra = ?,
		visibility = ?, picture_count = ?, published_at = ?, edited_at = ? WHERE id = ?`, st.Text, st.HTML, st.Face, st.Mood, st.MoodText, st.Tags, st.Markup, st.Extra, st.Visibility, st.PictureCount, st.PublishedAt, st.EditedAt, st.ID).Error
	if err != nil {
		return err
	}
	if st.PictureCount+before.PictureCount > 0 {
		err = s.hang(tx, st)
	}
	if err != nil || st.Visibility == Private && before.Visibility == Private {
		return err
	}
	if err := relabel(tx, st, before.labels(), at); err != nil {
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
	if err := touchShown(tx, st, at); err != nil {
		return err
	}
	return s.announce(tx, st, before)
}

// stands is a Conflict when what was read of a status is not what it says now that the transaction holds it.
func (st *Status) stands(tx *gorm.DB, held *Status) error {
	err := withPictures(tx, []*Status{held})
	if err == nil && !held.saysTheSameAs(st) {
		err = errChanged
	}
	return err
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
