package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFace is in bytes; the longest emoji in use, a kiss between two skin tones, has 35.
const maxFace = 64

// Face returns s, trimmed and in NFC, when it is exactly one emoji as a person types it (Unicode UTS #51: pictographs and
// symbols with or without a variation selector, skin tones, joined families, flags, keycaps) of at most 64 bytes;
// otherwise "" and false.
func Face(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if len(s) > maxFace || !utf8.ValidString(s) {
		return "", false
	}
	if s = norm.NFC.String(s); Graphemes(s) != 1 || !isEmoji(s) {
		return "", false
	}
	return s, true
}

// isEmoji looks at one grapheme cluster.
func isEmoji(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	switch {
	case strings.ContainsRune("0123456789#*", first):
		return rest == "\uFE0F\u20E3" || rest == "\u20E3"
	case unicode.Is(unicode.Regional_Indicator, first):
		second, n := utf8.DecodeRuneInString(rest)
		return n == len(rest) && unicode.Is(unicode.Regional_Indicator, second)
	case string(first) == blackFlag && strings.ContainsFunc(rest, isTag):
		return isRegion(rest)
	}
	for part := range strings.SplitSeq(s, "\u200D") {
		if !isPictograph(part) {
			return false
		}
	}
	return true
}

// isPictograph takes one symbol, then a variation selector if any, then a skin tone if any.
func isPictograph(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	if v, n := utf8.DecodeRuneInString(rest); v == '\uFE0E' || v == '\uFE0F' {
		rest = rest[n:]
	}
	if tone, n := utf8.DecodeRuneInString(rest); tone >= 0x1F3FB && tone <= 0x1F3FF {
		rest = rest[n:]
	}
	return rest == "" && isSymbol(first)
}

// isSymbol tells whether r may be a face. Go has no table of Unicode's Extended_Pictographic, but the rules of grapheme
// clusters know it: it is what a joiner joins to another one (UAX #29, rule GB11). Old symbols that never became emoji
// (☆ ✿) are faces too.
func isSymbol(r rune) bool {
	old := r >= 0x2600 && r <= 0x27BF && unicode.Is(unicode.So, r)
	return old || Graphemes(string(r)+"\u200D\U0001F600") == 1
}
