package views

import (
	"time"

	"marquee/models"
)

// Page is what every page shows around its own content. Each page struct embeds it.
type Page struct {
	Site     *models.Site
	Viewer   *models.Account // nil: a guest
	Lang     string
	Look     string // "late", "matinee", or empty: as the system says
	Title    string
	Home     string // address of the site, no slash at its end
	Here     string // the page's own path, for the way back
	Token    string // the form token; empty on pages that are kept for everybody
	Feeds    []Link // autodiscovery
	Hub      string // address of the hub that tells of changes of this page; empty: none does
	Self     string // the page's own address, for the hub
	Problem  *models.Error
	Deed     string // what the viewer has just done on a settings page, see deeds; any other word: something was saved
	Popup    bool
	Hide     bool            // asks search engines to stay away
	Owner    *models.Account // whose page it is: it wears their layout; nil: the site's own
	Plain    bool            // the reader wants pages without their layouts
	Try      string          // address of a stylesheet that the page wears for a try
	Pingback string          // address that takes pingbacks, absolute; empty: none
	Framed   bool            // the page stands in a frame of ours, without what stands around it
}

// TakesPingbacks is the absolute address that takes pingbacks for the page; empty: none.
func (p Page) TakesPingbacks() string { return p.Pingback }

// Link is the address of a feed: its Content-Type, its full title, and the short word of its format.
type Link struct{ Type, Title, Href, Word string }

// T is the sentence of a key in the page's language.
func (p Page) T(key string, pairs ...any) string { return Say(p.Lang, key, pairs...) }

// Wrong is the sentence beside a form field that was refused; empty when it was not.
func (p Page) Wrong(field string) string {
	if p.Problem == nil || p.Problem.Field != field {
		return ""
	}
	return Explain(p.Lang, p.Problem)
}

// Sheet is the address of the layout that the page wears; empty when it wears none.
func (p Page) Sheet() string {
	switch {
	case p.Try != "":
		return p.Try
	case p.Plain || p.Owner == nil || p.Owner.Layout == "":
		return ""
	}
	return p.Owner.Path() + "/layout.css?v=" + p.Owner.Layout
}

// Moment writes an instant out in the page's language.
func (p Page) Moment(i models.Instant) string { return Moment(p.Lang, i) }

// DayOf is the day of the month of an instant, in UTC.
func (p Page) DayOf(i models.Instant) string { return day(p.Lang, i.Time().Day()) }

// MonthOf is the month of an instant as a number, in UTC.
func (Page) MonthOf(i models.Instant) int { return int(i.Time().Month()) }

// YearOf is the year of an instant, in UTC.
func (Page) YearOf(i models.Instant) int { return i.Time().Year() }

// ISO writes an instant for machines (RFC 3339, UTC).
func (p Page) ISO(i models.Instant) string { return i.Time().Format(time.RFC3339) }

// Mood is the word of a base mood in the page's language.
func (p Page) Mood(key string) string { return p.T("mood." + key) }

// Alt is what a picture shows, or that nobody said.
func (p Page) Alt(picture models.Picture, by *models.Account) string {
	if picture.Alt != "" {
		return picture.Alt
	}
	return p.T("picture.no_alt", "Name", by.Name)
}

// Mine reports whether the account is the viewer.
func (p Page) Mine(a *models.Account) bool { return p.Viewer != nil && a != nil && p.Viewer.ID == a.ID }

// Composer is the form that makes or edits a status.
type Composer struct {
	Action string
	Legend string
	Button string
	Draft  models.Draft
	Faces  []string // the account's own, last used first
	Once   string
	Open   bool // the face table stands open
	Popup  bool
	Alts   []string // what was said of pictures that were refused
	Crunch string   // how hard pictures are squeezed, empty: as usual
	Dither bool
}

// Answering reports whether the form has a field for an address elsewhere that the status answers: a new status that answers
// nothing here, and in the small pop-up only when there is an address already.
func (c Composer) Answering() bool {
	return c.Action == "/statuses" && c.Draft.ReplyToID == 0 && (!c.Popup || c.Draft.ReplyURL != "")
}

// Slots numbers a file field for each picture that there is still room for.
func (c Composer) Slots() []int {
	most := models.PicturesMost
	if c.Popup {
		most = 1
	}
	numbers := make([]int, max(0, most-len(c.Draft.Pictures)))
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// AltOf is what stands beside a file field already.
func (c Composer) AltOf(number int) string {
	if number < len(c.Alts) {
		return c.Alts[number]
	}
	return ""
}

// Slot is a field for one picture within a page.
type Slot struct {
	Page
	Number     int
	Label, Alt string
}

// Accepts is what a form offers to choose from. Without HEIC in it, an iPhone sends a JPEG.
func (Slot) Accepts() string { return "image/jpeg,image/png,image/gif,image/webp,image/avif" }

// FaceRows is the face table: the account's own faces first, then the usual ones, ten a row.
func (c Composer) FaceRows() [][]string {
	list := append([]string{}, c.Faces...)
	own := map[string]bool{}
	for _, face := range c.Faces {
		own[face] = true
	}
	for _, face := range usualFaces {
		if !own[face] {
			list = append(list, face)
		}
	}
	var rows [][]string
	for len(list) > 0 {
		n := min(10, len(list))
		rows, list = append(rows, list[:n]), list[n:]
	}
	return rows
}

// MoodTree is the list of moods to choose from.
func (c Composer) MoodTree() []models.MoodFamily { return models.MoodTree() }

// usualFaces are the faces a newcomer finds in the picker; any emoji may be typed.
var usualFaces = []string{
	"🙂", "😊", "😄", "😂", "🥰", "😍", "😎", "🤩", "🥳", "😇",
	"😴", "😌", "🤔", "😐", "🙃", "😏", "😬", "🥱", "😪", "🤒",
	"😢", "😭", "😞", "😟", "😨", "😱", "😠", "😡", "😤", "🤯",
	"🥺", "😳", "🤪", "😈", "👻", "💀", "🤖", "👽", "🐱", "🐶",
	"🐸", "🦊", "🐻", "🐝", "🦋", "🌱", "🌸", "🌻", "🍂", "🌙",
	"⭐", "✨", "☀️", "🌧️", "❄️", "🔥", "🌈", "☕", "🍵", "🍜",
	"🍕", "🍰", "🍎", "🍷", "🎵", "🎧", "🎮", "📚", "📷", "🎨",
	"✏️", "💻", "💾", "📼", "☎️", "🚲", "🚆", "✈️", "🏠", "🛏️",
	"🎂", "🎁", "🎃", "🎄", "💌", "❤️", "💔", "💤", "💡", "🔧",
	"🧶", "🪴", "🧹", "🛒", "⚽", "🏊", "🧘", "🎬", "🎭", "🎪",
}
