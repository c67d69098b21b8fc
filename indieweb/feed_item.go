package indieweb

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"marquee/safe"
)

// readItem reads an item of RSS, Atom or JSON Feed.
func readItem(feed *url.URL, from *gofeed.Item) Item {
	item := Item{GUID: strings.TrimSpace(from.GUID), Link: resolved(feed, from.Link), Title: plainTitle(from.Title)}
	if item.Link == "" && from.Link == "" {
		item.Link = resolved(feed, permalink(item.GUID))
	}
	at := feed
	if u, err := url.Parse(item.Link); err == nil && item.Link != "" {
		at = u
	}
	item.HTML = short(from.Content)
	if summary := short(from.Description); item.HTML == "" {
		item.HTML = summary
	} else {
		item.Summary = summary
	}
	item.HTML, item.Photos = absolute(at, item.HTML)
	item.Summary, _ = absolute(at, item.Summary)
	for _, e := range from.Enclosures {
		if e != nil && strings.HasPrefix(strings.ToLower(e.Type), "image/") {
			item.addPhoto(resolved(at, e.URL), "")
		}
	}
	if from.Image != nil && len(item.Photos) == 0 {
		item.addPhoto(resolved(at, from.Image.URL), from.Image.Title)
	}
	item.media(at, from)
	item.Tags = from.Categories[:min(len(from.Categories), itemTagsMost)]
	if when := cmp.Or(from.PublishedParsed, from.UpdatedParsed); when != nil {
		item.PublishedAt = *when
	}
	return item
}

// permalink is a guid that is an address.
func permalink(guid string) string {
	if strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://") {
		return guid
	}
	return ""
}

// short is what is read of an item's words.
func short(words string) string {
	if len(words) > itemWordsMost {
		words = strings.ToValidUTF8(words[:itemWordsMost], "")
	}
	return words
}

// plainTitle is a title in one line. Some are HTML, though none should be.
func plainTitle(title string) string {
	title = short(title)
	if safe.Tagged(title) {
		title = safe.Untagged(title)
	}
	return safe.Line(html.UnescapeString(title))
}

// media adds the pictures of Media RSS (media:content), with what they show (media:description).
func (i *Item) media(at *url.URL, from *gofeed.Item) {
	for _, content := range from.Extensions["media"]["content"] {
		kind := strings.ToLower(content.Attrs["type"])
		if content.Attrs["medium"] != "image" && !strings.HasPrefix(kind, "image/") {
			continue
		}
		alt := ""
		for _, name := range []string{"description", "title"} {
			for _, words := range content.Children[name] {
				alt = cmp.Or(alt, words.Value)
			}
		}
		i.addPhoto(resolved(at, content.Attrs["url"]), alt)
	}
}

// addPhoto adds a picture once; its first words count.
func (i *Item) addPhoto(address, alt string) {
	known := slices.IndexFunc(i.Photos, func(p Photo) bool { return safe.SameAddress(p.URL, address) })
	switch {
	case known >= 0:
		i.Photos[known].Alt = cmp.Or(i.Photos[known].Alt, strings.TrimSpace(alt))
	case address != "" && len(i.Photos) < itemPhotosMost:
		i.Photos = append(i.Photos, Photo{URL: address, Alt: strings.TrimSpace(alt)})
	}
}

// absolute makes the addresses in HTML whole, since it will stand elsewhere, and finds its pictures: those of one pixel are none.
func absolute(at *url.URL, text string) (string, []Photo) {
	if !strings.Contains(text, "<") {
		return text, nil
	}
	var b strings.Builder
	var found Item
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String(), found.Photos
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.Write(z.Raw())
			continue
		}
		t := z.Token()
		for i, a := range t.Attr {
			if a.Key == "href" || a.Key == "src" {
				t.Attr[i].Val = whole(at, a.Val)
			}
		}
		if t.DataAtom == atom.Img {
			src, _ := attribute(t, "src")
			alt, _ := attribute(t, "alt")
			if !tiny(t) {
				found.addPhoto(resolved(at, src), alt)
			}
		}
		b.WriteString(t.String())
	}
}

// whole is an address without what it was relative to. What is no address stays, for others to throw away.
func whole(at *url.URL, address string) string {
	u, err := at.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return u.String()
}

// tiny reports whether an image is there to count readers.
func tiny(t html.Token) bool {
	width, _ := attribute(t, "width")
	height, _ := attribute(t, "height")
	return width == "1" || height == "1" || width == "0" || height == "0"
}

// readHFeed reads the entries of a page.
func readHFeed(at *url.URL, got *safe.Fetched) (*Feed, error) {
	kind := got.Header.Get("Content-Type")
	entries, page := readEntries(got.URL, kind, got.Body)
	if len(entries) == 0 {
		return nil, errNoFeed
	}
	f := &Feed{Title: page.Name, Home: got.URL, Rels: htmlRels(at, decoded(kind, got.Body))}
	for _, e := range entries[:min(len(entries), itemsMost)] {
		item := Item{GUID: e.URL, Link: e.URL, Title: e.Name, PublishedAt: e.Published}
		where, err := url.Parse(e.URL)
		if err != nil {
			where = at
		}
		item.HTML, item.Photos = absolute(where, short(cmp.Or(e.HTML, html.EscapeString(cmp.Or(e.Text, e.Summary)))))
		f.Items = append(f.Items, item)
	}
	return f, nil
}
