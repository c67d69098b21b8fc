package indieweb

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

const (
	cloudTopicsMost = 10               // addresses in one registration
	cloudTime       = 15 * time.Second // that a registration may take, all its questions included
)

// CloudForm is a registration with the rssCloud (rsscloud.org/walkthrough): who wants to be told of which feeds.
type CloudForm struct {
	Topics   []string
	Callback string
	Named    bool // the callback is at a domain that the form names, which has to answer a challenge; else where the form came from
}

var cloudURL = regexp.MustCompile(`^url[0-9]{1,4}$`)

// ReadCloud reads a form to pleaseNotify that came from an IP address. Errors are of the kind Invalid.
func ReadCloud(form url.Values, from string) (CloudForm, error) {
	scheme, known := map[string]string{"http-post": "http", "https-post": "https"}[strings.ToLower(form.Get("protocol"))]
	if !known {
		return CloudForm{}, refused("error.cloud_protocol")
	}
	host, path := form.Get("domain"), form.Get("path")
	named := host != ""
	if !named {
		host = from
	}
	port, err := strconv.ParseUint(form.Get("port"), 10, 16)
	if err != nil || port == 0 || named && strings.ContainsAny(host, ":/?#@[]\\%") {
		return CloudForm{}, refused("error.callback")
	}
	if port == 443 {
		scheme = "https"
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	callback := scheme + "://" + net.JoinHostPort(host, strconv.FormatUint(port, 10)) + path
	if !isAddress(callback) || strings.Contains(path, "#") {
		return CloudForm{}, refused("error.callback")
	}
	var topics []string
	for name, values := range form {
		if cloudURL.MatchString(name) {
			topics = append(topics, values[0])
		}
	}
	slices.Sort(topics)
	if len(topics) == 0 || len(topics) > cloudTopicsMost {
		return CloudForm{}, refused("error.cloud_topic")
	}
	return CloudForm{Topics: topics, Callback: callback, Named: named}, nil
}

// PleaseNotify registers a callback with the rssCloud, once it has shown that it wants to be told, on behalf of a network. Errors that
// are refusals say why not.
func (s *Speaker) PleaseNotify(ctx context.Context, form CloudForm, network string) error {
	ctx, cancel := context.WithTimeout(ctx, cloudTime)
	defer cancel()
	if err := s.store.AdmitCallback(ctx, form.Callback, network); err != nil {
		return err
	}
	paths := make([]string, len(form.Topics))
	for i, topic := range form.Topics {
		var err error
		if paths[i], err = s.topicPath(ctx, topic, "error.cloud_topic"); err != nil {
			return err
		}
	}
	for i, topic := range form.Topics {
		if !s.wants(ctx, form, topic) {
			return refused("error.cloud_silent")
		}
		err := s.subscribe(ctx, models.Subscription{
			Protocol: models.RSSCloud, Topic: paths[i], Callback: form.Callback, ExpiresAt: models.At(s.store.Now().Add(models.CloudLease)),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// wants asks a callback whether it wants to be told of a topic.
func (s *Speaker) wants(ctx context.Context, form CloudForm, topic string) bool {
	if !form.Named {
		got, err := s.fetcher.Fetch(ctx, formTo(form.Callback, url.Values{"url": {topic}}))
		return taken(got, err)
	}
	challenge := rand.Text()
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: withQuery(form.Callback, url.Values{"url": {topic}, "challenge": {challenge}}), Most: repliesMost})
	return err == nil && got.Status/100 == 2 && strings.TrimSpace(string(got.Body)) == challenge
}

// topicPath is the path of an address that others may subscribe to, or the refusal with the key.
func (s *Speaker) topicPath(ctx context.Context, address, refusal string) (string, error) {
	path, ours := s.store.TopicPath(address)
	if !ours {
		return "", refused(refusal)
	}
	_, err := s.topics(ctx, path)
	if isGone(err) {
		return "", refused(refusal)
	}
	return path, err
}

// Ping has it looked whether something at addresses of this site has changed, on behalf of a network: what publishers ask of hubs
// (hub.mode=publish) and of the rssCloud. Refusals are of the kinds Invalid, with the key, and TooMany.
func (s *Speaker) Ping(ctx context.Context, addresses []string, network, refusal string) error {
	if len(addresses) == 0 {
		return refused(refusal)
	}
	for _, address := range addresses {
		if err := s.store.AdmitPing(ctx, network); err != nil { // to find out what stands there is work
			return err
		}
		path, err := s.topicPath(ctx, address, refusal)
		if err != nil {
			return err
		}
		if err := s.store.Spread(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// CloudResult is what the rssCloud answers: notifyResult to a registration, result to a ping.
type CloudResult struct {
	XMLName xml.Name `json:"-"`
	Success bool     `json:"success" xml:"success,attr"`
	Message string   `json:"msg" xml:"msg,attr"`
}

// XML writes the result as most servers do.
func (r CloudResult) XML() ([]byte, error) {
	body, err := xml.Marshal(r)
	return append([]byte(xml.Header), body...), err
}

// JSON writes the result for those who ask for that.
func (r CloudResult) JSON() ([]byte, error) { return json.Marshal(r) }
