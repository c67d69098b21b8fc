package models_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

const (
	quill    = "https://quill.example/"
	back     = "https://quill.example/back?a=b"
	verifier = "what only the program knows, forty-three signs at the least"
)

// challenge is what a program sends ahead of its verifier (RFC 7636 §4.2).
func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// permit lets quill act for somebody.
func permit(t *testing.T, s *kit.Store, by *models.Account, scopes ...string) string {
	t.Helper()
	code, err := s.Permit(t.Context(), by, models.NewPermit{ClientID: quill, ClientName: "Quill", RedirectURI: back, Challenge: challenge(verifier), Scopes: scopes})
	ok(t, err)
	return code
}

func redemption(code string) models.Redemption {
	return models.Redemption{Code: code, ClientID: quill, RedirectURI: back, Verifier: verifier, Token: true, Network: "net"}
}

// permitted is what quill got.
func permitted(t *testing.T, s *kit.Store, by *models.Account, scopes ...string) *models.Grant {
	t.Helper()
	g, err := s.Redeem(t.Context(), redemption(permit(t, s, by, scopes...)))
	ok(t, err)
	return g
}

func refusedGrant(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, models.ErrGrant) {
		t.Errorf("got %v, want ErrGrant", err)
	}
}

// opens reports whether a secret opens something.
func opens(t *testing.T, s *kit.Store, secret string) bool {
	t.Helper()
	found, err := s.Token(t.Context(), secret, "net")
	ok(t, err)
	return found != nil
}

func TestCodeIsWorthATokenOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		code := permit(t, s, bob, "create", "profile", "root", "create")
		same(t, "what is kept of the code", everywhere(t, s, code), []string{})
		g, err := s.Redeem(t.Context(), redemption(code))
		ok(t, err)
		same(t, "scope", g.Scope, "profile create")
		same(t, "whose", g.Account.Name, "bob")
		same(t, "what is kept of the secrets", append(everywhere(t, s, g.Secret), everywhere(t, s, g.Refresh)...), []string{})
		found, err := s.Token(t.Context(), g.Secret, "net")
		ok(t, err)
		same(t, "whose token", found.Account.Name, "bob")
		same(t, "client", found.ClientID+" "+found.Name, quill+" Quill")
		same(t, "may", []bool{found.May("create"), found.May("update"), found.May("")}, []bool{true, false, false})
		if opens(t, s, g.Refresh) || opens(t, s, code) || opens(t, s, "") {
			t.Error("something else opens, too")
		}
		s.Clock.Add(time.Hour) // long after the code has run out
		_, err = s.Redeem(t.Context(), redemption(code))
		refusedGrant(t, err)
		if opens(t, s, g.Secret) {
			t.Error("the code was used twice, and what came of it still opens")
		}
		same(t, "tokens", count(t, s, "SELECT COUNT(*) FROM tokens"), 0)
	})
}

func TestCodeIsBoundToItsProgram(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		for name, change := range map[string]func(r *models.Redemption){
			"another code":     func(r *models.Redemption) { r.Code = "nope" },
			"another client":   func(r *models.Redemption) { r.ClientID = "https://evil.example/" },
			"another address":  func(r *models.Redemption) { r.RedirectURI = "https://quill.example/back" },
			"another verifier": func(r *models.Redemption) { r.Verifier = "a guess" },
			"no verifier":      func(r *models.Redemption) { r.Verifier = "" },
			"the challenge":    func(r *models.Redemption) { r.Verifier = challenge(verifier) },
		} {
			code := permit(t, s, bob, "create")
			r := redemption(code)
			change(&r)
			_, err := s.Redeem(t.Context(), r)
			if !errors.Is(err, models.ErrGrant) {
				t.Errorf("%s: %v", name, err)
			}
			_, err = s.Redeem(t.Context(), redemption(code)) // who knows better is not kept out
			ok(t, err)
		}
		code := permit(t, s, bob, "create")
		s.Clock.Add(10 * time.Minute)
		_, err := s.Redeem(t.Context(), redemption(code))
		refusedGrant(t, err)
		code = permit(t, s, bob, "create")
		s.Clock.Add(10*time.Minute - time.Millisecond)
		_, err = s.Redeem(t.Context(), redemption(code))
		ok(t, err)
	})
}

// A code without a scope says who somebody is; it is no key to anything.
func TestCodeWithoutScope(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		code := permit(t, s, bob, "root")
		r := redemption(code)
		_, err := s.Redeem(t.Context(), r)
		refusedGrant(t, err)
		r.Token = false
		g, err := s.Redeem(t.Context(), r)
		ok(t, err)
		same(t, "granted", g.Account.Name+g.Scope+g.Secret+g.Refresh, "bob")
		same(t, "tokens", count(t, s, "SELECT COUNT(*) FROM tokens"), 0)
	})
}

