package indieweb

import (
	"encoding/xml"
	"html"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
)

// plainEntry is which words of an entry of Atom are plain text (RFC 4287 §3.1, §4.1.3); the library forgets it.
type plainEntry struct{ title, summary, content bool }

// plainAtom makes HTML of the plain text in Atom, before it looks like that of any feed.
type plainAtom struct {
	gofeed.DefaultAtomTranslator
	entries []plainEntry // in the order of the feed
}

// note sees each element of a feed as it opens, among those that are open.
func (p *plainAtom) note(open []string, t xml.StartElement) {
	prefix, isAtom := strings.CutSuffix(open[0], "feed")
	if !isAtom || len(open) < 2 || len(open) > 3 || open[1] != prefix+"entry" {
		return
	}
	if len(open) == 2 {
		p.entries = append(p.entries, plainEntry{})
		return
	}
	last := &p.entries[len(p.entries)-1]
	switch strings.TrimPrefix(open[2], prefix) {
	case "title":
		last.title = plainType(t)
	case "summary":
		last.summary = plainType(t)
	case "content":
		last.content = plainType(t)
	}
}

// plainType reports whether an element of Atom holds plain text, as those do that don't say what they hold. Atom 0.3 could escape it once
// more.
func plainType(t xml.StartElement) bool {
	kind, mode := "", ""
	for _, a := range t.Attr {
		switch a.Name {
		case xml.Name{Local: "type"}:
			kind = strings.ToLower(strings.TrimSpace(a.Value))
		case xml.Name{Local: "mode"}:
			mode = a.Value
		}
	}
	return mode == "" && (kind == "" || kind == "text" || strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "text/html"))
}

// Translate makes a feed of Atom like one of any format.
func (p *plainAtom) Translate(feed any) (*gofeed.Feed, error) {
	if f, ok := feed.(*atom.Feed); ok && len(f.Entries) == len(p.entries) {
		for place, plain := range p.entries {
			e := f.Entries[place]
			escape(&e.Title, plain.title)
			escape(&e.Summary, plain.summary)
			if e.Content != nil {
				escape(&e.Content.Value, plain.content)
			}
		}
	}
	return p.DefaultAtomTranslator.Translate(feed)
}

// plainJSON makes HTML of the plain text in JSON Feed, where all but content_html is.
type plainJSON struct{ gofeed.DefaultJSONTranslator }

// Translate makes a JSON Feed like one of any format.
func (p *plainJSON) Translate(feed any) (*gofeed.Feed, error) {
	if f, ok := feed.(*json.Feed); ok {
		for _, item := range f.Items {
			escape(&item.Title, true)
			escape(&item.Summary, true)
			escape(&item.ContentText, true)
		}
	}
	return p.DefaultJSONTranslator.Translate(feed)
}

// escape makes HTML of a plain text. One without any element keeps its lines where it is shown.
func escape(text *string, plain bool) {
	if plain {
		*text = html.EscapeString(*text)
	}
}
