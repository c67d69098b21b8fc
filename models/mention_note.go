package models

import (
	"context"
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
	m.take(seen, s.fetcher.Ours, s.instant())
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
