package feeds_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

type jsonPerson struct{ Name, URL, Avatar string }

type jsonFeed struct {
	Version, Title, Description, Language, Icon string
	Home                                        string `json:"home_page_url"`
	Self                                        string `json:"feed_url"`
	Next                                        string `json:"next_url"`
	Author                                      *jsonPerson
	Authors                                     []jsonPerson
	Hubs                                        []struct{ Type, URL string }
	Items                                       []jsonItem
}

type jsonItem struct {
	ID, URL, Title, Image, Language string
	HTML                            *string `json:"content_html"`
	Text                            *string `json:"content_text"`
	Published                       *string `json:"date_published"`
	Modified                        *string `json:"date_modified"`
	Author                          *jsonPerson
	Authors                         []jsonPerson
	Tags                            []string
	Attachments                     []struct {
		URL, Title string
		Type       string `json:"mime_type"`
		Size       int64  `json:"size_in_bytes"`
	}
	Marquee map[string]string `json:"_marquee"`
}

// validJSON knows JSON Feed 1.1; a key it doesn't know, or a value of another type, is an error.
func validJSON(b []byte) error {
	var f jsonFeed
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return err
	}
	var p problems
	p.want(f.Version == "https://jsonfeed.org/version/1.1" && f.Title != "", "version and title")
	p.want(f.Items != nil, "items is an array")
	p.absolute(f.Home, "home_page_url")
	p.absolute(f.Self, "feed_url")
	p.want(f.Next != f.Self, "next_url differs from feed_url")
	p.authors(f.Author, f.Authors)
	for _, hub := range f.Hubs {
		p.want(hub.Type == "WebSub", "type of hub")
		p.absolute(hub.URL, "hub")
	}
	ids := map[string]bool{}
	for _, it := range f.Items {
		p.want(it.ID != "" && !ids[it.ID], "id %q", it.ID)
		ids[it.ID] = true
		p.jsonItem(it)
	}
	return errors.Join(p...)
}

func (p *problems) jsonItem(it jsonItem) {
	p.absolute(it.URL, "item url")
	p.want(it.HTML != nil || it.Text != nil, "content")
	for _, at := range []*string{it.Published, it.Modified} {
		if at != nil {
			p.date(*at, time.RFC3339, "date")
			p.want(strings.HasSuffix(*at, "Z"), "date %q", *at)
		}
	}
	for _, a := range it.Attachments {
		p.absolute(a.URL, "attachment")
		p.want(a.Type != "", "mime_type")
	}
	p.authors(it.Author, it.Authors)
}

// authors wants the author of version 1 to be the first of those of version 1.1.
func (p *problems) authors(old *jsonPerson, people []jsonPerson) {
	p.want((old == nil) == (len(people) == 0), "author and authors")
	p.want(old == nil || len(people) == 0 || *old == people[0], "author as in authors")
}
