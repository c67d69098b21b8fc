package indieweb

import (
	"cmp"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"marquee/models"
	"marquee/safe"
)

const (
	summaryMost = 280 // graphemes of what stands below a title
	cutRoom     = 8   // graphemes that are left for what cutting adds
	markupMost  = 40  // bytes of HTML for each grapheme, as statuses take them
)

// imports is what the feed of a source says, for an account whose statuses have at most so many graphemes.
func (s *Speaker) imports(f *Feed, src *models.Source, limit int) []models.Import {
	list := make([]models.Import, 0, len(f.Items))
	for _, item := range f.Items {
		item.Foreign = item.Link != "" && !owns(src, item.Link)
		i := item.imported(limit)
		if i.Out = i.Out || s.cameFrom(&item, src.Name); i.Out {
			i.Draft, i.Photo = models.Draft{PublishedAt: i.Draft.PublishedAt}, nil
		}
		list = append(list, i)
	}
	return list
}

// cameFrom reports whether an item is one of ours, or a copy of what the account said here: it would come round for ever.
func (s *Speaker) cameFrom(item *Item, account string) bool {
	if s.fetcher.Ours(item.Link) || s.fetcher.Ours(item.GUID) {
		return true
	}
	at, err := url.Parse(item.Link)
	if err != nil {
		return false
	}
	for link := range safe.Leads([]byte(item.HTML), at) {
		if name, status, ok := s.store.StatusAddress(link.String()); ok && status > 0 && name == account {
			return true
		}
	}
	return false
}

// imported is an item as a status of at most so many graphemes: with a title, that is a link with some words below; without one, it is
// what the item says, cut where it is too long, with a link to the rest.
func (i *Item) imported(limit int) models.Import {
	m := models.Import{GUID: cmp.Or(i.GUID, i.Link), Link: i.Link}
	if m.GUID == "" {
		m.GUID = "text:" + models.TokenHash(i.Title+"\n"+i.HTML)
	}
	if !i.Foreign {
		m.Draft.Origin = i.Link
	}
	for _, tag := range i.Tags {
		m.Draft.Tags += safe.Line(tag) + "\n"
	}
	if !i.PublishedAt.IsZero() {
		m.Draft.PublishedAt = max(models.At(i.PublishedAt), 0)
	}
	for _, photo := range i.Photos {
		m.Photo = append(m.Photo, models.ImportPhoto{URL: photo.URL, Alt: photo.Alt})
	}
	m.Draft.Markup = i.words(limit)
	m.Out = !safe.Visible(safe.Untagged(m.Draft.Markup)) && len(m.Photo) == 0
	return m
}

func (i *Item) words(limit int) string {
	body := safe.HTML(i.HTML)
	text := safe.Untagged(body)
	if title := i.ownTitle(text); title != "" {
		return i.titled(safe.Clip(title, max(limit/2, 1)), body, text, limit)
	}
	whole := body
	if i.Foreign && !slices.Contains(safe.Linked(body, linksMost), i.Link) {
		whole += i.anchor(siteOf(i.Link)) // else nothing would lead there
	}
	if fits(whole, limit) {
		return whole
	}
	for most := limit - cutRoom - safe.Graphemes(siteOf(i.Link)); most > 0; most = most * 3 / 4 {
		if cut := safe.Rich(clipWords(text, most), safe.Links{}) + i.anchor(siteOf(i.Link)); fits(cut, limit) {
			return cut
		}
	}
	return i.anchor(siteOf(i.Link))
}

// ownTitle is the title of an item, unless it is only how its words begin: then it has none.
func (i *Item) ownTitle(text string) string {
	start := strings.TrimRight(i.Title, ".… ")
	if !safe.Visible(i.Title) || safe.Overstacked(i.Title) || strings.HasPrefix(safe.Line(text), start) {
		return ""
	}
	return i.Title
}

// titled is a title that leads to the item, with its words below when they are few, and otherwise with its summary.
func (i *Item) titled(title, body, text string, limit int) string {
	head := i.anchor(title)
	if whole := head + body; safe.Graphemes(text) <= summaryMost && fits(whole, limit) {
		return whole
	}
	about := cmp.Or(safe.Untagged(safe.HTML(i.Summary)), text)
	for most := min(summaryMost, limit-safe.Graphemes(title)-cutRoom); most > 0; most = most * 3 / 4 {
		if cut := head + paragraph(safe.Excerpt(about, most)); fits(cut, limit) {
			return cut
		}
	}
	return head
}

// anchor is words that lead to the item, or the words alone where it has no address.
func (i *Item) anchor(words string) string {
	if i.Link == "" || words == "" {
		return paragraph(words)
	}
	return `<p><a href="` + html.EscapeString(i.Link) + `">` + html.EscapeString(words) + "</a></p>"
}

// fits reports whether HTML can be a status of at most so many graphemes.
func fits(markup string, limit int) bool {
	return len(markup) <= limit*markupMost && safe.Graphemes(safe.Untagged(safe.HTML(markup))) <= limit
}

// clipWords is a text cut after so many graphemes, at the end of a word if there is one near.
func clipWords(text string, most int) string {
	cut := safe.Clip(text, most)
	if cut == text {
		return text
	}
	if space := strings.LastIndexFunc(cut, unicode.IsSpace); space > len(cut)*3/4 {
		cut = strings.TrimSpace(cut[:space]) + "…"
	}
	return cut
}
