package models

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"html"

	"gorm.io/gorm"

	"marquee/safe"
)

// FetchFace brings the picture of an author elsewhere here; nil when there is none to be had, or its domain was asked for enough of them.
// It is in use once NoteMention or KeepContext has it.
func (s *Store) FetchFace(ctx context.Context, address string) (*PictureFile, error) {
	if err := s.spend(ctx, budgetFace, domainOf(address)); err != nil {
		if IsKind(err, TooMany) {
			return nil, nil
		}
		return nil, err
	}
	body, err := s.fetchImage(ctx, address)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, nil
	}
	squeezed, err := safe.Avatar(ctx, bytes.NewReader(body))
	var refusal *Error
	if errors.As(refusedPicture(err), &refusal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.newFile(ctx, squeezed)
}

// wearFace gives a mention the picture of its author, and drops the one before.
func (s *Store) wearFace(tx *gorm.DB, m *Mention, seen Sight) error {
	if seen.Face == nil && m.Photo != "" {
		return nil
	}
	if m.PictureID != nil {
		former := *m.PictureID
		m.PictureID = nil
		if err := tx.Exec("UPDATE mentions SET picture_id = NULL WHERE id = ?", m.ID).Error; err != nil {
			return err
		}
		if err := s.dropPictures(tx, "id = ?", former); err != nil {
			return err
		}
	}
	if seen.Face == nil {
		return nil
	}
	picture, err := s.hangFile(tx, pictureMention, m.AccountID, seen.Face)
	m.PictureID = &picture
	return err
}

// settleMention writes a mention and everything that shows it.
func (s *Store) settleMention(tx *gorm.DB, before, m *Mention) error {
	err := tx.Exec(`UPDATE mentions SET source = ?, target = ?, final_key = ?, url_key = ?, peer = ?, queued = ?, state = ?, same_id = ?, kind = ?, problem = ?, url = ?, author = ?,
		author_url = ?, photo = ?, picture_id = ?, title = ?, html = ?, rsvp = ?, hash = ?, published_at = ?, verified_at = ? WHERE id = ?`,
		m.Source, m.Target, m.FinalKey, m.URLKey, m.Peer, m.Queued, m.State, m.SameID, m.Kind, m.Problem, m.URL, m.Author,
		m.AuthorURL, m.Photo, m.PictureID, m.Title, m.HTML, m.RSVP, m.Hash, m.PublishedAt, m.VerifiedAt, m.ID).Error
	if err != nil {
		return err
	}
	now, shown := s.instant(), m.State == MentionShown
	if m.State != before.State && (shown || m.State == MentionHeld) {
		if err := tx.Exec("UPDATE accounts SET noticed_at = ? WHERE id = ?", now, m.AccountID).Error; err != nil {
			return err
		}
	}
	samePicture := m.PictureID == nil && before.PictureID == nil || m.PictureID != nil && before.PictureID != nil && *m.PictureID == *before.PictureID
	if !shown && before.State != MentionShown || shown && before.State == MentionShown && m.Hash == before.Hash && samePicture {
		return nil
	}
	if m.StatusID != nil {
		if err := touchPage(tx, m.AccountID, now, false); err != nil || !shown || before.State == MentionShown {
			return err
		}
		return s.announceAgain(tx, *m.StatusID) // once: a word that comes back is no new one
	}
	return s.settleEntry(tx, m, now)
}

// settleEntry writes a mention of a page into its guestbook, or takes it out.
func (s *Store) settleEntry(tx *gorm.DB, m *Mention, now Instant) error {
	if m.State != MentionShown {
		if err := tx.Exec("DELETE FROM entries WHERE mention_id = ?", m.ID).Error; err != nil {
			return err
		}
		return s.touchGuestbook(tx, m.AccountID, now)
	}
	words := m.HTML
	if m.Title != "" {
		words = "<p>" + html.EscapeString(m.Title) + "</p>" + words
	}
	err := tx.Exec(`INSERT INTO entries (account_id, signer_id, name, homepage, text, html, signature, hash, created_at, shown_at, mention_id)
		VALUES (?, NULL, ?, ?, ?, ?, '', ?, ?, ?, ?) ON CONFLICT (mention_id) WHERE mention_id IS NOT NULL DO UPDATE SET
		name = excluded.name, homepage = excluded.homepage, text = excluded.text, html = excluded.html`,
		m.AccountID, m.By(), cmp.Or(m.AuthorURL, m.URL), safe.Untagged(words), words, "mention/"+m.Key, m.PublishedAt, now, m.ID).Error
	if err != nil {
		return err
	}
	return s.touchGuestbook(tx, m.AccountID, now)
}
