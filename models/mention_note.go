package models

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"html"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of what is shown of a mention.
const (
	mentionTextMost  = 1000 // graphemes
	mentionTitleMost = 150
	mentionsHeld     = 500 // how many wait for one owner
	mentionWait      = 30 * 24 * time.Hour
)

// Sight is what was found at the source of a mention. Nothing in it is clean.
type Sight struct {
	URL                        string // where it was found, after all redirects
	Page                       string // where it says that it stands
	Kind, RSVP                 string
	Author, AuthorURL          string
	Photo                      string       // address of the author's picture
	Face                       *PictureFile // what was made of it; nil: nothing new
	Title, HTML, Text, Summary string
	Published                  time.Time // zero: it does not say
}

// FetchFace brings the picture of an author here; nil when there will never be one. It becomes theirs with NoteMention.
func (s *Store) FetchFace(ctx context.Context, address string) (*PictureFile, error) {
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

// NoteMention writes down what the source of a mention says, cleaned, and decides what becomes of it: a like or a repost is for
// the owner alone, what comes from a site that the owner welcomed is shown at once, and so is what was shown and says the same still;
// all else waits for the owner.
func (s *Store) NoteMention(ctx context.Context, id int64, seen Sight) error {
	return s.changeMention(ctx, id, func(tx *gorm.DB, m *Mention) error {
		if m.State == MentionRefused {
			return nil
		}
		known, err := s.sameMention(tx, m, &seen)
		if err != nil || m.State == MentionSame && known == nil {
			return err
		}
		if known != nil { // the same words at another address
			m.State, m.SameID, m.Queued, m.Problem = MentionSame, &known.ID, false, ""
			before := *known
			if err := s.hearMention(tx, known, seen); err != nil {
				return err
			}
			return s.settleMention(tx, &before, known)
		}
		return s.hearMention(tx, m, seen)
	})
}

// NoteGone writes down that the source of a mention is gone, or links here no more (Webmention §3.2.4): its words go, too.
func (s *Store) NoteGone(ctx context.Context, id int64, problem string) error {
	return s.changeMention(ctx, id, func(tx *gorm.DB, m *Mention) error {
		switch {
		case m.State == MentionRefused:
		case m.VerifiedAt.IsZero():
			m.State = MentionFailed
		default:
			m.State = MentionGone
		}
		m.Queued, m.Problem = false, problem
		m.Author, m.AuthorURL, m.Photo, m.Title, m.HTML, m.Hash = "", "", "", "", "", ""
		return s.wearFace(tx, m, Sight{})
	})
}

// NoteAway writes down that the source of a mention could not be seen. What was seen once stays; final says that nobody will
// look again.
func (s *Store) NoteAway(ctx context.Context, id int64, problem string, final bool) error {
	return s.changeMention(ctx, id, func(_ *gorm.DB, m *Mention) error {
		m.Problem, m.Queued = problem, !final
		if final && m.State == MentionNew {
			m.State = MentionFailed
		}
		return nil
	})
}

// changeMention changes a mention, and what shows it, in one transaction; nothing happens to one that is there no more. The account is
// held before: all changes of its mentions come one after the other.
func (s *Store) changeMention(ctx context.Context, id int64, change func(tx *gorm.DB, m *Mention) error) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var owner int64
		if err := tx.Raw("SELECT account_id FROM mentions WHERE id = ?", id).Scan(&owner).Error; err != nil || owner == 0 {
			return err
		}
		if there, err := s.holdAccounts(tx, owner); err != nil || there == 0 {
			return err
		}
		var m Mention
		if err := tx.Raw("SELECT * FROM mentions WHERE id = ?"+s.locking("UPDATE"), id).Scan(&m).Error; err != nil || m.ID == 0 {
			return err
		}
		before := m
		if err := change(tx, &m); err != nil {
			return err
		}
		return s.settleMention(tx, &before, &m)
	})
}

// sameMention is another mention of the same target that what was found belongs to: the one of the address where it stands in the
// end, or the one that is found where this one says that it stands. Of the latter the words stay: anybody may say so.
func (s *Store) sameMention(tx *gorm.DB, m *Mention, seen *Sight) (*Mention, error) {
	m.FinalKey, _ = safe.AddressKey(seen.URL)
	m.URLKey, _ = safe.AddressKey(seen.Page)
	if peerOf(seen.Page) != peerOf(seen.URL) || m.URLKey == m.FinalKey {
		m.URLKey = ""
	}
	m.SameID = nil
	var found []Mention
	err := tx.Raw(`SELECT * FROM mentions WHERE target_key = ? AND source_key = ? AND id <> ? AND state <> ?
		UNION SELECT * FROM mentions WHERE target_key = ? AND final_key = ? AND id < ? AND state <> ? ORDER BY id LIMIT 1`,
		m.TargetKey, m.FinalKey, m.ID, MentionSame, m.TargetKey, m.FinalKey, m.ID, MentionSame).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &found[0], nil
	}
	if m.URLKey != "" {
		var there int64
		err := tx.Raw("SELECT COALESCE(MIN(id), 0) FROM mentions WHERE target_key = ? AND id <> ? AND (source_key = ? OR final_key = ?) AND state IN ?",
			m.TargetKey, m.ID, m.URLKey, m.URLKey, []string{MentionHeld, MentionShown, MentionQuiet, MentionRefused}).Scan(&there).Error
		if err != nil || there != 0 {
			m.State, m.SameID, m.Queued, m.Problem = MentionSame, &there, false, ""
			return nil, err
		}
	}
	if m.State == MentionSame {
		m.State = MentionNew
	}
	return nil, s.replaceClaims(tx, m)
}

