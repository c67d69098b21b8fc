package handlers_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"marquee/tests/kit"
)

// reader is a feed reader elsewhere that knows WebSub and rssCloud, written from their texts alone.
type reader struct {
	*httptest.Server
	t      testing.TB
	mu     sync.Mutex
	secret string
	asked  []url.Values // questions whether it wants something
	got    []delivered  // what it was told

	// How it behaves: what it answers to a question (empty: the challenge) with which status, and to what it is told.
	reply         string
	yes, thanks   int
	thanksLocated string
}

// delivered is one thing that a reader was told.
type delivered struct {
	path   string
	header http.Header
	body   string
}

func newReader(t testing.TB) *reader {
	t.Helper()
	r := &reader{t: t, yes: 200, thanks: 204, secret: "between you and me"}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP answers the questions of hubs and takes what they bring.
func (r *reader) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if request.Method == http.MethodGet {
		query := request.URL.Query()
		r.asked = append(r.asked, query)
		reply := r.reply
		if reply == "" {
			reply = query.Get("hub.challenge") + query.Get("challenge")
		}
		if r.yes/100 == 3 {
			w.Header().Set("Location", r.URL+"/elsewhere?"+request.URL.RawQuery)
		}
		w.WriteHeader(r.yes)
		_, _ = io.WriteString(w, reply)
		return
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		r.t.Error(err)
	}
	r.got = append(r.got, delivered{request.URL.RequestURI(), request.Header, string(body)})
	if r.thanksLocated != "" {
		w.Header().Set("Location", r.thanksLocated)
	}
	w.WriteHeader(r.thanks)
}

// set changes how it behaves.
func (r *reader) set(change func(*reader)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r)
}

// take is what it was asked and told since it was last looked at.
func (r *reader) take() (asked []url.Values, got []delivered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked, got = r.asked, r.got
	r.asked, r.got = nil, nil
	return asked, got
}

// told is the one thing that it was told since.
func (r *reader) told() delivered {
	r.t.Helper()
	_, got := r.take()
	if len(got) != 1 {
		r.t.Fatalf("the reader was told %d times", len(got))
	}
	return got[0]
}

// quiet fails the test when it was told something since.
func (r *reader) quiet() {
	r.t.Helper()
	if _, got := r.take(); len(got) > 0 {
		r.t.Fatalf("the reader was told\n%+v", got)
	}
}

// wants sends a form to the hub that an answer names, for a topic as it names itself.
func (r *reader) wants(v *kit.Visitor, site *kit.Site, mode, path string, more ...string) kit.Answer {
	r.t.Helper()
	hub, self := linked(r.t, v.Get(path).Header)
	values := form(append([]string{"hub.mode", mode, "hub.topic", self, "hub.callback", r.URL + "/hook?id=17", "hub.secret", r.secret}, more...)...)
	return v.Send(http.MethodPost, strings.TrimPrefix(hub, site.URL), values.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// linked reads hub and self out of Link headers: one of each.
func linked(t testing.TB, header http.Header) (hub, self string) {
	t.Helper()
	found := map[string][]string{}
	for _, link := range strings.Split(strings.Join(header.Values("Link"), ","), ",") {
		address, rel, _ := strings.Cut(strings.TrimSpace(link), ">; rel=")
		found[strings.Trim(rel, `"`)] = append(found[strings.Trim(rel, `"`)], strings.TrimPrefix(address, "<"))
	}
	if len(found["hub"]) != 1 || len(found["self"]) != 1 {
		t.Fatalf("Link: %q", header.Values("Link"))
	}
	return found["hub"][0], found["self"][0]
}

// signed reports whether a delivery bears the signature of the secret (WebSub §7.1).
func (d delivered) signed(secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(d.body))
	return d.header.Get("X-Hub-Signature") == "sha256="+hex.EncodeToString(mac.Sum(nil))
}
