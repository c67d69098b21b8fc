package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

const (
	permitLife = 10 * time.Minute    // of a code (IndieAuth §5.2.1)
	permitKept = 24 * time.Hour      // so long it is known when one is used twice
	accessLife = 30 * 24 * time.Hour // of a token that a program fetched
	renewLife  = 60 * 24 * time.Hour // for which it may still be renewed after that
)

// What a program is told of what it sent (RFC 6749 §5.2).
var (
	// ErrGrant says that a code or a refresh token is unknown, used, run out, or was for somebody else.
	ErrGrant = errors.New("the grant is not valid")
	// ErrScope says that more was asked for than was allowed.
	ErrScope = errors.New("the scope is more than was granted")
)

// NewPermit is what somebody allows a program to do.
type NewPermit struct {
	ClientID, ClientName, RedirectURI string
	Challenge                         string // SHA-256 of what only the program knows, base64url (RFC 7636 §4.2, S256)
	Scopes                            []string
}

// Permit is what a program asked for and may fetch, once. Only the hash of its code is kept.
type Permit struct {
	Hash                              string
	AccountID                         int64
	ClientID, ClientName, RedirectURI string
	Challenge, Scope                  string
	CreatedAt, UsedAt                 Instant
}

// Redemption is what a program sends to fetch what it was permitted.
type Redemption struct {
	Code, ClientID, RedirectURI, Verifier string
	Token                                 bool // it wants a token; otherwise it asks only who gave the code
	Network                               string
}

// Renewal is what a program sends to go on.
type Renewal struct{ Refresh, ClientID, Scope, Network string }

// Grant is what a program gets. Secret and Refresh are empty when it gets no token.
type Grant struct {
	Account         *Account
	Scope           string
	Secret, Refresh string
	Life            time.Duration // of the secret
}

// May reports whether something of Scopes was granted.
func (g *Grant) May(scope string) bool { return slices.Contains(strings.Fields(g.Scope), scope) }

// NoteClient counts a program that the account was asked about: asking who it is goes out to other sites. TooMany when there
// were too many.
func (s *Store) NoteClient(ctx context.Context, by *Account) error {
	return s.spend(ctx, budgetClient, by.Name)
}

// Permit lets a program act for the account and returns the code with which it fetches that, within ten minutes.
func (s *Store) Permit(ctx context.Context, by *Account, p NewPermit) (string, error) {
	code := rand.Text()
	return code, s.exec(ctx, `INSERT INTO permits (hash, account_id, client_id, client_name, redirect_uri, challenge, scope, created_at, used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`, TokenHash(code), by.ID, p.ClientID, p.ClientName, p.RedirectURI, p.Challenge, knownScopes(p.Scopes), s.instant())
}

// Redeem gives a program what its code is worth, once; ErrGrant when it is worth nothing, or no token when it wants one. A code
// that comes twice may have been stolen: what came of it ends then.
func (s *Store) Redeem(ctx context.Context, r Redemption) (grant *Grant, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		grant = nil
		p, err := s.claimPermit(tx, r)
		if err != nil || p == nil {
			return err
		}
		people, err := accountsByID(tx, []int64{p.AccountID})
		if err != nil || people[p.AccountID] == nil {
			return err
		}
		g := &Grant{Account: people[p.AccountID], Scope: p.Scope}
		if r.Token {
			err = s.issue(tx, g, p)
		}
		grant = g
		return err
	})
	return grant, s.granted(ctx, grant, err, r.Network)
}

// granted is the error of a grant that did not come about; each counts, so that codes cost too much to guess.
func (s *Store) granted(ctx context.Context, g *Grant, err error, network string) error {
	if err != nil || g != nil {
		return err
	}
	return cmp.Or(s.guessed(ctx, network), ErrGrant)
}

