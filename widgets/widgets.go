// Package widgets draws what an account's friends put on other sites: the last public status as a frame, a script, JSON,
// a line of text or a picture.
//
// It is pure: values in, bytes out. To add a widget, write one file with one function and add one line to [All].
package widgets

import (
	"encoding/json"
	"html"
	"strconv"
	"strings"
	"time"
)

// Data is what a widget shows: an account and its last public status. Every text is plain and unescaped, except HTML. The
// fields of the status are empty, and ID is 0, when there is none yet.
type Data struct {
	Name       string    // "ada"
	Base       string    // address of this site without a slash at its end: "https://marquee.example"
	ID         int64     // of the status
	Text       string    // of the status, in lines
	HTML       string    // the same as safe.Rich makes it; its links may start at this site's root: "/~bob"
	Face       string    // an emoji
	Mood       string    // key of the base mood: "cosy"
	MoodWord   string    // its word in Lang: "cosy", "câline"
	MoodLine   string    // its sentence in Lang: "feeling cosy"
	MoodText   string    // the mood in the account's own words
	Family     string    // key of the mood's family, one of Faces: which face is drawn, "" for none
	Published  time.Time // shown in UTC and whole seconds
	Ago        string    // time since Published in Lang: "3 hours ago"
	AgoEnglish string    // the same in English
	None       string    // "No status yet." in Lang
	Lang       string    // language of the words around the status: "en", "fr"
	Pictures   []Shown   // of the status; only Embed shows them
	Button     Design    // the button that the account made, zero for the usual one
}

// Widget is one thing that another site embeds. It is served below the account's page.
type Widget struct {
	Path  string // "status.json" of /~ada/status.json
	Type  string // its Content-Type
	Frame bool   // other sites may show it in a frame
	Draw  func(d Data, o Options) Drawn
}

// Drawn is a finished widget. CSP is the Content-Security-Policy that it needs, "" for the one that all data gets.
type Drawn struct {
	Body []byte
	CSP  string
}

// All is every widget there is. Routes, the settings page and tests range over it.
var All = []Widget{
	{"widget", "text/html; charset=utf-8", true, frame},
	{"widget.js", ScriptType, false, script},
	{"status.json", JSONType, false, statusJSON},
	{"status.txt", "text/plain; charset=utf-8", false, statusText},
	{"mood.gif", GIFType, false, moodGIF},
	{"button.gif", GIFType, false, button},
	{"blinkie.gif", GIFType, false, blinkie},
	{"widget.svg", "image/svg+xml; charset=utf-8", false, picture},
}

// ScriptType and JSONType are the Content-Types of scripts and JSON, those of status.cafe too; GIFType is that of drawings.
const (
	ScriptType = "text/javascript; charset=utf-8"
	JSONType   = "application/json; charset=utf-8"
	GIFType    = "image/gif"
)

// page is the address of the account's page.
func (d Data) page() string { return d.Base + "/~" + d.Name }

// status is the address of the status, "" without one.
func (d Data) status() string {
	if d.ID == 0 {
		return ""
	}
	return d.page() + "/" + strconv.FormatInt(d.ID, 10)
}

// published is the time of the status as RFC 3339 writes it.
func (d Data) published() string { return d.Published.UTC().Format(time.RFC3339) }

// mood is the base mood and the account's own words, as far as they exist.
func (d Data) mood() string {
	if d.MoodLine == "" || d.MoodText == "" {
		return d.MoodLine + d.MoodText
	}
	return d.MoodLine + " · " + d.MoodText
}

// rich is the status as HTML that leaves this site. Quotes are escaped everywhere but around attributes, so nothing that
// somebody wrote looks like a link.
func (d Data) rich() string {
	return strings.ReplaceAll(d.HTML, ` href="/`, ` href="`+html.EscapeString(d.Base)+`/`)
}

// encode is v as JSON that is harmless inside a script and inside HTML too: <, >, &, U+2028 and U+2029 are escaped.
func encode(v any) []byte {
	literal, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	return literal
}
