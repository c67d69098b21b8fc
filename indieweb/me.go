package indieweb

import (
	"net/url"
	"strings"

	"marquee/models"
	"marquee/safe"
)

var (
	errMe        = meRefusal("error.me")
	errMeMail    = meRefusal("error.me_mail")
	errMeHere    = meRefusal("error.me_here")
	errMeOurs    = meRefusal("error.me_ours")
	errMeAway    = meRefusal("error.me_away")
	errMeMute    = meRefusal("error.me_mute")
	errMeBent    = meRefusal("error.me_bent")
	errMeNo      = meRefusal("error.me_no")
	errMeDenied  = meRefusal("error.me_denied")
	errMeMissing = meRefusal("error.me_missing")
	errMeOther   = meRefusal("error.me_other")
)

func meRefusal(text string) *models.Error {
	return &models.Error{Kind: models.Invalid, Field: "me", Text: text}
}

// typedMe reads the address of oneself as a person types it (IndieAuth §3.4): those to try, one after the other. Without a scheme that
// is https, then http.
func (s *Speaker) typedMe(typed string) ([]string, error) {
	typed = strings.TrimSpace(typed)
	if before, _, _ := strings.Cut(strings.TrimPrefix(typed, "mailto:"), "/"); strings.Contains(before, "@") {
		return nil, errMeMail
	}
	tries := []string{typed}
	if !strings.Contains(typed, "://") {
		tries = []string{"https://" + typed, "http://" + typed}
	}
	for i, try := range tries {
		me, ok := s.profileURL(try)
		if !ok {
			return nil, errMe
		}
		if s.fetcher.Ours(me) {
			return nil, errMeHere
		}
		if s.fetcher.Check(me) != nil {
			return nil, errMe
		}
		tries[i] = me
	}
	return tries, nil
}

// profileURL is the normal form of an address that a person may be known by (IndieAuth §3.2, §3.4): http or https, a host in lower
// case, a path and maybe a query; no dots for folders, no fragment, no user. Ports, and IP addresses in place of names, are for neighbours.
func (s *Speaker) profileURL(address string) (string, bool) {
	whole, ok := safe.URL(address)
	if !ok {
		return "", false
	}
	u, err := url.Parse(whole)
	if err != nil || strings.Contains(whole, "#") || !strings.Contains(u.Hostname(), ".") || dotted(u) {
		return "", false
	}
	last := u.Hostname()[strings.LastIndexByte(u.Hostname(), '.')+1:]
	if (u.Port() != "" || strings.Trim(last, "0123456789") == "") && !s.fetcher.Neighbour(u.Hostname()) {
		return "", false
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.ForceQuery = false
	return u.String(), true
}

// speaksFor reports whether a page may say that it is an address which led to it: its own; another of its site; or the front of another
// site. All others may be a shortener's, or a way out of a site that anybody can point where they please.
func (s *Speaker) speaksFor(page, me string) bool {
	if own, ok := s.profileURL(page); ok && own == me {
		return true
	}
	u, err := url.Parse(me)
	return err == nil && u.RawQuery == "" && (u.Path == "/" || sameSite(me, page))
}

// endpoint reports whether an address may be an endpoint (RFC 6749 §3.1): absolute, http or https, without a user or a fragment, and
// one that we may ask ourselves.
func (s *Speaker) endpoint(address string) bool {
	return s.fetcher.Check(address) == nil && !strings.Contains(address, "#")
}

// issues reports whether an issuer may be that of the metadata at an address (IndieAuth §4.1.1): https, but for neighbours, no query, no
// fragment, and the beginning of that address, to the end of a folder.
func (s *Speaker) issues(issuer, metadata string) bool {
	i, err := url.Parse(issuer)
	if err != nil || i.Host == "" || strings.ContainsAny(issuer, "?#") || i.User != nil || len(issuer) > issuerMost {
		return false
	}
	if i.Scheme != "https" && (i.Scheme != "http" || !s.fetcher.Neighbour(i.Hostname())) {
		return false
	}
	m, err := url.Parse(metadata)
	if err != nil || i.Scheme != m.Scheme || !strings.EqualFold(i.Host, m.Host) {
		return false
	}
	return strings.HasPrefix(m.EscapedPath()+"/", strings.TrimSuffix(i.EscapedPath(), "/")+"/")
}
