package indieweb

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"marquee/models"
	"marquee/safe"
)

const (
	repliesMost = 64 << 10 // bytes of what a callback answers
	asksMost    = 3        // tries to find out whether a callback wants to be told
)

// Topic is what a guest is answered at an address that others may subscribe to: Tag is the same as long as the rest is.
type Topic struct {
	Kind string // Content-Type
	Body []byte // not to be changed
	Tag  string
}

// Topics answers what stands at a path of this site; an error of the kind Missing or Gone says that nothing there can be
// subscribed to.
type Topics func(ctx context.Context, path string) (Topic, error)

func isGone(err error) bool {
	return models.IsKind(err, models.Missing) || models.IsKind(err, models.Gone)
}

// HubLinks is the value of the Link header with which a topic names its hub and itself (WebSub §4).
func HubLinks(hub, self string) string {
	return "<" + hub + `>; rel="hub", <` + self + `>; rel="self"`
}

// HubAddress is where a site has its hub.
func HubAddress(home string) string { return home + "/hub" }

// AskCallback is the job that asks a callback whether it wants what was asked for (WebSub §5.3), and tells it when it cannot be (§5.2).
// What was before stays as it is until the callback says yes.
func (s *Speaker) AskCallback(ctx context.Context, j models.Job) error {
	r, err := s.store.CallbackRequest(j)
	if err != nil {
		return err
	}
	path, ours := s.store.TopicPath(r.Topic)
	if ours && r.Mode == models.ModeSubscribe {
		_, err := s.topics(ctx, path)
		if err != nil && !isGone(err) {
			return err
		}
		ours = err == nil
	}
	if !ours {
		return s.deny(ctx, r)
	}
	challenge := rand.Text()
	query := url.Values{"hub.mode": {r.Mode}, "hub.topic": {r.Topic}, "hub.challenge": {challenge}}
	if r.Mode == models.ModeSubscribe {
		query.Set("hub.lease_seconds", strconv.FormatInt(int64(r.Lease/time.Second), 10))
	}
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: withQuery(r.Callback, query), Most: repliesMost, Stay: true})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && got.Status/100 == 2 && string(got.Body) == challenge:
		return s.confirm(ctx, r, path)
	case passing(got, err) && j.Attempts < asksMost:
		return unheard(got, err)
	}
	return nil
}

// confirm does what a callback has said that it wants.
func (s *Speaker) confirm(ctx context.Context, r models.SubscriptionRequest, path string) error {
	if r.Mode == models.ModeUnsubscribe {
		return s.store.Unsubscribe(ctx, models.WebSub, path, r.Callback)
	}
	return s.subscribe(ctx, models.Subscription{
		Protocol: models.WebSub, Topic: path, Callback: r.Callback, Secret: r.Secret, ExpiresAt: models.At(s.store.Now().Add(r.Lease)),
	})
}

// subscribe writes a subscription down and then looks what it begins with: so nothing that happens in between is missed.
func (s *Speaker) subscribe(ctx context.Context, sub models.Subscription) error {
	id, err := s.store.Subscribe(ctx, sub)
	if err == nil {
		var topic Topic
		if topic, err = s.topics(ctx, sub.Topic); err == nil {
			return s.store.BeginAt(ctx, id, topic.Tag)
		}
	}
	if isGone(err) { // meanwhile; the delivery of its end finds the same
		return nil
	}
	return err
}

// deny tells a callback that it will be told nothing. Whatever it makes of it is its own affair.
func (s *Speaker) deny(ctx context.Context, r models.SubscriptionRequest) error {
	_, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: withQuery(r.Callback, url.Values{
		"hub.mode": {"denied"}, "hub.topic": {r.Topic}, "hub.reason": {"this hub tells of the pages and feeds of " + s.home + " that name it, and of nothing else"},
	}), Most: repliesMost, Stay: true})
	if ctx.Err() != nil && err != nil {
		return ctx.Err()
	}
	return nil
}

