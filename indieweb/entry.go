package indieweb

import (
	"slices"
	"time"

	"marquee/safe"
)

// The kinds of mention (post type discovery, indieweb.org/responses).
const (
	KindReply    = "reply"
	KindLike     = "like"
	KindRepost   = "repost"
	KindBookmark = "bookmark"
	KindRSVP     = "rsvp"
	KindMention  = "mention"
)

const (
	entryMost     = 1 << 20 // bytes of a page that are read
	entriesMost   = 50      // of one page
	addressesMost = 50      // of one property
)

// Card is who wrote something (h-card). The addresses are absolute http and https ones, or empty.
type Card struct{ Name, URL, Photo string }

// Entry is what a page elsewhere says of itself in microformats2 (h-entry). Addresses are absolute http and https ones. Nothing
// else in it is clean: it is as long, and as rude, as the page has it.
type Entry struct {
	URL        string   // where it says that it stands; the address that was asked, when it does not
	InReplyTo  []string // what it answers, likes, … if it does
	LikeOf     []string
	RepostOf   []string
	BookmarkOf []string
	RSVP       string // yes, no, maybe or interested; empty: none
	Author     Card
	Name       string // its title; empty when it has none but its own words
	HTML       string // of its content, as it stands in the page; empty when that is plain text
	Text       string // of its content
	Summary    string
	Published  time.Time // zero: unknown
	Gone       bool      // the page says in a meta element that it is gone (410)
}

// ReadEntry reads the h-entry that a page is about: its only one, the one that stands at its address, or its first. The author
// is found as in the authorship specification, as far as the page itself says it. It is false for a page without an entry, of
// which Name is the title then. kind is its Content-Type. Only the first MiB is read, and what is nested more than 512 deep is none;
// it never fails.
func ReadEntry(address, kind string, body []byte) (Entry, bool) {
	entries, page := readEntries(address, kind, body)
	if len(entries) == 0 {
		return page, false
	}
	return entries[0], true
}

// KindFor is what the entry is to a page, by any of its addresses: a reply, like, repost, bookmark, rsvp, or a mere mention.
func (e *Entry) KindFor(targets ...string) string {
	to := func(list []string) bool {
		return slices.ContainsFunc(list, func(address string) bool {
			return slices.ContainsFunc(targets, func(target string) bool { return safe.SameAddress(address, target) })
		})
	}
	switch {
	case e.RSVP != "" && to(e.InReplyTo):
		return KindRSVP
	case to(e.InReplyTo):
		return KindReply
	case to(e.RepostOf):
		return KindRepost
	case to(e.LikeOf):
		return KindLike
	case to(e.BookmarkOf):
		return KindBookmark
	}
	return KindMention
}
