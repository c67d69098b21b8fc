package models

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of webrings.
const (
	RingsMost     = 10   // rings that one account keeps
	ringTitleMost = 40   // graphemes of a ring's title
	ringWordsMost = 2000 // bytes of what a ring says of itself
	ringsSize     = 25   // rings of one page of the list
)

// Ring is a webring: pages, here and anywhere, that lead to each other in a circle. Who made it keeps it; when they have
// gone, the webmaster does.
type Ring struct {
	ID        int64
	Key       string // its name in addresses, ^[a-z0-9-]{2,40}$; it never changes
	AccountID *int64
	Title     string
	Words     string // HTML as the keeper wrote it
	WordsHTML string // what is shown
	FG, BG    string // colours of its button, six hexadecimal digits; empty: the usual ones
	Revision  int64  // rises with every change of what its page shows
	CreatedAt Instant

	Keeper  string `gorm:"->"` // name of who keeps it; empty: the webmaster
	Members int    `gorm:"->"` // pages in it, where a list was asked for
	Waiting int    `gorm:"->"` // pages that ask to join, where the keeper asked
}

// Path is the address of the ring on this site.
func (r *Ring) Path() string { return ringsPath + r.Key }

const ringsPath = "/rings/"

// KeptBy reports whether the account may act as keeper of the ring: who keeps it, and the webmaster.
func (r *Ring) KeptBy(a *Account) bool {
	return a != nil && (a.Role == RoleWebmaster || r.AccountID != nil && *r.AccountID == a.ID)
}

// NewRing is what somebody says of a ring that they make or change; its key is chosen once.
type NewRing struct{ Key, Title, Words, FG, BG string }

var (
	ringForm     = regexp.MustCompile(`^[a-z0-9-]{2,40}$`)
	reservedKeys = wordSet("new all random next previous list mine search feed rss atom admin webmaster")

	errNoRing    = &Error{Kind: Missing, Text: "error.no_ring"}
	errRingTaken = &Error{Kind: Conflict, Field: "key", Text: "error.ring_taken"}
)

// check tidies what was typed and refuses what cannot be. Whether the key is free, only the database knows.
func (n *NewRing) check() error {
	n.Title, n.Words = safe.Line(n.Title), storable(strings.TrimSpace(n.Words))
	switch {
	case n.Title == "" || safe.Graphemes(n.Title) > ringTitleMost || len(n.Title) > ringTitleMost*bytesPerChar:
		return &Error{Kind: Invalid, Field: "title", Text: "error.ring_title", Args: map[string]any{"Most": ringTitleMost}}
	case safe.Overstacked(n.Title):
		return invalid("title", "error.overstacked")
	case len(n.Words) > ringWordsMost:
		return invalid("words", "error.ring_words")
	case !color.MatchString(n.FG) || !color.MatchString(n.BG):
		return invalid("fg", "error.design_color")
	}
	return nil
}

// MakeRing makes a ring, which its maker keeps. A key that was another ring's is not given again, so that the links to that
// one never lead to strangers.
func (s *Store) MakeRing(ctx context.Context, by *Account, n NewRing) (*Ring, error) {
	n.Key = strings.ToLower(strings.TrimSpace(n.Key))
	switch {
	case !ringForm.MatchString(n.Key) || strings.Trim(n.Key, "-") == "":
		return nil, invalid("key", "error.ring_key")
	case reservedKeys[n.Key]:
		return nil, invalid("key", "error.name_reserved")
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	if err := s.spend(ctx, budgetRing, by.Name); err != nil {
		return nil, err
	}
	r := &Ring{
		Key: n.Key, AccountID: &by.ID, Title: n.Title, Words: n.Words, WordsHTML: safe.HTML(n.Words), FG: n.FG, BG: n.BG,
		Revision: rand.Int64N(1 << 62), CreatedAt: s.instant(), Keeper: by.Name,
	}
	return r, s.tx(ctx, func(tx *gorm.DB) error {
		if err := touchSite(tx, by.ID, r.CreatedAt); err != nil {
			return err
		}
		if err := s.mayMakeRing(tx, by, n.Key); err != nil {
			return err
		}
		r.ID = 0 // it may be the second try
		err := tx.Raw(`INSERT INTO rings (key, account_id, title, words, words_html, fg, bg, revision, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id`,
			r.Key, by.ID, r.Title, r.Words, r.WordsHTML, r.FG, r.BG, r.Revision, r.CreatedAt).Scan(&r.ID).Error
		if err == nil && r.ID == 0 {
			return errRingTaken
		}
		return err
	})
}

// mayMakeRing counts the rings that the account keeps, which is held for it, and looks whether the key was a ring's.
func (s *Store) mayMakeRing(tx *gorm.DB, by *Account, key string) error {
	if err := s.holdRows(tx, "SELECT id FROM accounts WHERE id = ?", by.ID); err != nil {
		return err
	}
	var found struct{ Kept, Retired int }
	err := tx.Raw(`SELECT (SELECT COUNT(*) FROM rings WHERE account_id = ?) AS kept,
		(SELECT COUNT(*) FROM retired_names WHERE hash = ?) AS retired`, by.ID, retiredRing(key)).Scan(&found).Error
	switch {
	case err != nil:
		return err
	case found.Kept >= RingsMost:
		return &Error{Kind: Invalid, Text: "error.rings_many", Args: map[string]any{"Most": RingsMost}}
	case found.Retired > 0:
		return errRingTaken
	}
	return nil
}

// retiredRing is what is kept of a ring's key. No account has a name like that.
func retiredRing(key string) string { return retiredHash(ringsPath + key) }

// ChangeRing changes what the ring says of itself; only its keeper may.
func (s *Store) ChangeRing(ctx context.Context, by *Account, r *Ring, n NewRing) error {
	if !r.KeptBy(by) {
		return errNotYours
	}
	if err := n.check(); err != nil {
		return err
	}
	if n.Title == r.Title && n.Words == r.Words && n.FG == r.FG && n.BG == r.BG {
		return nil
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := touchSite(tx, by.ID, s.instant()); err != nil {
			return err
		}
		if err := s.touchMembers(tx, r); err != nil {
			return err
		}
		return tx.Exec("UPDATE rings SET title = ?, words = ?, words_html = ?, fg = ?, bg = ?, revision = revision + 1 WHERE id = ?",
			n.Title, n.Words, safe.HTML(n.Words), n.FG, n.BG, r.ID).Error
	})
}

