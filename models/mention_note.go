package models

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"
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
	Source, Target             string // how they are spelt now; empty: as before
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
		known, err := s.sameMention(tx, m, seen.URL)
		if err != nil {
			return err
		}
		if known != nil { // another address of the same page: it has no say in what that says, but there may be news
			m.Queued = false
			return cmp.Or(s.becomeSame(tx, m, known), s.lookAgain(tx, known))
		}
		if err := s.hearMention(tx, m, seen); err != nil {
			return err
		}
		return s.joinTwins(tx, m, seen.Page)
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
		m.Queued, m.Problem, m.SameID = false, problem, nil
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

// hearMention takes over what a source says and decides what becomes of it.
func (s *Store) hearMention(tx *gorm.DB, m *Mention, seen Sight) error {
	said := m.Hash
	m.take(seen, s.fetcher.Ours, s.instant())
	if m.State == MentionRefused {
		return nil
	}
	m.Source, m.Target = cmp.Or(seen.Source, m.Source), cmp.Or(seen.Target, m.Target)
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
