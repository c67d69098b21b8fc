package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// The kinds of job. app/worker.go says what each one does.
const (
	JobNotify = "notify" // tell the people that a status answers or names
	JobButton = "button" // bring the image of a friend's button here
	JobFriend = "friend" // see what is new on the home page of a top friend
	JobRing   = "ring"   // see whether a page in a ring still leads to it
	JobErase  = "erase"  // erase a file from the bucket that nothing uses any more
)

// Job is one piece of background work, a row in the database. It runs at least once and must bear
// being run twice; it is deleted when done and kept, with its reason, when it is given up.
type Job struct {
	ID        int64
	Kind      string
	Payload   string // JSON
	Attempts  int
	DueAt     Instant // not before; while it runs, the end of its lease
	DeadAt    Instant
	Reason    string
	CreatedAt Instant
}

// jobLease is how long a worker may take before another one takes the job over.
const jobLease = time.Minute

// retryLadder is how long a failed job waits before it is tried again; after the last it is dead.
var retryLadder = []time.Duration{5 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// enqueue writes a job in the transaction of what it follows from.
func (s *Store) enqueue(tx *gorm.DB, kind string, payload any) error {
	_, err := s.enqueueAt(tx, kind, payload, s.instant())
	return err
}

// enqueueAt writes a job that is not due before a moment.
func (s *Store) enqueueAt(tx *gorm.DB, kind string, payload any, due Instant) (id int64, err error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return 0, err
	}
	rows, err := query(tx, "INSERT INTO jobs (kind, payload, attempts, due_at, dead_at, reason, created_at) VALUES (?, ?, 0, ?, 0, '', ?) RETURNING id",
		kind, string(body), due, s.instant())
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		err = rows.Scan(&id)
	}
	return id, errors.Join(err, rows.Err(), rows.Close())
}

// ClaimJobs leases up to most jobs that are due to one worker. Several workers, in several processes,
// never get the same job at the same time.
func (s *Store) ClaimJobs(ctx context.Context, most int) ([]Job, error) {
	now := s.instant()
	// Looking costs no write: an idle worker leaves the one writer of SQLite alone.
	var due int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE dead_at = 0 AND due_at <= ? LIMIT 1) AS due", now).Scan(&due).Error
	if err != nil || due == 0 {
		return nil, err
	}
	skip := ""
	if s.dialect == postgresDialect {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var jobs []Job
	err = s.tx(ctx, func(tx *gorm.DB) error {
		// A job that takes its worker down with it is never finished: it is given up like one that fails.
		err := tx.Exec("UPDATE jobs SET dead_at = ?, reason = ? WHERE dead_at = 0 AND due_at <= ? AND attempts > ?",
			now, "no worker survived it", now, len(retryLadder)).Error
		if err != nil {
			return err
		}
		return tx.Raw(`UPDATE jobs SET due_at = ?, attempts = attempts + 1 WHERE id IN (
		SELECT id FROM jobs WHERE dead_at = 0 AND due_at <= ? ORDER BY due_at LIMIT ?`+skip+`) RETURNING *`,
			now.Add(jobLease), now, most).Scan(&jobs).Error
	})
	return jobs, err
}

// FinishJob forgets a job that is done, or puts it back on the ladder when it failed. A worker whose
// lease ran out has no say any more: the attempt is another one by then.
func (s *Store) FinishJob(ctx context.Context, j Job, failure error) error {
	if failure == nil {
		return s.exec(ctx, "DELETE FROM jobs WHERE id = ? AND attempts = ?", j.ID, j.Attempts)
	}
	reason := safe.Line(failure.Error()) // it may quote a stranger: PostgreSQL refuses bad UTF-8 and NUL
	if j.Attempts > len(retryLadder) {
		return s.exec(ctx, "UPDATE jobs SET dead_at = ?, reason = ? WHERE id = ? AND attempts = ?", s.instant(), reason, j.ID, j.Attempts)
	}
	return s.exec(ctx, "UPDATE jobs SET due_at = ?, reason = ? WHERE id = ? AND attempts = ?",
		s.instant().Add(retryLadder[j.Attempts-1]), reason, j.ID, j.Attempts)
}

// JobCounts is how many jobs wait and how many were given up, for the webmaster.
func (s *Store) JobCounts(ctx context.Context) (waiting, dead int64, err error) {
	var counts struct{ Waiting, Dead int64 }
	err = s.read.WithContext(ctx).Raw(`SELECT (SELECT COUNT(*) FROM jobs WHERE dead_at = 0) AS waiting,
		(SELECT COUNT(*) FROM jobs WHERE dead_at > 0) AS dead`).Scan(&counts).Error
	return counts.Waiting, counts.Dead, err
}

func (j *Job) decode(into any) error {
	if err := json.Unmarshal([]byte(j.Payload), into); err != nil {
		return fmt.Errorf("job %d: %w", j.ID, err)
	}
	return nil
}
