package safe

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxHTML  = 256 << 10 // bytes that are read
	maxDepth = 50        // elements inside each other
	// maxRounds bounds the search for a stable answer. Two are the rule (clean, and see that it is clean).
	maxRounds = 6
)

// HTML returns the little HTML that a person may write about themself or their site: paragraphs, lists, headings h2 to h4,
// quotes, code, emphasis, and links to http, https, mailto and /paths of this site. It is balanced, so that it never closes
// what it is put into, at most 50 elements deep, and HTML(HTML(s)) is HTML(s). A text without any element gets paragraphs,
// and its addresses become links. Only the first 256 KiB are read.
func HTML(s string) string {
	for range maxRounds {
		next := clean(cut(s, maxHTML))
		if next == s {
			return s
		}
		s = next
	}
	// What does not settle keeps its words and loses its tags.
	return clean(words(s))
}

// clean is one round of HTML. The policy drops what is not allowed; parsing as a browser does then shows what is really
// nested in what, and only what is rendered from that tree leaves.
func clean(s string) string {
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(policy().Sanitize(s)), body)
	if err != nil {
		return words(s) // the parser refuses what is more than 512 elements deep
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	tidy(body, 1)
	if text, ok := onlyText(body); ok {
		return Rich(Text(text), Links{})
	}
	return render(body)
}

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "a", "span", "em", "strong", "b", "i", "u", "s", "del", "code", "pre", "blockquote",
		"ul", "ol", "li", "hr", "h2", "h3", "h4", "dl", "dt", "dd")
	p.AllowNoAttrs().OnElements("span")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AddSpaceWhenStrippingTag(true) // <h1>Rules</h1>Be kind
	return p
})

// words returns the text of s, without its tags, as paragraphs.
func words(s string) string { return Rich(Untagged(s), Links{}) }

// Untagged returns the text of HTML, without its tags, as [Text] leaves it: a space stands where an element began or ended that is no
// part of a line.
func Untagged(s string) string {
	text := bluemonday.StrictPolicy().Sanitize(inLine().Sanitize(s))
	return Text(spaces.ReplaceAllString(html.UnescapeString(text), " "))
}

var spaces = regexp.MustCompile(` {2,}`)

// lineElements are the elements that words of one line may stand in.
var lineElements = []string{
	"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
	"samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}

// InLine reports whether words in an element may stand in one line with those around it. It is asked with the element's name in lower case.
func InLine(element string) bool { return slices.Contains(lineElements, element) }

// inLine keeps the elements that words of one line may stand in, and leaves a space for each of the others.
var inLine = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowNoAttrs().OnElements(lineElements...)
	p.AddSpaceWhenStrippingTag(true)
	return p
})

// Tagged reports whether s is meant as HTML: there is a tag of an element that HTML has (HTML Living Standard §13.1.2).
// "a < b" and "<3" are not.
func Tagged(s string) bool {
	for tokens := html.NewTokenizer(strings.NewReader(s)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := tokens.TagName(); atom.Lookup(name) != 0 {
				return true
			}
		}
	}
}

// tidy makes the text below n harmless, settles its links, and unwraps elements that are too deep or lead nowhere allowed.
func tidy(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; {
		switch {
		case c.Type == html.TextNode:
			c.Data = harmless(c.Data)
		case depth > maxDepth, c.DataAtom == atom.A && !settleLink(c):
			c = unwrap(c)
			continue
		default:
			tidy(c, depth+1)
		}
		c = c.NextSibling
	}
}

// unwrap puts the children of n in its place and returns what now stands there, nil at the end.
func unwrap(n *html.Node) *html.Node {
	parent, next := n.Parent, n.NextSibling
	if n.FirstChild != nil {
		next = n.FirstChild
	}
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		parent.InsertBefore(c, n)
	}
	parent.RemoveChild(n)
	return next
}

// settleLink checks where a leads and sets its attributes; false when it may not lead there. A path of this site starts
// with one slash: //host and /\host lead elsewhere.
func settleLink(a *html.Node) bool {
	href := ""
	for _, attr := range a.Attr {
		href = attr.Val
	}
	a.Attr = []html.Attribute{{Key: "href", Val: href}}
	switch {
	case len(href) > maxAddress || strings.ContainsFunc(href, isUnfit):
		return false
	case isAddress(href):
		a.Attr = append(a.Attr, html.Attribute{Key: "rel", Val: "nofollow noopener noreferrer ugc"})
		return true
	}
	return strings.HasPrefix(href, "mailto:") || strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//")
}

// isUnfit finds what no address holds but some browsers read past or take for a slash.
func isUnfit(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || r == '\\' || r == utf8.RuneError
}

// onlyText returns the text below n; ok is false when there is an element too.
func onlyText(n *html.Node) (text string, ok bool) {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if c.Type != html.TextNode {
			return "", false
		}
		b.WriteString(c.Data)
	}
	return b.String(), true
}

// render returns the HTML of what is inside n.
func render(n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if err := html.Render(&b, c); err != nil {
			return "" // a strings.Builder takes everything, and the parser makes no node that cannot be rendered
		}
	}
	return strings.TrimSpace(b.String())
}

// cut returns the first most bytes of s, less what would tear a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
