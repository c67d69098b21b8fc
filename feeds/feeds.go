// Package feeds writes a list of statuses in the formats that feed readers understand.
//
// It is pure: values in, bytes out. Equal values give equal bytes, so a feed changes only when its data does.
// To add a format, write one file with one function and add one line to [Formats].
package feeds

import (
	"io"
	"time"
)

// Feed is a list of statuses ready to be written in any format. All addresses are absolute. Whoever fills it leaves out
// what the public may not see and keeps it short (20 to 50 items): the writers write what they are given.
type Feed struct {
	ID          string    // permanent IRI of the feed (Atom id); empty: Home stands for it
	Title       string    // empty: Home stands for it
	Description string    // plain text
	Home        string    // address of the HTML page the feed belongs to
	Base        string    // address the formats' file names are appended to: Base + "rss.xml"
	Page        string    // query of this page of the feed: "" for the newest, "?before=17" further down
	Next        string    // query of the page below this one; empty on the last
	Hub         string    // address of the WebSub hub; may be empty
	Cloud       string    // address where the rssCloud takes registrations; may be empty
	Language    string    // "en", "fr"
	Blogroll    string    // address of the OPML of what the author reads; may be empty
	Service     string    // host of the site where Author.Name is an account; empty: it is none
	Author      Person    // empty Name for a feed of many people
	Icon        string    // may be empty
	Generator   string    // "Marquee 1.0"
	Updated     time.Time // of the data, never now
	Items       []Item    // newest first
}

// Person is who wrote something: a name to show and the address of their page, which may be empty.
type Person struct{ Name, URL string }

// Item is one status in a [Feed].
type Item struct {
	ID                   string // permanent and never edited: readers tell old from new by it; empty: URL stands for it
	URL                  string // address of the status
	HTML                 string // cleaned already; empty: Text, or else the face and the mood, stand for it
	Text                 string // plain text of the same
	Title                string // usually empty: a status has none
	Author               Person
	Published, Updated   time.Time // Updated later than Published, in whole seconds, means edited
	Tags                 []string
	Face, Mood, MoodText string // the face emoji, the base mood, the free mood text
	Pictures             []Picture
	ReplyTo              string // address of what it answers
	Comments             string // address where people answer it; may be empty
	ReplyToID            string // its permanent id; empty: the address stands for it
	Language             string // may be empty
}

// Picture is an image attached to an [Item].
type Picture struct {
	URL  string
	Type string // media type, "image/jpeg"
	Alt  string // what it shows, plain text
	Size int64  // true length in bytes

	Width, Height int // in pixels, 0 when not known
}

// Format is one way to write a [Feed]: the file name it is served under, its Content-Type, the name people know it by,
// and its writer, which fails only when w does.
type Format struct {
	File, Type, Title string
	Write             func(w io.Writer, f Feed) error
}

// Formats is every format there is. Routes, rel=alternate links and tests range over it.
var Formats = []Format{
	{rssFile, rssType + charset, "RSS", RSS},
	{atomFile, atomType + charset, "Atom", Atom},
	{jsonFile, jsonType + charset, "JSON Feed", JSON},
}

const charset = "; charset=utf-8"

// self is the address of this very page of the feed in the format with this file name.
func (f Feed) self(file string) string { return f.Base + file + f.Page }

// next is the address of the page below, or empty: a page that follows itself would keep a reader busy for ever.
func (f Feed) next(file string) string {
	if f.Next == "" || f.Next == f.Page {
		return ""
	}
	return f.Base + file + f.Next
}
