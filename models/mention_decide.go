package models

import (
	"cmp"
	"context"

	"gorm.io/gorm"
)

// What an account thinks of a whole site.
const (
	VerdictWelcome = "welcome" // its mentions are shown at once
	VerdictBlocked = "blocked" // and these never
)

// mentionsMost is how many mentions a status shows under it.
const mentionsMost = 200

// Verdict is what an account thinks of a site.
type Verdict struct{ Host, Verdict string }

func verdictOf(db *gorm.DB, account int64, peer string) (verdict string, err error) {
	err = db.Raw("SELECT verdict FROM verdicts WHERE account_id = ? AND host = ?", account, peer).Scan(&verdict).Error
	return verdict, err
}

// MentionPage is one finite page of mentions, newest first. Older is the before of the next page, zero at the end.
type MentionPage struct {
	Mentions []Mention
	Older    int64
}

// StatusMentions is what other sites say of a status, as everybody sees it, oldest first.
func (s *Store) StatusMentions(ctx context.Context, st *Status) (list []Mention, err error) {
	return list, s.read.WithContext(ctx).Raw(mentionColumns+"WHERE m.status_id = ? AND m.state = ? ORDER BY m.id LIMIT ?",
		st.ID, MentionShown, mentionsMost).Scan(&list).Error
}

// Mentions is one page of the account's mentions in a state, newest first; before is zero for the newest.
func (s *Store) Mentions(ctx context.Context, by *Account, state string, before int64) (MentionPage, error) {
	return s.mentions(ctx, by, state, before, PageSize)
}

// LatestMentions is the newest n mentions of the account that everybody sees.
func (s *Store) LatestMentions(ctx context.Context, by *Account, n int) ([]Mention, error) {
	page, err := s.mentions(ctx, by, MentionShown, 0, n)
	return page.Mentions, err
}

func (s *Store) mentions(ctx context.Context, by *Account, state string, before int64, most int) (page MentionPage, err error) {
	where, args := "WHERE m.account_id = ? AND m.state = ?", []any{by.ID, state}
	if before != 0 {
		where, args = where+" AND m.id < ?", append(args, before)
	}
	err = s.read.WithContext(ctx).Raw(mentionColumns+where+" ORDER BY m.id DESC LIMIT ?", append(args, most+1)...).Scan(&page.Mentions).Error
	if len(page.Mentions) > most {
		page.Mentions = page.Mentions[:most]
		page.Older = page.Mentions[most-1].ID
	}
	return page, err
}

// Verdicts is the sites that the account has welcomed or blocked after a host, in the order of their names; more says that
// there are others behind them.
func (s *Store) Verdicts(ctx context.Context, by *Account, after string) (list []Verdict, more bool, err error) {
	const most = 100
	err = s.read.WithContext(ctx).Raw("SELECT host, verdict FROM verdicts WHERE account_id = ? AND host > ? ORDER BY host LIMIT ?", by.ID, storable(after), most+1).Scan(&list).Error
	if len(list) > most {
		return list[:most], true, err
	}
	return list, false, err
}

// OwnMention is a mention of the account's own; Missing when there is none.
func (s *Store) OwnMention(ctx context.Context, by *Account, id int64) (*Mention, error) {
	var found []Mention
	err := s.read.WithContext(ctx).Raw(mentionColumns+"WHERE m.id = ? AND m.account_id = ?", id, by.ID).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, cmp.Or[error](err, errNoMention)
	}
	return &found[0], nil
}

var errMentionChanged = &Error{Kind: Conflict, Text: "error.mention_changed"}

// Read names what a mention says, so that what is shown is what its owner has read.
func (m *Mention) Read() string { return m.Hash[:min(len(m.Hash), 12)] }

// decideMention changes a mention of the account's own; Missing when there is none.
func (s *Store) decideMention(ctx context.Context, by *Account, id int64, decide func(m *Mention) error) error {
	m, err := s.OwnMention(ctx, by, id)
	if err != nil {
		return err
	}
	return s.changeMention(ctx, m.ID, func(_ *gorm.DB, m *Mention) error { return decide(m) })
}

// ShowMention lets everybody see a mention of the account's own that waits, as the owner has read it; Missing when there is none,
// Conflict when it says something else by now.
func (s *Store) ShowMention(ctx context.Context, by *Account, id int64, read string) error {
	return s.decideMention(ctx, by, id, func(m *Mention) error {
		switch {
		case m.State != MentionHeld:
		case m.Read() != read:
			return errMentionChanged
		default:
			m.State = MentionShown
		}
		return nil
	})
}

