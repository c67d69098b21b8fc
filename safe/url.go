package safe

import (
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// URL returns the address of a home page as a person types it, normalised: https:// where no scheme is given, the host in
// lower case and ASCII (IDNA, UTS #46). It is false unless that is an http or https address of at most 2,048 bytes, whose
// host has a dot or is localhost, without user or password, white space, control characters, quotes or angle brackets.
func URL(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if len(s) > maxAddress || !utf8.ValidString(s) || strings.ContainsFunc(s, isUnfit) || strings.ContainsAny(s, `<>"`) {
		return "", false
	}
	// Only :// tells a scheme from a port: example.org:8080.
	if head, _, ok := strings.Cut(s, schemeSigns); !ok || strings.ContainsAny(head, "./?#") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	host, ok := asciiHost(u.Hostname())
	if !ok {
		return "", false
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	u.Host = host
	s = u.String()
	if len(s) > maxAddress {
		return "", false
	}
	return s, true
}

// hostRules are those of a browser that looks a name up, but for the underscore, which old hosts have in their names.
var hostRules = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false),
		idna.CheckHyphens(false), idna.VerifyDNSLength(true))
})

// asciiHost returns the name that is looked up for host. Addresses in brackets ([::1]) are no home.
func asciiHost(host string) (string, bool) {
	host, err := hostRules().ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
		return "", false
	}
	return host, host == "localhost" || strings.Contains(host, ".")
}
