package safe

import (
	"net/url"
	"strings"
)

var tildes = strings.NewReplacer("%7E", "~", "%7e", "~")

// AddressKey is the same for all spellings of one page: http or https, with or without a slash at the end or a fragment, ~ or
// %7E, the host in any case. It is false for what is no http or https address.
func AddressKey(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", false
	}
	key := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(u.Host), ":80"), ":443") + strings.TrimRight(tildes.Replace(u.EscapedPath()), "/")
	if u.RawQuery != "" {
		key += "?" + u.RawQuery
	}
	return key, true
}

// SameAddress reports whether two addresses are spellings of one page.
func SameAddress(a, b string) bool {
	keyA, okA := AddressKey(a)
	keyB, okB := AddressKey(b)
	return okA && okB && keyA == keyB
}
