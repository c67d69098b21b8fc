package models

import (
	"context"
	"math"
	"strings"
	"time"

	"gorm.io/gorm"
)

// budget is how often something may be done by one key within one window.
type budget struct {
	name   string
	most   int
	window time.Duration
}

// The budgets. Networks are a /32 of IPv4 or a /64 of IPv6.
var (
	budgetSignUp       = budget{"signup", 20, 30 * time.Minute}
	budgetLogInNetwork = budget{"login-network", 25, 5 * time.Minute}
	budgetLogInPair    = budget{"login-pair", 10, 5 * time.Minute}
	budgetLogInAccount = budget{"login-account", 25, time.Hour}
	budgetRecover      = budget{"recover", 10, 30 * time.Minute}
	budgetConfirm      = budget{"confirm", 10, 15 * time.Minute}
	budgetUpload       = budget{"upload", 60, 30 * time.Minute}
	budgetGuestUpload  = budget{"guest-upload", 20, 30 * time.Minute}
	budgetReport       = budget{"report", 10, time.Hour}
	budgetReported     = budget{"reported", 30, 24 * time.Hour} // the webmaster knows by then
	budgetRing         = budget{"ring", 30, time.Hour}          // rings made, pages that ask to join, looks at pages
	budgetFriend       = budget{"friend", 30, 30 * time.Minute}
	budgetProof        = budget{"proof", 10, time.Hour}
	budgetSignNetwork  = budget{"sign-network", 10, 10 * time.Minute}
	budgetSignAccount  = budget{"sign-account", 20, 10 * time.Minute}
	budgetSignPage     = budget{"sign-page", 100, time.Hour}
	budgetMentions     = budget{"mentions", 6000, time.Hour}     // of one network
	budgetTold         = budget{"told", 120, time.Hour}          // mentions that go out to one domain at once; the others wait
	budgetMentionPair  = budget{"mention-pair", 1200, time.Hour} // of one network for one domain: it alone must not spend what the domain has
	budgetMentionPeer  = budget{"mention-peer", 3600, time.Hour} // of one domain, by whomever they are sent: each is a request to it
	budgetSendAgain    = budget{"send-again", 60, time.Hour}
	budgetGuess        = budget{"guess", 100, 10 * time.Minute}  // wrong tokens and codes of programs
	budgetClient       = budget{"client", 60, 10 * time.Minute}  // programs that somebody was asked about
	budgetHubNetwork   = budget{"hub-network", 12000, time.Hour} // subscriptions asked for, and pings
	budgetHubPeer      = budget{"hub-peer", 3600, time.Hour}     // callbacks at one domain that are asked whether they want that
	budgetHubPair      = budget{"hub-pair", 1200, time.Hour}     // of those, asked for by one network: it alone must not spend what the domain has
	budgetFace         = budget{"face", 600, time.Hour}          // pictures of authors that one domain is asked for
	budgetSource       = budget{"source", 30, time.Hour}         // feeds of one's own added, and looked at by hand
	budgetCalled       = budget{"called", 120, time.Hour}        // what a hub or cloud tells of one feed
	budgetProbe        = budget{"probe", math.MaxInt, time.Hour} // readyz: a row that changes, and never runs out
)

// Throttle is how much of a budget one key has spent.
type Throttle struct {
	Key       string
	Count     int
	ExpiresAt Instant
}

// spend takes one from the budget of the key; TooMany when there was none left.
func (s *Store) spend(ctx context.Context, b budget, key string) error {
	var t Throttle
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		t, err = s.take(tx, b, key)
		return err
	})
	if err == nil && t.Count > b.most {
		return t.refusal(s.instant())
	}
	return err
}

// spendIn is spend in the transaction of what is paid for: what is refused takes nothing.
func (s *Store) spendIn(tx *gorm.DB, b budget, key string) error {
	t, err := s.take(tx, b, key)
	if err == nil && t.Count > b.most {
		return t.refusal(s.instant())
	}
	return err
}

func (s *Store) take(tx *gorm.DB, b budget, key string) (t Throttle, err error) {
	now := s.instant()
	err = tx.Raw(`INSERT INTO throttles (key, count, expires_at) VALUES (?, 1, ?)
		ON CONFLICT (key) DO UPDATE SET
			count = CASE WHEN throttles.expires_at <= ? THEN 1 ELSE throttles.count + 1 END,
			expires_at = CASE WHEN throttles.expires_at <= ? THEN excluded.expires_at ELSE throttles.expires_at END
		RETURNING key, count, expires_at`, b.name+"/"+key, now.Add(b.window), now, now).Scan(&t).Error
	return t, err
}

// check says TooMany when the key has spent its budget, and spends nothing.
func (s *Store) check(ctx context.Context, b budget, key string) error {
	now := s.instant()
	var t Throttle
	err := s.read.WithContext(ctx).Raw("SELECT * FROM throttles WHERE key = ? AND expires_at > ?", b.name+"/"+key, now).Scan(&t).Error
	if err == nil && t.Count >= b.most {
		return t.refusal(now)
	}
	return err
}

func (t *Throttle) refusal(now Instant) *Error {
	wait := time.Duration(t.ExpiresAt-now) * time.Millisecond
	minutes := int(wait.Minutes()) + 1
	return &Error{Kind: TooMany, Text: "error.too_many", Args: map[string]any{"Count": minutes}, Retry: wait}
}

// throttlesOf is the arguments that find every budget kept under an account's name, and no other's: an
// underscore is a letter of names.
func throttlesOf(name string) []any {
	own := []string{
		budgetLogInAccount.name + "/" + name, budgetConfirm.name + "/" + name, budgetUpload.name + "/" + name,
		budgetSignAccount.name + "/" + name, budgetSignPage.name + "/" + name, budgetFriend.name + "/" + name, budgetRing.name + "/" + name,
		budgetReported.name + "/" + name, budgetSendAgain.name + "/" + name, budgetProof.name + "/" + name, budgetClient.name + "/" + name, budgetSource.name + "/" + name,
	}
	return []any{own, budgetLogInPair.name + "/%/" + strings.ReplaceAll(name, "_", "!_")}
}

// Sweep forgets what has run out: budgets, sessions, visits of earlier days, entries that nobody read, peers that nobody speaks
// with, codes and tokens of programs, pictures of forms that nobody finished, words that were withdrawn, log-ins that
// nobody came back from. And it sends for the home
// pages of friends, for pages in rings, for links and for feeds of one's own that are due.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.instant()
	if err := s.exec(ctx, "DELETE FROM throttles WHERE expires_at <= ?", now); err != nil {
		return err
	}
	if err := s.exec(ctx, "DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?", now, now.Add(-sessionIdle)); err != nil {
		return err
	}
	for _, sweep := range []func(context.Context) error{
		s.cleanSheets, s.sweepFriends, s.sweepRings, s.forgetVisits, s.dropEntries, s.forgetPeers, s.dropMentions, s.eraseWithdrawn, s.dropSubscriptions, s.sweepProofs, s.dropPermits, s.dropPassages, s.sweepSources,
	} {
		if err := sweep(ctx); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		return s.dropPictures(tx, "kind = ? AND created_at <= ?", pictureWaiting, now.Add(-pictureWait))
	})
}