// claimPermit marks the permit as used and returns it; nil when the code is worth nothing.
func (s *Store) claimPermit(tx *gorm.DB, r Redemption) (*Permit, error) {
	var found []Permit
	err := tx.Raw("SELECT * FROM permits WHERE hash = ?"+s.locking("UPDATE"), TokenHash(r.Code)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	p, now := &found[0], s.instant()
	switch {
	case p.UsedAt > 0:
		return nil, tx.Exec("DELETE FROM tokens WHERE permit <> '' AND permit = ?", p.Hash).Error
	case p.CreatedAt.Add(permitLife) <= now, p.ClientID != r.ClientID, p.RedirectURI != r.RedirectURI, !answers(p.Challenge, r.Verifier), r.Token && p.Scope == "":
		return nil, nil
	}
	return p, tx.Exec("UPDATE permits SET used_at = ? WHERE hash = ?", now, p.Hash).Error
}

// answers reports whether the verifier is what the challenge was made of (RFC 7636 §4.6).
func answers(challenge, verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(base64.RawURLEncoding.EncodeToString(sum[:]))) == 1
}

// issue writes the token of a permit. What renews it has two halves: one stays and tells what it once renewed, one is new each time.
func (s *Store) issue(tx *gorm.DB, g *Grant, p *Permit) error {
	family := rand.Text()
	g.Secret, g.Refresh, g.Life = rand.Text(), family+secretMark+rand.Text(), accessLife
	return s.saveToken(tx, Token{
		Refresh: new(TokenHash(g.Refresh)), Family: new(TokenHash(family)), AccountID: p.AccountID, Permit: p.Hash, ClientID: p.ClientID,
		Name: cmp.Or(p.ClientName, p.ClientID), Scope: p.Scope, ExpiresAt: s.instant().Add(accessLife),
	}, g.Secret)
}

// Renew gives a program a new token for the one that it has, and a new one to renew it with (RFC 6749 §6); ErrGrant when it may not,
// ErrScope when it asks for more. Who comes with one that was used already may be a thief, or come after one: nobody has a token
// then (RFC 9700 §4.14.2).
func (s *Store) Renew(ctx context.Context, r Renewal) (grant *Grant, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var err error
		grant, err = s.renew(tx, r)
		return err
	})
	return grant, s.granted(ctx, grant, err, r.Network)
}

func (s *Store) renew(tx *gorm.DB, r Renewal) (*Grant, error) {
	family, _, _ := strings.Cut(r.Refresh, secretMark)
	var found []Token
	err := tx.Raw("SELECT * FROM tokens WHERE family = ?"+s.locking("UPDATE"), TokenHash(family)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	t, now := &found[0], s.instant()
	switch {
	case t.ClientID != r.ClientID, t.ExpiresAt.Add(renewLife) <= now:
		return nil, nil
	case *t.Refresh != TokenHash(r.Refresh):
		return nil, tx.Exec("DELETE FROM tokens WHERE id = ?", t.ID).Error
	}
	scope := t.Scope
	if r.Scope != "" {
		asked := strings.Fields(r.Scope)
		if slices.ContainsFunc(asked, func(word string) bool { return !t.May(word) }) {
			return nil, ErrScope
		}
		scope = knownScopes(asked)
	}
	people, err := accountsByID(tx, []int64{t.AccountID})
	if err != nil || people[t.AccountID] == nil {
		return nil, err
	}
	g := &Grant{Account: people[t.AccountID], Scope: scope, Secret: rand.Text(), Refresh: family + secretMark + rand.Text(), Life: accessLife}
	return g, tx.Exec("UPDATE tokens SET hash = ?, refresh = ?, scope = ?, expires_at = ? WHERE id = ?",
		TokenHash(g.Secret), TokenHash(g.Refresh), scope, now.Add(accessLife), t.ID).Error
}

// dropPermits forgets codes that are worth nothing any more, and tokens that nobody renewed.
func (s *Store) dropPermits(ctx context.Context) error {
	now := s.instant()
	if err := s.exec(ctx, "DELETE FROM permits WHERE created_at <= ?", now.Add(-permitKept)); err != nil {
		return err
	}
	return s.exec(ctx, "DELETE FROM tokens WHERE expires_at > 0 AND expires_at <= ?", now.Add(-renewLife))
}
