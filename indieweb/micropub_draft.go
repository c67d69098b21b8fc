package indieweb

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

// Photo is a picture as a request or a feed names it: by its address.
type Photo struct {
	URL, Alt string
	Inline   bool // it stood among the words: they go without it where it cannot be had
}

// about is what a status may be about, elsewhere, with the face that it gets when it says nothing more.
var about = []struct{ property, face string }{
	{"like-of", "❤️"}, {"repost-of", "🔁"}, {"bookmark-of", "🔖"}, {"listen-of", "🎧"}, {"watch-of", "📺"}, {"read-of", "📖"}, {"checkin", "📍"},
}

// shownProperties are those that a status has a place for; all others are kept in its Extra.
var shownProperties = map[string]bool{
	"content": true, "category": true, "photo": true, "in-reply-to": true, "published": true, "mood": true, "face": true, "visibility": true, "post-status": true,
}

const (
	draftStatus = "draft" // of post-status
	rsvpFace    = "🎟️"
)

// Draft is what the properties of an entry say, and its photos. Content that is a string is plain text, {"html"} is HTML; a name goes
// before it, what the entry listens to, watches, reads or answers beside the first goes behind it. Images in HTML are photos, too. Mood is a mood's key or its word, as
// moodKey knows it, or else one's own words. A post-status of draft is a private status.
func (p Properties) Draft(moodKey func(word string) (string, bool)) (d models.Draft, photos []Photo, err error) {
	if d.PublishedAt, err = p.published(); err != nil {
		return d, nil, err
	}
	if err = p.words(&d); err != nil {
		return d, nil, err
	}
	for _, value := range p["mood"] {
		word, _ := value.(string)
		if key, ok := moodKey(word); ok && d.Mood == "" {
			d.Mood = key
		} else if d.MoodText == "" {
			d.MoodText = word
		}
	}
	if face, ok := first[string](p["face"]); ok {
		d.Face = face
	}
	for _, value := range p["category"] {
		if word, ok := value.(string); ok {
			d.Tags += safe.Line(word) + "\n"
		}
	}
	extra := p.extra()
	d.Visibility, _ = first[string](p["visibility"])
	switch status, _ := first[string](p["post-status"]); status {
	case "", "published":
	case draftStatus:
		extra["post-status"] = []any{draftStatus}
		if d.Visibility == models.Private {
			extra["visibility"] = []any{models.Private}
		}
		d.Visibility = models.Private
	default:
		return d, nil, Malformed("A post-status is published or draft.")
	}
	d.Extra = "{}"
	if len(extra) > 0 {
		body, err := json.Marshal(extra)
		if err != nil {
			return d, nil, err
		}
		d.Extra = string(body)
	}
	if photos, err = p.photos(); err == nil {
		photos = withImages(photos, d.Markup)
	}
	return d, photos, err
}

// withImages adds the images that stand in HTML, as many as fit: a status shows its pictures below its words.
func withImages(photos []Photo, markup string) []Photo {
	_, images := absolute(&url.URL{}, markup)
	for _, image := range images {
		known := slices.ContainsFunc(photos, func(p Photo) bool { return safe.SameAddress(p.URL, image.URL) })
		if !known && len(photos) < models.PicturesMost {
			photos = append(photos, Photo{URL: image.URL, Alt: safe.Clip(safe.Text(image.Alt), models.AltMost-1), Inline: true})
		}
	}
	return photos
}

// words sets what is said: a text, HTML, what is answered.
func (p Properties) words(d *models.Draft) error {
	title := p.title()
	links, answered := p.links()
	d.ReplyURL = answered
	if len(p["content"]) > 1 {
		return Malformed("An entry has one content.")
	}
	for _, value := range p["content"] {
		switch content := value.(type) {
		case string:
			d.Text = content
		case map[string]any:
			d.Markup, _ = content["html"].(string)
			if d.Markup == "" {
				d.Text, _ = content["value"].(string)
			}
		default:
			return Malformed("Content is a string or an object with html.")
		}
	}
	if d.Text+d.Markup == "" {
		p.explain(d)
	}
	if d.Markup == "" {
		d.Text = joined(title, d.Text, links)
		return nil
	}
	if title != "" && !strings.HasPrefix(safe.Untagged(d.Markup), title) {
		d.Markup = paragraph(title) + d.Markup
	}
	for _, link := range links {
		if !strings.Contains(d.Markup, html.EscapeString(link)) {
			d.Markup += anchor(link)
		}
	}
	return nil
}

