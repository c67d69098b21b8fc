package models

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// entryWait is how long an entry waits for the owner of a guestbook before it goes by itself.
const entryWait = 30 * 24 * time.Hour

// Entry is what a visitor signed in the guestbook of an account. Strangers have a name and perhaps a homepage; who has an
// account here signs with that. An entry waits until the owner shows it, unless the owner knows who signed.
type Entry struct {
	ID, AccountID int64
	SignerID      *int64
	Name          string // of a stranger
	Homepage      string
	Text          string // as typed, cleaned
	HTML          string // what is shown
	Signature     string // rows of '#' and '.', see safe.Signature; empty: none
	Hash          string // of who signed and what: what is sent twice is one entry
	MentionID     *int64 // the mention of another site that it is; nil: it was signed here
	CreatedAt     Instant
	ShownAt       Instant // since when everybody sees it; zero: it waits

	Source string   `gorm:"->"` // where a mention stands; empty: it was signed here
	Page   *Account `gorm:"-"`  // whose guestbook it stands in
	Signer *Account `gorm:"-"`  // nil: a stranger
}

// Guestbook is one finite page of a guestbook, newest first. Older is the before of the next page, zero at the end.
type Guestbook struct {
	Entries []Entry
	Older   int64
}

// By is the name under which the entry is signed.
func (e *Entry) By() string {
	if e.Signer != nil {
		return "~" + e.Signer.Name
	}
	return e.Name
}

// Path is where the entry stands: first on a page of its guestbook, also when others have signed since.
func (e *Entry) Path() string {
	return fmt.Sprintf("%s/guestbook?before=%d#e%d", e.Page.Path(), e.ID+1, e.ID)
}

// SignaturePath is the address of the drawn signature, which is there while the entry is shown.
func (e *Entry) SignaturePath() string {
	return fmt.Sprintf("%s/guestbook/%d.gif", e.Page.Path(), e.ID)
}

// SignatureSize is the width and the height of the signature in its own dots.
func (e *Entry) SignatureSize() (width, height int) {
	first, _, _ := strings.Cut(e.Signature, "\n")
	return len(first), strings.Count(e.Signature, "\n") + 1
}

// Mine reports whether the viewer (nil: a guest) may take the entry away: who owns the guestbook, and who signed.
func (e *Entry) Mine(viewer *Account) bool {
	return viewer != nil && (e.AccountID == viewer.ID || e.SignerID != nil && *e.SignerID == viewer.ID)
}

// GoesAt is when the entry goes by itself if nobody shows it before.
func (e *Entry) GoesAt() Instant { return e.CreatedAt.Add(entryWait) }

// Entries is one page of an account's guestbook, as everybody sees it; before is zero for the newest.
func (s *Store) Entries(ctx context.Context, page *Account, before int64) (Guestbook, error) {
	return s.entries(ctx, page, "account_id = ? AND shown_at > 0", []any{page.ID}, before, PageSize)
}

// LatestEntries is the newest n entries of an account's guestbook.
func (s *Store) LatestEntries(ctx context.Context, page *Account, n int) ([]Entry, error) {
	g, err := s.entries(ctx, page, "account_id = ? AND shown_at > 0", []any{page.ID}, 0, n)
	return g.Entries, err
}

// WaitingEntries is one page of what waits in the account's own guestbook.
func (s *Store) WaitingEntries(ctx context.Context, by *Account, before int64) (Guestbook, error) {
	return s.entries(ctx, by, "account_id = ? AND shown_at = 0", []any{by.ID}, before, PageSize)
}

// WaitingBy is what the viewer (nil: a guest) signed and the owner of the guestbook has not shown yet.
func (s *Store) WaitingBy(ctx context.Context, viewer, page *Account) ([]Entry, error) {
	if viewer == nil {
		return nil, nil
	}
	g, err := s.entries(ctx, page, "signer_id = ? AND account_id = ? AND shown_at = 0", []any{viewer.ID, page.ID}, 0, PageSize)
	return g.Entries, err
}

// CountWaiting is how many entries wait for the account.
func (s *Store) CountWaiting(ctx context.Context, by *Account) (n int, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM entries WHERE account_id = ? AND shown_at = 0", by.ID).Scan(&n).Error
	return n, err
}

// Entry is one entry of the named account's guestbook as the viewer (nil: a guest) may see it; Missing when there is
// none, or when it waits and is neither theirs to show nor by them.
func (s *Store) Entry(ctx context.Context, viewer *Account, name string, id int64) (*Entry, error) {
	page, err := s.Account(ctx, name)
	if err != nil {
		return nil, err
	}
	g, err := s.entries(ctx, page, "account_id = ? AND id = ?", []any{page.ID, id}, 0, 1)
	if err != nil {
		return nil, err
	}
	if len(g.Entries) == 0 || g.Entries[0].ShownAt.IsZero() && !g.Entries[0].Mine(viewer) {
		return nil, errNoEntry
	}
	return &g.Entries[0], nil
}