// One code at many doors at once is one token at the most, and none when a second door was reached.
func TestCodeAtManyDoorsAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		code := permit(t, s, bob, "create")
		var granted atomic.Int32
		together(8, func(int) {
			if _, err := s.Redeem(t.Context(), redemption(code)); err == nil {
				granted.Add(1)
			} else if !errors.Is(err, models.ErrGrant) {
				t.Error(err)
			}
		})
		same(t, "granted", granted.Load(), int32(1))
		same(t, "tokens left", count(t, s, "SELECT COUNT(*) FROM tokens"), 0)
	})
}

func TestTokensAreRenewed(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		first := permitted(t, s, bob, "create", "update")
		s.Clock.Add(first.Life)
		if opens(t, s, first.Secret) {
			t.Error("a token outlives its life")
		}
		_, err := s.Renew(t.Context(), models.Renewal{Refresh: first.Refresh, ClientID: "https://evil.example/", Network: "net"})
		refusedGrant(t, err)
		_, err = s.Renew(t.Context(), models.Renewal{Refresh: first.Refresh, ClientID: quill, Scope: "create delete", Network: "net"})
		if !errors.Is(err, models.ErrScope) {
			t.Errorf("more than was granted: %v", err)
		}
		second, err := s.Renew(t.Context(), models.Renewal{Refresh: first.Refresh, ClientID: quill, Scope: "create", Network: "net"})
		ok(t, err)
		same(t, "scope", second.Scope, "create")
		same(t, "opens", []bool{opens(t, s, first.Secret), opens(t, s, second.Secret)}, []bool{false, true})
		third, err := s.Renew(t.Context(), models.Renewal{Refresh: second.Refresh, ClientID: quill, Network: "net"})
		ok(t, err)
		same(t, "rows", count(t, s, "SELECT COUNT(*) FROM tokens"), 1)
		// Somebody comes with one that was used: nobody knows who is the thief.
		_, err = s.Renew(t.Context(), models.Renewal{Refresh: first.Refresh, ClientID: quill, Network: "net"})
		refusedGrant(t, err)
		same(t, "opens", opens(t, s, third.Secret), false)
		_, err = s.Renew(t.Context(), models.Renewal{Refresh: third.Refresh, ClientID: quill, Network: "net"})
		refusedGrant(t, err)
	})
}

func TestTokensAreRevokedByTheirSecrets(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		kept := permitted(t, s, bob, "create")
		for name, secret := range map[string]func(g *models.Grant) string{
			"the token":          func(g *models.Grant) string { return g.Secret },
			"what renews it":     func(g *models.Grant) string { return g.Refresh },
			"what once did that": func(g *models.Grant) string { return g.Refresh + "x" },
		} {
			g := permitted(t, s, bob, "create")
			ok(t, s.RevokeSecret(t.Context(), secret(g)))
			if opens(t, s, g.Secret) {
				t.Errorf("%s does not revoke it", name)
			}
		}
		for _, secret := range []string{"", ".", "nope", "\x00\xff"} {
			ok(t, s.RevokeSecret(t.Context(), secret))
		}
		same(t, "the other one opens", opens(t, s, kept.Secret), true)
	})
}

func TestSweepForgetsCodesAndTokens(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob := kit.Cast(t, s).Bob
		g := permitted(t, s, bob, "create")
		hand, err := s.CreateToken(t.Context(), bob, "curl", []string{"create"})
		ok(t, err)
		rows := func(table string) int64 { return int64(count(t, s, "SELECT COUNT(*) FROM "+table)) }
		s.Clock.Add(24*time.Hour - time.Millisecond)
		ok(t, s.Sweep(t.Context()))
		same(t, "a code of yesterday is known when it comes twice", rows("permits"), int64(1))
		s.Clock.Add(time.Millisecond)
		ok(t, s.Sweep(t.Context()))
		same(t, "codes", rows("permits"), int64(0))
		s.Clock.Add(89*24*time.Hour - time.Millisecond)
		ok(t, s.Sweep(t.Context()))
		same(t, "tokens while one may be renewed", rows("tokens"), int64(2))
		s.Clock.Add(time.Millisecond)
		_, err = s.Renew(t.Context(), models.Renewal{Refresh: g.Refresh, ClientID: quill, Network: "net"})
		refusedGrant(t, err)
		ok(t, s.Sweep(t.Context()))
		same(t, "tokens", rows("tokens"), int64(1))
		same(t, "one made by hand opens for ever", opens(t, s, hand), true)
	})
}
