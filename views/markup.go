package views

import (
	"regexp"
	"strings"

	"marquee/models"
	"marquee/safe"
)

// tagLink finds the links that safe.Rich makes of tags: what people write themselves has no classes.
var tagLink = regexp.MustCompile(`(class="tag">#)([^<]*)</a>`)

// marked is what a status says, with its tags as categories of microformats.
func marked(clean string) string {
	if strings.Contains(clean, `class="tag"`) {
		clean = tagLink.ReplaceAllString(clean, `$1<span class="p-category">$2</span></a>`)
	}
	return clean
}

// Category is a tag that stands beside the text of a status: its word, and the page of the tag if there can be one.
type Category struct{ Word, Path string }

// Tags are the tags of the status that no link in its text leads to.
func (e Entry) Tags() (list []Category) {
	words := e.Status.Beside()
	if e.Status.Markup != "" { // HTML has no links of ours
		words = append(safe.Tags(e.Status.Text), words...)
	}
	for _, beside := range words {
		c := Category{Word: beside}
		if word, ok := safe.Tag(beside); ok {
			c.Path = models.TagPath(word)
		}
		list = append(list, c)
	}
	return list
}

// Address is a page of this site within a page.
type Address struct {
	Page
	Path string
}

// OEmbed is where programs learn how to embed the page. Colons and slashes may stand in a query as they are (RFC 3986 §3.4).
func (a Address) OEmbed() string { return a.Home + "/oembed?url=" + a.Home + a.Path }
