package models

import (
	"context"
	"net/url"
	"strconv"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of the pages in webrings.
const (
	RingMembersMost = 500 // pages in one ring
	ringWaitingMost = 100 // pages that wait at the door of one ring
	placesMost      = 50  // places of one account, those it waits for included
	placeTitleMost  = 60  // graphemes of a page's title
	membersSize     = 100 // members of one page of the list
)

// RingMember is the place of a page in a ring, or of one that asks for it. The page of an account here shows the ring by
// itself; one elsewhere has to link to it, and is looked at every week.
type RingMember struct {
	ID, RingID, AccountID int64
	Address               string // of the page, absolute; of an account's page here its path
	Own                   bool   // it is the page of the account that asked
	Title                 string
	JoinedAt              Instant // zero: it waits at the door
	CheckedAt             Instant // when a look at it was last due; zero: never yet
	TroubleAt             Instant // since when there is the problem
	LostAt                Instant // since when it has not linked to the ring; zero: it does, or may
	Problem               string  // key of the sentence that says what was wrong at the last look
	CreatedAt             Instant

	Name string `gorm:"->"` // of the account, where a list was asked for
	Key  string `gorm:"->"` // of the ring, where a list over many was asked for
	Ring string `gorm:"->"` // its title, likewise
}

// Path is the address of the place on this site: it has next, previous and random below it.
func (m *RingMember) Path() string { return ringsPath + m.Key + "/" + strconv.FormatInt(m.ID, 10) }

var (
	errNoMember    = &Error{Kind: Missing, Text: "error.no_member"}
	errMemberTaken = &Error{Kind: Conflict, Field: "address", Text: "error.ring_twice"}
)

// AskToJoin puts a page at the door of a ring: the asker's own page here when no address is given, or one anywhere else. A
// page elsewhere is looked at at once, so that the keeper knows. Who keeps the ring need not wait.
func (s *Store) AskToJoin(ctx context.Context, by *Account, r *Ring, address, title string) (*RingMember, error) {
	m := &RingMember{RingID: r.ID, AccountID: by.ID, Title: safe.Line(title), CreatedAt: s.instant(), Name: by.Name, Key: r.Key}
	var err error
	if m.Address, m.Own, err = s.ringPage(by, address); err != nil {
		return nil, err
	}
	if m.Title == "" {
		m.Title = pageTitle(m)
	}
	if safe.Graphemes(m.Title) > placeTitleMost || len(m.Title) > placeTitleMost*bytesPerChar || safe.Overstacked(m.Title) {
		return nil, &Error{Kind: Invalid, Field: "title", Text: "error.place_title", Args: map[string]any{"Most": placeTitleMost}}
	}
	if err := s.spend(ctx, budgetRing, by.Name); err != nil {
		return nil, err
	}
	if r.AccountID != nil && *r.AccountID == by.ID {
		m.JoinedAt = m.CreatedAt
	}
	return m, s.turn(ctx, r, m, !m.JoinedAt.IsZero(), func(tx *gorm.DB) error {
		if err := mayJoin(tx, m); err != nil {
			return err
		}
		m.ID = 0 // it may be the second try
		err := tx.Raw(`INSERT INTO ring_members (ring_id, account_id, address, own, title, joined_at, checked_at, trouble_at, lost_at, problem, created_at)
			VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, '', ?) ON CONFLICT (ring_id, address) DO NOTHING RETURNING id`,
			m.RingID, m.AccountID, m.Address, m.Own, m.Title, m.JoinedAt, m.CreatedAt).Scan(&m.ID).Error
		switch {
		case err != nil:
			return err
		case m.ID == 0:
			return errMemberTaken
		case m.JoinedAt.IsZero() && r.AccountID != nil:
			err = tx.Exec("UPDATE accounts SET noticed_at = ? WHERE id = ?", m.CreatedAt, *r.AccountID).Error
		}
		if err != nil {
			return err
		}
		return s.lookSoon(tx, m)
	})
}

// pageTitle is what a page is called when nobody says: by its owner, or by its host.
func pageTitle(m *RingMember) string {
	if m.Own {
		return "~" + m.Name
	}
	u, err := url.Parse(m.Address)
	if err != nil {
		return m.Address
	}
	return safe.Line(u.Hostname())
}

// mayJoin counts what is full: the ring, the queue at its door, or what one account may be in. The ring is held.
func mayJoin(tx *gorm.DB, m *RingMember) error {
	var found struct{ Joined, Waiting, Places, Twice int }
	err := tx.Raw(`SELECT (SELECT COUNT(*) FROM ring_members WHERE ring_id = ? AND joined_at > 0) AS joined,
		(SELECT COUNT(*) FROM ring_members WHERE ring_id = ? AND joined_at = 0) AS waiting,
		(SELECT COUNT(*) FROM ring_members WHERE account_id = ?) AS places,
		(SELECT COUNT(*) FROM ring_members WHERE ring_id = ? AND address IN ?) AS twice`,
		m.RingID, m.RingID, m.AccountID, m.RingID, spellings(m.Address)).Scan(&found).Error
	full := func(text string, most int) error {
		return &Error{Kind: Invalid, Text: text, Args: map[string]any{"Most": most}}
	}
	switch {
	case err != nil:
		return err
	case found.Twice > 0:
		return errMemberTaken
	case found.Joined >= RingMembersMost:
		return full("error.ring_full", RingMembersMost)
	case found.Waiting >= ringWaitingMost && m.JoinedAt.IsZero():
		return full("error.ring_queue", ringWaitingMost)
	case found.Places >= placesMost:
		return full("error.places_many", placesMost)
	}
	return nil
}

// turn changes who is in a ring, or at its door. What shows it is marked and locked in the order of every verb: the site,
// the account whose own page comes or goes, the ring; nobody else changes the ring until f is done.
func (s *Store) turn(ctx context.Context, r *Ring, m *RingMember, shown bool, f func(tx *gorm.DB) error) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		more := 0
		if shown {
			more = 1
			if err := touchSite(tx, m.AccountID, s.instant()); err != nil {
				return err
			}
		}
		if shown && m.Own {
			if err := touchPage(tx, m.AccountID, s.instant(), false); err != nil {
				return err
			}
		}
		held := tx.Exec("UPDATE rings SET revision = revision + ? WHERE id = ?", more, r.ID)
		if held.Error == nil && held.RowsAffected == 0 {
			return errNoRing
		}
		if held.Error != nil {
			return held.Error
		}
		return f(tx)
	})
}

