package models

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	proofLife  = 7 * 24 * time.Hour // how long a proof is believed
	pingSoon   = 5 * time.Minute    // how soon again after a hub that did not take our wish
	sourceTags = 512                // bytes of a validator that are kept
)

// SourceSight is what a look at a source found.
type SourceSight struct {
	Problem        string        // key of the sentence; empty: it was seen, and is proven
	Wait           time.Duration // until it wants to be asked again; zero: it says nothing of that
	Same           bool          // it has not changed since the last look, by its validators
	Feed, Title    string
	Proof          string // address that proves it; empty: it is not proven
	Proven         bool   // the proof was looked at anew
	ETag, Modified string
	Protocol       string // WebSub or RSSCloud; empty: neither
	Hub, Topic     string
	Items          []Import // newest first, where they have dates
}

// ProofHolds reports whether a source need not be proven anew now.
func (s *Source) ProofHolds(now time.Time) bool {
	return s.Proof != "" && now.Before(s.ProvenAt.Time().Add(proofLife))
}

// NoteSource writes down what a look at a source found: items that are new or changed are imported by jobs of their own, its hub is
// asked to tell us. What is not proven is not asked again until its owner wants it.
func (s *Store) NoteSource(ctx context.Context, src *Source, seen SourceSight) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		now, held, err := s.holdSource(tx, src)
		if err != nil || held == nil {
			return err
		}
		n := *held
		n.FetchedAt = now
		if seen.Feed != "" {
			n.Feed, n.Title = seen.Feed, shortLine(seen.Title, mentionTitleMost)
		}
		if seen.Proof != "" && seen.Proven {
			n.ProvenAt = now
		}
		if seen.Proof != "" || seen.Problem == SourceUnproven {
			n.Proof = seen.Proof
		}
		if n.Problem = seen.Problem; n.Problem != "" {
			n.Failures++
			n.DueAt = n.nextTry(now, seen.Wait)
			return saveSource(tx, &n)
		}
		if err := moveImports(tx, held, &n); err != nil {
			return err
		}
		fresh := 0
		if !seen.Same {
			n.ETag, n.Modified = validator(seen.ETag), validator(seen.Modified)
			if err := s.heardOf(tx, &n, seen, now); err != nil {
				return err
			}
			if fresh, err = s.takeItems(tx, &n, seen.Items); err != nil {
				return err
			}
		}
		if n.Failures, n.Quiet = 0, n.Quiet+1; fresh > 0 {
			n.Quiet = 0
		}
		n.DueAt = now.Add(max(n.pause(now), min(seen.Wait, sourceAway)))
		return saveSource(tx, &n)
	})
}

// validator is an ETag or a Last-Modified as it goes into a header again; empty when it cannot.
func validator(value string) string {
	if len(value) > sourceTags || storable(value) != value || strings.ContainsAny(value, "\r\n") {
		return ""
	}
	return value
}

// holdSource reads a source as it is now and keeps it so, and its account too, until the transaction ends; nil when it was stopped.
func (s *Store) holdSource(tx *gorm.DB, src *Source) (Instant, *Source, error) {
	if there, err := s.holdAccounts(tx, src.AccountID); err != nil || there == 0 {
		return 0, nil, err
	}
	var found []Source
	err := tx.Raw("SELECT * FROM sources WHERE id = ? AND stopped_at = 0"+s.locking("NO KEY UPDATE"), src.ID).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, nil, err
	}
	return s.instant(), &found[0], nil
}

// nextTry is when a source is looked at again that could not be seen: the more often that was so, the later. What its owner has to
// mend waits for them.
func (s *Source) nextTry(now Instant, wait time.Duration) Instant {
	switch s.Problem {
	case SourceUnproven, SourceGone, SourceAddress, SourcePrivate, SourceOurs:
		return never
	case SourceFeedless:
		if s.Feed == "" {
			return never
		}
	}
	return now.Add(min(max(sourceEvery<<min(s.Failures-1, 8), wait), sourceAway))
}

// pause is how long nobody asks a source that was seen.
func (s *Source) pause(now Instant) time.Duration {
	if s.LeaseUntil > now {
		return sourceHeard
	}
	return min(sourceEvery<<min(s.Quiet/6, 8), sourceSeldom)
}

