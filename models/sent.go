package models

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"gorm.io/gorm"

	"marquee/safe"
)

// What came of a Webmention that goes out.
const (
	SentWaiting = "waiting" // a job is on its way, or waits to try again
	SentTaken   = "sent"    // the other site took it
	SentDeaf    = "deaf"    // the page takes none
	SentFailed  = "failed"  // it could not be told, and will not be
)

const (
	targetsMost = 50  // pages that one status tells
	targetsKept = 200 // the same, with those that it led to before it was edited
	goodbyeMost = 500 // pages that are told when an account closes
)

// SentMention is a page elsewhere to which a status leads, or did, and what came of telling it (Webmention).
type SentMention struct {
	ID        int64 // zero: its status is erased, and nobody needs to know what comes of it
	StatusID  int64
	Target    string // as the status writes it
	Linked    bool   // the status leads there now
	State     string
	Endpoint  string // where it was told
	Code      int    // HTTP status of the last answer, zero: there was none
	Location  string // where the other site says what came of it; empty: it does not
	Problem   string // key of the sentence that says why it was not told
	TriedAt   Instant
	CreatedAt Instant

	Source string `gorm:"->"` // path of the status
}

// mentionJob is the payload of JobMention: a row, or all that is left to say when there is none any more.
type mentionJob struct {
	ID     int64  `json:",omitempty"`
	Source string `json:",omitempty"` // path
	Target string `json:",omitempty"`
}

// targets is every page elsewhere that the status leads to, for everybody to see; none once it is private or gone.
func (s *Store) targets(st *Status) (list []string) {
	if st.Visibility != Public || !st.WithdrawnAt.IsZero() {
		return nil
	}
	linked := safe.Linked(st.HTML, targetsMost)
	about := []string{st.ReplyURL}
	for _, subject := range st.Subjects() {
		about = append(about, subject.URL)
	}
	for _, address := range about {
		if address != "" && !slices.Contains(linked, address) {
			linked = slices.Insert(linked, 0, address)
		}
	}
	linked = slices.DeleteFunc(linked, func(address string) bool { // a page need not be told of its own copy
		return s.fetcher.Ours(address) || st.Origin != "" && safe.SameAddress(address, st.Origin)
	})
	return linked[:min(len(linked), targetsMost)]
}

// SendMentions is the job that has everybody told of a status that is new, changed or gone: the pages that it leads to, and
// those that it led to before. How is found out by a job for each, in the queue of its site.
func (s *Store) SendMentions(ctx context.Context, j Job) error {
	var job mentionsJob
	if err := j.decode(&job); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var found []Status
		err := tx.Raw("SELECT * FROM statuses WHERE id = ?"+s.locking("NO KEY UPDATE"), job.Status).Scan(&found).Error
		if err != nil || len(found) == 0 {
			return err
		}
		return s.sendMentions(tx, &found[0])
	})
}

