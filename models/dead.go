package models

import (
	"context"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"
)

const (
	deadKept    = 90 * 24 * time.Hour // how long a job that was given up is kept
	deadShown   = 50                  // jobs on one page
	queuesShown = 50                  // queues, and peers at rest
	queuesRead  = 10_000              // jobs that are counted for them
	triedAtOnce = 500                 // jobs that one transaction puts back
)

// Queue is how many jobs of a kind wait for a peer; empty: in the house.
type Queue struct {
	Kind, Peer string
	Waiting    int64
	Reason     string  // why one of them failed, empty: none did yet
	DueAt      Instant // of the next
}

// Queues is what waits, and why, the longest queues first, at most 50. It counts up to 10,000 jobs, so a long list costs no more.
func (s *Store) Queues(ctx context.Context, by *Account) (list []Queue, err error) {
	if by.Role != RoleWebmaster {
		return nil, errWebmasterOnly
	}
	return list, s.read.WithContext(ctx).Raw(`SELECT kind, peer, COUNT(*) AS waiting, MAX(reason) AS reason, MIN(due_at) AS due_at FROM (
		SELECT kind, peer, reason, due_at FROM jobs WHERE dead_at = 0 ORDER BY peer, due_at LIMIT ?) AS counted
		GROUP BY kind, peer ORDER BY waiting DESC, peer, kind LIMIT ?`, queuesRead, queuesShown).Scan(&list).Error
}

// PeersAtRest is the sites that failed so often that they are left alone, at most 50, those first that are tried next.
func (s *Store) PeersAtRest(ctx context.Context, by *Account) (list []Peer, err error) {
	if by.Role != RoleWebmaster {
		return nil, errWebmasterOnly
	}
	return list, s.read.WithContext(ctx).Raw("SELECT * FROM peers WHERE rests_until > 0 AND rests_until > ? ORDER BY rests_until LIMIT ?",
		s.instant(), queuesShown).Scan(&list).Error
}

// DeadJobs is what was given up, newest first, 50 a page; before is the id of the last one of the page before, 0 for the first.
// more reports whether there are older ones.
func (s *Store) DeadJobs(ctx context.Context, by *Account, before int64) (list []Job, more bool, err error) {
	if by.Role != RoleWebmaster {
		return nil, false, errWebmasterOnly
	}
	if before == 0 {
		before = math.MaxInt64
	}
	err = s.read.WithContext(ctx).Raw("SELECT * FROM jobs WHERE dead_at > 0 AND id < ? ORDER BY id DESC LIMIT ?", before, deadShown+1).Scan(&list).Error
	if len(list) > deadShown {
		list, more = list[:deadShown], true
	}
	return list, more, err
}

// TryJob puts a job that was given up back to the beginning of its ladder, and ends the rest of its peer. One that is gone is gone.
func (s *Store) TryJob(ctx context.Context, by *Account, id int64) error {
	if by.Role != RoleWebmaster {
		return errWebmasterOnly
	}
	_, err := s.tryJobs(ctx, "id = ?", id)
	return err
}

// TryAllJobs does the same for all that were given up until now.
func (s *Store) TryAllJobs(ctx context.Context, by *Account) error {
	if by.Role != RoleWebmaster {
		return errWebmasterOnly
	}
	for now := s.instant(); ; {
		tried, err := s.tryJobs(ctx, "dead_at <= ?", now)
		if err != nil || tried < triedAtOnce {
			return err
		}
	}
}

func (s *Store) tryJobs(ctx context.Context, which string, arg any) (tried int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		now := s.instant()
		var peers []string
		err := tx.Raw(`UPDATE jobs SET dead_at = 0, attempts = 0, due_at = ? WHERE id IN (
			SELECT id FROM jobs WHERE dead_at > 0 AND `+which+` ORDER BY id LIMIT ?`+s.locking("UPDATE")+`) RETURNING peer`, now, arg, triedAtOnce).Scan(&peers).Error
		if err != nil {
			return err
		}
		tried = len(peers)
		s.enqueued.Add(int64(tried))
		slices.Sort(peers)
		for _, peer := range slices.Compact(peers) {
			if peer == "" {
				continue
			}
			if err := tx.Exec("UPDATE peers SET rests_until = 0 WHERE name = ?", peer).Error; err != nil {
				return err
			}
			if err := callPeer(tx, peer, now); err != nil {
				return err
			}
		}
		return nil
	})
	return tried, err
}

// ForgetJob takes away a job that was given up: it is never done.
func (s *Store) ForgetJob(ctx context.Context, by *Account, id int64) error {
	if by.Role != RoleWebmaster {
		return errWebmasterOnly
	}
	return s.exec(ctx, "DELETE FROM jobs WHERE id = ? AND dead_at > 0", id)
}
