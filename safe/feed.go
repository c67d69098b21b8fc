package safe

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// LastUpdate returns when a feed (RSS 0.91 to 2.0, Atom, JSON Feed) last said something: the newest date of its items, or of
// the feed itself where they have none, since many set that anew whenever they are asked. Dates after now count as now when
// there are no others. It is false when there is no date, or no feed. kind is its Content-Type.
func LastUpdate(kind string, body []byte, now time.Time) (time.Time, bool) {
	text := strings.TrimSpace(decoded(kind, body))
	var items, whole []string
	if strings.HasPrefix(text, "{") {
		items = jsonDates(text)
	} else {
		items, whole = xmlDates(text)
	}
	if at, ok := newest(items, now); ok {
		return at, true
	}
	return newest(whole, now)
}

// jsonDates are the dates of the items of a JSON Feed.
func jsonDates(text string) (dates []string) {
	var feed struct {
		Items []struct {
			Published string `json:"date_published"`
			Modified  string `json:"date_modified"`
		} `json:"items"`
	}
	// A wrong type somewhere leaves the rest readable, and what is no JSON has no dates.
	_ = json.Unmarshal([]byte(text), &feed)
	for _, item := range feed.Items {
		dates = append(dates, item.Published, item.Modified)
	}
	return dates
}

// dateTags hold dates: of RSS, of Dublin Core in it, of Atom 1.0, of Atom 0.3.
var dateTags = []string{"pubDate", "lastBuildDate", "date", "updated", "published", "modified", "issued"}

// xmlDates are the dates in the items of a feed, and those outside of them. Tags need not match: a feed that breaks off, or
// that was never well-formed, has said something all the same.
func xmlDates(text string) (items, whole []string) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it is UTF-8 by now
	tag, within := "", false
	for {
		token, err := d.RawToken()
		if err != nil {
			return items, whole
		}
		switch token := token.(type) {
		case xml.StartElement:
			tag = token.Name.Local
			within = within || tag == "item" || tag == "entry"
		case xml.EndElement:
			tag = ""
			within = within && token.Name.Local != "item" && token.Name.Local != "entry"
		case xml.CharData:
			switch {
			case !slices.Contains(dateTags, tag):
			case within:
				items = append(items, string(token))
			default:
				whole = append(whole, string(token))
			}
		}
	}
}

// newest is the last of the dates that is not after now, or now when all of them are.
func newest(dates []string, now time.Time) (last time.Time, ok bool) {
	early := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) // there was no web yet
	for _, date := range dates {
		at, err := parseDate(date)
		switch {
		case err != nil || at.Before(early):
		case at.After(now) && !ok:
			last = now
		case !at.After(now) && (!ok || at.After(last)):
			last, ok = at, true
		}
	}
	return last, !last.IsZero()
}

var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05", "2006-01-02",
}

// parseDate reads a date as feeds write it: RFC 3339, or RFC 5322 with any word for the day of the week.
func parseDate(s string) (at time.Time, err error) {
	s = strings.TrimSpace(s)
	for _, form := range dateForms {
		if at, err = time.Parse(form, s); err == nil {
			return at.UTC(), nil
		}
	}
	if _, rest, ok := strings.Cut(s, ","); ok {
		s = rest
	}
	at, err = mail.ParseDate(strings.TrimSpace(s))
	return at.UTC(), err
}
