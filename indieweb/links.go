package indieweb

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"marquee/safe"
)

// LinksTo reports whether what was found links to one of some addresses, exactly as it is written (Webmention §3.2.2): in HTML a href, src or
// cite that is it or resolves to it, in JSON a string that is it, in another text the address itself, not the beginning of a
// longer one. Comments, scripts and escaped HTML link nowhere, and what is no text neither.
func LinksTo(got *safe.Fetched, targets ...string) bool {
	kind := got.Header.Get("Content-Type")
	media, _, _ := strings.Cut(strings.ToLower(kind), ";")
	media = strings.TrimSpace(media)
	switch {
	case IsHTML(kind):
		return markupLinks(got.URL, decoded(kind, got.Body), targets...)
	case media == "application/json", strings.HasSuffix(media, "+json"):
		var value any
		decoder := json.NewDecoder(bytes.NewReader(got.Body))
		return decoder.Decode(&value) == nil && slices.ContainsFunc(targets, func(target string) bool { return valueIs(value, target) })
	case strings.HasPrefix(media, "text/"), media == "application/xml", strings.HasSuffix(media, "+xml"):
		text := decoded(kind, got.Body)
		return slices.ContainsFunc(targets, func(target string) bool { return textHolds(text, target) })
	}
	return false
}

// linking is the attributes that link.
var linking = map[string]bool{"href": true, "src": true, "cite": true}

func markupLinks(address, text string, targets ...string) bool {
	at, err := url.Parse(address)
	if err != nil {
		return false
	}
	for t, base := range safe.Elements(text, at) {
		if tagLinks(t, base, targets...) {
			return true
		}
	}
	return false
}

// tagLinks reports whether one tag links to an address, or to another of them.
func tagLinks(t html.Token, base *url.URL, targets ...string) bool {
	for _, a := range t.Attr {
		if linking[a.Key] && slices.ContainsFunc(targets, func(target string) bool { return leadsTo(base, a.Val, target) }) {
			return true
		}
	}
	return false
}

func leadsTo(base *url.URL, value, target string) bool {
	value = strings.TrimSpace(value)
	if value == target {
		return true
	}
	u, err := base.Parse(value)
	return err == nil && u.String() == target
}

// valueIs looks for a string in a value of JSON. The keys of objects are none.
func valueIs(value any, target string) bool {
	switch v := value.(type) {
	case string:
		return v == target
	case []any:
		for _, inner := range v {
			if valueIs(inner, target) {
				return true
			}
		}
	case map[string]any:
		for _, inner := range v {
			if valueIs(inner, target) {
				return true
			}
		}
	}
	return false
}

// textHolds looks for an address in a text.
func textHolds(text, target string) bool {
	for {
		_, after, found := strings.Cut(text, target)
		if !found {
			return false
		}
		if rest := strings.TrimLeft(after, "/.,;:!?"); rest == "" || strings.ContainsRune(" \t\r\n<>\"'()[]{}|&", rune(rest[0])) {
			return true
		}
		text = after
	}
}
