package models

import (
	"errors"
	"strings"
	"time"
)

// Kind says what sort of refusal an Error is; handlers/errors.go maps it to an HTTP status.
type Kind int

// The kinds of refusal. Any other error is ours, not the person's.
const (
	Invalid     Kind = iota + 1 // what was sent cannot be accepted as it is
	Missing                     // there is no such thing
	Gone                        // there was such a thing
	Forbidden                   // this account may not do that
	Conflict                    // somebody else was first
	TooMany                     // too often; Retry says how long to wait
	Unavailable                 // not now: this machine has no room
)

// Error is a refusal that a person may read: Text is the key of its sentence in views/locales,
// Args the words that fill it, Field the form field it belongs to (empty: the whole form).
type Error struct {
	Kind  Kind
	Field string
	Text  string
	Args  map[string]any
	Retry time.Duration
}

// Error returns the key of the sentence, for logs.
func (e *Error) Error() string { return e.Text }

// IsKind reports whether err is a refusal of the kind.
func IsKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

func invalid(field, text string) *Error { return &Error{Kind: Invalid, Field: field, Text: text} }

var (
	errNoAccount   = &Error{Kind: Missing, Text: "error.no_account"}
	errGoneAccount = &Error{Kind: Gone, Text: "error.gone"}
	errNoStatus    = &Error{Kind: Missing, Text: "error.no_status"}
	errGoneStatus  = &Error{Kind: Gone, Text: "error.gone"}
	errNotYours    = &Error{Kind: Forbidden, Text: "error.not_yours"}
)

// IsUnavailable reports whether something is away for a while: the database takes no writes (the disk is full, or somebody
// held the lock too long), or the bucket of the pictures does not answer. All else goes on, and this does when it is back.
func IsUnavailable(err error) bool {
	if err == nil || errors.Is(err, errBucketAway) {
		return err != nil
	}
	text := err.Error()
	for _, sign := range []string{"database or disk is full", "database is locked", "disk I/O error", "SQLSTATE 53100", "readonly database"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
