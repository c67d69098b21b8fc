package models

import (
	"context"
	"crypto/rand"

	"gorm.io/gorm"
)

// VerifyJob is the payload of JobVerify. Source and Target are how the mention was spelt when it was sent again; empty: as before.
type VerifyJob struct {
	Mention        int64
	Source, Target string `json:",omitempty"`
}

// queueMention writes a mention that is to be looked at, or finds the one that it repeats. What waits already is not queued
// twice, and what the owner refused is not looked at again.
func (s *Store) queueMention(tx *gorm.DB, m *Mention) error {
	m.Key, m.ReceivedAt = rand.Text(), s.instant()
	var made []Mention
	err := tx.Raw(`INSERT INTO mentions (key, account_id, status_id, source, target, source_key, target_key, final_key, url_key, peer, queued, state, same_id, kind,
		problem, url, author, author_url, photo, title, html, rsvp, hash, published_at, received_at, verified_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?, NULL, '', '', ?, '', '', '', '', '', '', '', 0, ?, 0) ON CONFLICT DO NOTHING RETURNING id`,
		m.Key, m.AccountID, m.StatusID, m.Source, m.Target, m.SourceKey, m.TargetKey, m.Peer, true, m.State, m.Source, m.ReceivedAt).Scan(&made).Error
	if err != nil {
		return err
	}
	if len(made) > 0 {
		m.ID = made[0].ID
		_, err = s.enqueueTo(tx, m.Source, JobVerify, VerifyJob{Mention: m.ID}, m.ReceivedAt)
		return err
	}
	sent := *m
	err = tx.Raw("SELECT * FROM mentions WHERE source_key = ? AND target_key = ?"+s.locking("UPDATE"), m.SourceKey, m.TargetKey).Scan(m).Error
	if err != nil || m.State == MentionRefused {
		return err
	}
	if !m.Queued && m.VerifiedAt.IsZero() {
		m.Source, m.Target = sent.Source, sent.Target
	}
	m.ReceivedAt = sent.ReceivedAt
	err = tx.Exec("UPDATE mentions SET source = ?, target = ?, received_at = ? WHERE id = ?", m.Source, m.Target, m.ReceivedAt, m.ID).Error
	if err != nil {
		return err
	}
	if sent.Source == m.Source && sent.Target == m.Target {
		return s.lookAgain(tx, m)
	}
	// Looked at beside what it was before: a stranger's spelling, of another page perhaps, must not end it.
	if err := s.wait(tx, m); err != nil {
		return err
	}
	return s.enqueueOnceTo(tx, sent.Source, JobVerify, VerifyJob{m.ID, sent.Source, sent.Target}, "TRUE")
}

// wait says of a mention that it is to be looked at. What was wrong with it before is no news then.
func (s *Store) wait(tx *gorm.DB, m *Mention) error {
	m.Queued, m.Problem = true, ""
	return tx.Exec("UPDATE mentions SET queued = TRUE, problem = '' WHERE id = ?", m.ID).Error
}

// lookAgain has the source of a mention looked at once more, unless it is about to be, or its owner refused it.
func (s *Store) lookAgain(tx *gorm.DB, m *Mention) error {
	if m.Queued || m.State == MentionRefused {
		return nil
	}
	if err := s.wait(tx, m); err != nil {
		return err
	}
	_, err := s.enqueueTo(tx, m.Source, JobVerify, VerifyJob{Mention: m.ID}, s.instant())
	return err
}

// MentionToVerify is a mention whose source is to be looked at; nil when there is nothing to do any more, for another spelling too when the
// source was seen since it was sent.
func (s *Store) MentionToVerify(ctx context.Context, job VerifyJob) (*Mention, error) {
	var found []Mention
	err := s.read.WithContext(ctx).Raw(mentionColumns+"WHERE m.id = ? AND (m.queued OR ? AND m.verified_at < m.received_at) AND m.state <> ?", job.Mention, job.Target != "", MentionRefused).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
