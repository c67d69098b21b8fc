// Package safe makes what strangers send harmless. It is the lowest room of the house: no file, no database, nothing of
// Marquee below it.
package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxMarks is the tallest stack of marks that a real script needs: Tibetan ཧྐྵྨླྺྼྻྂ has eight.
	maxMarks = 8

	blackFlag = "\U0001F3F4" // the only emoji that tag characters may follow
	cancelTag = "\U000E007F" // and what ends them
)

// Text returns s as a text of several lines: valid UTF-8 in NFC (each bad byte is U+FFFD), lines ended by LF, at most one
// empty line in a row, no space at the end of a line nor around the whole. Characters that act on the text around them
// without being seen (controls, bidi embeddings and isolates, tags outside of a flag) are gone; those that scripts and
// emoji need (ZWJ, ZWNJ, LRM, RLM, variation selectors) stay. Text(Text(s)) is Text(s); any length is taken, in linear time.
func Text(s string) string {
	var b strings.Builder
	blank := false
	for line := range strings.SplitSeq(harmless(s), "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" {
			blank = true
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
			if blank {
				b.WriteString("\n")
			}
		}
		blank = false
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}

// Line is Text for what has one line: any run of white space, line ends included, is one space.
func Line(s string) string {
	return strings.Join(strings.Fields(harmless(s)), " ")
}

// Graphemes counts the characters of s as a person counts them: extended grapheme clusters, Unicode UAX #29.
func Graphemes(s string) int {
	return uniseg.GraphemeClusterCount(s)
}

// Overstacked tells whether a character of s carries more than 8 combining marks (categories Mn and Me), and so would be
// painted over the lines around it ("zalgo").
func Overstacked(s string) bool {
	for state := -1; s != ""; {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		marks := 0
		for _, r := range cluster {
			if unicode.In(r, unicode.Mn, unicode.Me) {
				marks++
			}
		}
		if marks > maxMarks {
			return true
		}
	}
	return false
}

// harmless is Text without a word about spaces.
func harmless(s string) string {
	s = strings.Map(harmlessRune, strings.ReplaceAll(s, "\r\n", "\n"))
	// Tags and NFC come after everything else that is dropped: only then is it known what stands beside what.
	return norm.NFC.String(dropTags(s))
}

// harmlessRune maps a character to what replaces it, -1 for nothing.
func harmlessRune(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Noncharacter_Code_Point, r):
		return -1
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069': // bidi embeddings, overrides, isolates
		return -1
	case r >= '\uFFF9' && r <= '\uFFFB', r == '\uFEFF', r == '\u180E': // annotations, BOM, an old invisible space
		return -1
	}
	return r
}

// dropTags removes tag characters, which can hide a whole text, except where they spell the flag of a region
// (Unicode UTS #51, emoji tag sequences).
func dropTags(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexFunc(s, isTag)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		rest := strings.TrimLeftFunc(s[i:], isTag)
		if tags := s[i : len(s)-len(rest)]; strings.HasSuffix(s[:i], blackFlag) && isRegion(tags) {
			b.WriteString(tags)
		}
		s = rest
	}
}

func isTag(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }

// isRegion tells whether tags spell a subdivision such as gbeng: a region of two and one to four more, then the end.
func isRegion(tags string) bool {
	code, ended := strings.CutSuffix(tags, cancelTag)
	n := utf8.RuneCountInString(code)
	return ended && n >= 3 && n <= 6 && !strings.ContainsFunc(code, func(r rune) bool {
		digit := r >= 0xE0030 && r <= 0xE0039
		letter := r >= 0xE0061 && r <= 0xE007A
		return !digit && !letter
	})
}

// Visible reports whether anything of s can be seen: not only spaces, joiners, soft hyphens, fillers and
// marks with nothing to stand on.
func Visible(s string) bool {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Cc):
		case r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0', r == '\u2800':
		default:
			return true
		}
	}
	return false
}
