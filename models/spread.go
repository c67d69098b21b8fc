package models

import (
	"context"

	"gorm.io/gorm"
)

const spreadSize = 500 // subscriptions that one turn of JobSpread looks at

type (
	// spreadJob is the payload of JobSpread: who has done something (0: nobody in particular), and after which subscription it goes on.
	spreadJob struct {
		Account int64 `json:",omitempty"`
		After   int64 `json:",omitempty"`
	}
	deliverJob struct{ Subscription int64 } // of JobDeliver
)

// spread has everybody told who subscribed to something that the account has just changed; 0 is nobody in particular, for what the
// whole site shows. It is one statement, however many they are. It comes last in its transaction, when the account is held: two that
// write the same job wait for each other.
func (s *Store) spread(tx *gorm.DB, account int64) error {
	return s.enqueueOnce(tx, JobSpread, spreadJob{Account: account}, "EXISTS (SELECT 1 FROM subscriptions)")
}

// AdmitPing spends what it costs a network to have it looked whether something has changed; TooMany when it has nothing left.
func (s *Store) AdmitPing(ctx context.Context, network string) error {
	return s.spend(ctx, budgetHubNetwork, network)
}

// Spread has it looked whether something at a path of this site has changed, as publishers ask of hubs. Errors: Missing or Gone when
// its account is.
func (s *Store) Spread(ctx context.Context, path string) error {
	account, err := s.accountOfPath(ctx, path)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if account == nil {
			return s.spread(tx, 0)
		}
		return s.spread(tx, *account)
	})
}

// Subscribers is whom a job of JobSpread may have to tell something: some hundreds of them.
func (s *Store) Subscribers(ctx context.Context, j Job) (list []Subscription, err error) {
	var job spreadJob
	if err := j.decode(&job); err != nil {
		return nil, err
	}
	// Each half is one range of an index; OR would make of them a walk along all there are.
	return list, s.read.WithContext(ctx).Raw(`SELECT * FROM (
			SELECT * FROM (SELECT * FROM subscriptions WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?) AS own
			UNION ALL SELECT * FROM (SELECT * FROM subscriptions WHERE account_id IS NULL AND id > ? ORDER BY id LIMIT ?) AS everybodys
		) AS found ORDER BY id LIMIT ?`, job.Account, job.After, spreadSize, job.After, spreadSize, spreadSize).Scan(&list).Error
}

// SpreadTo writes the jobs that tell some of the Subscribers of a job, and the one that goes on after them.
func (s *Store) SpreadTo(ctx context.Context, j Job, seen, told []Subscription) error {
	var job spreadJob
	if err := j.decode(&job); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		for _, sub := range told {
			if err := s.enqueueOnceTo(tx, sub.Callback, JobDeliver, deliverJob{sub.ID}, "TRUE"); err != nil {
				return err
			}
		}
		if len(seen) < spreadSize {
			return nil
		}
		return s.enqueueOnce(tx, JobSpread, spreadJob{job.Account, seen[len(seen)-1].ID}, "TRUE")
	})
}

// Delivery is the subscription that a job of JobDeliver is about; nil when it has ended.
func (s *Store) Delivery(ctx context.Context, j Job) (*Subscription, error) {
	var job deliverJob
	if err := j.decode(&job); err != nil {
		return nil, err
	}
	var found []Subscription
	err := s.read.WithContext(ctx).Raw("SELECT * FROM subscriptions WHERE id = ? AND expires_at > ?", job.Subscription, s.instant()).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Delivered notes what a subscriber has got, by its tag.
func (s *Store) Delivered(ctx context.Context, sub *Subscription, tag string) error {
	return s.exec(ctx, "UPDATE subscriptions SET sent = ?, failures = 0 WHERE id = ?", tag, sub.ID)
}

// GiveUp drops a delivery that nobody took. After the third in a row the subscription ends.
func (s *Store) GiveUp(ctx context.Context, sub *Subscription) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE subscriptions SET failures = failures + 1 WHERE id = ?", sub.ID).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM subscriptions WHERE id = ? AND failures >= ?", sub.ID, giveUpsMost).Error
	})
}

// EndSubscription forgets a subscription.
func (s *Store) EndSubscription(ctx context.Context, sub *Subscription) error {
	return s.exec(ctx, "DELETE FROM subscriptions WHERE id = ?", sub.ID)
}
