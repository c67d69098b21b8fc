package models

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	ringWeek      = 7 * 24 * time.Hour
	ringSlack     = 24 * time.Hour // looks are hours apart from their week: the second one in trouble is about a week later
	looksMost     = 200            // looks that one sweep asks for; it comes every hour
	lookEvery     = time.Hour / looksMost
	ringPageMost  = 1 << 20 // bytes of a member's page
	ringPageTypes = "text/html,application/xhtml+xml"
)

// What a look at a member's page may find; the problem is the key of its sentence.
const (
	ringUnlinked = "ring_problem.unlinked" // it is there and does not lead to the ring
	ringMissing  = "ring_problem.missing"  // there is nothing at its address any more
	ringAway     = "ring_problem.away"     // its site does not answer
	ringRefused  = "ring_problem.refused"  // its address leads where we don't go: into a private network, in circles, here
	ringHeavy    = "ring_problem.heavy"    // it is longer than we read
)

type lookPayload struct{ Member int64 }

// lookSoon has a page elsewhere looked at by a job.
func (s *Store) lookSoon(tx *gorm.DB, m *RingMember) error {
	if m.Own {
		return nil
	}
	_, err := s.enqueueTo(tx, m.Address, JobRing, lookPayload{m.ID}, s.instant())
	return err
}

// sweepRings has the pages looked at that were not for a week. Their time is moved on at once, so that the next sweep, and
// the one of another process, asks for others.
func (s *Store) sweepRings(ctx context.Context) error {
	now := s.instant()
	skip := ""
	if s.dialect == postgresDialect {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var due int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM ring_members WHERE joined_at > 0 AND NOT own AND checked_at <= ? LIMIT 1) AS due",
		now.Add(-ringWeek)).Scan(&due).Error
	if err != nil || due == 0 {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var due []RingMember
		err := tx.Raw(`UPDATE ring_members SET checked_at = ? WHERE id IN (SELECT id FROM ring_members
			WHERE joined_at > 0 AND NOT own AND checked_at <= ? ORDER BY checked_at LIMIT ?`+skip+`) RETURNING id, address`,
			now, now.Add(-ringWeek), looksMost).Scan(&due).Error
		if err != nil {
			return err
		}
		for i, m := range due { // spread over the hour: pages that answer slowly must not keep other jobs waiting
			if _, err := s.enqueueTo(tx, m.Address, JobRing, lookPayload{m.ID}, now.Add(time.Duration(i)*lookEvery)); err != nil {
				return err
			}
		}
		return nil
	})
}

// CheckMember is the job that looks whether a page elsewhere still leads to its ring, and notes what it found. Trouble with
// the other site is no failure of the job: it is noted, and there is a look again next week.
func (s *Store) CheckMember(ctx context.Context, j Job) error {
	var job lookPayload
	if err := j.decode(&job); err != nil {
		return err
	}
	var m RingMember
	err := s.read.WithContext(ctx).Raw("SELECT m.*, r.key AS key FROM ring_members m JOIN rings r ON r.id = m.ring_id WHERE m.id = ? AND NOT m.own",
		job.Member).Scan(&m).Error
	if err != nil || m.ID == 0 { // it left
		return err
	}
	problem, sure := s.look(ctx, &m)
	if ctx.Err() != nil { // we are told to end: that says nothing about the page
		return ctx.Err()
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.noteLook(tx, m.RingID, m.ID, problem, sure) })
}

// noteLook keeps what a look at a page found, "" when it leads to the ring. A page that is there without the link, or is not
// there, is lost at once; one that could not be seen may be well, and is lost when the second week is no better.
func (s *Store) noteLook(tx *gorm.DB, ring, id int64, problem string, sure bool) error {
	if err := s.holdRows(tx, "SELECT id FROM rings WHERE id = ?", ring); err != nil {
		return err
	}
	var m RingMember
	if err := tx.Raw("SELECT * FROM ring_members WHERE id = ?"+s.locking("UPDATE"), id).Scan(&m).Error; err != nil || m.ID == 0 {
		return err
	}
	now, lost := s.instant(), m.LostAt
	if m.TroubleAt.IsZero() {
		m.TroubleAt = now
	}
	switch {
	case problem == "":
		m.TroubleAt, m.LostAt = 0, 0
	case !m.LostAt.IsZero():
	case sure:
		m.LostAt = now
	case now >= m.TroubleAt.Add(ringWeek-ringSlack):
		m.LostAt = m.TroubleAt
	}
	err := tx.Exec("UPDATE ring_members SET checked_at = ?, problem = ?, trouble_at = ?, lost_at = ? WHERE id = ?",
		now, problem, m.TroubleAt, m.LostAt, id).Error
	if err != nil || m.LostAt == lost || m.JoinedAt.IsZero() {
		return err
	}
	return tx.Exec("UPDATE rings SET revision = revision + 1 WHERE id = ?", ring).Error
}

// look fetches a member's page and says what is wrong with it, and whether that is sure.
func (s *Store) look(ctx context.Context, m *RingMember) (problem string, sure bool) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: m.Address, Accept: ringPageTypes, Most: ringPageMost})
	switch {
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchPrivate), errors.Is(err, safe.ErrFetchRedirects):
		return ringRefused, false
	case errors.Is(err, safe.ErrFetchHeavy):
		return ringHeavy, false
	case err != nil:
		return ringAway, false
	case got.Status == http.StatusNotFound || got.Status == http.StatusGone:
		return ringMissing, true
	case got.Status != http.StatusOK:
		return ringAway, false
	}
	at, err := url.Parse(got.URL)
	if err != nil {
		return ringRefused, false
	}
	for to := range safe.Leads(got.Body, at) {
		if s.ofRing(to, m.Key) {
			return "", true
		}
	}
	return ringUnlinked, true
}

// ofRing reports whether an address is one of the ring's: its page, or anything below it.
func (s *Store) ofRing(u *url.URL, key string) bool {
	at, here := s.here(u)
	rest, ok := strings.CutPrefix(at, ringsPath+key)
	return here && ok && (rest == "" || rest[0] == '/')
}