// joined is a text with its title before it and the links behind it that it does not hold.
func joined(title, text string, links []string) string {
	parts := []string{text}
	if title != "" && !strings.HasPrefix(text, title) {
		parts = []string{title, text}
	}
	for _, link := range links {
		if !strings.Contains(text, link) {
			parts = append(parts, link)
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "\n\n")
}

func paragraph(text string) string { return "<p>" + html.EscapeString(text) + "</p>" }

func anchor(link string) string {
	link = html.EscapeString(link)
	return `<p><a href="` + link + `">` + link + "</a></p>"
}

// explain gives a face, and words if need be, to what says nothing but what it is about.
func (p Properties) explain(d *models.Draft) {
	if rsvp, ok := first[string](p["rsvp"]); ok && slices.Contains(models.RSVPs, strings.ToLower(rsvp)) {
		d.Face = rsvpFace
	} else if ok {
		d.Text = "RSVP: " + rsvp
	}
	for _, a := range about {
		if len(p[a.property]) == 0 {
			continue
		}
		d.Face = a.face
		if object, ok := first[map[string]any](p[a.property]); ok {
			d.Text = inner(object, "name")
		}
		return
	}
}

func (p Properties) title() string {
	name, _ := first[string](p["name"])
	return safe.Line(name)
}

// links are the addresses that go behind the words of the entry, and the one that it answers.
func (p Properties) links() (list []string, answered string) {
	for _, value := range p["in-reply-to"] {
		if link := addressOf(value); answered == "" {
			answered = link
		} else if link != "" && !slices.Contains(list, link) {
			list = append(list, link)
		}
	}
	for _, a := range about {
		if slices.Contains(models.SubjectKinds, strings.TrimSuffix(a.property, "-of")) {
			continue // a status shows these by itself
		}
		for _, value := range p[a.property] {
			if link := addressOf(value); link != "" && !slices.Contains(list, link) {
				list = append(list, link)
			}
		}
	}
	return list, answered
}

// addressOf is the http address that a value is, or that an object in it has; empty when there is none.
func addressOf(value any) string {
	link, ok := value.(string)
	if object, nested := value.(map[string]any); nested {
		link, ok = inner(object, "url"), true
		if value, isText := object["value"].(string); link == "" && isText {
			link = value
		}
	}
	link = strings.TrimSpace(link)
	if !ok || !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") || strings.ContainsAny(link, " \t\r\n<>\"") {
		return ""
	}
	return link
}

// inner is the first string of a property of a nested object.
func inner(object map[string]any, name string) string {
	properties, _ := object["properties"].(map[string]any)
	values, _ := properties[name].([]any)
	text, _ := first[string](values)
	return text
}

// extra is what a status has no place for.
func (p Properties) extra() Properties {
	rest := maps.Clone(p)
	maps.DeleteFunc(rest, func(name string, values []any) bool { return shownProperties[name] || len(values) == 0 })
	if people := slices.DeleteFunc(slices.Clone(p["category"]), isString); len(people) > 0 {
		rest["category"] = people
	}
	return rest
}

func isString(value any) bool {
	_, ok := value.(string)
	return ok
}

func (p Properties) photos() (list []Photo, err error) {
	for _, value := range p["photo"] {
		photo := Photo{}
		switch v := value.(type) {
		case string:
			photo.URL = v
		case map[string]any:
			photo.URL, _ = v["value"].(string)
			photo.Alt, _ = v["alt"].(string)
		}
		if photo.URL = strings.TrimSpace(photo.URL); photo.URL == "" {
			return nil, Malformed("A photo is an address, or an object with value and alt.")
		}
		list = append(list, photo)
	}
	if len(list) > models.PicturesMost {
		return nil, models.ErrPicturesMany
	}
	return list, nil
}

// times are the forms of a date-time that clients write; those without a zone are in UTC.
var times = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02T15:04:05",
	"2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

func (p Properties) published() (models.Instant, error) {
	if len(p["published"]) == 0 {
		return 0, nil
	}
	text, _ := first[string](p["published"])
	if at, ok := dateTime(text); ok {
		return models.At(at), nil
	}
	return 0, Malformed("Published is not a date and time of ISO 8601, from 1970 on.")
}

// dateTime is the time that a value is.
func dateTime(value any) (at time.Time, ok bool) {
	text, _ := value.(string)
	for _, form := range times {
		if at, err := time.Parse(form, strings.TrimSpace(text)); err == nil && at.Year() >= 1970 {
			return at, true
		}
	}
	return at, false
}