// replaceClaims ends the mentions that only said that they stand where this one does.
func (s *Store) replaceClaims(tx *gorm.DB, m *Mention) error {
	var claims []Mention
	err := tx.Raw("SELECT * FROM mentions WHERE url_key IN ? AND target_key = ? AND id <> ? AND state NOT IN ?"+s.locking("UPDATE"),
		[]string{m.SourceKey, m.FinalKey}, m.TargetKey, m.ID, []string{MentionSame, MentionRefused}).Scan(&claims).Error
	for i := range claims {
		if err == nil {
			before := claims[i]
			claims[i].State, claims[i].SameID = MentionSame, &m.ID
			err = s.settleMention(tx, &before, &claims[i])
		}
	}
	return err
}

// hearMention takes over what a source says and decides what becomes of it.
func (s *Store) hearMention(tx *gorm.DB, m *Mention, seen Sight) error {
	if m.State == MentionRefused {
		return nil
	}
	said := m.Hash
	m.take(seen, s.instant())
	if err := s.wearFace(tx, m, seen); err != nil {
		return err
	}
	verdict, err := verdictOf(tx, m.AccountID, m.Peer)
	if err != nil {
		return err
	}
	switch {
	case verdict == VerdictBlocked:
		m.State, m.Problem = MentionFailed, errMentionBlocked.Text
	case m.Kind == "like" || m.Kind == "repost":
		m.State = MentionQuiet
	case verdict == VerdictWelcome, m.State == MentionShown && m.Hash == said:
		m.State = MentionShown
	case m.State == MentionHeld:
	default:
		var waiting int
		if err := tx.Raw("SELECT COUNT(*) FROM mentions WHERE account_id = ? AND state = ?", m.AccountID, MentionHeld).Scan(&waiting).Error; err != nil {
			return err
		}
		if m.State = MentionHeld; waiting >= mentionsHeld {
			m.State, m.Problem = MentionFailed, "error.mention_full"
		}
	}
	return nil
}

// take cleans what a source says.
func (m *Mention) take(seen Sight, now Instant) {
	m.Queued, m.Problem, m.VerifiedAt = false, "", now
	m.Peer = cmp.Or(peerOf(seen.URL), m.Peer)
	m.URL = cmp.Or(elsewhere(seen.URL), m.Source)
	if page := elsewhere(seen.Page); peerOf(page) == m.Peer { // what stands on another site is another site's to say
		m.URL = page
	}
	m.Kind, m.RSVP, m.Photo = seen.Kind, seen.RSVP, elsewhere(seen.Photo)
	m.AuthorURL = elsewhere(seen.AuthorURL)
	if m.Author = shortLine(seen.Author, entryNameMost); readsAsAccount(m.Author) {
		m.Author = ""
	}
	m.Title = shortLine(seen.Title, mentionTitleMost)
	m.HTML = mentionWords(seen)
	m.PublishedAt = m.ReceivedAt
	if at := At(seen.Published); !seen.Published.IsZero() && at > 0 && at <= now {
		m.PublishedAt = at
	}
	m.Hash = TokenHash(strings.Join([]string{m.Kind, m.URL, m.Author, m.AuthorURL, m.Title, m.HTML, m.RSVP}, "\x00"))
}

// elsewhere is an address of another site as it may be linked to; empty when it is none.
func elsewhere(address string) string {
	address, ok := safe.URL(address)
	if !ok {
		return ""
	}
	return address
}

// shortLine is a line that fits where it is shown; empty when nobody could read it.
func shortLine(s string, most int) string {
	s = safe.Clip(safe.Line(s), most)
	if !safe.Visible(s) || safe.Overstacked(s) || len(s) > most*bytesPerChar {
		return ""
	}
	return s
}

// mentionWords is what a source says as clean HTML: its content, or its summary. What is long is cut, and plain then.
func mentionWords(seen Sight) string {
	clean := safe.HTML(seen.HTML)
	text := safe.Untagged(clean)
	if seen.HTML == "" {
		text = safe.Text(cmp.Or(seen.Text, seen.Summary))
		clean = safe.Rich(text, safe.Links{})
	}
	switch {
	case !safe.Visible(text) || safe.Overstacked(text):
		return ""
	case safe.Graphemes(text) > mentionTextMost || len(clean) > 2*mentionTextMost*bytesPerChar:
		return safe.Rich(safe.Clip(text, mentionTextMost), safe.Links{})
	}
	return clean
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
	if err := s.saveFile(tx, seen.Face); err != nil {
		return err
	}
	var picture int64
	err := tx.Raw("INSERT INTO pictures (key, kind, account_id, place, hash, alt, created_at) VALUES (?, ?, ?, 0, ?, '', ?) RETURNING id",
		rand.Text(), pictureMention, m.AccountID, seen.Face.Hash, s.instant()).Scan(&picture).Error
	m.PictureID = &picture
	return err
}

// settleMention writes a mention and everything that shows it.
func (s *Store) settleMention(tx *gorm.DB, before, m *Mention) error {
	err := tx.Exec(`UPDATE mentions SET final_key = ?, url_key = ?, peer = ?, queued = ?, state = ?, same_id = ?, kind = ?, problem = ?, url = ?, author = ?,
		author_url = ?, photo = ?, picture_id = ?, title = ?, html = ?, rsvp = ?, hash = ?, published_at = ?, verified_at = ? WHERE id = ?`,
		m.FinalKey, m.URLKey, m.Peer, m.Queued, m.State, m.SameID, m.Kind, m.Problem, m.URL, m.Author,
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
		return touchPage(tx, m.AccountID, now, false)
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