// AcceptMember lets a page in that waited; only the keeper may. One that is in stays as it is.
func (s *Store) AcceptMember(ctx context.Context, by *Account, r *Ring, id int64) error {
	m, err := s.member(ctx, r, id)
	switch {
	case !r.KeptBy(by):
		return errNotYours
	case err != nil || !m.JoinedAt.IsZero():
		return err
	}
	return s.turn(ctx, r, m, true, func(tx *gorm.DB) error {
		var joined int
		if err := tx.Raw("SELECT COUNT(*) FROM ring_members WHERE ring_id = ? AND joined_at > 0", r.ID).Scan(&joined).Error; err != nil {
			return err
		}
		if joined >= RingMembersMost {
			return &Error{Kind: Invalid, Text: "error.ring_full", Args: map[string]any{"Most": RingMembersMost}}
		}
		// The time to link to the ring begins now, however long it waited.
		now := s.instant()
		in := tx.Exec(`UPDATE ring_members SET joined_at = ?, lost_at = CASE WHEN lost_at > 0 THEN ? ELSE lost_at END,
			trouble_at = CASE WHEN trouble_at > 0 THEN ? ELSE trouble_at END WHERE id = ? AND joined_at = 0`, now, now, now, m.ID)
		if in.Error != nil || in.RowsAffected == 0 {
			return in.Error
		}
		return s.lookSoon(tx, m)
	})
}

// RemoveMember takes a page out of a ring, or away from its door: the keeper may, and who asked for it.
func (s *Store) RemoveMember(ctx context.Context, by *Account, r *Ring, id int64) error {
	m, err := s.member(ctx, r, id)
	if err != nil {
		return err
	}
	if m.AccountID != by.ID && !r.KeptBy(by) {
		return errNotYours
	}
	return s.turn(ctx, r, m, !m.JoinedAt.IsZero(), func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM ring_members WHERE id = ?", m.ID).Error
	})
}

// LookAgain has a page looked at once more: the keeper may ask for it, and whose place it is.
func (s *Store) LookAgain(ctx context.Context, by *Account, r *Ring, id int64) error {
	m, err := s.member(ctx, r, id)
	if err != nil {
		return err
	}
	if m.AccountID != by.ID && !r.KeptBy(by) {
		return errNotYours
	}
	if err := s.spend(ctx, budgetRing, by.Name); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.lookSoon(tx, m) })
}

// member is a place in the ring, or at its door.
func (s *Store) member(ctx context.Context, r *Ring, id int64) (*RingMember, error) {
	var m RingMember
	err := s.read.WithContext(ctx).Raw("SELECT * FROM ring_members WHERE ring_id = ? AND id = ?", r.ID, id).Scan(&m).Error
	if err == nil && m.ID == 0 {
		return nil, errNoMember
	}
	return &m, err
}
