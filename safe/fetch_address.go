package safe

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// nowhere are the top-level names that lead to no public host.
var nowhere = []string{"i2p", "internal", "local", "localhost", "onion"}

// address returns the normalised form of an address that may be fetched: see fetchURL. Our own is none.
func (f *Fetcher) address(s string) (*url.URL, error) {
	u, ok := fetchURL(s)
	if !ok || u.Host == f.own || strings.HasPrefix(u.Host, f.own+":") {
		return nil, fmt.Errorf("%w: %.200q", ErrFetchURL, s)
	}
	return u, nil
}

// Ours reports whether an address is of our own site, which is never fetched.
func (f *Fetcher) Ours(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, f.site)
}

// Check says at once what Fetch would say of an address before it asks anybody: ErrFetchURL, or ErrFetchPrivate for an IP
// address that is. Where a name leads is known only when it is fetched.
func (f *Fetcher) Check(address string) error {
	u, err := f.address(address)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil
	}
	network, port := "tcp4", cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	if ip.Is6() {
		network = "tcp6"
	}
	return f.guard(network, net.JoinHostPort(ip.String(), port), nil)
}

// Neighbour reports whether a host is an IP address of a network that we visit although it is private: what other hosts must not
// have, a port or no name, this one may.
func (f *Fetcher) Neighbour(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && slices.ContainsFunc(f.allow, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// guard is asked with the very address that is about to be connected to, when all names are resolved and all redirects
// followed: no answer of a name server comes after it.
func (f *Fetcher) guard(network, address string, c syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFetchURL, err)
	}
	if slices.ContainsFunc(f.allow, func(p netip.Prefix) bool { return p.Contains(at.Addr()) }) {
		return nil
	}
	if err := f.public.SafeAddr(at.Addr()); err != nil {
		return fmt.Errorf("%w: %w", ErrFetchPrivate, err)
	}
	if err := f.public.Safe(network, address, c); err != nil {
		return fmt.Errorf("%w: %w", ErrFetchURL, err) // the port
	}
	return nil
}

// fetchURL returns the normalised form of an absolute http or https address of at most 2,048 bytes: the host in lower case
// and ASCII, no default port, no fragment. It is false for user names, odd ports and signs, and hosts that cannot be public
// by their name.
func fetchURL(s string) (*url.URL, bool) {
	if len(s) > maxAddress || strings.ContainsFunc(s, isUnfit) {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	host, ok := fetchHost(u)
	if !ok {
		return nil, false
	}
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return nil, false
		}
		if n != map[string]uint64{"http": 80, "https": 443}[u.Scheme] {
			host += ":" + strconv.FormatUint(n, 10)
		}
	}
	u.Host, u.Fragment, u.RawFragment = host, "", ""
	return u, len(u.String()) <= maxAddress
}

// fetchHost returns the host of u as it is asked for. An IP address has one spelling only: 0177.1, 2130706433 and 0x7f.1
// are read as 127.0.0.1 by some and as a name by others.
func fetchHost(u *url.URL) (string, bool) {
	name := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(name)
		if err != nil || ip.Zone() != "" {
			return "", false
		}
		if ip = ip.Unmap(); ip.Is4() {
			return ip.String(), true
		}
		return "[" + ip.String() + "]", true
	}
	host, ok := asciiHost(name)
	if !ok || strings.HasSuffix(name, ".") {
		return "", false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" || slices.Contains(nowhere, last) {
		return "", false
	}
	if '0' <= last[0] && last[0] <= '9' { // no name ends in a part like that
		_, err := netip.ParseAddr(host)
		return host, err == nil
	}
	return host, true
}
