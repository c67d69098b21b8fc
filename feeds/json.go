package feeds

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"time"
)

const (
	jsonFile    = "feed.json"
	jsonType    = "application/feed+json"
	jsonVersion = "https://jsonfeed.org/version/1.1"
)

// JSON writes f as JSON Feed 1.1 (jsonfeed.org/version/1.1), with the author of version 1 for old readers. What that format
// has no word for (face, mood, what is answered) is in the extension _marquee. It returns only the error of w.
func JSON(w io.Writer, f Feed) error {
	f = tidy(f)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(jsonFeedOf(f)); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Home        string       `json:"home_page_url,omitempty"`
	Self        string       `json:"feed_url"`
	Next        string       `json:"next_url,omitempty"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty"`
	Icon        string       `json:"icon,omitempty"`
	Authors     []jsonPerson `json:"authors,omitempty"`
	Author      *jsonPerson  `json:"author,omitempty"`
	Hubs        []jsonHub    `json:"hubs,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID          string           `json:"id"`
	URL         string           `json:"url,omitempty"`
	Title       string           `json:"title,omitempty"`
	HTML        string           `json:"content_html"`
	Text        string           `json:"content_text,omitempty"`
	Image       string           `json:"image,omitempty"`
	Published   string           `json:"date_published,omitempty"`
	Modified    string           `json:"date_modified,omitempty"`
	Authors     []jsonPerson     `json:"authors,omitempty"`
	Author      *jsonPerson      `json:"author,omitempty"`
	Tags        []string         `json:"tags,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Marquee     jsonMarquee      `json:"_marquee,omitzero"`
}

type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

type jsonMarquee struct {
	Face     string `json:"face,omitempty"`
	Mood     string `json:"mood,omitempty"`
	MoodText string `json:"mood_text,omitempty"`
	ReplyTo  string `json:"reply_to,omitempty"`
}

func jsonFeedOf(f Feed) jsonFeed {
	feed := jsonFeed{
		Version: jsonVersion, Title: f.Title, Home: f.Home, Self: f.self(jsonFile), Next: f.next(jsonFile),
		Description: f.Description, Language: f.Language, Icon: f.Icon, Items: make([]jsonItem, len(f.Items)),
	}
	feed.Authors, feed.Author = jsonPeople(f.Author)
	if f.Hub != "" {
		feed.Hubs = []jsonHub{{Type: "WebSub", URL: f.Hub}}
	}
	for i, it := range f.Items {
		feed.Items[i] = jsonItemOf(it)
	}
	return feed
}

func jsonItemOf(it Item) jsonItem {
	item := jsonItem{
		ID: it.ID, URL: it.URL, Title: it.Title, HTML: it.HTML, Text: it.Text,
		Published: stamp(it.Published, time.RFC3339), Tags: it.Tags, Language: it.Language,
		Marquee: jsonMarquee{it.Face, it.Mood, it.MoodText, it.ReplyTo},
	}
	item.Authors, item.Author = jsonPeople(it.Author)
	if it.Updated.After(it.Published) {
		item.Modified = stamp(it.Updated, time.RFC3339)
	}
	for _, p := range it.Pictures {
		item.Image = cmp.Or(item.Image, p.URL)
		item.Attachments = append(item.Attachments, jsonAttachment{URL: p.URL, Type: p.Type, Title: p.Alt, Size: p.Size})
	}
	return item
}

// jsonPeople is p as the authors of version 1.1 and the author of version 1, both absent for nobody.
func jsonPeople(p Person) ([]jsonPerson, *jsonPerson) {
	if p.Name == "" {
		return nil, nil
	}
	people := []jsonPerson{{p.Name, p.URL}}
	return people, &people[0]
}