// touchMembers marks the pages here that show the ring, in the order of their ids.
func (s *Store) touchMembers(tx *gorm.DB, r *Ring) error {
	const shown = "id IN (SELECT account_id FROM ring_members WHERE ring_id = ? AND joined_at > 0 AND own)"
	if err := s.holdRows(tx, "SELECT id FROM accounts WHERE "+shown+" ORDER BY id", r.ID); err != nil {
		return err
	}
	return tx.Exec("UPDATE accounts SET revision = revision + 1 WHERE "+shown, r.ID).Error
}

// holdRows locks the rows whose ids a query finds. They are read to the end: SQLite would keep the moment of a query that
// is not, and refuse the next transaction.
func (s *Store) holdRows(tx *gorm.DB, query string, args ...any) error {
	var ids []int64
	return tx.Raw(query+s.locking("NO KEY UPDATE"), args...).Scan(&ids).Error
}

// RemoveRing breaks the ring up; only its keeper may. When other people's pages were in it, they still lead to it: then
// its key is retired.
func (s *Store) RemoveRing(ctx context.Context, by *Account, r *Ring) error {
	if !r.KeptBy(by) {
		return errNotYours
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := touchSite(tx, by.ID, s.instant()); err != nil {
			return err
		}
		if err := s.touchMembers(tx, r); err != nil {
			return err
		}
		err := tx.Exec(`INSERT INTO retired_names (hash) SELECT CAST(? AS TEXT) WHERE EXISTS (SELECT 1 FROM ring_members m JOIN rings r ON r.id = m.ring_id
			WHERE r.id = ? AND m.joined_at > 0 AND (r.account_id IS NULL OR m.account_id <> r.account_id)) ON CONFLICT DO NOTHING`, retiredRing(r.Key), r.ID).Error
		if err != nil {
			return err
		}
		return tx.Exec("DELETE FROM rings WHERE id = ?", r.ID).Error
	})
}

// Ring is the ring of that key; Missing when there is none, Gone when there was one.
func (s *Store) Ring(ctx context.Context, key string) (*Ring, error) {
	if !ringForm.MatchString(key) {
		return nil, errNoRing
	}
	var r Ring
	err := s.read.WithContext(ctx).Raw(`SELECT r.*, COALESCE(a.name, '') AS keeper FROM rings r LEFT JOIN accounts a ON a.id = r.account_id
		WHERE r.key = ?`, key).Scan(&r).Error
	if err != nil {
		return nil, err
	}
	if r.ID == 0 {
		return nil, s.noRing(ctx, key)
	}
	return &r, nil
}

func (s *Store) noRing(ctx context.Context, key string) error {
	var retired int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM retired_names WHERE hash = ?", retiredRing(key)).Scan(&retired).Error
	switch {
	case err != nil:
		return err
	case retired > 0:
		return &Error{Kind: Gone, Text: "error.gone_ring"}
	}
	return errNoRing
}

// RingMark is the freshness of what the site shows of a ring; Missing or Gone when there is none.
func (s *Store) RingMark(ctx context.Context, key string) (Mark, error) {
	if !ringForm.MatchString(key) {
		return Mark{}, errNoRing
	}
	m, err := s.marks.together.do(ringsPath+key, func() (m Mark, err error) {
		err = s.marks.read(s.marks.ring, []any{&m.Site, &m.Revision, &m.Posted}, key)
		return m, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return m, s.noRing(ctx, key)
	}
	return m, err
}

// RingList is one finite page of the list of rings. Older is where the next page begins, 0 at the end.
type RingList struct {
	Rings []Ring
	Older int64
}

// Rings is one page of all rings, the newest first, with the number of their members.
func (s *Store) Rings(ctx context.Context, before int64) (list RingList, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	err = s.read.WithContext(ctx).Raw(`SELECT r.*, COALESCE(a.name, '') AS keeper,
		(SELECT COUNT(*) FROM ring_members m WHERE m.ring_id = r.id AND m.joined_at > 0) AS members
		FROM rings r LEFT JOIN accounts a ON a.id = r.account_id WHERE r.id < ? ORDER BY r.id DESC LIMIT ?`, before, ringsSize+1).Scan(&list.Rings).Error
	if len(list.Rings) > ringsSize {
		list.Rings = list.Rings[:ringsSize]
		list.Older = list.Rings[ringsSize-1].ID
	}
	return list, err
}

// RingsKept is the rings that the account keeps, with the number of pages that wait at the door of each.
func (s *Store) RingsKept(ctx context.Context, a *Account) (list []Ring, err error) {
	err = s.read.WithContext(ctx).Raw(`SELECT r.*, (SELECT COUNT(*) FROM ring_members m WHERE m.ring_id = r.id AND m.joined_at = 0) AS waiting
		FROM rings r WHERE r.account_id = ? ORDER BY r.id`, a.ID).Scan(&list).Error
	return list, err
}
