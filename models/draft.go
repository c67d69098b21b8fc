package models

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// DraftPictures is what a draft would say to show these pictures.
func DraftPictures(list []Picture) []DraftPicture {
	var drafts []DraftPicture
	for _, p := range list {
		drafts = append(drafts, DraftPicture{Key: p.Key, Alt: p.Alt, Path: p.Path()})
	}
	return drafts
}

// keepDraft puts what a status says, with its pictures, into the account's composer, instead of what waited there.
func (s *Store) keepDraft(tx *gorm.DB, by *Account, st *Status) error {
	if err := s.forgetDraft(tx, by); err != nil {
		return err
	}
	err := tx.Exec(`INSERT INTO drafts (account_id, text, face, mood, mood_text, tags, markup, visibility, reply_to_id, reply_url)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, by.ID, st.Text, st.Face, st.Mood, st.MoodText, st.Tags, st.Markup, st.Visibility, st.ReplyToID, st.ReplyURL).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE pictures SET kind = ?, status_id = NULL WHERE status_id = ?", pictureDraft, st.ID).Error
}

// forgetDraft empties the account's composer.
func (s *Store) forgetDraft(tx *gorm.DB, by *Account) error {
	if err := tx.Exec("DELETE FROM drafts WHERE account_id = ?", by.ID).Error; err != nil {
		return err
	}
	return s.dropPictures(tx, "account_id = ? AND kind = ?", by.ID, pictureDraft)
}

// KeptDraft is what waits in the account's composer; empty when nothing does.
func (s *Store) KeptDraft(ctx context.Context, by *Account) (Draft, error) {
	var d Draft
	kept := s.read.WithContext(ctx).Raw(`SELECT text, face, mood, mood_text, tags, visibility, reply_url, COALESCE(reply_to_id, 0) AS reply_to_id
		FROM drafts WHERE account_id = ?`, by.ID).Scan(&d)
	if kept.Error != nil || kept.RowsAffected == 0 {
		return d, kept.Error
	}
	var pictures []Picture
	err := s.read.WithContext(ctx).Raw("SELECT "+pictureColumns+" WHERE p.account_id = ? AND p.kind = ? ORDER BY p.place, p.id",
		by.ID, pictureDraft).Scan(&pictures).Error
	d.Pictures = DraftPictures(pictures)
	d.Kept = !d.IsEmpty()
	return d, err
}

// SeePictures fills in where the pictures of a draft can be seen, and leaves out those that the account may not use: it is
// what a form shows again that was refused.
func (s *Store) SeePictures(ctx context.Context, by *Account, d *Draft) error {
	var keys []string
	for _, p := range d.Pictures {
		keys = append(keys, p.Key)
	}
	if len(keys) == 0 {
		return nil
	}
	var found []Picture
	err := s.read.WithContext(ctx).Raw("SELECT "+pictureColumns+" WHERE p.key IN ?", keys).Scan(&found).Error
	var seen []DraftPicture
	for _, wanted := range d.Pictures {
		at := slices.IndexFunc(found, func(p Picture) bool { return p.Key == wanted.Key && p.usableBy(by) })
		if at >= 0 {
			seen = append(seen, DraftPicture{Key: wanted.Key, Alt: strings.TrimSpace(wanted.Alt), Path: found[at].Path()})
		}
	}
	d.Pictures = seen
	return err
}
