package safe

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parse returns the nodes of a fragment, put in a place that bad HTML would close.
func parse(t *testing.T, fragment string) *html.Node {
	t.Helper()
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader("<div>"+fragment+"</div><hr>"), root)
	if err != nil {
		t.Fatalf("%v in %q", err, fragment)
	}
	if len(nodes) != 2 || nodes[0].DataAtom != atom.Div || nodes[1].DataAtom != atom.Hr || nodes[1].FirstChild != nil {
		t.Fatalf("does not stay in its container: %q", fragment)
	}
	return nodes[0]
}

// allowed fails unless every element below n is listed, with no other attributes than listed, and leads somewhere harmless.
func allowed(t *testing.T, n *html.Node, attributes map[string]string) {
	t.Helper()
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			continue
		}
		keys, ok := attributes[c.Data]
		if c.Type != html.ElementNode || !ok {
			t.Fatalf("%q is not allowed", c.Data)
		}
		for _, a := range c.Attr {
			if !slices.Contains(strings.Fields(keys), a.Key) {
				t.Fatalf("%s[%s=%q] is not allowed", c.Data, a.Key, a.Val)
			}
			if a.Key == "href" {
				leadsSomewhereHarmless(t, a.Val)
			}
		}
	}
}

func leadsSomewhereHarmless(t *testing.T, href string) {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil || u.User != nil || strings.ContainsAny(href, "\t\n\r\x00 ") {
		t.Fatalf("href %q", href)
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			t.Fatalf("href %q", href)
		}
	case "mailto":
	case "":
		if !strings.HasPrefix(href, "/") || u.Host != "" || strings.HasPrefix(href, "//") || strings.ContainsAny(href, `\`) {
			t.Fatalf("href %q", href)
		}
	default:
		t.Fatalf("href %q", href)
	}
}
