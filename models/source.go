package models

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	sourcesMost  = 10             // of one account
	sourceEvery  = time.Hour      // how often a feed is asked at most, but for what hubs, clouds and people call
	sourceSeldom = 12 * time.Hour // the same of one where nothing changes
	sourceHeard  = 24 * time.Hour // the same of one whose hub or cloud tells us: they fall silent without a word
	sourceAway   = 7 * 24 * time.Hour
	sourcesDue   = 200 // feeds that one sweep sends for
)

// Source is a feed of an account's own site, whose items become its statuses: write at home, appear here. Nothing comes before it is
// proven that both belong to the same person.
type Source struct {
	ID         int64
	AccountID  int64
	Key        string // in the address that its hub or cloud calls; nobody else knows it
	Address    string // of a page or a feed, as its owner gave it
	Feed       string // empty: nobody has found it yet
	Title      string
	Proof      string // address of the page, feed or identity that proves it; empty: it is not proven
	ProvenAt   Instant
	ETag       string `gorm:"column:etag"`
	Modified   string // Last-Modified, as it was sent
	Protocol   string // WebSub or RSSCloud; empty: it is polled alone
	Hub        string // where that takes subscriptions
	Topic      string // the feed's own address of itself
	Secret     string // signs what the hub delivers
	LeaseUntil Instant
	FollowAt   Instant
	Problem    string // key of the sentence that says what the last look found; empty: nothing wrong
	Failures   int    // looks in a row that saw nothing
	Quiet      int    // looks in a row that found nothing new
	FetchedAt  Instant
	DueAt      Instant
	CreatedAt  Instant
	StoppedAt  Instant // its owner took it away: it only waits until its hub knows

	Name string `gorm:"->"` // of the account
}

// What a look at a source may find wrong: keys of sentences.
const (
	SourceAddress  = "source.address"  // leads to where we don't go
	SourcePrivate  = "source.private"  // leads into a private network
	SourceHeavy    = "source.heavy"    // is more than a megabyte
	SourceGone     = "source.gone"     // says that it is gone for good: 410
	SourceMissing  = "source.missing"  // says that there is nothing: 404, or another 4xx
	SourceAway     = "source.away"     // does not answer
	SourceFeedless = "source.feedless" // is no feed, and leads to none
	SourceBroken   = "source.broken"   // is a feed that cannot be read
	SourceOurs     = "source.ours"     // is a feed of this site
	SourceUnproven = "source.unproven" // is not known to be the account's own
)

var errNoSource = &Error{Kind: Missing, Text: "error.no_source"}

// Path is where the hub or cloud of the source calls.
func (s *Source) Path() string { return "/sources/" + s.Key }

// Heard reports whether a hub or cloud tells us of changes now.
func (s *Source) Heard(now time.Time) bool { return s.LeaseUntil > At(now) }

type (
	sourceJob struct{ Source int64 }
	followJob struct{ Source int64 }
)

const sourceColumns = "SELECT s.*, a.name FROM sources s JOIN accounts a ON a.id = s.account_id WHERE "

func (s *Store) source(ctx context.Context, condition string, args ...any) (*Source, error) {
	var found []Source
	err := s.read.WithContext(ctx).Raw(sourceColumns+condition, args...).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Sources are the feeds of the account's own sites, the oldest first: at most ten.
func (s *Store) Sources(ctx context.Context, by *Account) (list []Source, err error) {
	return list, s.read.WithContext(ctx).Raw(sourceColumns+"s.account_id = ? AND s.stopped_at = 0 ORDER BY s.id", by.ID).Scan(&list).Error
}

// SourceByKey is the source that a hub or cloud calls, also one that was stopped; Missing when it calls for nobody.
func (s *Store) SourceByKey(ctx context.Context, key string) (*Source, error) {
	found, err := s.source(ctx, "s.key = ?", storable(key))
	if err == nil && found == nil {
		err = errNoSource
	}
	return found, err
}

// SourceOf is what a job of the kinds JobSource and JobFollow is about; nil when it is there no more. One that was stopped is there
// until its hub knows.
func (s *Store) SourceOf(ctx context.Context, j Job) (*Source, error) {
	var job sourceJob
	if err := j.decode(&job); err != nil {
		return nil, err
	}
	return s.source(ctx, "s.id = ?", job.Source)
}

// AddSource takes the address of a page or feed of the account's own and has it looked at. One that is there already is looked at again.
func (s *Store) AddSource(ctx context.Context, by *Account, address string) error {
	address, ok := safe.URL(address)
	if !ok || storable(address) != address {
		return invalid("address", SourceAddress)
	}
	if s.fetcher.Ours(address) {
		return invalid("address", SourceOurs)
	}
	switch err := s.fetcher.Check(address); {
	case errors.Is(err, safe.ErrFetchPrivate):
		return invalid("address", SourcePrivate)
	case err != nil:
		return invalid("address", SourceAddress)
	}
	if err := s.spend(ctx, budgetSource, by.Name); err != nil {
		return err
	}
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		if there, err := s.holdAccounts(tx, by.ID); err != nil || there == 0 {
			return err
		}
		var known []Source
		if err := tx.Raw("SELECT id, address FROM sources WHERE account_id = ? AND stopped_at = 0", by.ID).Scan(&known).Error; err != nil {
			return err
		}
		for _, k := range known {
			if safe.SameAddress(k.Address, address) {
				return s.sendForSource(tx, k.Address, k.ID)
			}
		}
		if len(known) >= sourcesMost {
			return &Error{Kind: Invalid, Field: "address", Text: "error.sources_many", Args: map[string]any{"Most": sourcesMost}}
		}
		var id int64
		err := tx.Raw(`INSERT INTO sources (account_id, key, address, feed, title, proof, proven_at, etag, modified, protocol, hub, topic, secret, lease_until, follow_at,
			problem, failures, quiet, fetched_at, due_at, created_at, stopped_at) VALUES (?, ?, ?, '', '', '', 0, '', '', '', '', '', '', 0, ?, '', 0, 0, 0, ?, ?, 0) RETURNING id`,
			by.ID, rand.Text(), address, never, now.Add(sourceHeard), now).Scan(&id).Error
		if err != nil {
			return err
		}
		return s.sendForSource(tx, address, id)
	})
}

