package safe

import (
	"html"
	"strings"

	"golang.org/x/text/unicode/norm"
)

const (
	maxShown     = 40 // graphemes of an address that are shown
	maxTags      = 20 // of one text
	maxPeople    = 20
	maxAddresses = 50
)

// Links says where the words of a text lead. Both functions may be nil: nothing of that kind is linked then.
type Links struct {
	// Person gets a name in lower case and returns its page; ok is false when nobody here has it.
	Person func(name string) (href string, ok bool)
	// Tag gets a word as Tags returns it and returns its page.
	Tag func(word string) (href string)
}

// Rich returns the HTML of a text that went through Text: paragraphs at empty lines, <br> at the other line ends, everything
// escaped, http and https addresses, ~names and #words linked. The text of the result is the text given, but for addresses,
// which are shown without their scheme and cut after 40 characters.
func Rich(text string, l Links) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		paragraph = strings.Trim(paragraph, "\n")
		if paragraph == "" {
			continue
		}
		b.WriteString("<p>")
		for _, s := range scan(paragraph) {
			b.WriteString(l.html(s))
		}
		b.WriteString("</p>")
	}
	return b.String()
}

// Tags returns the words that Rich links as #word, keyed as by Tag, in order, each once, the first 20.
func Tags(text string) []string {
	return gather(text, tag, maxTags, func(s string) string { return tagKey(s[1:]) })
}

// People returns the names that Rich offers to Links.Person, without ~, in lower case, in order, each once, the first 20.
func People(text string) []string {
	return gather(text, person, maxPeople, func(s string) string { return strings.ToLower(s[1:]) })
}

// Addresses returns the http and https addresses that Rich links, as they are written, in order, each once, the first 50.
func Addresses(text string) []string {
	return gather(text, address, maxAddresses, func(s string) string { return s })
}

// Tag returns the key of one tag word (without its #): NFC, lower case. It is false when s is no tag word: letters, marks,
// digits and underscores of any script, among them a letter, at most 50 graphemes, no mark first.
func Tag(s string) (string, bool) {
	s = norm.NFC.String(s)
	if s == "" || tagWord(s) != s {
		return "", false
	}
	return tagKey(s), true
}

func tagKey(word string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(word)))
}

func gather(text string, k kind, most int, key func(string) string) []string {
	var found []string
	seen := map[string]bool{}
	for _, s := range scan(text) {
		if s.kind != k || len(found) == most {
			continue
		}
		if word := key(s.text); !seen[word] {
			seen[word] = true
			found = append(found, word)
		}
	}
	return found
}

func (l Links) html(s span) string {
	shown := strings.ReplaceAll(html.EscapeString(s.text), "\n", "<br>")
	switch {
	case s.kind == address:
		return `<a href="` + shown + `" rel="nofollow ugc noopener">` + html.EscapeString(shorten(s.text)) + `</a>`
	case s.kind == person && l.Person != nil:
		if href, ok := l.Person(strings.ToLower(s.text[1:])); ok {
			return `<a href="` + html.EscapeString(href) + `" class="person">` + shown + `</a>`
		}
	case s.kind == tag && l.Tag != nil:
		return `<a href="` + html.EscapeString(l.Tag(tagKey(s.text[1:]))) + `" class="tag">` + shown + `</a>`
	}
	return shown
}

// shorten is an address as it is shown: without its scheme, and not too long.
func shorten(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return Clip(rest, maxShown)
}