func (s *Store) sendMentions(tx *gorm.DB, st *Status) error {
	var known []SentMention
	if err := tx.Raw("SELECT * FROM sent_mentions WHERE status_id = ? ORDER BY id", st.ID).Scan(&known).Error; err != nil {
		return err
	}
	links := s.targets(st)
	for _, target := range links {
		if len(known) == targetsKept || slices.ContainsFunc(known, func(m SentMention) bool { return m.Target == target }) {
			continue
		}
		m := SentMention{Target: target}
		err := tx.Raw(`INSERT INTO sent_mentions (status_id, target, linked, state, endpoint, code, location, problem, tried_at, created_at)
			VALUES (?, ?, ?, ?, '', 0, '', '', 0, ?) RETURNING id`, st.ID, target, true, SentWaiting, s.instant()).Scan(&m.ID).Error
		if err != nil {
			return err
		}
		known = append(known, m)
	}
	for _, m := range known {
		if err := tx.Exec("UPDATE sent_mentions SET linked = ? WHERE id = ?", slices.Contains(links, m.Target), m.ID).Error; err != nil {
			return err
		}
		if err := s.sendMention(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// neighbour reports whether an address leads to a host that we visit although it is private.
func (s *Store) neighbour(address string) bool {
	u, err := url.Parse(address)
	return err == nil && s.fetcher.Neighbour(u.Hostname())
}

// politely is when a page may be told: at once, or when its domain has been asked for less again. Neighbours are not spared.
func (s *Store) politely(tx *gorm.DB, target string) (Instant, error) {
	if s.neighbour(target) {
		return s.instant(), nil
	}
	t, err := s.take(tx, budgetTold, domainOf(target))
	if err == nil && t.Count > budgetTold.most {
		return t.ExpiresAt, nil
	}
	return s.instant(), err
}

// sendMention has one page told, unless it is about to be. Its status is held by the transaction: else there might be two jobs.
func (s *Store) sendMention(tx *gorm.DB, m SentMention) error {
	once, waits := fmt.Sprint(JobMention, "/", m.ID), 0
	if err := tx.Raw("SELECT COUNT(*) FROM jobs WHERE once = ?", once).Scan(&waits).Error; err != nil || waits > 0 {
		return err
	}
	due, err := s.politely(tx, m.Target)
	if err != nil {
		return err
	}
	id, err := s.enqueueTo(tx, m.Target, JobMention, mentionJob{ID: m.ID}, due)
	if err != nil {
		return err
	}
	if err := tx.Exec("UPDATE jobs SET once = ? WHERE id = ?", once, id).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE sent_mentions SET state = ? WHERE id = ?", SentWaiting, m.ID).Error
}

// announceAgain has those told again to whom a status leads that answers something elsewhere, because its page shows another answer
// now (indieweb.org/Salmention). It must be called once for each answer, when it is shown for the first time: then no circle of
// answers goes on for ever.
func (s *Store) announceAgain(tx *gorm.DB, status int64) error {
	return s.enqueueOnce(tx, JobMentions, mentionsJob{status},
		"EXISTS (SELECT 1 FROM statuses WHERE id = ? AND reply_url <> '' AND visibility = 'public' AND withdrawn_at = 0)", status)
}

// announceClosing has those told who took a mention from the account: its pages are about to be gone.
func (s *Store) announceClosing(tx *gorm.DB, by *Account) error {
	var told []SentMention
	err := tx.Raw(`SELECT m.status_id, m.target FROM sent_mentions m JOIN statuses s ON s.id = m.status_id WHERE s.account_id = ? AND m.state IN ?
		ORDER BY m.id DESC LIMIT ?`, by.ID, []string{SentTaken, SentWaiting}, goodbyeMost).Scan(&told).Error
	if err != nil {
		return err
	}
	for _, m := range told {
		st := Status{ID: m.StatusID, Account: by}
		if _, err := s.enqueueTo(tx, m.Target, JobMention, mentionJob{Source: st.Path(), Target: m.Target}, s.instant()); err != nil {
			return err
		}
	}
	return nil
}

// MentionToSend is what a job of JobMention is about; nil when there is nothing to say any more.
func (s *Store) MentionToSend(ctx context.Context, j Job) (*SentMention, error) {
	var job mentionJob
	if err := j.decode(&job); err != nil {
		return nil, err
	}
	if job.ID == 0 {
		return &SentMention{Source: job.Source, Target: job.Target}, nil
	}
	var found []SentMention
	err := s.read.WithContext(ctx).Raw(`SELECT m.*, '/~' || a.name || '/' || s.id AS source FROM sent_mentions m JOIN statuses s ON s.id = m.status_id
		JOIN accounts a ON a.id = s.account_id WHERE m.id = ?`, job.ID).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// NoteSent keeps what came of telling a page.
func (s *Store) NoteSent(ctx context.Context, m *SentMention) error {
	if m.ID == 0 {
		return nil
	}
	return s.exec(ctx, "UPDATE sent_mentions SET state = ?, endpoint = ?, code = ?, location = ?, problem = ?, tried_at = ? WHERE id = ?",
		m.State, m.Endpoint, m.Code, m.Location, m.Problem, s.instant(), m.ID)
}

// Sent is a status of the account's own, also one that it withdrew, and what came of telling those it leads to, in the order in
// which it came to lead there.
func (s *Store) Sent(ctx context.Context, by *Account, id int64) (*Status, []SentMention, error) {
	var found []Status
	err := s.read.WithContext(ctx).Raw("SELECT * FROM statuses WHERE id = ? AND account_id = ?", id, by.ID).Scan(&found).Error
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 {
		return nil, nil, errNoStatus
	}
	if found, err = s.withPeople(ctx, by, found); err != nil {
		return nil, nil, err
	}
	var list []SentMention
	err = s.read.WithContext(ctx).Raw("SELECT * FROM sent_mentions WHERE status_id = ? ORDER BY id", id).Scan(&list).Error
	return &found[0], list, err
}

// SendAgain has one page told again of a status of the account's own, by the id of its SentMention.
func (s *Store) SendAgain(ctx context.Context, by *Account, id int64) error {
	if err := s.spend(ctx, budgetSendAgain, by.Name); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var found []SentMention
		err := tx.Raw(`SELECT m.* FROM sent_mentions m JOIN statuses s ON s.id = m.status_id WHERE m.id = ? AND s.account_id = ?`+
			s.locking("NO KEY UPDATE OF s"), id, by.ID).Scan(&found).Error
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errNoStatus
		}
		return s.sendMention(tx, found[0])
	})
}
