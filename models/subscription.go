package models

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
	"gorm.io/gorm"

	"marquee/safe"
)

// The protocols in which others are told that a page or a feed of ours has changed.
const (
	WebSub   = "websub"   // the whole content (W3C Recommendation WebSub)
	RSSCloud = "rsscloud" // the address alone (rsscloud.org)
)

// How long a subscription may last.
const (
	LeaseLeast = 5 * time.Minute
	LeaseMost  = 10 * 24 * time.Hour
	CloudLease = 25 * time.Hour // of rssCloud: who wants more registers again
)

const (
	SecretMost        = 199  // bytes of a secret (WebSub §5.1)
	subscriptionsMost = 5000 // that lead to one site
	giveUpsMost       = 3    // deliveries given up in a row, then a subscription ends
)

var (
	errCallback        = invalid("callback", "error.callback")
	errCallbackPrivate = invalid("callback", "error.callback_private")
	errCallbackMany    = &Error{Kind: TooMany, Text: "error.callback_many", Retry: time.Hour}
)

// Subscription is somebody's wish to be told when a page or a feed changes.
type Subscription struct {
	ID        int64
	Key       string // hash of protocol, topic and callback, which may be too long for an index
	Protocol  string
	Topic     string // path on this site
	AccountID *int64 // whose doing changes it; nil: anybody's
	Callback  string
	Peer      string // site of the callback, as in jobs
	Secret    string // signs what is delivered; empty: it is not signed
	Sent      string // tag of what was last delivered
	Failures  int    // deliveries given up in a row
	ExpiresAt Instant
	CreatedAt Instant
}

// The modes of a SubscriptionRequest.
const (
	ModeSubscribe   = "subscribe"
	ModeUnsubscribe = "unsubscribe"
)

// SubscriptionRequest is what somebody asks of the hub (WebSub §5.1). It is nobody's wish until the callback says so too.
type SubscriptionRequest struct {
	Mode     string
	Topic    string // address, as it was sent
	Callback string
	Secret   string        `json:",omitempty"`
	Lease    time.Duration `json:",omitempty"` // from LeaseLeast to LeaseMost
}

// AskCallback takes a request and has the callback asked whether it wants that. Errors: Invalid for a callback that is never
// asked, TooMany.
func (s *Store) AskCallback(ctx context.Context, r SubscriptionRequest, network string) error {
	if err := s.AdmitCallback(ctx, r.Callback, network); err != nil {
		return err
	}
	r.Secret = storable(r.Secret)
	return s.tx(ctx, func(tx *gorm.DB) error {
		_, err := s.enqueueTo(tx, r.Callback, JobCallback, r, s.instant())
		return err
	})
}

// AdmitCallback says whether a callback may be asked something on behalf of a network, and spends the budgets for it.
func (s *Store) AdmitCallback(ctx context.Context, callback, network string) error {
	switch err := s.fetcher.Check(callback); {
	case errors.Is(err, safe.ErrFetchPrivate):
		return errCallbackPrivate
	case err != nil || storable(callback) != callback:
		return errCallback
	}
	domain := domainOf(callback)
	for _, spent := range []struct {
		budget budget
		key    string
	}{{budgetHubNetwork, network}, {budgetHubPair, network + "/" + domain}, {budgetHubPeer, domain}} { // whoever has none left spends nothing of the next
		if err := s.spend(ctx, spent.budget, spent.key); err != nil {
			return err
		}
	}
	var held int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM subscriptions WHERE peer = ? LIMIT ?) AS held", peerOf(callback), subscriptionsMost).Scan(&held).Error
	if err == nil && held == subscriptionsMost {
		return errCallbackMany
	}
	return err
}

// domainOf is who answers for an address: the domain that was registered, or its IP address.
func domainOf(address string) string {
	host := peerOf(address)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}

// CallbackRequest is what a job of JobCallback asks.
func (s *Store) CallbackRequest(j Job) (r SubscriptionRequest, err error) { return r, j.decode(&r) }

// Subscribe writes down that somebody wants to be told, once their callback has said so: Protocol, Topic, Callback, Secret and
// ExpiresAt. Who did before has one subscription all the same, as it is said now. It returns its id.
func (s *Store) Subscribe(ctx context.Context, sub Subscription) (id int64, err error) {
	account, err := s.accountOfPath(ctx, sub.Topic)
	if err != nil {
		return 0, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`INSERT INTO subscriptions (key, protocol, topic, account_id, callback, peer, secret, sent, failures, expires_at, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?) ON CONFLICT (key)
			DO UPDATE SET secret = excluded.secret, failures = 0, expires_at = excluded.expires_at RETURNING id`,
			subscriptionKey(sub.Protocol, sub.Topic, sub.Callback), sub.Protocol, sub.Topic, account, sub.Callback, peerOf(sub.Callback), sub.Secret, sub.ExpiresAt, s.instant()).Scan(&id).Error
	})
	return id, err
}

// accountOfPath is the account whose doing changes what stands at a path; nil for what everybody's does.
func (s *Store) accountOfPath(ctx context.Context, path string) (*int64, error) {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !strings.HasPrefix(first, "~") {
		return nil, nil
	}
	a, err := s.Account(ctx, first[1:])
	if err != nil {
		return nil, err
	}
	return &a.ID, nil
}

// BeginAt says what somebody who has just subscribed has seen already: they are told of what comes after it.
func (s *Store) BeginAt(ctx context.Context, id int64, tag string) error {
	return s.exec(ctx, "UPDATE subscriptions SET sent = ? WHERE id = ? AND sent = ''", tag, id)
}

// Unsubscribe ends what the callback wanted to be told. What had ended before has ended.
func (s *Store) Unsubscribe(ctx context.Context, protocol, topic, callback string) error {
	return s.exec(ctx, "DELETE FROM subscriptions WHERE key = ?", subscriptionKey(protocol, topic, callback))
}

func subscriptionKey(protocol, topic, callback string) string {
	return TokenHash(protocol + " " + topic + " " + callback)
}

// dropSubscriptions forgets those whose lease has run out.
func (s *Store) dropSubscriptions(ctx context.Context) error {
	return s.exec(ctx, "DELETE FROM subscriptions WHERE expires_at <= ?", s.instant())
}

// TopicPath is the path of an address of this site that is written as the site writes it, with neither query nor fragment; false for
// all others. Nobody is asked whether there is something at it.
func (s *Store) TopicPath(address string) (string, bool) {
	path, ours := strings.CutPrefix(address, strings.TrimSuffix(s.home.String(), "/"))
	u, err := url.ParseRequestURI(path)
	return path, ours && s.home.Host != "" && strings.HasPrefix(path, "/") && err == nil && u.Path != "" && !strings.ContainsAny(path, "?#") && storable(path) == path
}

// Lease is how long a subscription lasts for which somebody asks for so many seconds; zero asks for nothing.
func Lease(seconds int64) time.Duration {
	wanted := time.Duration(min(seconds, int64(LeaseMost/time.Second))) * time.Second
	return max(cmp.Or(wanted, LeaseMost), LeaseLeast)
}
