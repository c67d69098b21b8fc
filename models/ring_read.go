package models

import (
	"context"
	"time"
)

// lostPatience is how long a page that does not link to its ring is still led to. After that the ring goes around it: who
// came there would not find the way on. It stays in the list, and is back as soon as it links again.
const lostPatience = 4 * 7 * 24 * time.Hour

const (
	memberRows = "SELECT m.*, a.name AS name FROM ring_members m JOIN accounts a ON a.id = m.account_id WHERE m.ring_id = ?"
	// lit is the members that one is led to, in the order of (joined_at, id).
	lit = "SELECT * FROM ring_members WHERE ring_id = ? AND joined_at > 0 AND (lost_at = 0 OR lost_at > ?)"
)

var errRingAlone = &Error{Kind: Missing, Text: "error.ring_alone"}

// Members is what a ring's list shows on one page: up to 100 members after the one with an id (0: from the first on), in
// the order in which they joined. Next is where the next page begins, 0 at the end.
func (s *Store) Members(ctx context.Context, r *Ring, after int64) (list []RingMember, next int64, err error) {
	query, args := memberRows+" AND m.joined_at > 0", []any{r.ID}
	if after > 0 {
		query += " AND (m.joined_at, m.id) > (SELECT joined_at, id FROM ring_members WHERE id = ?)"
		args = append(args, after)
	}
	err = s.read.WithContext(ctx).Raw(query+" ORDER BY m.joined_at, m.id LIMIT ?", append(args, membersSize+1)...).Scan(&list).Error
	if len(list) > membersSize {
		list = list[:membersSize]
		next = list[membersSize-1].ID
	}
	return list, next, err
}

// AllMembers is everybody in the ring, at most 500, in the order in which they joined.
func (s *Store) AllMembers(ctx context.Context, r *Ring) (list []RingMember, err error) {
	err = s.read.WithContext(ctx).Raw(memberRows+" AND m.joined_at > 0 ORDER BY m.joined_at, m.id", r.ID).Scan(&list).Error
	return list, err
}

// WaitingMembers is who waits at the door of a ring, at most 100, the first comer first.
func (s *Store) WaitingMembers(ctx context.Context, r *Ring) (list []RingMember, err error) {
	err = s.read.WithContext(ctx).Raw(memberRows+" AND m.joined_at = 0 ORDER BY m.joined_at, m.id", r.ID).Scan(&list).Error
	return list, err
}

const placeRows = `SELECT m.*, r.key AS key, r.title AS ring FROM ring_members m JOIN rings r ON r.id = m.ring_id WHERE m.account_id = ?`

// PlacesOf is every place of an account, at most 50, those it waits for included.
func (s *Store) PlacesOf(ctx context.Context, a *Account) (list []RingMember, err error) {
	err = s.read.WithContext(ctx).Raw(placeRows+" ORDER BY m.id", a.ID).Scan(&list).Error
	return list, err
}

// RingsOf is the places of the account's own page: the rings that its page shows.
func (s *Store) RingsOf(ctx context.Context, a *Account) (list []RingMember, err error) {
	err = s.read.WithContext(ctx).Raw(placeRows+" AND m.own AND m.joined_at > 0 ORDER BY m.joined_at, m.id", a.ID).Scan(&list).Error
	return list, err
}

// NextMember is who follows a member in its ring; after the last comes the first. Who waits at the door goes in from there,
// and who has left goes on to anybody. Missing when there is nobody else.
func (s *Store) NextMember(ctx context.Context, r *Ring, from int64) (*RingMember, error) {
	return s.step(ctx, r, from, ">", "")
}

// PreviousMember is who comes before a member in its ring, as NextMember.
func (s *Store) PreviousMember(ctx context.Context, r *Ring, from int64) (*RingMember, error) {
	return s.step(ctx, r, from, "<", " DESC")
}

// step is the member beyond another one in one direction: the nearest on this lap, or else the first of the next lap.
func (s *Store) step(ctx context.Context, r *Ring, from int64, beyond, down string) (*RingMember, error) {
	order := " ORDER BY joined_at" + down + ", id" + down + " LIMIT 1"
	patience := s.instant().Add(-lostPatience)
	var m RingMember
	err := s.read.WithContext(ctx).Raw(`SELECT * FROM (
		SELECT 1 AS lap, l.* FROM (`+lit+` AND (joined_at, id) `+beyond+` (SELECT joined_at, id FROM ring_members WHERE ring_id = ? AND id = ?)`+order+`) l
		UNION ALL SELECT 2 AS lap, l.* FROM (`+lit+` AND id <> ? AND EXISTS (SELECT 1 FROM ring_members WHERE ring_id = ? AND id = ?)`+order+`) l
		) laps ORDER BY lap LIMIT 1`, r.ID, patience, r.ID, from, r.ID, patience, from, r.ID, from).Scan(&m).Error
	if err != nil || m.ID > 0 {
		return &m, err
	}
	return s.RandomMember(ctx, r, from)
}

// RandomMember is any member but one (0: any at all), drawn by chance; Missing when there is none. A ring is small: all of
// it is shuffled.
func (s *Store) RandomMember(ctx context.Context, r *Ring, but int64) (*RingMember, error) {
	var m RingMember
	err := s.read.WithContext(ctx).Raw(lit+" AND id <> ? ORDER BY RANDOM() LIMIT 1", r.ID, s.instant().Add(-lostPatience), but).Scan(&m).Error
	if err == nil && m.ID == 0 {
		return nil, errRingAlone
	}
	return &m, err
}
