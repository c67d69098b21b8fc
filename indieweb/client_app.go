package indieweb

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"marquee/safe"
)

// appCard is the h-app of a page: what it calls itself, and the addresses that it says it has.
type appCard struct {
	name string
	urls []string
}

// clientName is the name of the app if it is the client's; an app that names other addresses alone is somebody else's.
func clientName(a appCard, id string) string {
	mine := func(address string) bool {
		own, ok := ClientID(address)
		return ok && own == id
	}
	if len(a.urls) > 0 && !slices.ContainsFunc(a.urls, mine) {
		return ""
	}
	return a.name
}

// readApp reads the first h-app (or h-x-app, as it was called) of a page (indieweb.org/h-app): its p-name and u-url. One
// without a p-name has all its words for a name, or that of its picture (microformats2 parsing, implied properties).
func readApp(at *url.URL, text string) (found appCard) {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return found
	}
	for n := range doc.Descendants() {
		if classed(n, "h-app") || classed(n, "h-x-app") {
			found.read(at, n)
			break
		}
	}
	return found
}

func (a *appCard) read(at *url.URL, root *html.Node) {
	var named, addressed bool
	visit := func(n *html.Node) {
		if classed(n, "p-name") && !named {
			a.name, named = nodeName(n), true
		}
		if classed(n, "u-url") {
			a.urls, addressed = append(a.urls, hrefOf(at, n)...), true
		}
	}
	visit(root)
	for n := range root.Descendants() {
		visit(n)
	}
	if !named {
		a.name = nodeName(root)
	}
	if !addressed && root.DataAtom == atom.A {
		a.urls = hrefOf(at, root)
	}
}

// nodeName is the words of an element; without any, those that stand for the first picture in it.
func nodeName(root *html.Node) string {
	var words strings.Builder
	alt := attributeValue(root, "alt")
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.DataAtom != atom.Script && n.Parent.DataAtom != atom.Style:
			words.WriteString(n.Data)
		case n.DataAtom == atom.Img && alt == "":
			alt = attributeValue(n, "alt")
		}
	}
	if name := safe.Title(words.String()); name != "" {
		return name
	}
	return safe.Title(alt)
}

// hrefOf is where an element leads.
func hrefOf(at *url.URL, n *html.Node) []string {
	u, err := at.Parse(strings.TrimSpace(attributeValue(n, "href")))
	if err != nil {
		return nil
	}
	return []string{u.String()}
}

func classed(n *html.Node, name string) bool {
	return n.Type == html.ElementNode && slices.Contains(strings.Fields(attributeValue(n, "class")), name)
}

func attributeValue(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
