package feeds_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/feeds"
)

// validators say what the specification of a format misses in a document, by file name.
var validators = map[string]func([]byte) error{"rss.xml": validRSS, "atom.xml": validAtom, "feed.json": validJSON}

func check(t *testing.T, file string, document []byte) {
	t.Helper()
	validate, ok := validators[file]
	if !ok {
		t.Fatalf("%s has no validator", file)
	}
	if err := validate(document); err != nil {
		t.Errorf("%s: %v\n%s", file, err, document)
	}
}

func TestValid(t *testing.T) {
	for name, f := range samples() {
		t.Run(name, func(t *testing.T) {
			for _, format := range feeds.Formats {
				check(t, format.File, write(t, format.Write, f))
			}
		})
	}
}

// A validator that accepts everything would prove nothing.
func TestValidatorsRefuse(t *testing.T) {
	for _, c := range []struct{ file, old, new string }{
		{"rss.xml", "<title>~ada</title>", ""},
		{"rss.xml", "<link>", "<link>/"},
		{"rss.xml", "<pubDate>Wed, 04 Mar 2026", "<pubDate>Wed, 04 Mar 26"},
		{"rss.xml", ` rel="self"`, ` rel="me"`},
		{"rss.xml", "description", "summary"},
		{"rss.xml", "dc:creator", "author"},
		{"rss.xml", "xmlns:dc", "xmlns:cd"},
		{"atom.xml", "<id>tag:marquee.example,2026:~ada</id>", ""},
		{"atom.xml", "status/17", "status/16"},
		{"atom.xml", "2026-03-04T12:17:00Z", "2026-03-04 12:17"},
		{"atom.xml", "<name>ada</name>", "<name></name>"},
		{"atom.xml", "<title>Tea.</title>", ""},
		{"atom.xml", ` rel="alternate"`, ` rel="self"`},
		{"feed.json", "version/1.1", "version/1"},
		{"feed.json", `"tag:marquee.example,2026:status/17"`, `17`},
		{"feed.json", "status/17", "status/16"},
		{"feed.json", `"content_html"`, `"content"`},
		{"feed.json", "T12:17:00Z", ""},
		{"feed.json", `"items"`, `"_items"`},
	} {
		i := slices.IndexFunc(feeds.Formats, func(f feeds.Format) bool { return f.File == c.file })
		good := string(write(t, feeds.Formats[i].Write, solo()))
		bad := strings.ReplaceAll(good, c.old, c.new)
		if bad == good || validators[c.file]([]byte(bad)) == nil {
			t.Errorf("%s: accepted %q in place of %q", c.file, c.new, c.old)
		}
	}
}

// problems gathers what is wrong.
type problems []error

func (p *problems) want(ok bool, format string, args ...any) {
	if !ok {
		*p = append(*p, fmt.Errorf(format, args...))
	}
}

func (p *problems) absolute(address, what string) {
	u, err := url.Parse(address)
	p.want(err == nil && u.Scheme != "" && u.Host != "", "%s: %q is not an absolute address", what, address)
}

func (p *problems) date(value, layout, what string) {
	at, err := time.Parse(layout, value)
	_, offset := at.Zone()
	p.want(err == nil && offset == 0, "%s: %q is not a UTC date", what, value)
}

// children wants each of required exactly once and filled, and no other child of the same namespace but the optional
// ones, at most once, and the repeated ones.
func (p *problems) children(n node, required, optional, repeated string) {
	for _, name := range strings.Fields(required) {
		p.want(len(n.all(name)) == 1 && (n.text(name) != "" || len(n.all(name)[0].Children) > 0), "%s: one filled %s", n.XMLName.Local, name)
	}
	known := strings.Fields(required + " " + optional + " " + repeated)
	for _, child := range n.Children {
		if name := child.XMLName; name.Space == n.XMLName.Space {
			p.want(slices.Contains(known, name.Local), "%s: unknown %s", n.XMLName.Local, name.Local)
			again := slices.Contains(strings.Fields(repeated), name.Local)
			p.want(again || len(n.all(name.Local)) == 1, "%s: several %s", n.XMLName.Local, name.Local)
		}
	}
}

func document(b []byte) (root node, err error) {
	return root, errors.Join(wellFormed(b), xml.Unmarshal(b, &root))
}

