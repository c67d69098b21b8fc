package models

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// The kinds of job. Jobs here and in indieweb/speaker.go says who does each.
const (
	JobNotify = "notify" // tell the people that a status answers or names
	JobButton = "button" // bring the image of a friend's button here
	JobFriend = "friend" // see what is new on the home page of a top friend
	JobRing   = "ring"   // see whether a page in a ring still leads to it
	JobErase  = "erase"  // erase a file from the bucket that nothing uses any more

	JobMentions = "mentions" // see which pages a status links to, and have each of them told
	JobMention  = "mention"  // tell one of those pages
	JobContext  = "context"  // see what a status answers elsewhere
	JobMe       = "me"       // see whether a link of an account leads back to its page
	JobSpread   = "spread"   // have those told who subscribed to what an account changed
	JobVerify   = "verify"   // see whether the source of a mention links to us, and what it says
	JobDeliver  = "deliver"  // tell one of them
	JobCallback = "callback" // ask whether somebody wants to be told
	JobSource   = "source"   // look at the feed of an account's own site
	JobImport   = "import"   // make a status of an item of it
	JobFollow   = "follow"   // ask its hub or cloud to tell us of changes, or to be quiet
)

// Jobs is what the store itself knows how to do, by the kind of the job.
func (s *Store) Jobs() map[string]func(context.Context, Job) error {
	return map[string]func(context.Context, Job) error{
		JobNotify: s.Notify,
		JobButton: s.FetchButton,
		JobFriend: s.SeeFriend,
		JobRing:   s.CheckMember,
		JobErase:  s.EraseObject,

		JobMentions: s.SendMentions,
		JobImport:   s.Import,
	}
}

// Job is one piece of background work, a row in the database. It runs at least once and must bear
// being run twice; it is deleted when done and kept, with its reason, when it is given up.
type Job struct {
	ID        int64
	Kind      string
	Peer      string  // the site that it goes to, as peerOf says; empty: it is done in the house
	Payload   string  // JSON
	Once      *string // while a job with it waits, no other one is written
	Attempts  int
	DueAt     Instant // not before; while it runs, the end of its lease
	DeadAt    Instant
	Reason    string
	CreatedAt Instant
}

// Last reports whether the job will not be tried again when it fails now.
func (j *Job) Last() bool { return j.Attempts > len(retryLadder) }

// retryLadder is how long a failed job waits before it is tried again; after the last it is dead.
var retryLadder = []time.Duration{5 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}

const reasonMost = 500 // bytes of why a job failed

// enqueue writes a job in the transaction of what it follows from.
func (s *Store) enqueue(tx *gorm.DB, kind string, payload any) error {
	_, err := s.enqueueAt(tx, kind, payload, s.instant())
	return err
}

// enqueueAt writes a job that is not due before a moment.
func (s *Store) enqueueAt(tx *gorm.DB, kind string, payload any, due Instant) (id int64, err error) {
	return s.enqueueTo(tx, "", kind, payload, due)
}

// enqueueTo writes a job that goes to the site of an address elsewhere, empty for work in the house.
func (s *Store) enqueueTo(tx *gorm.DB, address, kind string, payload any, due Instant) (id int64, err error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return 0, err
	}
	peer := peerOf(address)
	rows, err := query(tx, "INSERT INTO jobs (kind, peer, payload, attempts, due_at, dead_at, reason, created_at) VALUES (?, ?, ?, 0, ?, 0, '', ?) RETURNING id",
		kind, peer, string(body), due, s.instant())
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		err = rows.Scan(&id)
	}
	if err = errors.Join(err, rows.Err(), rows.Close()); err == nil && peer != "" {
		err = callPeer(tx, peer, due)
	}
	s.enqueued.Add(1)
	return id, err
}

// enqueueOnce writes a job in the house unless the same one waits already. when is the end of a SELECT, from its WHERE on, that
// finds a row if there is anything to do at all.
func (s *Store) enqueueOnce(tx *gorm.DB, kind string, payload any, when string, args ...any) error {
	return s.enqueueOnceTo(tx, "", kind, payload, when, args...)
}

