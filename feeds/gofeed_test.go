package feeds_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"

	"marquee/feeds"
)

func read(tb testing.TB, document []byte) *gofeed.Feed {
	tb.Helper()
	f, err := gofeed.NewParser().Parse(bytes.NewReader(document))
	if err != nil {
		tb.Fatalf("%v\n%s", err, document)
	}
	return f
}

// legal is s as it should arrive at a reader. It is written apart from the package's own cleaning, to judge it.
func legal(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestReadersUnderstand(t *testing.T) {
	for name, f := range samples() {
		for _, format := range feeds.Formats {
			t.Run(name+"/"+format.File, func(t *testing.T) {
				got := read(t, write(t, format.Write, f))
				same(t, "title", got.Title, legal(f.Title))
				same(t, "home", got.Link, f.Home)
				same(t, "self", got.FeedLink, f.Base+format.File+f.Page)
				same(t, "language", got.Language, f.Language)
				same(t, "items", len(got.Items), len(f.Items))
				for i, it := range f.Items {
					compare(t, format, got.Items[i], it)
				}
			})
		}
	}
}

func compare(t *testing.T, format feeds.Format, got *gofeed.Item, want feeds.Item) {
	t.Helper()
	same(t, "id", got.GUID, want.ID)
	same(t, "link", got.Link, want.URL)
	if want.HTML != "" {
		same(t, "html", content(got), legal(want.HTML))
	}
	if format.File != "atom.xml" {
		same(t, "title", got.Title, legal(want.Title))
	}
	if want.Author.Name != "" && len(got.Authors) > 0 {
		same(t, "author", got.Authors[0].Name, want.Author.Name)
	}
	same(t, "published", *got.PublishedParsed, want.Published)
	if got.UpdatedParsed != nil {
		same(t, "updated", *got.UpdatedParsed, want.Updated.UTC())
	}
	var tags []string
	for _, tag := range want.Tags {
		if tag = legal(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	same(t, "tags", strings.Join(got.Categories, ","), strings.Join(tags, ","))
	enclosures := want.Pictures
	if format.File == "rss.xml" {
		enclosures = enclosures[:min(1, len(enclosures))]
	}
	same(t, "enclosures", len(got.Enclosures), len(enclosures))
	for i, p := range enclosures[:min(len(got.Enclosures), len(enclosures))] {
		same(t, "enclosure", *got.Enclosures[i], gofeed.Enclosure{URL: p.URL, Length: strconv.FormatInt(p.Size, 10), Type: p.Type})
	}
	if replies := got.Extensions["thr"]["in-reply-to"]; format.File != "feed.json" && want.ReplyTo != "" {
		same(t, "in-reply-to", len(replies), 1)
		same(t, "in-reply-to", replies[0].Attrs["href"], want.ReplyTo)
	}
}

// content is the HTML of an item, which RSS calls description.
func content(it *gofeed.Item) string {
	if it.Content != "" {
		return it.Content
	}
	return it.Description
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func FuzzFormats(f *testing.F) {
	f.Add("Title", "ada", "Hello", "<p>Hello</p>", "tag", "https://marquee.example/1", "😊", int64(1772625600))
	f.Add("]]>", "<&>\"'", "a\x00b\ufffe", "<![CDATA[x]]>&amp;amp;", "é\xff", "javascript:\"<", "\u2028", int64(-1<<62))
	f.Add(" \r\n\t", "", "", "&#0;&nbsp;&lt", "", "", "", int64(1<<62))
	f.Fuzz(func(t *testing.T, title, name, text, html, tag, address, mood string, seconds int64) {
		at := time.Unix(seconds, 0)
		by := feeds.Person{Name: name, URL: address}
		in := feeds.Feed{
			ID: address, Title: title, Description: text, Home: address, Base: address, Page: mood, Next: tag, Hub: address,
			Language: tag, Author: by, Icon: address, Generator: title, Updated: at,
			Items: []feeds.Item{{
				ID: title, URL: address, HTML: html, Text: text, Title: title, Author: by, Published: at, Updated: at,
				Tags: []string{tag, mood}, Face: mood, Mood: mood, MoodText: mood, ReplyTo: address, Language: mood,
				Pictures: []feeds.Picture{{URL: address, Type: tag, Alt: text, Size: seconds}},
			}, {Text: text}},
		}
		for _, format := range feeds.Formats {
			document := write(t, format.Write, in)
			if !utf8.Valid(document) {
				t.Fatalf("not UTF-8: %q", document)
			}
			if format.File != "feed.json" {
				parse(t, document)
			} else if !json.Valid(document) {
				t.Fatalf("not JSON: %q", document)
			}
			got := read(t, document)
			if want := legal(html); want != "" {
				same(t, format.File, strings.TrimSpace(content(got.Items[0])), want)
			}
		}
	})
}

func FuzzOPML(f *testing.F) {
	f.Add("Friends", "Zoé", "https://far.example/feed", "https://far.example/", int64(1772625600))
	f.Add("]]>\x00", "<&>\"'\r\n\t", "\xff", "", int64(-1<<62))
	f.Fuzz(func(t *testing.T, list, title, feed, home string, seconds int64) {
		at := time.Unix(seconds, 0)
		b := feeds.Blogroll{Title: list, Created: at, Modified: at, Outlines: []feeds.Outline{{Title: title, Feed: feed, Home: home}}}
		root := parse(t, write(t, feeds.OPML, b))
		outline := root.all("body")[0].all("outline")[0]
		if text := outline.attr("text"); legal(title) != "" {
			same(t, "text", legal(text), legal(title))
		}
		same(t, "feed", legal(outline.attr("xmlUrl")), legal(feed))
	})
}

func TestOPML(t *testing.T) {
	root := parse(t, write(t, feeds.OPML, blogroll()))
	same(t, "version", root.attr("version"), "2.0")
	same(t, "created", root.path("head", "dateCreated"), "Wed, 04 Mar 2026 12:00:00 +0000")
	outlines := root.all("body")[0].all("outline")
	same(t, "outlines", len(outlines), 2)
	for _, o := range outlines {
		known := slices.ContainsFunc(blogroll().Outlines, func(w feeds.Outline) bool { return w.Feed == o.attr("xmlUrl") })
		if !known || o.attr("type") != "rss" || o.attr("text") == "" {
			t.Errorf("outline %+v", o)
		}
	}
	if empty := parse(t, write(t, feeds.OPML, feeds.Blogroll{})); len(empty.all("body")) != 1 {
		t.Error("an empty list still has a body")
	}
}
