package indieweb

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"marquee/models"
)

const (
	callbackMost = 2047 // bytes of a callback, and of a topic
	topicsMost   = 20   // addresses in one form
)

const modePublish = "publish"

// HubForm is what a subscriber or a publisher sends to the hub.
type HubForm struct {
	models.SubscriptionRequest
	Changed []string // the addresses of which a publisher says that they have changed; Mode and the others are empty then
}

// ReadHub reads a form to the hub (WebSub §5.1; hub.mode=publish as in PubSubHubbub 0.4 §7.1, with hub.url or hub.topic). Parameters
// that it does not know mean nothing. Errors are of the kind Invalid.
func ReadHub(form url.Values) (HubForm, error) {
	r := models.SubscriptionRequest{
		Mode: form.Get("hub.mode"), Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret"),
	}
	switch r.Mode {
	case modePublish:
		changed := append(append([]string{}, form["hub.url"]...), form["hub.topic"]...)
		if len(changed) == 0 || len(changed) > topicsMost {
			return HubForm{}, refused("error.hub_topic")
		}
		return HubForm{Changed: changed}, nil
	case models.ModeSubscribe, models.ModeUnsubscribe:
	default:
		return HubForm{}, refused("error.hub_mode")
	}
	if !isAddress(r.Callback) || strings.Contains(r.Callback, "#") {
		return HubForm{}, refused("error.callback")
	}
	if !isAddress(r.Topic) {
		return HubForm{}, refused("error.hub_topic")
	}
	if len(r.Secret) > models.SecretMost {
		return HubForm{}, refused("error.hub_secret")
	}
	r.Lease = models.Lease(leaseWish(form.Get("hub.lease_seconds")))
	return HubForm{SubscriptionRequest: r}, nil
}

// leaseWish is how many seconds a subscriber wishes for; 0 when it is none that makes sense. We need not grant it (WebSub §5.1), so it is
// never wrong.
func leaseWish(wish string) int64 {
	seconds, err := strconv.ParseInt(wish, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return max(seconds, 0) // what is out of range is as much as there is
}

// isAddress reports whether a text is an absolute http or https address.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= callbackMost && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsFunc(s, unprintable)
}

func unprintable(r rune) bool { return r <= ' ' || r == 0x7f || r == '\ufffd' }

func refused(text string) error { return &models.Error{Kind: models.Invalid, Text: text} }