// enqueueOnceTo is enqueueOnce for a job that goes to the site of an address elsewhere.
func (s *Store) enqueueOnceTo(tx *gorm.DB, address, kind string, payload any, when string, args ...any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	now := s.instant()
	peer := peerOf(address)
	err = exec(tx, "INSERT INTO jobs (kind, peer, payload, once, attempts, due_at, dead_at, reason, created_at) SELECT ?, ?, ?, ?, 0, CAST(? AS BIGINT), 0, '', CAST(? AS BIGINT) WHERE "+
		when+" ON CONFLICT DO NOTHING", append([]any{kind, peer, string(body), kind + "/" + string(body), now, now}, args...)...)
	if err == nil && peer != "" {
		err = callPeer(tx, peer, now)
	}
	s.enqueued.Add(1)
	return err
}

// peerOf is the site of an address as jobs name it: its host in lower case, with its port if it is odd; empty for no address.
func peerOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := storable(strings.ToLower(u.Host))
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

// ClaimJobs leases up to most jobs in the house that are due to one worker. Several workers, in several processes, never get
// the same job at the same time. What goes to other sites is claimed by TakeTurns.
func (s *Store) ClaimJobs(ctx context.Context, most int) (jobs []Job, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		now := s.instant()
		if jobs, err = s.claim(tx, "", most, now); err != nil || len(jobs) == 0 {
			return err
		}
		ids := make([]int64, len(jobs))
		for i := range jobs {
			ids[i], jobs[i].DueAt = jobs[i].ID, now.Add(LeaseTime)
		}
		return tx.Exec("UPDATE jobs SET due_at = ? WHERE id IN ?", now.Add(LeaseTime), padded(ids)).Error
	})
	return jobs, err
}

// claim counts an attempt of up to most jobs of a queue that are due, and returns them.
func (s *Store) claim(tx *gorm.DB, peer string, most int, now Instant) (jobs []Job, err error) {
	err = tx.Raw(`UPDATE jobs SET attempts = attempts + 1, once = NULL WHERE id IN (
		SELECT id FROM jobs WHERE peer = ? AND dead_at = 0 AND due_at <= ? ORDER BY due_at LIMIT ?`+s.locking("UPDATE SKIP LOCKED")+`) RETURNING *`,
		peer, now, most).Scan(&jobs).Error
	if err != nil {
		return nil, err
	}
	slices.SortFunc(jobs, func(a, b Job) int { return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID)) })
	// A job that takes its worker down with it is never finished: it is given up like one that fails.
	fit := jobs[:0]
	for _, j := range jobs {
		if j.Attempts <= len(retryLadder)+1 {
			fit = append(fit, j)
		} else if err := s.bury(tx, j, "no worker survived it"); err != nil {
			return nil, err
		}
	}
	return fit, nil
}

// FinishJob forgets a job in the house that is done, or puts it back on the ladder when it failed. A worker whose lease ran out
// has no say any more: the attempt is another one by then.
func (s *Store) FinishJob(ctx context.Context, j Job, failure error) error {
	if failure == nil {
		return s.exec(ctx, "DELETE FROM jobs WHERE id = ? AND attempts = ?", j.ID, j.Attempts)
	}
	return s.tx(ctx, func(tx *gorm.DB) error { return s.fail(tx, j, failure) })
}

// fail puts a job on the next rung of the ladder; after the last it is dead.
func (s *Store) fail(tx *gorm.DB, j Job, failure error) error {
	if j.Attempts > len(retryLadder) {
		return s.bury(tx, j, why(failure))
	}
	return tx.Exec("UPDATE jobs SET due_at = ?, reason = ? WHERE id = ? AND attempts = ?",
		s.instant().Add(retryLadder[j.Attempts-1]), why(failure), j.ID, j.Attempts).Error
}

func (s *Store) bury(tx *gorm.DB, j Job, reason string) error {
	return tx.Exec("UPDATE jobs SET dead_at = ?, reason = ? WHERE id = ? AND attempts = ?", s.instant(), reason, j.ID, j.Attempts).Error
}

// why is what is kept of a failure. It may quote a stranger: PostgreSQL refuses bad UTF-8 and NUL.
func why(failure error) string {
	reason := safe.Line(failure.Error())
	if len(reason) > reasonMost {
		reason = strings.ToValidUTF8(reason[:reasonMost], "") + "…"
	}
	return reason
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
