package models

import (
	"cmp"
	"strings"

	"marquee/safe"
)

// take cleans what a source says; ours reports whether an address is of this site.
func (m *Mention) take(seen Sight, ours func(address string) bool, now Instant) {
	m.Queued, m.Problem, m.VerifiedAt = false, "", now
	m.Peer = cmp.Or(peerOf(seen.URL), m.Peer)
	m.URL = cmp.Or(elsewhere(seen.URL), m.Source)
	m.Kind, m.RSVP, m.Photo = seen.Kind, seen.RSVP, elsewhere(seen.Photo)
	if m.AuthorURL = elsewhere(seen.AuthorURL); ours(m.AuthorURL) { // nobody here writes there
		m.AuthorURL = ""
	}
	if m.Author = shortLine(seen.Author, entryNameMost); readsAsAccount(m.Author) { // ~zoe of another Marquee is zoe@far.example
		name := possibleName(m.Author)
		if m.Author = ""; name != "" {
			m.Author = name + "@" + m.Peer
		}
	}
	m.Title = shortLine(seen.Title, mentionTitleMost)
	m.HTML = mentionWords(seen)
	m.PublishedAt = m.ReceivedAt
	if at := At(seen.Published); !seen.Published.IsZero() && at > 0 && at <= now {
		m.PublishedAt = at
	}
	m.Hash = TokenHash(strings.Join([]string{m.Kind, m.URL, m.Author, m.AuthorURL, m.Photo, m.Title, m.HTML, m.RSVP}, "\x00"))
}

// elsewhere is an address of another site as it may be linked to; empty when it is none.
func elsewhere(address string) string {
	address, ok := safe.URL(address)
	if !ok {
		return ""
	}
	return address
}

// shortLine is a line that fits where it is shown; empty when nobody could read it.
func shortLine(s string, most int) string {
	s = safe.Clip(safe.Line(s), most)
	if !safe.Visible(s) || safe.Overstacked(s) || len(s) > most*bytesPerChar {
		return ""
	}
	return s
}

// mentionWords is what a source says as clean HTML: its content, or its summary. What is long is cut, and plain then.
func mentionWords(seen Sight) string {
	clean := safe.HTML(seen.HTML)
	text := safe.Untagged(clean)
	if seen.HTML == "" {
		text = safe.Text(cmp.Or(seen.Text, seen.Summary))
		clean = safe.Rich(text, safe.Links{})
	}
	switch {
	case !safe.Visible(text) || safe.Overstacked(text):
		return ""
	case safe.Graphemes(text) > mentionTextMost || len(clean) > 2*mentionTextMost*bytesPerChar:
		return safe.Rich(safe.Clip(text, mentionTextMost), safe.Links{})
	}
	return clean
}