// sendForSource has a source looked at as soon as its site has a turn, unless that is about to happen.
func (s *Store) sendForSource(tx *gorm.DB, address string, id int64) error {
	return s.enqueueOnceTo(tx, address, JobSource, sourceJob{id}, "TRUE")
}

// LookAtSource has a source of the account looked at now. TooMany when that was wanted too often.
func (s *Store) LookAtSource(ctx context.Context, by *Account, id int64) error {
	found, err := s.source(ctx, "s.id = ? AND s.account_id = ? AND s.stopped_at = 0", id, by.ID)
	if err != nil {
		return err
	}
	if found == nil {
		return errNoSource
	}
	if err := s.spend(ctx, budgetSource, by.Name); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.sendForSource(tx, found.lookedAt(), id) })
}

// lookedAt is the address that is asked when the source is looked at.
func (s *Source) lookedAt() string {
	if s.Feed != "" {
		return s.Feed
	}
	return s.Address
}

// StopSource takes a source of the account away; what came from it stays. One that is gone already is gone.
func (s *Store) StopSource(ctx context.Context, by *Account, id int64) error {
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		var stopped []Source
		err := tx.Raw(`UPDATE sources SET stopped_at = ?, due_at = ?, follow_at = ? WHERE id = ? AND account_id = ? AND stopped_at = 0 RETURNING *`,
			now, never, never, id, by.ID).Scan(&stopped).Error
		if err != nil || len(stopped) == 0 {
			return err
		}
		if stopped[0].Protocol != WebSub || stopped[0].LeaseUntil <= now {
			return tx.Exec("DELETE FROM sources WHERE id = ?", id).Error
		}
		_, err = s.enqueueTo(tx, stopped[0].Hub, JobFollow, followJob{id}, now)
		return err
	})
}

// sweepSources sends for the feeds that are due, spread over the hour until the next sweep, and for the leases that are about to run
// out. What is sent for is not due any more: two sweeps at once don't send twice. And it forgets what was stopped long ago.
func (s *Store) sweepSources(ctx context.Context) error {
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		var due []Source
		err := tx.Raw(`UPDATE sources SET due_at = ? WHERE due_at <= ? AND id IN (SELECT id FROM sources WHERE due_at <= ? ORDER BY due_at LIMIT ?`+
			s.locking("UPDATE SKIP LOCKED")+`) RETURNING id, feed, address`, now.Add(sourceHeard), now, now, sourcesDue).Scan(&due).Error
		if err != nil {
			return err
		}
		for i := range due {
			at := now.Add(time.Duration(i) * time.Hour / sourcesDue)
			if _, err := s.enqueueTo(tx, due[i].lookedAt(), JobSource, sourceJob{due[i].ID}, at); err != nil {
				return err
			}
		}
		var ending []Source
		err = tx.Raw(`UPDATE sources SET follow_at = ? WHERE follow_at <= ? AND id IN (SELECT id FROM sources WHERE follow_at <= ? ORDER BY follow_at LIMIT ?`+
			s.locking("UPDATE SKIP LOCKED")+`) RETURNING id, hub`, now.Add(sourceHeard), now, now, sourcesDue).Scan(&ending).Error
		if err != nil {
			return err
		}
		for _, e := range ending {
			if _, err := s.enqueueTo(tx, e.Hub, JobFollow, followJob{e.ID}, now); err != nil {
				return err
			}
		}
		return tx.Exec("DELETE FROM sources WHERE stopped_at > 0 AND stopped_at <= ?", now.Add(-sourceAway)).Error
	})
}