// withQuery adds parameters to an address and keeps those that it has.
func withQuery(address string, more url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += more.Encode()
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// Spread is the job that sees which of the topics that an account may have changed did change, and has their subscribers told.
func (s *Speaker) Spread(ctx context.Context, j models.Job) error {
	seen, err := s.store.Subscribers(ctx, j)
	if err != nil {
		return err
	}
	tags, told := map[string]string{}, []models.Subscription{}
	for _, sub := range seen {
		tag, known := tags[sub.Topic]
		if !known {
			topic, err := s.topics(ctx, sub.Topic)
			if err != nil && !isGone(err) {
				return err
			}
			tag = topic.Tag // none when it is gone: the delivery ends the subscription
			tags[sub.Topic] = tag
		}
		if tag != sub.Sent {
			told = append(told, sub)
		}
	}
	return s.store.SpreadTo(ctx, j, seen, told)
}

// Deliver is the job that tells one subscriber of a change: the content as it is now (WebSub §7), or its address (rssCloud). What
// they have got already is not sent again.
func (s *Speaker) Deliver(ctx context.Context, j models.Job) error {
	sub, err := s.store.Delivery(ctx, j)
	if err != nil || sub == nil {
		return err
	}
	topic, err := s.topics(ctx, sub.Topic)
	switch {
	case isGone(err):
		return s.store.EndSubscription(ctx, sub)
	case err != nil:
		return err
	case topic.Tag == sub.Sent:
		return nil
	}
	got, err := s.fetcher.Fetch(ctx, s.delivery(sub, topic))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case taken(got, err):
		return s.store.Delivered(ctx, sub, topic.Tag)
	case err == nil && got.Status == http.StatusGone:
		return s.store.EndSubscription(ctx, sub)
	case sub.Protocol == models.WebSub && !j.Last() && !errors.Is(err, safe.ErrFetchPrivate) && !errors.Is(err, safe.ErrFetchURL):
		return unheard(got, err)
	}
	return s.store.GiveUp(ctx, sub)
}

func (s *Speaker) delivery(sub *models.Subscription, topic Topic) safe.FetchRequest {
	self := s.home + sub.Topic
	if sub.Protocol == models.RSSCloud {
		return formTo(sub.Callback, url.Values{"url": {self}})
	}
	// Subscribers must not move by redirects (WebSub §7).
	r := safe.FetchRequest{Method: http.MethodPost, URL: sub.Callback, Body: topic.Body, Most: repliesMost, Stay: true, Header: http.Header{
		"Content-Type": {topic.Kind}, "Link": {HubLinks(HubAddress(s.home), self)},
	}}
	if sub.Secret != "" {
		r.Header.Set("X-Hub-Signature", signature(sub.Secret, topic.Body))
	}
	return r
}

// signature is how a delivery is signed (WebSub §7.1).
func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func formTo(address string, form url.Values) safe.FetchRequest {
	return safe.FetchRequest{
		Method: http.MethodPost, URL: address, Body: []byte(form.Encode()), Most: repliesMost, Header: http.Header{"Content-Type": {formType}},
	}
}

// taken reports whether what was sent was taken. Only of a 2xx it is known that it says more than we read, or nothing that we can.
func taken(got *safe.Fetched, err error) bool {
	return errors.Is(err, safe.ErrFetchHeavy) || errors.Is(err, safe.ErrFetchPacked) || err == nil && got.Status/100 == 2
}

// passing reports whether a failure may be none the next time.
func passing(got *safe.Fetched, err error) bool {
	if err == nil {
		return got.Status >= 500 || got.Status == http.StatusTooManyRequests
	}
	for _, final := range []error{safe.ErrFetchURL, safe.ErrFetchPrivate, safe.ErrFetchHeavy, safe.ErrFetchRedirects} {
		if errors.Is(err, final) {
			return false
		}
	}
	return true
}

// unheard is why somebody was not told, for the job.
func unheard(got *safe.Fetched, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("the callback answered %d", got.Status)
}
