package models

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// PassageLife is how long somebody may take to come back from the site that knows them.
const PassageLife = 20 * time.Minute

// budgetKnock is how often a network may have us ask a site who its owner is.
var budgetKnock = budget{"knock", 20, 10 * time.Minute}

// Passage is a log-in under way: somebody went to the site that knows whose an address is, and has not come back, or is back and
// has not chosen a name.
type Passage struct {
	Hash        string // of its secret: the state that travels, then one that stays in the browser
	AccountID   *int64 // who links the address to an account; nil: somebody logs in
	Me          string // as it was typed, and normalised; then what was proven
	Chain       string // of it and the addresses that it led to, those whose proof needs no other look, one a line
	Verifier    string // RFC 7636 §4.1
	Issuer      string // RFC 9207 §2; empty: the site does not say
	AuthorizeAt string // the authorization endpoint
	Back        string // what waits behind the log-in, as the browser gave it
	ProvenAt    Instant
	CreatedAt   Instant
}

// Met reports whether an address stands in the chain.
func (p *Passage) Met(address string) bool {
	return address != "" && slices.Contains(strings.Split(p.Chain, "\n"), address)
}

// ErrPassage says that a log-in under way is none of this browser's, was used, or is too old.
var ErrPassage = &Error{Kind: Invalid, Field: "me", Text: "error.me_state"}

// Knock takes one from what a network may ask of other sites to log in. Who links an address to an account says its password again,
// in the field link_password.
func (s *Store) Knock(ctx context.Context, by *Account, password, network string) error {
	if by != nil {
		if err := s.confirm(ctx, by, "link_password", password); err != nil {
			return err
		}
	}
	return s.spend(ctx, budgetKnock, network)
}

// OpenPassage keeps a log-in under way and returns the state that is to come back.
func (s *Store) OpenPassage(ctx context.Context, p Passage) (state string, err error) {
	state = rand.Text()
	return state, s.exec(ctx, `INSERT INTO passages (hash, account_id, me, chain, verifier, issuer, authorize_at, back, proven_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`, TokenHash(state), p.AccountID, p.Me, p.Chain, p.Verifier, p.Issuer, p.AuthorizeAt, storable(p.Back), s.instant())
}

// ReturnPassage finds the log-in that a state belongs to, once: from then on only the secret leads to it. ErrPassage when there is none.
func (s *Store) ReturnPassage(ctx context.Context, state string) (p *Passage, secret string, err error) {
	secret = rand.Text()
	var found []Passage
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Raw("UPDATE passages SET hash = ? WHERE hash = ? AND proven_at = 0 AND created_at > ? RETURNING *",
			TokenHash(secret), TokenHash(state), s.instant().Add(-PassageLife)).Scan(&found).Error
	})
	switch {
	case err != nil:
		return nil, "", err
	case len(found) == 0:
		return nil, "", ErrPassage
	}
	return &found[0], secret, nil
}

// ProvePassage notes whose address it is.
func (s *Store) ProvePassage(ctx context.Context, p *Passage, me string) error {
	p.Me, p.ProvenAt = me, s.instant()
	return s.exec(ctx, "UPDATE passages SET me = ?, proven_at = ? WHERE hash = ?", p.Me, p.ProvenAt, p.Hash)
}

// ProvenPassage is the log-in whose address was proven and that waits for its name; ErrPassage when there is none.
func (s *Store) ProvenPassage(ctx context.Context, secret string) (*Passage, error) {
	var found []Passage
	err := s.read.WithContext(ctx).Raw("SELECT * FROM passages WHERE hash = ? AND account_id IS NULL AND proven_at > 0 AND created_at > ?",
		TokenHash(secret), s.instant().Add(-PassageLife)).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = ErrPassage
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

// EndPassage forgets a log-in that is over.
func (s *Store) EndPassage(ctx context.Context, p *Passage) error {
	return s.exec(ctx, "DELETE FROM passages WHERE hash = ?", p.Hash)
}

// cashPassage ends a passage in which an address was proven, for an account or for somebody who has none yet, and says which.
func (s *Store) cashPassage(tx *gorm.DB, secret string, account *int64) (me string, err error) {
	whose, args := "account_id IS NULL", []any{TokenHash(secret), s.instant().Add(-PassageLife)}
	if account != nil {
		whose, args = "account_id = ?", append(args, *account)
	}
	var found []string
	err = tx.Raw("DELETE FROM passages WHERE hash = ? AND proven_at > 0 AND created_at > ? AND "+whose+" RETURNING me", args...).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = ErrPassage
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// cashProof is the address that a newcomer has proven, if that is how they come, and makes it the home page of their account if they
// wish.
func (s *Store) cashProof(tx *gorm.DB, n Newcomer, a *Account) (me string, err error) {
	if n.Proof != "" {
		me, err = s.cashPassage(tx, n.Proof, nil)
	}
	if a.Homepage = ""; n.Homepage {
		a.Homepage = me
	}
	return me, err
}

func (s *Store) dropPassages(ctx context.Context) error {
	return s.exec(ctx, "DELETE FROM passages WHERE created_at <= ?", s.instant().Add(-PassageLife))
}
