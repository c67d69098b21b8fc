package models

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"marquee/safe"
)

const (
	subjectsMost  = 10 // of one status that are shown
	subjectCalled = 60 // graphemes
)

// Subject is a page that a status is about: it likes it, passes it on, or keeps it.
type Subject struct {
	Kind string // like, repost, bookmark
	URL  string
}

// SubjectKinds is what a status may do to a page; the property of microformats is u-KIND-of.
var SubjectKinds = []string{"like", "repost", "bookmark"}

// RSVPs is what an invitation can be answered (indieweb.org/rsvp).
var RSVPs = []string{"yes", "no", "maybe", "interested"}

// Subjects is what the status is about, as its Extra says, in the order of SubjectKinds, each once.
func (st *Status) Subjects() (list []Subject) {
	if !strings.Contains(st.Extra, `-of"`) {
		return nil
	}
	for _, kind := range SubjectKinds {
		for _, value := range st.extra(kind + "-of") {
			address, ok := safe.URL(subjectAddress(value))
			subject := Subject{kind, address}
			if ok && len(list) < subjectsMost && !slices.Contains(list, subject) {
				list = append(list, subject)
			}
		}
	}
	return list
}

// RSVP is what the status answers to an invitation, one of RSVPs; empty when it answers none.
func (st *Status) RSVP() string {
	if !strings.Contains(st.Extra, `"rsvp"`) {
		return ""
	}
	for _, value := range st.extra("rsvp") {
		var word string
		if json.Unmarshal(value, &word) == nil && slices.Contains(RSVPs, strings.ToLower(word)) {
			return strings.ToLower(word)
		}
	}
	return ""
}

// extra is the values of a property that is kept.
func (st *Status) extra(property string) []json.RawMessage {
	var all map[string]json.RawMessage
	var values []json.RawMessage
	if json.Unmarshal([]byte(st.Extra), &all) == nil {
		_ = json.Unmarshal(all[property], &values) // of another shape it says nothing
	}
	return values
}

// subjectAddress is the http address that a value is, or that an object has: {"value"}, or an h-cite with its url. Empty: it has none.
func subjectAddress(value json.RawMessage) string {
	var object struct {
		Value      string
		Properties struct{ URL []string }
	}
	address := ""
	if json.Unmarshal(value, &address) != nil {
		_ = json.Unmarshal(value, &object)
		address = strings.Join(append(object.Properties.URL, object.Value)[:1], "")
	}
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return ""
	}
	return address
}

// Called is the address as people read it: its host and path, cut when they are long.
func (s Subject) Called() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return s.URL
	}
	return safe.Excerpt(calledHost(s.URL)+strings.TrimSuffix(u.Path, "/"), subjectCalled)
}
