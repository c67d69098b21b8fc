package safe

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/xurls/v2"
)

const (
	maxAddress  = 2048 // bytes
	maxTagWord  = 50   // graphemes
	minName     = 2    // bytes; a local name is ^[a-z0-9_]{2,30}$
	maxName     = 30
	schemeSigns = "://"
)

// kind is what a span of text is.
type kind int

const (
	plain kind = iota
	address
	person // with its ~
	tag    // with its #
)

// span is a piece of a text. The spans of a text, joined, are the text.
type span struct {
	kind kind
	text string
}

// scan is the one reader of statuses: what is linked, counted as a mention, filed under a tag or told of a Webmention is
// decided here, so that they never disagree.
func scan(text string) []span {
	var spans []span
	done := 0 // everything before it is in spans
	add := func(k kind, from, to int) {
		if done < from {
			spans = append(spans, span{plain, text[done:from]})
		}
		if from < to {
			spans = append(spans, span{k, text[from:to]})
		}
		done = to
	}
	addresses := append(findAddresses(text), [2]int{len(text), len(text)})
	for i := 0; i < len(text); {
		if next := addresses[0]; i == next[0] {
			i = next[1]
			if isAddress(text[next[0]:i]) && !glued(text[:next[0]]) {
				add(address, next[0], i)
			}
			// What looks like an address and is none stays text, all of it: its #part is no tag.
			addresses = addresses[1:]
			continue
		}
		// A word that runs into an address (#日本https://…) has no end of its own.
		if k, n := wordAt(text, i); n > 0 && i+n <= addresses[0][0] {
			add(k, i, i+n)
			i += n
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	add(plain, len(text), len(text))
	return spans
}

// addressPattern costs milliseconds to compile: the first text with an address pays, not the start of the program.
var addressPattern = sync.OnceValue(func() *regexp.Regexp {
	pattern, err := xurls.StrictMatchingScheme(`https?://`)
	if err != nil {
		panic(err) // the expression above is constant
	}
	return pattern
})

// findAddresses returns where text has what looks like an address: from, to. The pattern sees one word at a time, and only
// words that have a scheme, because it is slow. It leaves out final punctuation and brackets that nothing opened.
func findAddresses(text string) [][2]int {
	var found [][2]int
	for at := 0; strings.Contains(text[at:], schemeSigns); {
		n := strings.IndexFunc(text[at:], endsAddress)
		if n < 0 {
			n = len(text) - at
		}
		if word := text[at : at+n]; strings.Contains(word, schemeSigns) {
			for _, m := range addressPattern().FindAllStringIndex(word, -1) {
				found = append(found, [2]int{at + m[0], at + m[1]})
			}
		}
		_, size := utf8.DecodeRuneInString(text[at+n:])
		at += n + size
	}
	return found
}

// endsAddress: Chinese and Japanese put no space after an address, but they do put 。 or 」.
func endsAddress(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x3000 && unicode.IsPunct(r)
}

// glued tells whether the text before an address is part of a longer scheme: git+http://, xhttp://.
func glued(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return r < utf8.RuneSelf && (r == '+' || r != '_' && isNameByte(byte(r)))
}

// isAddress tells whether s may stand in an href: http or https, a host, nobody's password, no control character, at
// most 2,048 bytes.
func isAddress(s string) bool {
	if len(s) > maxAddress || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	host := u.Hostname()
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !isWordRune(r) && !strings.ContainsRune(".-:", r) // a colon stands in [::1] only
	})
}

// wordAt returns the kind and length of the ~name or #word that starts at text[i:], length 0 when none does.
func wordAt(text string, i int) (kind, int) {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	switch text[i] {
	case '~':
		if n := nameLength(text[i+1:]); n > 0 && !strings.ContainsRune("~/", before) && !endsWord(before) {
			return person, 1 + n
		}
	case '#':
		if strings.ContainsRune("&/#", before) || endsWord(before) {
			return plain, 0
		}
		if word := tagWord(text[i+1:]); word != "" {
			return tag, 1 + len(word)
		}
	}
	return plain, 0
}

// nameLength returns the length of the name that s begins with, 0 when there is none. A name does not end inside a word
// of its own script (~adaé is not ~ada), but Japanese goes on without a space (~adaさん is).
func nameLength(s string) int {
	n := 0
	for n < len(s) && n <= maxName && isNameByte(s[n]) {
		n++
	}
	next, _ := utf8.DecodeRuneInString(s[n:])
	if n < minName || n > maxName || unicode.In(next, unicode.Latin, unicode.Mn, unicode.Me) {
		return 0
	}
	return n
}

func isNameByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// tagWord returns the tag word that s begins with, "" when there is none. It does not begin with a mark, which belongs to
// the sign before it (the keycap #️⃣), nor carry a stack of them.
func tagWord(s string) string {
	word := s
	if n := strings.IndexFunc(s, func(r rune) bool { return !isWordRune(r) }); n >= 0 {
		word = s[:n]
	}
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsMark(first) || !strings.ContainsFunc(word, unicode.IsLetter) {
		return ""
	}
	if Graphemes(word) > maxTagWord || Overstacked(word) {
		return ""
	}
	return word
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// endsWord tells whether a # or ~ after r is inside a word. An emoji's variation selector is a mark, but ends no word.
func endsWord(r rune) bool {
	return isWordRune(r) && r != '_' && r != '\uFE0E' && r != '\uFE0F'
}
