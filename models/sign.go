package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of an entry.
const (
	EntryTextMost     = 500 // graphemes
	entryNameMost     = 50  // graphemes of a stranger's name
	entryLinksMost    = 2   // in the text of an account
	strangerLinksMost = 1   // in the text of a stranger
	entriesWaiting    = 200 // how many entries wait for one owner
	entryAgain        = 24 * time.Hour
	knownBy           = 1000 // of so many of somebody's last statuses it is asked whether the owner answered them
)

var errGuestbookClosed = &Error{Kind: Forbidden, Text: "error.guestbook_closed"}

// NewEntry is what somebody sends to sign a guestbook; strangers have a name and a network, perhaps a homepage.
type NewEntry struct{ Name, Homepage, Text, Signature, Network string }

// Sign writes an entry into the guestbook of a page, as an account or as a stranger (by nil). Everybody sees it at once
// when the owner knows who signs; otherwise it waits for the owner. What the same one sends again within a day is the
// entry that they sent before.
func (s *Store) Sign(ctx context.Context, page, by *Account, n NewEntry) (*Entry, error) {
	if page.GuestbookClosed {
		return nil, errGuestbookClosed
	}
	e, err := s.checkEntry(ctx, page, by, n)
	if err != nil {
		return nil, err
	}
	known, err := s.knows(ctx, page, by)
	if err != nil {
		return nil, err
	}
	e.CreatedAt = s.instant()
	if again, err := sentBefore(s.read.WithContext(ctx), e); err != nil || again {
		return e, err // it costs nothing
	}
	if err := s.spendEntry(ctx, page, by, n.Network, known); err != nil {
		return nil, err
	}
	if known {
		e.ShownAt = e.CreatedAt
	}
	var made Entry
	err = s.tx(ctx, func(tx *gorm.DB) error {
		made = *e
		return s.insertEntry(tx, &made)
	})
	return &made, err
}

// checkEntry applies the rules to what somebody sends.
func (s *Store) checkEntry(ctx context.Context, page, by *Account, n NewEntry) (*Entry, error) {
	e := &Entry{AccountID: page.ID, Page: page, Signer: by, Text: safe.Text(n.Text)}
	links, signer := strangerLinksMost, ""
	if by != nil {
		e.SignerID, links, signer = &by.ID, entryLinksMost, by.Path()
	} else if err := e.checkStranger(n); err != nil {
		return nil, err
	}
	if long := safe.Graphemes(e.Text) - EntryTextMost; long > 0 {
		return nil, &Error{Kind: Invalid, Field: "text", Text: "error.text_long", Args: map[string]any{"Most": EntryTextMost, "Count": long}}
	}
	if len(e.Text) > EntryTextMost*bytesPerChar {
		return nil, invalid("text", "error.entry_heavy")
	}
	if safe.Overstacked(e.Text) {
		return nil, invalid("text", "error.overstacked")
	}
	var err error
	if e.Signature, err = safe.Signature(n.Signature); errors.Is(err, safe.ErrSignatureLarge) {
		return nil, &Error{Kind: Invalid, Field: "signature", Text: "error.signature_large", Args: map[string]any{"Width": safe.SignatureWidth, "Height": safe.SignatureHeight}}
	} else if err != nil {
		return nil, invalid("signature", "error.signature")
	}
	if !safe.Visible(e.Text) && e.Signature == "" {
		return nil, invalid("text", "error.entry_empty")
	}
	if e.HTML, err = s.rich(ctx, e.Text); err != nil {
		return nil, err
	}
	if strings.Count(e.HTML, `<a href="http`) > links { // safe.Rich writes every link the same way
		return nil, &Error{Kind: Invalid, Field: "text", Text: "error.entry_links", Args: map[string]any{"Count": links}}
	}
	e.Hash = TokenHash(strings.Join([]string{signer, e.Name, e.Homepage, e.Text, e.Signature}, "\x00"))
	return e, nil
}

// checkStranger applies the rules to who signs without an account.
func (e *Entry) checkStranger(n NewEntry) error {
	e.Name = safe.Line(n.Name)
	switch {
	case !safe.Visible(e.Name):
		return invalid("name", "error.entry_name")
	case readsAsAccount(e.Name):
		return invalid("name", "error.entry_tilde")
	case safe.Graphemes(e.Name) > entryNameMost || len(e.Name) > entryNameMost*bytesPerChar:
		return &Error{Kind: Invalid, Field: "name", Text: "error.entry_name_long", Args: map[string]any{"Most": entryNameMost}}
	case safe.Overstacked(e.Name):
		return invalid("name", "error.overstacked")
	}
	if strings.TrimSpace(n.Homepage) == "" {
		return nil
	}
	var ok bool
	if e.Homepage, ok = safe.URL(n.Homepage); !ok {
		return invalid("homepage", "error.homepage")
	}
	return nil
}

