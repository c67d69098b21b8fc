package safe

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Linked returns the http and https addresses that cleaned HTML links, exactly as they are written in it, in order, each once,
// the first most of them.
func Linked(cleaned string, most int) (list []string) {
	for z := html.NewTokenizer(strings.NewReader(cleaned)); len(list) < most; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken {
			continue
		}
		t := z.Token()
		if href := attributeOf(t, "href"); t.DataAtom == atom.A && isAddress(href) && !slices.Contains(list, href) {
			list = append(list, href)
		}
	}
	return list
}