func saveSource(tx *gorm.DB, s *Source) error {
	return tx.Exec(`UPDATE sources SET key = ?, feed = ?, title = ?, proof = ?, proven_at = ?, etag = ?, modified = ?, protocol = ?, hub = ?, topic = ?, secret = ?,
		lease_until = ?, follow_at = ?, problem = ?, failures = ?, quiet = ?, fetched_at = ?, due_at = ? WHERE id = ?`,
		s.Key, s.Feed, s.Title, s.Proof, s.ProvenAt, s.ETag, s.Modified, s.Protocol, s.Hub, s.Topic, s.Secret,
		s.LeaseUntil, s.FollowAt, s.Problem, s.Failures, s.Quiet, s.FetchedAt, s.DueAt, s.ID).Error
}

// heardOf notes which hub or cloud the feed names. Another one than before gets a wish of its own: key and secret are new, and what the
// former one calls is called in vain.
func (s *Store) heardOf(tx *gorm.DB, n *Source, seen SourceSight, now Instant) error {
	if n.Protocol == seen.Protocol && n.Hub == seen.Hub && n.Topic == seen.Topic {
		return nil
	}
	n.Key, n.Secret = rand.Text(), ""
	n.Protocol, n.Hub, n.Topic, n.LeaseUntil, n.FollowAt = seen.Protocol, seen.Hub, seen.Topic, 0, never
	if n.Protocol == "" {
		return nil
	}
	if n.Protocol == WebSub {
		n.Secret = rand.Text()
	}
	n.FollowAt = now.Add(sourceHeard)
	_, err := s.enqueueTo(tx, n.Hub, JobFollow, followJob{n.ID}, now)
	return err
}

// Called has a source looked at because its hub or cloud says that something has changed. TooMany when it says so too often.
func (s *Store) Called(ctx context.Context, src *Source) error {
	if err := s.AdmitCall(ctx, src); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.sendForSource(tx, src.lookedAt(), src.ID) })
}

// AdmitCall spends one of the calls that a hub or cloud has for a source; TooMany when there was none left.
func (s *Store) AdmitCall(ctx context.Context, src *Source) error {
	return s.spend(ctx, budgetCalled, src.Key)
}

// Deliver takes items that a hub delivered with its signature (WebSub §7). What a delivery does not hold stays as it is.
func (s *Store) Deliver(ctx context.Context, src *Source, items []Import) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		_, held, err := s.holdSource(tx, src)
		if err != nil || held == nil || held.Key != src.Key || held.Proof == "" {
			return err
		}
		fresh, err := s.takeItems(tx, held, items)
		if err != nil || fresh == 0 {
			return err
		}
		return tx.Exec("UPDATE sources SET quiet = 0 WHERE id = ?", src.ID).Error
	})
}

// Granted notes that hub or cloud will tell us of changes for a while: we ask again when two thirds of it are
// over. It is polled daily all the same.
func (s *Store) Granted(ctx context.Context, src *Source, lease time.Duration) error {
	now := s.instant()
	lease = min(max(lease, LeaseLeast), 365*24*time.Hour)
	return s.exec(ctx, "UPDATE sources SET lease_until = ?, follow_at = ?, due_at = CASE WHEN lease_until <= ? AND due_at < ? THEN CAST(? AS BIGINT) ELSE due_at END WHERE id = ? AND key = ? AND stopped_at = 0",
		now.Add(lease), now.Add(lease*2/3), now, now.Add(sourceHeard), now.Add(sourceHeard), src.ID, src.Key)
}

// Denied notes that hub or cloud will not tell us: the source is polled, and they are asked again in a day.
func (s *Store) Denied(ctx context.Context, src *Source) error {
	now := s.instant()
	return s.exec(ctx, "UPDATE sources SET lease_until = 0, follow_at = ?, due_at = CASE WHEN due_at > ? AND due_at < ? THEN CAST(? AS BIGINT) ELSE due_at END WHERE id = ? AND key = ? AND stopped_at = 0",
		now.Add(sourceHeard), now.Add(sourceEvery), never, now.Add(sourceEvery), src.ID, src.Key)
}

// Forgotten notes that the hub of a source that was stopped knows of it.
func (s *Store) Forgotten(ctx context.Context, src *Source) error {
	return s.exec(ctx, "DELETE FROM sources WHERE id = ? AND stopped_at > 0", src.ID)
}

// feedKey names a feed among the imports of an account, however its address is spelt.
func feedKey(feed string) string {
	key, ok := safe.AddressKey(feed)
	if !ok {
		key = feed
	}
	return TokenHash(key)
}
