package safe

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendCSSName writes an identifier that every reader reads alike; false when there is no such way. With escapes it may also
// hold a few signs that names of classes are made with, and symbols: old and new readers disagree about which are letters.
// "--" is none: with a > behind it would be the end of a comment.
func appendCSSName(out []byte, name string, escapes bool) ([]byte, bool) {
	if name == "" || name == "-" || name == "--" || utf8.RuneCountInString(name) > maxCSSName {
		return out, false
	}
	for i, c := range name {
		leads := i == 0 || i == 1 && name[0] == '-'
		switch {
		case c < utf8.RuneSelf && isCSSName(byte(c)) && !(leads && c >= '0' && c <= '9'), isCSSLetter(c):
			out = utf8.AppendRune(out, c)
		case escapes && (c >= '0' && c <= '9' || strings.ContainsRune(":./%", c) || unicode.IsSymbol(c) && c >= utf8.RuneSelf):
			out = appendCSSEscape(out, c)
		default:
			return out, false
		}
	}
	return out, true
}

// isCSSLetter reports whether c, beyond ASCII, is part of names by the old reading (everything is) and by the newer one of
// css-syntax-3, which counts no symbols and no spaces. Joiners are left out: one cannot see them.
func isCSSLetter(c rune) bool {
	switch {
	case c == 0xB7, c >= 0xC0 && c <= 0x1FFF && c != 0xD7 && c != 0xF7 && c != 0x37E,
		c == 0x203F, c == 0x2040, c >= 0x2070 && c <= 0x218F, c >= 0x2C00 && c <= 0x2FEF,
		c >= 0x3001 && c <= 0xD7FF, c >= 0xF900 && c <= 0xFDCF, c >= 0xFDF0 && c <= 0xFFFD, c >= 0x10000:
		return unicode.IsGraphic(c) && !unicode.IsSpace(c)
	}
	return false
}

// appendCSSEscape writes a character as \hex. The space belongs to it.
func appendCSSEscape(out []byte, c rune) []byte {
	return append(strconv.AppendInt(append(out, '\\'), int64(c), 16), ' ')
}

// appendCSSString writes a string. Escaped is what could end it, what could end an element or begin a comment for a reader
// that is not ours, and what cannot be seen but acts on the text around it.
func appendCSSString(out []byte, text string) []byte {
	out = append(out, '"')
	last := ' '
	for _, c := range text {
		switch {
		case strings.ContainsRune(`"\<>&`, c), c == '*' && last == '/', !unicode.IsPrint(c):
			out = appendCSSEscape(out, c)
		default:
			out = utf8.AppendRune(out, c)
		}
		last = c
	}
	return append(out, '"')
}

// appendCSSNumber writes a number of at most that size: as it was, if that is short and without exponent.
func appendCSSNumber(out []byte, text string, most float64) ([]byte, bool) {
	const long = 20
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(value) > most {
		return out, false
	}
	if len(text) <= long && !strings.ContainsAny(text, "eE") {
		return append(out, text...), true
	}
	const millionths = 1e6 // no screen shows less
	return strconv.AppendFloat(out, math.Round(value*millionths)/millionths, 'f', -1, 64), true
}

// clampCSSNumber returns the nearest number that is not too large.
func clampCSSNumber(text string) string {
	value, err := strconv.ParseFloat(text, 64)
	if err == nil && math.Abs(value) <= maxCSSNumber {
		return text
	}
	return strconv.Itoa(int(math.Copysign(maxCSSNumber, value)))
}
