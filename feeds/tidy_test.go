package feeds_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"marquee/feeds"
)

// An Atom entry needs a title, so it shows what stands for an item without one.
func TestTheTitleMadeForAnItem(t *testing.T) {
	for name, c := range map[string]struct {
		item feeds.Item
		want string
	}{
		"its own":           {feeds.Item{Title: "Mine", Text: "words"}, "Mine"},
		"its words":         {feeds.Item{Text: " so\n\tmany  words "}, "so many words"},
		"face and mood":     {feeds.Item{Face: "😊", Mood: "happy"}, "😊 happy"},
		"face and own mood": {feeds.Item{Face: "😊", Mood: "happy", MoodText: "over the moon"}, "😊 over the moon"},
		"face alone":        {feeds.Item{Face: "😊"}, "😊"},
		"mood alone":        {feeds.Item{Mood: "happy"}, "happy"},
		"the picture":       {feeds.Item{Pictures: []feeds.Picture{{URL: "https://a.example/1.jpg", Alt: "A cat"}}}, "A cat"},
		"the address":       {feeds.Item{URL: "https://a.example/1"}, "https://a.example/1"},
		"sixty characters":  {feeds.Item{Text: strings.Repeat("é", 60)}, strings.Repeat("é", 60)},
		"one long word":     {feeds.Item{Text: strings.Repeat("é", 61)}, strings.Repeat("é", 59) + "…"},
		"cut at a word":     {feeds.Item{Text: strings.Repeat("nine char ", 7)}, strings.TrimSpace(strings.Repeat("nine char ", 6)) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			f := empty()
			f.Items = []feeds.Item{c.item}
			title := parse(t, write(t, feeds.Atom, f)).all("entry")[0].text("title")
			if title != c.want || utf8.RuneCountInString(title) > 60 {
				t.Errorf("title %q, want %q", title, c.want)
			}
		})
	}
}

func TestWhatStandsForMissingHTML(t *testing.T) {
	for want, it := range map[string]feeds.Item{
		"1 &lt; 2": {Text: "1 < 2"},
		"😊 &amp;":  {Face: "😊", MoodText: "&"},
		"<b>x</b>": {HTML: "<b>x</b>", Text: "x"},
	} {
		f := empty()
		f.Items = []feeds.Item{it}
		if got := parse(t, write(t, feeds.RSS, f)).all("channel")[0].all("item")[0].text("description"); got != want {
			t.Errorf("description %q, want %q", got, want)
		}
	}
}

func TestAnAtomFeedAlwaysHasAnAuthor(t *testing.T) {
	for name, c := range map[string]struct {
		authors     []feeds.Person
		feed, entry string
	}{
		"no entries":          {nil, "Marquee", ""},
		"all named":           {[]feeds.Person{ada, zoé}, "", "ada"},
		"one nameless":        {[]feeds.Person{ada, {}}, "Marquee", "ada"},
		"an address, no name": {[]feeds.Person{{URL: ada.URL}}, "Marquee", ""},
	} {
		f := empty()
		for i, by := range c.authors {
			f.Items = append(f.Items, item(i, "Hello.", by))
		}
		root := parse(t, write(t, feeds.Atom, f))
		if got := root.path("author", "name"); got != c.feed {
			t.Errorf("%s: author of the feed %q, want %q", name, got, c.feed)
		}
		if got := root.path("entry", "author", "name"); got != c.entry {
			t.Errorf("%s: author of the first entry %q, want %q", name, got, c.entry)
		}
	}
}

func TestDatesNoFormatCanWrite(t *testing.T) {
	f := solo()
	for i, year := range []int{-5, 12026, 0} {
		f.Items[i].Published = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		f.Items[i].Updated = f.Items[i].Published
	}
	for _, format := range feeds.Formats {
		check(t, format.File, write(t, format.Write, f))
	}
	if root := parse(t, write(t, feeds.Atom, f)); root.path("entry", "updated") != root.text("updated") {
		t.Errorf("an entry without date should take that of the feed, has %q", root.path("entry", "updated"))
	}
}

func TestEditedWithinTheSecondIsNotEdited(t *testing.T) {
	f := solo()
	f.Items[0].Updated = f.Items[0].Published.Add(900 * time.Millisecond)
	if strings.Contains(string(write(t, feeds.JSON, f)), "date_modified") {
		t.Error("an item saved within the second it was made looks edited")
	}
}

func TestAPageNeverFollowsItself(t *testing.T) {
	f := empty()
	f.Page, f.Next = "?before=9", "?before=9"
	for _, format := range feeds.Formats {
		if out := string(write(t, format.Write, f)); strings.Contains(out, "next") {
			t.Errorf("%s: %s", format.File, out)
		}
	}
}
