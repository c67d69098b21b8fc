package models

import (
	"errors"
	"net/url"
	"path"
	"strings"

	"marquee/safe"
)

// ringPage is the page that somebody wants to put into a ring: their own here, by its path, or one elsewhere. What is of
// this site and not theirs is refused, above all the ring itself: a step would lead back to itself.
func (s *Store) ringPage(by *Account, typed string) (address string, own bool, err error) {
	typed = strings.TrimSpace(typed)
	if strings.HasPrefix(typed, "~") {
		typed = "/" + typed
	}
	switch u, err := url.Parse(typed); {
	case typed == "":
		return by.Path(), true, nil
	case err == nil && strings.HasPrefix(typed, "/") && u.Host == "":
		return by.Path(), true, checkHere(by, path.Clean(u.Path))
	}
	address, ok := safe.URL(typed)
	u, err := url.Parse(address)
	if !ok || err != nil {
		return "", false, invalid("address", "error.homepage")
	}
	if at, here := s.here(u); here {
		return by.Path(), true, checkHere(by, at)
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	switch err := s.fetcher.Check(u.String()); {
	case errors.Is(err, safe.ErrFetchPrivate):
		return "", false, invalid("address", "error.ring_private")
	case err != nil:
		return "", false, invalid("address", "error.homepage")
	}
	return u.String(), false, nil
}

// checkHere refuses the paths of this site that are not the account's own page.
func checkHere(by *Account, at string) error {
	switch name, ok := strings.CutPrefix(at, "/~"); {
	case ok && strings.EqualFold(name, by.Name):
		return nil
	case ok && !strings.Contains(name, "/"):
		return invalid("address", "error.ring_other")
	case strings.HasPrefix(at, ringsPath):
		return invalid("address", "error.ring_itself")
	}
	return invalid("address", "error.ring_here")
}

// here is the path of an address on this site, tidied, by whatever scheme.
func (s *Store) here(u *url.URL) (at string, ok bool) {
	if s.home.Host == "" || authority(u) != authority(s.home) {
		return "", false
	}
	return path.Clean("/" + u.Path), true
}

// authority is the host of an address, with its port unless it is one of those that go without saying.
func authority(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		return host + ":" + port
	}
	return host
}

// spellings are the addresses that are the same page: most sites answer to http as to https.
func spellings(address string) []string {
	if rest, ok := strings.CutPrefix(address, "https://"); ok {
		return []string{address, "http://" + rest}
	}
	if rest, ok := strings.CutPrefix(address, "http://"); ok {
		return []string{address, "https://" + rest}
	}
	return []string{address}
}
