package indieweb_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/indieweb"
	"marquee/models"
	"marquee/safe"
)

const subscribing = "hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=https://b.example/"

// refusal is the key of a refusal, empty for no error.
func refusal(t *testing.T, err error) string {
	t.Helper()
	var problem *models.Error
	if err != nil && (!errors.As(err, &problem) || problem.Kind != models.Invalid) {
		t.Fatalf("%v is no refusal", err)
	}
	if problem == nil {
		return ""
	}
	return problem.Text
}

func TestReadHub(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		subscribing: "",
		subscribing + "&hub.verify=async&hub.lease_seconds=":                                        "",
		subscribing + "&hub.secret=" + strings.Repeat("s", 199):                                     "",
		subscribing + "&hub.secret=" + strings.Repeat("s", 200):                                     "error.hub_secret",
		"hub.mode=unsubscribe&hub.topic=https://a.example/&hub.callback=https://b.example/?a=b%26c": "",
		"hub.mode=Subscribe": "error.hub_mode",
		"":                   "error.hub_mode",
		"hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=/hook":                  "error.callback",
		"hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=ftp://b.example/":       "error.callback",
		"hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=https://b.example/%20x": "error.callback",
		"hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=https://b.example/%23x": "error.callback",
		"hub.mode=subscribe&hub.topic=https://a.example/&hub.callback=https://b.example/%FF":  "error.callback",
		"hub.mode=subscribe&hub.topic=a.example&hub.callback=https://b.example/":              "error.hub_topic",
		"hub.mode=publish&hub.url=https://a.example/&hub.url=b&hub.topic=c":                   "",
		"hub.mode=publish&hub.callback=https://b.example/":                                    "error.hub_topic",
		"hub.mode=publish" + strings.Repeat("&hub.url=a", 21):                                 "error.hub_topic",
	} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := indieweb.ReadHub(values); refusal(t, err) != want {
			t.Errorf("%s: %v, want %q", form, err, want)
		}
	}
	for wish, want := range map[string]time.Duration{"": 240 * time.Hour, "0": 240 * time.Hour, "1": 5 * time.Minute, "3600": time.Hour, "864001": 240 * time.Hour, "9223372036854775807": 240 * time.Hour, "9223372036854775808": 240 * time.Hour, "-1": 240 * time.Hour, "-9223372036854775809": 240 * time.Hour, "600.5": 240 * time.Hour, "1e3": 240 * time.Hour, "long": 240 * time.Hour} {
		form, err := indieweb.ReadHub(url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"https://a.example/"}, "hub.callback": {"https://b.example/"}, "hub.lease_seconds": {wish}})
		if err != nil || form.Lease != want {
			t.Errorf("a lease of %q is %v (%v)", wish, form.Lease, err)
		}
	}
}

func TestReadCloud(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ form, callback, refusal string }{
		{"protocol=http-post&port=80&path=/told&url1=a&url2=b", "http://192.0.2.1:80/told", ""},
		{"protocol=HTTP-POST&port=5337&path=told&domain=b.example&url1=a", "http://b.example:5337/told", ""},
		{"protocol=http-post&port=443&path=/told?id=1&domain=b.example&url1=a", "https://b.example:443/told?id=1", ""},
		{"protocol=https-post&port=8443&path=/&domain=b.example&url1=a", "https://b.example:8443/", ""},
		{"protocol=xml-rpc&port=80&path=/&url1=a", "", "error.cloud_protocol"},
		{"port=80&path=/&url1=a", "", "error.cloud_protocol"},
		{"protocol=http-post&port=0&path=/&url1=a", "", "error.callback"},
		{"protocol=http-post&port=65536&path=/&url1=a", "", "error.callback"},
		{"protocol=http-post&port=80&path=/&domain=b.example:81&url1=a", "", "error.callback"},
		{"protocol=http-post&port=80&path=/&domain=me@b.example&url1=a", "", "error.callback"},
		{"protocol=http-post&port=80&path=/%23x&domain=b.example&url1=a", "", "error.callback"},
		{"protocol=http-post&port=80&path=/&urls=a", "", "error.cloud_topic"},
	} {
		values, err := url.ParseQuery(c.form)
		if err != nil {
			t.Fatal(err)
		}
		form, err := indieweb.ReadCloud(values, "192.0.2.1")
		if refusal(t, err) != c.refusal || form.Callback != c.callback {
			t.Errorf("%s: %q, %v", c.form, form.Callback, err)
		}
	}
	form, err := indieweb.ReadCloud(url.Values{"protocol": {"http-post"}, "port": {"80"}, "path": {"/"}, "url1": {"a"}}, "2001:db8::1")
	if err != nil || form.Callback != "http://[2001:db8::1]:80/" || form.Named {
		t.Errorf("%+v, %v", form, err)
	}
}

// FuzzHubForm: whatever is sent, what is read is bounded and an address, or a refusal.
func FuzzHubForm(f *testing.F) {
	f.Add(subscribing + "&hub.secret=s&hub.lease_seconds=600")
	f.Add("hub.mode=publish&hub.url=https://a.example/")
	f.Add("protocol=http-post&port=80&path=/told?x=1&domain=b.example&url1=https://a.example/&url2=b")
	fetcher := safe.NewFetcher(safe.FetchOptions{Own: "own.example"})
	f.Fuzz(func(t *testing.T, body string) {
		values, _ := url.ParseQuery(body)
		if form, err := indieweb.ReadHub(values); refusal(t, err) == "" && form.Changed == nil {
			if len(form.Callback) > 2047 || len(form.Secret) > models.SecretMost || form.Lease < models.LeaseLeast || form.Lease > models.LeaseMost {
				t.Errorf("%q is %+v", body, form)
			}
			if u, err := url.Parse(form.Callback); err != nil || u.Host == "" {
				t.Errorf("%q is no address", form.Callback)
			}
		}
		form, err := indieweb.ReadCloud(values, "192.0.2.1")
		if refusal(t, err) != "" {
			return
		}
		u, err := url.Parse(form.Callback)
		if err != nil || u.User != nil || len(form.Topics) == 0 || len(form.Topics) > 10 {
			t.Fatalf("%q is %+v", body, form)
		}
		if want := values.Get("domain"); form.Named && u.Hostname() != want && !strings.EqualFold(u.Hostname(), want) || !form.Named && u.Hostname() != "192.0.2.1" {
			t.Errorf("%q leads to %q", body, u.Hostname())
		}
		_ = fetcher.Check(form.Callback)
	})
}
