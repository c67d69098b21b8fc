package indieweb

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

const challengeMost = 4 << 10 // bytes of what a hub wants to hear again

// follow is the job that asks the hub of a source to tell us of changes, or its cloud, or the hub of one that was stopped to be quiet
// (WebSub §5.1, rsscloud.org). A hub answers 2xx before or after it has asked us whether it was we: Confirm says so.
func (s *Speaker) follow(ctx context.Context, j models.Job) error {
	src, err := s.store.SourceOf(ctx, j)
	if err != nil || src == nil || src.Protocol == "" {
		return err
	}
	form, granted := s.wish(src), false
	got, err := s.post(ctx, src.Hub, form.Encode())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && got.Status/100 == 2:
		granted = src.Protocol == models.WebSub || registered(got.Body)
	case passing(got, err) && !j.Last():
		return unheard(got, err)
	}
	switch {
	case granted && src.Protocol == models.RSSCloud:
		return s.store.Granted(ctx, src, models.CloudLease)
	case granted:
		return nil
	case !src.StoppedAt.IsZero():
		return s.store.Forgotten(ctx, src)
	}
	return s.store.Denied(ctx, src)
}

// wish is the form that hub or cloud take. Over plain http the secret keeps out all but who reads along.
func (s *Speaker) wish(src *models.Source) url.Values {
	if src.Protocol == models.WebSub {
		form := url.Values{"hub.mode": {models.ModeSubscribe}, "hub.topic": {src.Topic}, "hub.callback": {s.home + src.Path()}}
		if !src.StoppedAt.IsZero() {
			form.Set("hub.mode", models.ModeUnsubscribe)
			return form
		}
		form.Set("hub.secret", src.Secret)
		form.Set("hub.lease_seconds", strconv.Itoa(int(models.LeaseMost/time.Second)))
		return form
	}
	form := url.Values{"registerProcedure": {""}, "path": {src.Path()}, "url1": {src.Topic}, "protocol": {"http-post"}, "port": {"80"}}
	home, err := url.Parse(s.home)
	if err != nil {
		return form
	}
	if home.Scheme == "https" {
		form.Set("protocol", "https-post")
		form.Set("port", "443")
	}
	if port := home.Port(); port != "" {
		form.Set("port", port)
	}
	form.Set("domain", home.Hostname())
	return form
}

// registered reports whether a cloud has taken a registration, in XML or JSON.
func registered(body []byte) bool {
	var said struct {
		Success any `json:"success"`
	}
	if json.Unmarshal(body, &said) == nil {
		return said.Success == true || said.Success == "true"
	}
	var result struct {
		Success string `xml:"success,attr"`
	}
	return xml.Unmarshal(body, &result) == nil && strings.EqualFold(result.Success, "true")
}

var errNotAsked = &models.Error{Kind: models.Missing, Text: "error.no_source"}

// Confirm answers a hub or a cloud that asks whether it was we who wanted to be told (WebSub §5.3): with its challenge when it was. An
// error of the kind Missing says that it was not. A hub may also say that it will not tell us (§5.2).
func (s *Speaker) Confirm(ctx context.Context, key string, query url.Values) (challenge string, err error) {
	src, err := s.store.SourceByKey(ctx, key)
	if err != nil {
		return "", err
	}
	stopped, mode := !src.StoppedAt.IsZero(), query.Get("hub.mode")
	if src.Protocol == models.RSSCloud {
		if challenge = query.Get("challenge"); stopped || query.Get("url") != src.Topic || challenge == "" || len(challenge) > challengeMost {
			return "", errNotAsked
		}
		return challenge, nil
	}
	challenge = query.Get("hub.challenge")
	asked := src.Protocol == models.WebSub && query.Get("hub.topic") == src.Topic && len(challenge) <= challengeMost
	switch {
	case asked && mode == "denied" && !stopped:
		return "", s.store.Denied(ctx, src)
	case asked && mode == "denied":
		return "", s.store.Forgotten(ctx, src)
	case !asked || challenge == "":
	case mode == models.ModeSubscribe && !stopped:
		seconds, err := strconv.ParseInt(query.Get("hub.lease_seconds"), 10, 32)
		if err != nil || seconds <= 0 {
			seconds = int64(models.LeaseMost / time.Second)
		}
		return challenge, s.store.Granted(ctx, src, time.Duration(seconds)*time.Second)
	case mode == models.ModeUnsubscribe && stopped:
		return challenge, s.store.Forgotten(ctx, src)
	}
	return "", errNotAsked
}

// Delivery is what a hub or a cloud calls out to us.
type Delivery struct {
	Kind      string // Content-Type
	Signature string // X-Hub-Signature
	Body      []byte
	Heavy     bool // it has more than we read, and no Body here
}

// Hear takes what a hub delivers, or a cloud says. What is signed well is taken as it is (WebSub §7.1), what is signed wrongly is thrown
// away without a word; of what is too heavy to be taken, it is heard that there is something. Forbidden says that it is not signed at all, Missing and Gone that nobody wanted it.
func (s *Speaker) Hear(ctx context.Context, key string, d Delivery) error {
	src, err := s.store.SourceByKey(ctx, key)
	switch {
	case err != nil:
		return err
	case !src.StoppedAt.IsZero():
		return &models.Error{Kind: models.Gone, Text: "error.no_source"}
	case src.Protocol == models.RSSCloud:
		form, err := url.ParseQuery(string(d.Body[:min(len(d.Body), repliesMost)]))
		if err != nil || form.Get("url") != src.Topic {
			return refused("error.no_source")
		}
		return s.store.Called(ctx, src)
	case src.Protocol != models.WebSub:
		return errNotAsked
	case d.Signature == "":
		return &models.Error{Kind: models.Forbidden, Text: "error.unsigned"}
	case d.Heavy:
		return s.store.Called(ctx, src)
	case !signedWith(src.Secret, d):
		return nil
	}
	f, err := ReadFeed(&safe.Fetched{URL: src.Topic, Header: map[string][]string{"Content-Type": {d.Kind}}, Body: d.Body})
	if err != nil {
		return s.store.Called(ctx, src)
	}
	if err := s.store.AdmitCall(ctx, src); err != nil {
		return err
	}
	site, err := s.store.Site(ctx)
	if err != nil {
		return err
	}
	return s.store.Deliver(ctx, src, s.imports(f, src, site.TextLimit))
}

// signatures are the methods that hubs may sign with (WebSub §7.1).
var signatures = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

func signedWith(secret string, d Delivery) bool {
	method, value, _ := strings.Cut(d.Signature, "=")
	make, known := signatures[strings.ToLower(strings.TrimSpace(method))]
	said, err := hex.DecodeString(strings.TrimSpace(value))
	if !known || err != nil || secret == "" {
		return false
	}
	mac := hmac.New(make, []byte(secret))
	mac.Write(d.Body)
	return hmac.Equal(mac.Sum(nil), said)
}