var errNoEntry = &Error{Kind: Missing, Text: "error.no_entry"}

// entries reads entries of one guestbook, newest first, with the accounts that signed: two queries for any number.
func (s *Store) entries(ctx context.Context, page *Account, where string, args []any, before int64, most int) (g Guestbook, err error) {
	if before != 0 {
		where, args = where+" AND id < ?", append(args, before)
	}
	err = s.read.WithContext(ctx).Raw("SELECT *, COALESCE((SELECT url FROM mentions WHERE id = entries.mention_id), '') AS source FROM entries WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, most+1)...).Scan(&g.Entries).Error
	if err != nil {
		return g, err
	}
	if len(g.Entries) > most {
		g.Entries = g.Entries[:most]
		g.Older = g.Entries[most-1].ID
	}
	var ids []int64
	for _, e := range g.Entries {
		if e.SignerID != nil {
			ids = append(ids, *e.SignerID)
		}
	}
	people, err := accountsByID(s.read.WithContext(ctx), ids)
	for i := range g.Entries {
		e := &g.Entries[i]
		e.Page = page
		if e.SignerID != nil {
			e.Signer = people[*e.SignerID]
		}
	}
	return g, err
}

// ShowEntry lets everybody see an entry that waits in the account's own guestbook; Missing when there is none.
func (s *Store) ShowEntry(ctx context.Context, by *Account, id int64) error {
	var there int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM entries WHERE id = ? AND account_id = ?", id, by.ID).Scan(&there).Error
	if err == nil && there == 0 {
		return errNoEntry
	}
	if err != nil {
		return err
	}
	return s.ShowEntries(ctx, by, id, id)
}

// ShowEntries lets everybody see all entries from one id to another that wait in the account's own guestbook: what stands
// on a page that the owner has read, and nothing that came since.
func (s *Store) ShowEntries(ctx context.Context, by *Account, first, last int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdGuestbook(tx, by.ID, nil); err != nil {
			return err
		}
		now := s.instant()
		shown := tx.Exec("UPDATE entries SET shown_at = ? WHERE account_id = ? AND shown_at = 0 AND id BETWEEN ? AND ?", now, by.ID, first, last)
		if shown.Error != nil || shown.RowsAffected == 0 {
			return shown.Error
		}
		return s.touchGuestbook(tx, by.ID, now)
	})
}

// RemoveEntry takes an entry away for good: the owner of the guestbook any, who signed with an account their own. One
// that is gone already is gone.
func (s *Store) RemoveEntry(ctx context.Context, by *Account, id int64) error {
	var found []Entry
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM entries WHERE id = ?", id).Scan(&found).Error; err != nil || len(found) == 0 {
		return err
	}
	switch {
	case found[0].Mine(by):
	case found[0].ShownAt.IsZero():
		return errNoEntry
	default:
		return errNotYours
	}
	page := found[0].AccountID
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdGuestbook(tx, page, nil); err != nil {
			return err
		}
		var removed []Entry
		err := tx.Raw("DELETE FROM entries WHERE id = ? RETURNING shown_at, mention_id", id).Scan(&removed).Error
		if err != nil || len(removed) == 0 || removed[0].ShownAt.IsZero() {
			return err
		}
		if mention := removed[0].MentionID; mention != nil {
			if err := tx.Exec("UPDATE mentions SET state = ?, queued = ? WHERE id = ?", MentionRefused, false, *mention).Error; err != nil {
				return err
			}
		}
		return s.touchGuestbook(tx, page, s.instant())
	})
}

// SetGuestbook closes the account's guestbook to new entries, or opens it again. What stands in it stays.
func (s *Store) SetGuestbook(ctx context.Context, by *Account, closed bool) error {
	return s.exec(ctx, "UPDATE accounts SET guestbook_closed = ?, revision = revision + 1 WHERE id = ? AND guestbook_closed <> ?", closed, by.ID, closed)
}

// touchGuestbook marks that an account's guestbook shows something else now, and so does its page.
func (s *Store) touchGuestbook(tx *gorm.DB, page int64, at Instant) error {
	if err := exec(tx, "UPDATE accounts SET revision = revision + 1, guestbook_at = ? WHERE id = ?", at, page); err != nil {
		return err
	}
	return s.spread(tx, page)
}

// dropEntries lets the entries go that nobody has shown in time.
func (s *Store) dropEntries(ctx context.Context) error {
	return s.exec(ctx, "DELETE FROM entries WHERE shown_at = 0 AND created_at <= ?", s.instant().Add(-entryWait))
}
