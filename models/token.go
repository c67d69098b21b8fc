package models

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Scopes are what a token may allow (IndieAuth §5.3, Micropub §5.2), in the order in which they are shown.
var Scopes = []string{"profile", "create", "update", "delete", "undelete", "media"}

const (
	tokenNameMost = 80 // graphemes
	tokensMost    = 100
	secretMark    = "." // between the halves of a secret that renews
)

// Token lets a program act for an account. Only the hash of its secret is kept.
type Token struct {
	ID        int64
	Hash      string
	Refresh   *string // hash of the secret that renews it; nil: none does
	Family    *string // hash of its first half, which stays
	AccountID int64
	Permit    string // hash of the code it came from; empty: made by hand
	ClientID  string // empty: made by hand
	Name      string
	Scope     string
	CreatedAt Instant
	UsedAt    Instant // the day of its last use
	ExpiresAt Instant // zero: never

	Account *Account `gorm:"-"`
}

// Words is what the token allows, of Scopes.
func (t Token) Words() []string { return strings.Fields(t.Scope) }

// May reports whether the token allows something of Scopes.
func (t *Token) May(scope string) bool { return slices.Contains(t.Words(), scope) }

// Token finds who a secret belongs to; nil when it belongs to nobody, or opens nothing any more. A secret of 130 random bits is not
// found by trying: what is counted are the wrong ones of a network, so that they cost little, and nobody's right one is kept out.
func (s *Store) Token(ctx context.Context, secret, network string) (*Token, error) {
	now := s.instant()
	var found []Token
	err := s.read.WithContext(ctx).Raw("SELECT * FROM tokens WHERE hash = ? AND (expires_at = 0 OR expires_at > ?)", TokenHash(secret), now).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, s.guessed(ctx, network)
	}
	t := &found[0]
	people, err := accountsByID(s.read.WithContext(ctx), []int64{t.AccountID})
	if err != nil || people[t.AccountID] == nil { // it was closed in between
		return nil, err
	}
	t.Account = people[t.AccountID]
	if now-t.UsedAt < Instant(sessionTouch.Milliseconds()) {
		return t, nil
	}
	t.UsedAt = now
	if err = s.exec(ctx, "UPDATE tokens SET used_at = ? WHERE id = ?", now, t.ID); IsUnavailable(err) {
		err = nil // a full disk must not keep programs from reading
	}
	return t, err
}

// guessed counts a wrong secret; TooMany when the network has sent too many.
func (s *Store) guessed(ctx context.Context, network string) error {
	if err := s.check(ctx, budgetGuess, network); err != nil {
		return err
	}
	return s.spend(ctx, budgetGuess, network)
}

// CreateToken makes a token by hand and returns its secret, which is never shown again.
func (s *Store) CreateToken(ctx context.Context, by *Account, name string, scopes []string) (string, error) {
	name = safe.Line(name)
	switch {
	case !safe.Visible(name):
		return "", invalid("token_name", "error.token_name")
	case safe.Graphemes(name) > tokenNameMost || len(name) > tokenNameMost*bytesPerChar || safe.Overstacked(name):
		return "", &Error{Kind: Invalid, Field: "token_name", Text: "error.token_name_long", Args: map[string]any{"Most": tokenNameMost}}
	}
	t := Token{AccountID: by.ID, Name: name, Scope: knownScopes(scopes)}
	if t.Scope == "" {
		return "", invalid("scope", "error.token_scope")
	}
	secret := rand.Text()
	return secret, s.tx(ctx, func(tx *gorm.DB) error { return s.saveToken(tx, t, secret) })
}

// saveToken writes a token; the oldest of an account make room.
func (s *Store) saveToken(tx *gorm.DB, t Token, secret string) error {
	err := tx.Exec(`INSERT INTO tokens (hash, refresh, family, account_id, permit, client_id, name, scope, created_at, used_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`, TokenHash(secret), t.Refresh, t.Family, t.AccountID, t.Permit, t.ClientID, t.Name, t.Scope, s.instant(), t.ExpiresAt).Error
	if err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM tokens WHERE account_id = ? AND id NOT IN (
		SELECT id FROM tokens WHERE account_id = ? ORDER BY id DESC LIMIT ?)`, t.AccountID, t.AccountID, tokensMost).Error
}

// knownScopes is those of Scopes that are asked for, as words with a space between them.
func knownScopes(asked []string) string {
	var known []string
	for _, scope := range Scopes {
		if slices.Contains(asked, scope) {
			known = append(known, scope)
		}
	}
	return strings.Join(known, " ")
}

// RevokeSecret ends the token that a secret opens or renews. One that nobody knows is as good as revoked (RFC 7009 §2.2).
func (s *Store) RevokeSecret(ctx context.Context, secret string) error {
	family, _, _ := strings.Cut(secret, secretMark)
	return s.exec(ctx, "DELETE FROM tokens WHERE hash = ? OR family = ?", TokenHash(secret), TokenHash(family))
}

// Tokens is what programs may act for the account, newest first.
func (s *Store) Tokens(ctx context.Context, by *Account) (list []Token, err error) {
	return list, s.read.WithContext(ctx).Raw("SELECT * FROM tokens WHERE account_id = ? ORDER BY id DESC", by.ID).Scan(&list).Error
}

// RevokeToken ends a token of the account. One that is gone already is gone.
func (s *Store) RevokeToken(ctx context.Context, by *Account, id int64) error {
	return s.exec(ctx, "DELETE FROM tokens WHERE id = ? AND account_id = ?", id, by.ID)
}
