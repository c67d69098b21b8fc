package models

import (
	"context"
	_ "embed"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

const (
	passwordLeast = 8   // characters
	passwordMost  = 256 // bytes
	hashesWaiting = 64  // with those at work
	hashesAtOnce  = 2   // each takes 19 MiB, so a rush of log-ins cannot take the machine
)

// passwordCost is the least that OWASP advises for argon2id (Password Storage Cheat Sheet).
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

//go:embed common_passwords.txt
var commonPasswordList string

var commonPasswords = sync.OnceValue(func() map[string]bool { return wordSet(commonPasswordList) })

// nobodysHash is compared against when a name is unknown, so that the answer takes as long.
var nobodysHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash("nobody has this password", passwordCost)
})

func checkPassword(field, password, name string) error {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < passwordLeast:
		return invalid(field, "error.password_short")
	case len(password) > passwordMost:
		return invalid(field, "error.password_long")
	case strings.Contains(lower, "marquee"), name != "" && lower == strings.Repeat(name, len(lower)/len(name)),
		commonPasswords()[lower], strings.Count(password, password[:1]) == len(password):
		return invalid(field, "error.password_common")
	}
	return nil
}

// hashPassword waits for its turn: only a few hashes are made at once.
func (s *Store) hashPassword(ctx context.Context, password string) (hash string, err error) {
	err = s.hashingTurn(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(password, passwordCost)
		return err
	})
	return hash, err
}

// matches compares in constant time; an empty hash takes as long and never matches.
func matches(password, hash string) (match bool, err error) {
	if len(password) > passwordMost {
		password = ""
	}
	unknown := hash == ""
	if unknown {
		if hash, err = nobodysHash(); err != nil {
			return false, err
		}
	}
	match, err = argon2id.ComparePasswordAndHash(password, hash)
	return match && !unknown, err
}

// hashingTurn waits for its turn, but not in a crowd: whoever comes when many wait is asked to come back.
func (s *Store) hashingTurn(ctx context.Context, f func() error) error {
	defer s.hashWaiting.Add(-1)
	if s.hashWaiting.Add(1) > hashesWaiting {
		return &Error{Kind: TooMany, Text: "error.too_many", Args: map[string]any{"Count": 1}, Retry: 10 * time.Second}
	}
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}
