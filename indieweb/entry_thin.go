package indieweb

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	thinMost   = 256 << 20 // bytes that reading a page may copy
	thinNode   = 16        // bytes that an element counts beside its text and attributes
	namesMost  = 20        // class names of one element that are read
	relsRead   = 100       // elements of a page whose rel is read
	relLongest = 100       // bytes of one
)

// thinner counts what it will cost to read a page.
type thinner struct{ left, rels int }

// thin takes from a page what would make reading it a labour: each class name of microformats copies all that stands below it, once for
// each level; the include pattern would even put parts of a page into each other. What an ordinary page has is left as it is.
func thin(doc *html.Node) {
	t := &thinner{left: thinMost, rels: relsRead}
	t.visit(doc)
}

// visit returns how many bytes stand below and in a node, and in how many levels.
func (t *thinner) visit(n *html.Node) (weight, height int) {
	weight = thinNode + len(n.Data)
	for _, a := range n.Attr {
		weight += len(a.Key) + len(a.Val)
	}
	for c := range n.ChildNodes() {
		w, h := t.visit(c)
		weight, height = weight+w, max(height, h)
	}
	height++
	if n.DataAtom == atom.Img && nodeAttribute(n, "alt") == "" && alone(n) {
		// A picture without words must not give its name to the card around it, as the only thing there would.
		n.Parent.AppendChild(&html.Node{Type: html.ElementNode, Data: "wbr", DataAtom: atom.Wbr})
	}
	if n.Type == html.ElementNode {
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return t.drops(a, weight*height) })
	}
	for i := range n.Attr {
		if strings.EqualFold(n.Attr[i].Key, "class") {
			n.Attr[i].Val = strings.Join(meaning(n.Attr[i].Val), " ")
		}
	}
	return weight, height
}

// alone reports whether no other element stands beside an element.
func alone(n *html.Node) bool {
	for c := range n.Parent.ChildNodes() {
		if c != n && c.Type == html.ElementNode {
			return false
		}
	}
	return true
}

// drops says whether an attribute must go, and takes what reading it costs from what is left.
func (t *thinner) drops(a html.Attribute, cost int) bool {
	switch strings.ToLower(a.Key) {
	case "itemref", "headers": // the include pattern of microformats 1
		return true
	case "rel":
		t.rels--
		t.left -= cost
		return t.rels < 0 || t.left < 0 || len(a.Val) > relLongest
	case "class":
		cost *= 2 * len(meaning(a.Val))
		if t.left < cost {
			return true
		}
		t.left -= cost
	}
	return false
}

// classNames are those of microformats2, and those of microformats 1 that old blogs have.
var classNames = regexp.MustCompile(`^((h|p|u|dt|e)-([a-z0-9]+-)?[a-z]+(-[a-z]+)*|value|value-title|` +
	`hfeed|hentry|vcard|fn|url|photo|author|published|updated|entry-(title|content|summary))$`)

// meaning is the class names that say something.
func meaning(class string) (names []string) {
	for name := range strings.FieldsSeq(class) {
		if len(names) < namesMost && classNames.MatchString(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func nodeAttribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if strings.EqualFold(a.Key, name) {
			return a.Val
		}
	}
	return ""
}
