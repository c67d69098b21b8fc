package app

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

var hostForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$`)

// portOf checks a listen address and returns its port. Port 0 (any) is refused: links could not name it.
func portOf(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !isPort(port) || !isHost(host) && host != "" {
		return "", wrong("MARQUEE_ADDR", addr, "write it as host:port, for example 127.0.0.1:8080")
	}
	return port, nil
}

func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0 && port[0] != '0'
}

func isHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostForm.MatchString(strings.ToLower(host))
}

func localURL(port string) string {
	if port == "80" {
		return "http://localhost"
	}
	return "http://localhost:" + port
}

// parseBase reads the public address the way browsers write an origin: host in lower case and in
// ASCII, no port where the scheme implies it.
func parseBase(address string) (*url.URL, error) {
	refuse := func(advice string, args ...any) (*url.URL, error) {
		return nil, wrong("MARQUEE_URL", address, advice, args...)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return refuse("write the address that people see, for example https://social.example")
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	switch {
	case !isHost(host):
		return refuse("its host is not one that a browser can reach")
	case u.User != nil:
		return refuse("leave out the name and the password before the @")
	case port != "" && !isPort(port), strings.HasSuffix(u.Host, ":"):
		return refuse("its port is not a number from 1 to 65535")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("write only the scheme and the host, for example %s://%s", u.Scheme, u.Host)
	}
	return &url.URL{Scheme: u.Scheme, Host: joinHost(u.Scheme, host, port)}, nil
}

func joinHost(scheme, host, port string) string {
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[scheme] {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// parseNetworks reads addresses and CIDRs. Everybody's network is refused: the guard is never off.
func parseNetworks(variable string, list []string) (networks []netip.Prefix, err error) {
	for _, word := range list {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		network, err := netip.ParsePrefix(word)
		if ip, wrong := netip.ParseAddr(word); wrong == nil {
			ip = ip.Unmap().WithZone("")
			network, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, wrong(variable, word, "write addresses or networks with commas between them, for example 127.0.0.1, 10.0.0.0/8")
		}
		if network.Bits() == 0 {
			return nil, wrong(variable, word, "this is everybody, name only the networks that are yours")
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}