// RefuseMention takes a mention of the account's own away, for good; Missing when there is none.
func (s *Store) RefuseMention(ctx context.Context, by *Account, id int64) error {
	return s.decideMention(ctx, by, id, func(m *Mention) error {
		m.State, m.Queued = MentionRefused, false
		return nil
	})
}

// AdmitMention lets a mention in again that the owner refused: it waits once more, as its owner has not read it yet. Missing when there
// is none.
func (s *Store) AdmitMention(ctx context.Context, by *Account, id int64) error {
	return s.decideMention(ctx, by, id, func(m *Mention) error {
		switch {
		case m.State != MentionRefused:
		case m.Kind == "like" || m.Kind == "repost":
			m.State = MentionQuiet
		default:
			m.State = MentionHeld
		}
		return nil
	})
}

// ForgetMention forgets a mention of the account's own that was refused: sent again, it is a new one. Missing when there is none.
func (s *Store) ForgetMention(ctx context.Context, by *Account, id int64) error {
	if _, err := s.OwnMention(ctx, by, id); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.deleteMentions(tx, "id = ? AND account_id = ? AND state = ?", id, by.ID, MentionRefused)
	})
}

// deleteMentions forgets the mentions of a condition, with the pictures of their authors.
func (s *Store) deleteMentions(tx *gorm.DB, where string, args ...any) error {
	var gone []Mention
	err := tx.Raw("DELETE FROM mentions WHERE "+where+" RETURNING picture_id", args...).Scan(&gone).Error
	for _, m := range gone {
		if err == nil && m.PictureID != nil {
			err = s.dropPictures(tx, "id = ?", *m.PictureID)
		}
	}
	return err
}

// JudgeSite welcomes the site of a mention of the account's own, or blocks it, for this mention and all others from there: what waits
// is shown, or everything is taken away. Missing when there is no such mention.
func (s *Store) JudgeSite(ctx context.Context, by *Account, id int64, verdict string) error {
	m, err := s.OwnMention(ctx, by, id)
	if err != nil {
		return err
	}
	from, to := []string{MentionHeld}, MentionShown
	if verdict == VerdictBlocked {
		from, to = []string{MentionHeld, MentionShown, MentionQuiet}, MentionRefused
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if there, err := s.holdAccounts(tx, by.ID); err != nil || there == 0 {
			return err
		}
		err := tx.Exec(`INSERT INTO verdicts (account_id, host, verdict) VALUES (?, ?, ?)
			ON CONFLICT (account_id, host) DO UPDATE SET verdict = excluded.verdict`, by.ID, m.Peer, verdict).Error
		if err != nil {
			return err
		}
		var list []Mention
		err = tx.Raw("SELECT * FROM mentions WHERE account_id = ? AND state IN ? AND peer = ? ORDER BY id"+s.locking("UPDATE"), by.ID, from, m.Peer).Scan(&list).Error
		for i := range list {
			if err == nil {
				before := list[i]
				list[i].State, list[i].Queued = to, false
				err = s.settleMention(tx, &before, &list[i])
			}
		}
		return err
	})
}

// Pardon forgets what the account thinks of a site. What is shown stays, and what was taken away stays away.
func (s *Store) Pardon(ctx context.Context, by *Account, host string) error {
	return s.exec(ctx, "DELETE FROM verdicts WHERE account_id = ? AND host = ?", by.ID, storable(host))
}

// SetMentions closes the account's pages to mentions, or opens them again. What is shown stays.
func (s *Store) SetMentions(ctx context.Context, by *Account, closed bool) error {
	return s.exec(ctx, "UPDATE accounts SET mentions_closed = ?, revision = revision + 1 WHERE id = ? AND mentions_closed <> ?", closed, by.ID, closed)
}

// dropMentions forgets the mentions that came to nothing, and those that no owner wanted to see in time.
func (s *Store) dropMentions(ctx context.Context) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.deleteMentions(tx, "state IN ? AND received_at <= ? AND NOT queued",
			[]string{MentionHeld, MentionFailed, MentionGone, MentionSame}, s.instant().Add(-mentionWait))
	})
}
