package indieweb

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

// fixedProperties are those of a source that no update changes.
var fixedProperties = []string{"url", "published", "updated", "in-reply-to"}

// Source is a status as Micropub shows it to who edits it (§3.7.2); home is the address of the site. What Draft makes of it says the
// same again.
func Source(st *models.Status, home string) Properties {
	p := Properties{}
	if st.Extra != "" {
		_ = readJSON([]byte(st.Extra), &p) // the store took nothing but JSON; of another shape it says nothing
	}
	for _, name := range fixedProperties {
		delete(p, name) // they are ours to say
	}
	set := func(name, value string) {
		if value != "" {
			p[name] = append(p[name], value)
		}
	}
	categories := []any{}
	for _, word := range models.TagWords(st.Tags) {
		categories = append(categories, word)
	}
	if categories = append(categories, p["category"]...); len(categories) > 0 {
		p["category"] = categories
	}
	set("mood", st.Mood)
	set("mood", st.MoodText)
	set("face", st.Face)
	if !p.waits() || st.Visibility != models.Private { // one that its owner made public on the site is no draft any more
		delete(p, "post-status")
		p["visibility"] = []any{st.Visibility}
	} else if len(p["visibility"]) == 0 {
		p["visibility"] = []any{models.Public}
	}
	p.content(st)
	for _, picture := range st.Pictures {
		if picture.Alt == "" {
			set("photo", home+picture.Path())
		} else {
			p["photo"] = append(p["photo"], map[string]any{"value": home + picture.Path(), "alt": picture.Alt})
		}
	}
	set("url", home+st.Path())
	set("published", st.PublishedAt.Time().Format(time.RFC3339))
	if !st.EditedAt.IsZero() {
		set("updated", st.EditedAt.Time().Format(time.RFC3339))
	}
	if st.ReplyTo != nil {
		set("in-reply-to", home+st.ReplyTo.Path())
	} else {
		set("in-reply-to", st.ReplyURL)
	}
	return p
}

// waits reports whether an entry is a draft.
func (p Properties) waits() bool {
	word, _ := first[string](p["post-status"])
	return word == draftStatus
}

// content sets what was said, without the title and the links that Draft put around it.
func (p Properties) content(st *models.Status) {
	title := p.title()
	links, _ := p.links()
	slices.Reverse(links)
	said, before, behind := st.Text, title, func(link string) string { return "\n\n" + link }
	if st.Markup != "" {
		said, before, behind = st.Markup, safe.HTML(paragraph(title)), func(link string) string { return safe.HTML(anchor(link)) }
	}
	if title != "" {
		if rest, ok := strings.CutPrefix(said, before); ok && (rest == "" || st.Markup != "" || strings.HasPrefix(rest, "\n\n")) {
			said = strings.TrimSpace(rest)
		}
	}
	for _, link := range links {
		if said = strings.TrimSpace(strings.TrimSuffix(said, behind(link))); said == link {
			said = ""
		}
	}
	switch {
	case said == "":
	case st.Markup != "":
		p["content"] = []any{map[string]any{"html": said}}
	default:
		p["content"] = []any{said}
	}
}

// Only is the properties of those names; all of them for no names.
func (p Properties) Only(names []string) Properties {
	if len(names) == 0 {
		return p
	}
	some := maps.Clone(p)
	maps.DeleteFunc(some, func(name string, _ []any) bool { return !slices.Contains(names, name) })
	return some
}

// Revise is what a status says after an update, and its photos. A draft that becomes more than one is published now, or at the time
// that the update gives.
func (m *Micropub) Revise(st *models.Status, home string, now models.Instant, moodKey func(word string) (string, bool)) (models.Draft, []Photo, error) {
	source := Source(st, home)
	p, err := m.Apply(source)
	if err != nil {
		return models.Draft{}, nil, err
	}
	d, photos, err := p.Draft(moodKey)
	if d.From = st; !m.touches("mood") {
		d.Mood, d.MoodText = st.Mood, st.MoodText // own words may be a mood's, too
	}
	if source.waits() && !p.waits() {
		d.PublishedAt = cmp.Or(d.PublishedAt, now)
	}
	return d, photos, err
}

// Apply is a source after an update: what is replaced first, then what is added, then what is deleted (§3.4). Of what is fixed nothing
// is left but the time at which a draft is published.
func (m *Micropub) Apply(source Properties) (Properties, error) {
	p := maps.Clone(source)
	maps.Copy(p, m.Replace)
	for name, values := range m.Add {
		p[name] = slices.Concat(p[name], values)
	}
	for name, values := range m.Delete {
		p[name] = slices.DeleteFunc(slices.Clone(p[name]), func(have any) bool {
			return slices.ContainsFunc(values, func(gone any) bool { return sameValue(have, gone) })
		})
	}
	for _, name := range m.Drop {
		delete(p, name)
	}
	for _, name := range fixedProperties {
		switch same := slices.EqualFunc(p[name], source[name], sameValue); {
		case same || !m.touches(name):
			delete(p, name)
		case name != "published" || !source.waits() || p.waits():
			return nil, Malformed("The address of a status, its time and what it answers stay as they are.")
		}
	}
	return p, nil
}

func (m *Micropub) touches(name string) bool {
	return len(m.Replace[name])+len(m.Add[name])+len(m.Delete[name]) > 0 || slices.Contains(m.Drop, name)
}

// sameValue compares two values: of photos the address counts, of times the moment.
func sameValue(a, b any) bool {
	if address := addressOf(a); address != "" && address == addressOf(b) {
		return true
	}
	if at, ok := dateTime(a); ok {
		other, also := dateTime(b)
		return also && at.Equal(other)
	}
	return reflect.DeepEqual(a, b)
}

// MarshalJSON writes the properties as an object, also when there are none.
func (p Properties) MarshalJSON() ([]byte, error) {
	if p == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string][]any(p))
}
