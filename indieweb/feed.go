package indieweb

import (
	"encoding/json"
	"errors"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"marquee/safe"
)

const (
	itemsMost      = 100       // of one feed
	feedDeep       = 100       // elements inside each other
	feedLinksMost  = 100       // links of the feed itself
	itemWordsMost  = 100 << 10 // bytes of the words of an item
	itemTagsMost   = 20
	itemPhotosMost = 4
	generatorName  = "marquee"
)

// errNoFeed says that something is no feed at all, errBrokenFeed that it is one that cannot be read.
var (
	errNoFeed     = errors.New("this is no feed")
	errBrokenFeed = errors.New("this feed cannot be read")
)

// Feed is what a feed says (RSS 0.9 to 2.0, Atom, JSON Feed, h-feed). Addresses are absolute http and https ones, or empty. Nothing
// else in it is clean.
type Feed struct {
	Title, Home, Generator string
	Rels                   Rels   // of the feed itself: its header first
	Cloud                  string // where its rssCloud takes registrations by http-post; empty: it has none
	Items                  []Item // in the order of the feed, at most a hundred

	plain plainAtom
}

// Item is one item of a feed.
type Item struct {
	GUID, Link  string
	Title       string
	HTML        string // of its content, or else its summary, its addresses absolute
	Summary     string // HTML, when there is content too
	Tags        []string
	Photos      []Photo   // by their addresses
	PublishedAt time.Time // zero: it does not say
	Foreign     bool      // what it leads to is somebody else's
}

// ReadFeed reads a feed that was found at an address. It is bounded whatever it is given: of more than a hundred items the first are
// read. kind is its Content-Type. A page with entries (h-entry) is a feed too.
func ReadFeed(got *safe.Fetched) (*Feed, error) {
	at, err := url.Parse(got.URL)
	if err != nil {
		return nil, errNoFeed
	}
	kind := got.Header.Get("Content-Type")
	text := strings.TrimLeft(feedText(kind, got.Body), " \t\r\n")
	head := strings.ToLower(text[:min(len(text), 4<<10)])
	var f *Feed
	switch {
	case strings.HasPrefix(text, "{"):
		f, err = readJSONFeed(at, text)
	case feedRoot.MatchString(head):
		f, err = readXMLFeed(at, text)
	case IsHTML(kind):
		f, err = readHFeed(at, got)
	default:
		err = errNoFeed
	}
	if err != nil {
		return nil, err
	}
	f.Rels = append(headerRels(at, got.Header), f.Rels...)
	return f, nil
}

// feedRoot finds the first element of a document when it is that of a feed.
var feedRoot = regexp.MustCompile(`^(?:\s|<\?[^>]*>|<!--(?s:.*?)-->|<!doctype[^>]*>)*<(?:[a-z0-9]+:)?(?:rss|rdf|feed)[\s/>]`)

var xmlEncoding = regexp.MustCompile(`^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// xmlHead is the declaration of a document, which says an encoding that the text has no more.
var xmlHead = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)

// feedText is a feed in UTF-8: its byte order mark counts, then its Content-Type, then its own word (RFC 7303 §3).
func feedText(kind string, body []byte) string {
	label := "utf-8"
	if said := xmlEncoding.FindSubmatch(body[:min(len(body), 200)]); said != nil {
		label = string(said[1])
	}
	if _, params, err := mime.ParseMediaType(kind); err == nil && params["charset"] != "" {
		label = params["charset"]
	}
	encoding, _, certain := charset.DetermineEncoding(body, "text/xml; charset="+label)
	if e, _ := charset.Lookup(label); e == nil && !certain {
		return strings.ToValidUTF8(string(body), "\ufffd")
	}
	text, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		text = body
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(text), "\ufffd"), "\ufeff")
}

func readXMLFeed(at *url.URL, text string) (*Feed, error) {
	f := &Feed{}
	text, err := f.outline(at, xmlHead.ReplaceAllString(text, ""))
	if err != nil {
		return nil, err
	}
	return f, f.parse(at, text)
}

// jsonFeed is what is read of a JSON Feed beside what the library reads. The items stay as they are, to be counted.
type jsonFeed struct {
	Version string            `json:"version"`
	Items   []json.RawMessage `json:"items"`
	FeedURL any               `json:"feed_url"`
	Hubs    any               `json:"hubs"`
}

func readJSONFeed(at *url.URL, text string) (*Feed, error) {
	var whole map[string]json.RawMessage
	var said jsonFeed
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return nil, errBrokenFeed
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil || !strings.Contains(said.Version, "jsonfeed.org") {
		return nil, errNoFeed
	}
	f := &Feed{}
	self, _ := said.FeedURL.(string)
	f.addRel(at, self, "self")
	hubs, _ := said.Hubs.([]any)
	for _, hub := range hubs {
		about, _ := hub.(map[string]any)
		if kind, _ := about["type"].(string); strings.EqualFold(kind, "websub") {
			address, _ := about["url"].(string)
			f.addRel(at, address, "hub")
		}
	}
	items, err := json.Marshal(said.Items[:min(len(said.Items), itemsMost)])
	if err != nil {
		return nil, errBrokenFeed
	}
	whole["items"] = items
	short, err := json.Marshal(whole)
	if err != nil {
		return nil, errBrokenFeed
	}
	return f, f.parse(at, string(short))
}

// addRel notes a relation of the feed itself.
func (f *Feed) addRel(at *url.URL, address, rel string) {
	if address != "" && len(f.Rels) < feedLinksMost {
		f.Rels = f.Rels.add(at, address, rel, "", InLink)
	}
}

// parse reads the items of a feed that was made short.
func (f *Feed) parse(at *url.URL, text string) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = errBrokenFeed // a library that stumbles over a stranger's feed must not take the worker with it
		}
	}()
	parser := gofeed.NewParser()
	parser.AtomTranslator, parser.JSONTranslator = &f.plain, &plainJSON{}
	read, err := parser.ParseString(text)
	if err != nil {
		return errBrokenFeed
	}
	f.Title, f.Generator, f.Home = safe.Line(read.Title), read.Generator, resolved(at, read.Link)
	for _, item := range read.Items[:min(len(read.Items), itemsMost)] {
		if item != nil {
			f.Items = append(f.Items, readItem(at, item))
		}
	}
	return nil
}

// resolved is an address as it is found in a document; empty when it is none of the web.
func resolved(at *url.URL, address string) string {
	address = strings.TrimSpace(address)
	u, err := at.Parse(address)
	if address == "" || err != nil || !isWeb(u) {
		return ""
	}
	clean, _ := safe.URL(u.String())
	return clean
}
