package indieweb

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"marquee/safe"
)

const (
	clientMost    = 256 << 10 // bytes of its page
	clientAddress = 2048      // bytes of an address
	returnsMost   = 100
	clientAccept  = "application/json, text/html;q=0.9, application/xhtml+xml;q=0.9, */*;q=0.1"
)

// Client is a program that asks to act for somebody, as its own page says it (IndieAuth §4.2).
type Client struct {
	ID      string   // its address, which is what it is known by
	Name    string   // as it calls itself, one line; empty: it does not say
	Returns []string // addresses beside its own site to which an answer may be sent
}

// ClientID is the canonical form of the address that a client is known by (IndieAuth §3.3, §3.4); false for anything else: other
// schemes, users, fragments, dot segments, IP addresses that are not this machine.
func ClientID(s string) (string, bool) {
	u, ok := webAddress(s)
	if !ok || u.User != nil || strings.Contains(s, "#") || dotted(u) {
		return "", false
	}
	if at, err := netip.ParseAddr(u.Hostname()); err == nil && at != netip.AddrFrom4([4]byte{127, 0, 0, 1}) && at != netip.IPv6Loopback() {
		return "", false
	}
	u.Host = strings.ToLower(u.Host)
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), true
}

// webAddress is an absolute http or https address.
func webAddress(s string) (*url.URL, bool) {
	u, ok := plainAddress(s)
	return u, ok && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// plainAddress is an absolute address without anything that browsers read in ways of their own.
func plainAddress(s string) (*url.URL, bool) {
	if len(s) > clientAddress || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }) {
		return nil, false
	}
	u, err := url.Parse(s)
	return u, err == nil && u.Scheme != "" && !strings.ContainsFunc(u.Host, func(r rune) bool { return r >= 0x7f })
}

// dotted reports whether a path has dots for folders, in whatever spelling: browsers go elsewhere with them.
func dotted(u *url.URL) bool {
	folders := strings.Split(u.Path, "/")
	return slices.Contains(folders, ".") || slices.Contains(folders, "..")
}

// browserSchemes are schemes that browsers run, read or show by themselves: no program is behind them.
var browserSchemes = []string{"about", "blob", "data", "file", "filesystem", "ftp", "javascript", "mailto", "vbscript", "view-source", "ws", "wss"}

// answers are the parameters of an answer (RFC 6749 §4.1.2, RFC 9207 §2). Where one stands in an address already, nobody could tell which
// is ours.
var answers = []string{"code", "state", "iss", "error"}

// ReturnAddress reads where an answer shall be sent (RFC 6749 §3.1.2): an absolute address without fragment, user, dot segments or anything
// that reads as an answer, of a program on the web or, by a scheme of its own, on the person's machine (RFC 8252 §7.1).
func ReturnAddress(s string) (*url.URL, bool) {
	u, ok := plainAddress(s)
	if !ok || u.User != nil || strings.Contains(s, "#") || dotted(u) || slices.Contains(browserSchemes, u.Scheme) {
		return nil, false
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || slices.ContainsFunc(answers, query.Has) {
		return nil, false
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u, u.Hostname() != ""
	}
	return u, true
}

// Takes reports whether an answer for the client may be sent to an address: to its own scheme, host and port, or where it says
// (IndieAuth §5.2.1).
func (c *Client) Takes(to *url.URL) bool {
	own, err := url.Parse(c.ID)
	return err == nil && sameOrigin(own, to) || slices.Contains(c.Returns, to.String())
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// FetchClient asks a client's own address who it is. With the error, what stands in the address alone is known.
func FetchClient(ctx context.Context, f *safe.Fetcher, id string) (Client, error) {
	got, err := f.Fetch(ctx, safe.FetchRequest{URL: id, Accept: clientAccept, Most: clientMost})
	if err != nil {
		return Client{ID: id}, err
	}
	return ReadClient(id, got), nil
}

// ReadClient reads what a client says of itself: client metadata in JSON (IndieAuth §4.2.1), or a page with an h-app and
// links rel=redirect_uri. What another site says, behind a redirect, is not the client's; nor is metadata that names another one. It
// never fails: what cannot be read says nothing.
func ReadClient(id string, got *safe.Fetched) Client {
	c := Client{ID: id}
	own, err := url.Parse(id)
	at, atErr := url.Parse(got.URL)
	if err != nil || atErr != nil || got.Status != 200 || !sameOrigin(own, at) {
		return c
	}
	kind := got.Header.Get("Content-Type")
	if strings.Contains(strings.ToLower(kind), "json") || bytes.HasPrefix(bytes.TrimSpace(got.Body), []byte("{")) {
		c.readMetadata(own, got.Body)
		return c
	}
	for _, to := range ReadRels(got).All(redirectURI) {
		c.returns(to)
	}
	if IsHTML(kind) {
		c.Name = clientName(readApp(at, decoded(kind, got.Body)), id)
	}
	return c
}

// readMetadata takes over client metadata, whole or not at all.
func (c *Client) readMetadata(own *url.URL, body []byte) {
	var said struct {
		ID      string   `json:"client_id"`
		Name    string   `json:"client_name"`
		Home    string   `json:"client_uri"`
		Returns []string `json:"redirect_uris"`
	}
	if json.Unmarshal(body, &said) != nil {
		return
	}
	if id, ok := ClientID(said.ID); !ok || id != c.ID {
		return
	}
	if said.Home != "" {
		home, ok := webAddress(said.Home)
		if !ok || !sameOrigin(home, own) || !strings.HasPrefix(own.Path, home.Path) {
			return
		}
	}
	c.Name = safe.Title(said.Name)
	for _, to := range said.Returns {
		c.returns(to)
	}
}

// returns notes one more address that answers may be sent to.
func (c *Client) returns(to string) {
	if u, ok := ReturnAddress(to); ok && len(c.Returns) < returnsMost {
		c.Returns = append(c.Returns, u.String())
	}
}
