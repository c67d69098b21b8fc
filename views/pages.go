package views

import (
	"cmp"

	"marquee/models"
)

// Stream is a list of statuses with a title: the public stream, a tag, a mood.
type Stream struct {
	Page
	Welcome  bool // the front page greets guests
	Composer *Composer
	Statuses []models.Status
	Older    string // address of the next page, empty at the end
	First    bool   // this is the first page
	Family   []models.Mood
}

// Status is one status with its answers.
type Status struct {
	Page
	Status   *models.Status
	Answers  []models.Status
	Mentions []models.Mention // by other sites
	Composer *Composer
}

// Withdrawn tells who took a status away until when they may bring it back.
type Withdrawn struct {
	Page
	Path  string // of the status
	Until models.Instant
}

// Pictures is a wall of pictures: everybody's, or an account's.
type Pictures struct {
	Page
	Account  *models.Account
	Statuses []models.Status
	Older    string
	First    bool
}

// Diary is a year of an account's moods, month by month as far as it felt anything.
type Diary struct {
	Page
	Account *models.Account
	Year    int
	Years   []int // those that there are
	Months  []DiaryMonth
}

// DiaryMonth is what was felt in one month, oldest first.
type DiaryMonth struct {
	Name     string
	Statuses []models.Status
}

// Moods is the mood of the site and the tree of all moods.
type Moods struct {
	Page
	Tree    []models.MoodFamily
	Week    []MoodShare // what people picked this week, in the order of the tree
	Snippet string      // the mood of the house, to paste elsewhere
}

// MoodShare is how much of a week was one family of moods.
type MoodShare struct {
	Key     string
	Percent int
}

// Directory is who is here.
type Directory struct {
	Page
	Order  string
	People []models.Account
	Older  string
}

// Prose is a page of text: about, rules.
type Prose struct {
	Page
	HTML    string
	Empty   string
	Snippet string // the site's button, to paste elsewhere; empty: not here
}

// SignUp is the form for newcomers.
type SignUp struct {
	Page
	Name   string
	Closed bool
}

// Codes shows recovery codes, once.
type Codes struct {
	Page
	Codes []string
	First bool // they come with a new account
}

// LogIn is the form to log in; Held is a form that waits behind it.
type LogIn struct {
	Page
	Name string
	Me   string // an address of one's own, in place of a name
	Held string
	Sent bool   // it was sent already, and goes through; otherwise it is a page to see
	Asks string // the site that asks who somebody is, if one led them here
}

// Recover is the form for who lost the password.
type Recover struct {
	Page
	Name string
	Code string
}

// Resend shows a form that could not go through by itself, filled in, to be sent again.
type Resend struct {
	Page
	Action string
	Fields []Value
	Back   bool // its sender had to go and log in at another site
}

// fieldWords are the keys of the words beside the fields that a person fills in; the others are hidden.
var fieldWords = map[string]string{
	"text": "composer.text", "face": "composer.face", "mood": "composer.mood", "mood_text": "composer.mood_text",
	"bio": "field.bio", "homepage": "field.homepage", "name": "field.name", "code": "field.code",
	"alt": "composer.alt", "who": "friends.who", "key": "rings.key", "title": "rings.name", "words": "rings.words", "address": "rings.address",
	"site_name": "field.site_name", "about": "field.about", "rules": "field.rules",
}

// Label is what a field of the form is called; empty for one that nobody fills in by hand.
func (r Resend) Label(name string) string {
	if key, ok := fieldWords[name]; ok {
		return r.T(key)
	}
	return ""
}

// Value is one field of a form.
type Value struct{ Name, Value string }

// Post is the pop-up composer.
type Post struct {
	Page
	Composer *Composer
	ReplyTo  *models.Status
	Sent     *models.Status // just published from the pop-up
}

// Edit is the form to edit a status.
type Edit struct {
	Page
	Status   *models.Status
	Composer *Composer
}

// Security is everything about an account's keys: password, sessions, recovery codes, the way out.
type Security struct {
	Page
	Sessions  []models.Session
	Session   *models.Session
	CodesLeft int
	Saved     bool
	Fresh     bool // the account has just logged in: that stands for a password that it has not

	Identities []models.Identity // addresses with which it logs in
	Home       string            // held way back to this page, for logging in anew
}

// SiteSettings is what the webmaster may change.
type SiteSettings struct {
	Page
	Settings      models.SiteSettings
	Waiting, Dead int64
	Saved         bool
}

// Widgets is the snippet builder.
type Widgets struct {
	Page
	Options  WidgetOptions
	Query    string
	Snippets []Snippet
	Themes   []string
	Mark     string // bookmarklet, to be dragged to the bookmarks
}

// WidgetOptions is how somebody wants their widget to look.
type WidgetOptions struct {
	Theme, FG, BG, Template, Lang string
	Trans                         bool
}

// Snippet is one thing to paste; Key names it in the locales, Image is the address of its preview.
type Snippet struct{ Key, Code, Image string }

// Buttons is where an account makes its button and hangs those of its friends.
type Buttons struct {
	Page
	Saved   bool
	Design  models.Design
	Preview string // the design as a data: URL
	Styles  []string
	Tree    []models.MoodFamily
	Wall    []models.Button
	New     NewButton
}

// NewButton is a friend's button that is not hung yet.
type NewButton struct{ Link, Source, Alt string }

// Notices is what was meant for the viewer.
type Notices struct {
	Page
	Notices  []models.Notice
	Mentions []models.Mention // the newest by other sites
	Waits    models.Waits
}

// Report is the form that tells the webmaster of a page.
type Report struct {
	Page
	Account    *models.Account
	Path, Text string
	Sent       bool
}

// Reports is what the webmaster should look at.
type Reports struct {
	Page
	Reports []models.Report
	Saved   bool
}

// Reading is how a person reads the site: language and light.
type Reading struct {
	Page
	Back string
}

// Looks are the lights one may read in.
func (Reading) Looks() []string { return []string{"system", "matinee", "late"} }

// Chosen is the light one reads in now.
func (r Reading) Chosen() string { return cmp.Or(r.Look, "system") }

// Error is the page of a refusal or a breakdown.
type Error struct {
	Page
	Sentence string
	Request  string // id to tell the webmaster
}
