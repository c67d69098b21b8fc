package indieweb

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	wordsLeast = 40      // bytes of a paragraph that says something
	wordsMost  = 4 << 10 // bytes of it that are read
)

// preview is what a page without microformats says of itself, in its head (HTML §4.2.5.1, ogp.me) and in its first paragraph. Nothing
// in it is clean.
type preview struct{ title, description, author, site, words string }

// beside is what stands around the words of a page.
var beside = map[atom.Atom]bool{atom.Nav: true, atom.Header: true, atom.Footer: true, atom.Aside: true, atom.Form: true, atom.Template: true}

// readPreview reads the HTML of a page. It never fails and takes linear time.
func readPreview(text string) (p preview) {
	var paragraph strings.Builder
	within, away := false, 0 // a paragraph; how many elements beside the words
	end := func() {
		words := strings.TrimSpace(paragraph.String())
		if p.words == "" && len(words) >= wordsLeast {
			p.words = words
		}
		paragraph.Reset()
		within = false
	}
	for z := html.NewTokenizer(strings.NewReader(text)); p.words == ""; {
		kind := z.Next()
		if kind == html.ErrorToken {
			end()
			return p
		}
		t := z.Token()
		switch {
		case kind == html.TextToken && within && paragraph.Len() < wordsMost:
			paragraph.WriteString(t.Data)
		case kind == html.StartTagToken && beside[t.DataAtom]:
			end()
			away++
		case kind == html.EndTagToken && beside[t.DataAtom]:
			away = max(0, away-1)
		case t.DataAtom == atom.P:
			end()
			within = kind == html.StartTagToken && away == 0
		case kind == html.EndTagToken:
		case t.DataAtom == atom.Br && within:
			paragraph.WriteByte(' ')
		case t.DataAtom == atom.Meta:
			p.meta(t)
		case t.DataAtom == atom.Title && p.title == "":
			if z.Next() == html.TextToken {
				p.title = strings.TrimSpace(string(z.Text()))
			}
		}
	}
	return p
}

// meta takes what one <meta> says. Open Graph knows better than the title, which names the site too.
func (p *preview) meta(t html.Token) {
	content, _ := attribute(t, "content")
	content = strings.TrimSpace(content)
	name, _ := attribute(t, "name")
	property, _ := attribute(t, "property")
	if content == "" {
		return
	}
	switch strings.ToLower(strings.TrimSpace(name + property)) {
	case "og:title":
		p.title = content
	case "og:description":
		p.description = content
	case "description", "twitter:description":
		if p.description == "" {
			p.description = content
		}
	case "og:site_name":
		p.site = content
	case "author", "article:author":
		if _, address := webAddress(content); !address {
			p.author = content
		}
	}
}