// knows reports whether the owner of a page knows an account (nil: a stranger): oneself, whose entry stands in the
// guestbook already, who is among the top friends, or who was answered in public.
func (s *Store) knows(ctx context.Context, page, by *Account) (known bool, err error) {
	if by == nil || by.ID == page.ID {
		return by != nil, nil
	}
	err = s.read.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM entries WHERE signer_id = ? AND account_id = ? AND shown_at > 0)
		OR EXISTS (SELECT 1 FROM top_friends WHERE friend_id = ? AND account_id = ?)
		OR EXISTS (SELECT 1 FROM (SELECT id FROM statuses WHERE account_id = ? ORDER BY published_at DESC, id DESC LIMIT ?) said
			JOIN statuses answer ON answer.reply_to_id = said.id
			WHERE answer.account_id = ? AND answer.visibility = 'public' AND answer.withdrawn_at = 0)`,
		by.ID, page.ID, by.ID, page.ID, by.ID, knownBy, page.ID).Scan(&known).Error
	return known, err
}

// spendEntry takes an entry from the budgets: of the account, or of the stranger's network and of the page for all
// strangers, who cannot keep people with accounts away.
func (s *Store) spendEntry(ctx context.Context, page, by *Account, network string, known bool) error {
	own, key := budgetSignNetwork, network
	if by != nil {
		own, key = budgetSignAccount, by.Name
	}
	if err := s.spend(ctx, own, key); err != nil || known || by != nil {
		return err
	}
	return s.spend(ctx, budgetSignPage, page.Name)
}

// insertEntry writes the entry, or finds the one that the same one sent before.
func (s *Store) insertEntry(tx *gorm.DB, e *Entry) error {
	closed, err := s.holdGuestbook(tx, e.AccountID, e.SignerID)
	if err != nil {
		return err
	}
	if closed {
		return errGuestbookClosed
	}
	if again, err := sentBefore(tx, e); err != nil || again {
		return err
	}
	if e.ShownAt.IsZero() {
		if err := mayWait(tx, e); err != nil {
			return err
		}
	}
	err = tx.Raw(`INSERT INTO entries (account_id, signer_id, name, homepage, text, html, signature, hash, created_at, shown_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, e.AccountID, e.SignerID, e.Name, e.Homepage, e.Text, e.HTML, e.Signature,
		e.Hash, e.CreatedAt, e.ShownAt).Scan(&e.ID).Error
	if err != nil {
		return err
	}
	if !e.ShownAt.IsZero() {
		return s.touchGuestbook(tx, e.AccountID, e.ShownAt)
	}
	return exec(tx, "UPDATE accounts SET noticed_at = ? WHERE id = ?", e.CreatedAt, e.AccountID)
}

// sentBefore makes the entry the one that the same signer sent within a day, when there is one.
func sentBefore(db *gorm.DB, e *Entry) (bool, error) {
	var before []Entry
	err := db.Raw("SELECT id, created_at, shown_at FROM entries WHERE account_id = ? AND hash = ? AND created_at > ?",
		e.AccountID, e.Hash, e.CreatedAt.Add(-entryAgain)).Scan(&before).Error
	if err != nil || len(before) == 0 {
		return false, err
	}
	e.ID, e.CreatedAt, e.ShownAt = before[0].ID, before[0].CreatedAt, before[0].ShownAt
	return true, nil
}

// mayWait refuses an entry when as many wait already as anybody would read.
func mayWait(tx *gorm.DB, e *Entry) error {
	var waiting int
	err := tx.Raw("SELECT COUNT(*) FROM entries WHERE account_id = ? AND shown_at = 0", e.AccountID).Scan(&waiting).Error
	if err == nil && waiting >= entriesWaiting {
		return &Error{Kind: TooMany, Text: "error.guestbook_full", Args: map[string]any{"Name": e.Page.Name, "Most": entriesWaiting}}
	}
	return err
}

// holdGuestbook keeps a guestbook as it is until the transaction ends, and says whether it is closed; its signer (nil: none)
// stays here as long. Accounts come before entries, in the order of their ids, as everywhere.
func (s *Store) holdGuestbook(tx *gorm.DB, page int64, signer *int64) (closed bool, err error) {
	ids := []int64{page}
	if signer != nil && *signer != page {
		ids = append(ids, *signer)
	}
	var held []Account
	err = tx.Raw("SELECT id, guestbook_closed FROM accounts WHERE id IN ? ORDER BY id"+s.locking("NO KEY UPDATE"), ids).Scan(&held).Error
	if err == nil && len(held) < len(ids) {
		err = errNoAccount
	}
	for _, a := range held {
		closed = closed || a.ID == page && a.GuestbookClosed
	}
	return closed, err
}
