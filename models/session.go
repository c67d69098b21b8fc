package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// SessionLife is how long a session lasts at the most, however often it is used.
const SessionLife = 180 * 24 * time.Hour

const (
	sessionIdle  = 30 * 24 * time.Hour
	sessionTouch = 24 * time.Hour // how stale "last seen" may be: reading writes at most once a day
	agentMost    = 120            // bytes kept of a browser's name
	sessionsMost = 50             // of one account: the oldest end
)

// Session is one browser that is logged in. Only the hash of its token is kept.
type Session struct {
	Hash      string
	AccountID int64
	Agent     string // what the browser calls itself
	Network   string // coarse: where it was last seen
	CreatedAt Instant
	SeenAt    Instant
	ExpiresAt Instant
}

// StartSession logs a browser in and returns the token for its cookie: 32 random bytes, base64url.
func (s *Store) StartSession(ctx context.Context, a *Account, agent, network string) (string, error) {
	b := make([]byte, 32)
	rand.Read(b)
	token := base64.RawURLEncoding.EncodeToString(b)
	now := s.instant()
	agent = safe.Line(agent)
	if len(agent) > agentMost {
		agent = safe.Line(agent[:agentMost])
	}
	session := Session{Hash: TokenHash(token), AccountID: a.ID, Agent: agent, Network: network, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLife)}
	return token, s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&session).Error; err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM sessions WHERE account_id = ? AND hash NOT IN (
			SELECT hash FROM sessions WHERE account_id = ? ORDER BY created_at DESC, hash = ? DESC LIMIT ?)`,
			a.ID, a.ID, session.Hash, sessionsMost).Error
	})
}

// Session finds who a cookie's token belongs to; both are nil when it belongs to nobody any more.
func (s *Store) Session(ctx context.Context, token string) (*Session, *Account, error) {
	now := s.instant()
	var session Session
	err := s.read.WithContext(ctx).Raw("SELECT * FROM sessions WHERE hash = ? AND expires_at > ? AND seen_at > ?",
		TokenHash(token), now, now.Add(-sessionIdle)).Scan(&session).Error
	if err != nil || session.AccountID == 0 {
		return nil, nil, err
	}
	var a Account
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM accounts WHERE id = ?", session.AccountID).Scan(&a).Error; err != nil || a.ID == 0 {
		return nil, nil, err
	}
	a.LoggedInAt = session.CreatedAt
	if session.SeenAt.Add(sessionTouch) < now {
		// A full disk must not keep people from reading.
		if err = s.exec(ctx, "UPDATE sessions SET seen_at = ? WHERE hash = ?", now, session.Hash); IsUnavailable(err) {
			err = nil
		}
	}
	return &session, &a, err
}

// Sessions lists where the account is logged in, last seen first.
func (s *Store) Sessions(ctx context.Context, by *Account) (list []Session, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT * FROM sessions WHERE account_id = ? AND expires_at > ? ORDER BY seen_at DESC, hash LIMIT ?",
		by.ID, s.instant(), sessionsMost).Scan(&list).Error
	return list, err
}

// EndSession logs one of the account's browsers out.
func (s *Store) EndSession(ctx context.Context, by *Account, hash string) error {
	return s.exec(ctx, "DELETE FROM sessions WHERE account_id = ? AND hash = ?", by.ID, storable(hash))
}

// EndOtherSessions logs out every browser of the account but this one.
func (s *Store) EndOtherSessions(ctx context.Context, by *Account, keep *Session) error {
	return s.exec(ctx, "DELETE FROM sessions WHERE account_id = ? AND hash <> ?", by.ID, keep.Hash)
}

// TokenHash is what is kept of a session's token: SHA-256, hexadecimal.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
