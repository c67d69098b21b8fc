package feeds

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"time"
)

// titleLength is how many characters the title made for an untitled status may have.
const titleLength = 60

// tidy gives every writer the same sound input, in a copy: text that XML can hold, UTC dates in whole seconds, and
// nothing empty that a format requires.
func tidy(f Feed) Feed {
	cleanAll(&f.ID, &f.Title, &f.Description, &f.Home, &f.Base, &f.Page, &f.Next, &f.Hub, &f.Language,
		&f.Author.Name, &f.Author.URL, &f.Icon, &f.Generator, &f.Blogroll, &f.Service)
	f.ID = cmp.Or(f.ID, f.Home)
	f.Title = cmp.Or(f.Title, f.Home)
	f.Updated = moment(f.Updated)
	f.Items = slices.Clone(f.Items)
	for i := range f.Items {
		tidyItem(&f.Items[i])
	}
	return f
}

func tidyItem(it *Item) {
	cleanAll(&it.ID, &it.URL, &it.HTML, &it.Text, &it.Title, &it.Author.Name, &it.Author.URL,
		&it.Face, &it.Mood, &it.MoodText, &it.ReplyTo, &it.ReplyToID, &it.Comments, &it.Language)
	it.ID = cmp.Or(it.ID, it.URL)
	it.HTML = cmp.Or(it.HTML, html.EscapeString(cmp.Or(it.Text, it.label())))
	it.Published, it.Updated = moment(it.Published), moment(it.Updated)
	it.Pictures = slices.Clone(it.Pictures)
	for i := range it.Pictures {
		p := &it.Pictures[i]
		cleanAll(&p.URL, &p.Type, &p.Alt)
	}
	tags := make([]string, 0, len(it.Tags))
	for _, tag := range it.Tags {
		if tag = clean(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	it.Tags = tags
}

func cleanAll(texts ...*string) {
	for _, s := range texts {
		*s = clean(*s)
	}
}

// clean drops the characters that XML 1.0 (section 2.2, Char) forbids even as references. strings.Map itself turns every
// byte that is not UTF-8 into U+FFFD.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// moment is t in UTC and whole seconds, or zero when its year doesn't have the four digits that RFC 822 and RFC 3339 dates need.
func moment(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Second)
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// stamp writes t in layout, and an unknown time as nothing.
func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// label is a line that stands for the item where one is required: its title, its first words, its face and mood,
// what its pictures show or, at last, its address.
func (it Item) label() string {
	mood := strings.TrimSpace(it.Face + " " + cmp.Or(it.MoodText, it.Mood))
	shown := ""
	for _, p := range it.Pictures {
		shown = cmp.Or(shown, firstWords(p.Alt))
	}
	return cmp.Or(it.Title, firstWords(it.Text), mood, shown, it.URL)
}

// firstWords is text on one line of at most titleLength characters, cut at a word where there is one.
func firstWords(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= titleLength {
		return text
	}
	line := string(runes[:titleLength])
	if end := strings.LastIndexByte(line, ' '); end > 0 {
		return line[:end] + "…"
	}
	return string(runes[:titleLength-1]) + "…"
}