// validRSS knows RSS 2.0 and the rssboard profile.
func validRSS(b []byte) error {
	root, err := document(b)
	if err != nil {
		return err
	}
	var p problems
	p.want(root.XMLName == xml.Name{Local: "rss"} && root.attr("version") == "2.0", "rss version 2.0")
	p.children(root, "channel", "", "")
	for _, c := range root.all("channel") {
		p.children(c, "title link description docs ttl", "language lastBuildDate generator image cloud", "item")
		p.absolute(c.text("link"), "channel link")
		if built := c.text("lastBuildDate"); built != "" {
			p.date(built, time.RFC1123Z, "lastBuildDate")
		}
		for _, cloud := range c.all("cloud") {
			for _, name := range []string{"domain", "port", "path"} {
				p.want(cloud.attr(name) != "", "cloud %s", name)
			}
			p.want(slices.Contains([]string{"http-post", "https-post"}, cloud.attr("protocol")) && cloud.attr("registerProcedure") == "", "cloud protocol")
		}
		for _, image := range c.all("image") {
			p.children(image, "url title link", "", "")
			p.want(image.text("title") == c.text("title") && image.text("link") == c.text("link"), "image title and link as the channel's")
		}
		p.self(c.all(atomSpace+" link"), "application/rss+xml")
		ids := map[string]bool{}
		for _, item := range c.all("item") {
			p.rssItem(item)
			p.want(!ids[item.text("guid")], "guid %q twice", item.text("guid"))
			ids[item.text("guid")] = true
		}
	}
	return errors.Join(p...)
}

func (p *problems) rssItem(item node) {
	p.children(item, "link guid description", "title pubDate enclosure comments", "category")
	p.absolute(item.text("link"), "item link")
	if published := item.text("pubDate"); published != "" {
		p.date(published, time.RFC1123Z, "pubDate")
	}
	for _, guid := range item.all("guid") {
		p.want((guid.attr("isPermaLink") == "true") == (guid.Text == item.text("link")), "isPermaLink of %q", guid.Text)
	}
	for _, e := range item.all("enclosure") {
		p.absolute(e.attr("url"), "enclosure")
		p.want(e.attr("length") != "" && e.attr("type") != "", "enclosure with length and type")
	}
	for _, title := range item.all("title") {
		p.want(title.Text != "", "no empty title")
	}
	p.thread(item)
}

func (p *problems) thread(n node) {
	for _, reply := range n.all(threadSpace + " in-reply-to") {
		p.want(reply.attr("ref") != "", "in-reply-to with ref")
		p.absolute(reply.attr("href"), "in-reply-to")
	}
}

// self wants exactly one rel=self of the type and absolute addresses everywhere.
func (p *problems) self(links []node, mediaType string) {
	count := 0
	for _, link := range links {
		p.absolute(link.attr("href"), "link")
		if link.attr("rel") == "self" {
			count++
			p.want(link.attr("type") == mediaType, "type of self")
		}
	}
	p.want(count == 1, "one rel=self, not %d", count)
}

// validAtom knows RFC 4287, section 4.
func validAtom(b []byte) error {
	root, err := document(b)
	if err != nil {
		return err
	}
	var p problems
	p.want(root.XMLName == xml.Name{Space: atomSpace, Local: "feed"}, "an Atom feed")
	p.children(root, "id title updated", "subtitle icon generator", "author link entry")
	p.date(root.text("updated"), time.RFC3339, "updated")
	p.self(root.all("link"), "application/atom+xml")
	p.people(root)
	ids := map[string]bool{}
	for _, entry := range root.all("entry") {
		p.atomEntry(entry)
		p.want(len(root.all("author"))+len(entry.all("author")) > 0, "an author for %q", entry.text("id"))
		p.want(!ids[entry.text("id")], "id %q twice", entry.text("id"))
		ids[entry.text("id")] = true
	}
	p.want(len(ids) > 0 || len(root.all("author")) > 0, "an author for an empty feed")
	return errors.Join(p...)
}

func (p *problems) atomEntry(entry node) {
	p.children(entry, "id title updated content", "published", "author link category")
	p.date(entry.text("updated"), time.RFC3339, "entry updated")
	if published := entry.text("published"); published != "" {
		p.date(published, time.RFC3339, "published")
	}
	p.people(entry)
	alternates := 0
	for _, link := range entry.all("link") {
		p.absolute(link.attr("href"), "entry link")
		if link.attr("rel") == "alternate" {
			alternates++
		}
	}
	p.want(alternates == 1, "one alternate, not %d", alternates)
	for _, category := range entry.all("category") {
		p.want(category.attr("term") != "", "category with term")
	}
	p.want(entry.all("content")[0].attr("type") == "html", "content of type html")
	p.thread(entry)
}

func (p *problems) people(n node) {
	for _, author := range n.all("author") {
		p.children(author, "name", "uri email", "")
	}
}
