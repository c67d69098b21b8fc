package safe

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// name reads a name: css-syntax-3 §4.3.11. One without escapes, the rule, is a piece of the source and costs nothing.
func (r *cssReader) name() string {
	start := r.at
	for isCSSName(r.peek(0)) {
		r.at++
	}
	if !r.escapes(0) {
		return r.source[start:r.at]
	}
	var b strings.Builder
	b.WriteString(r.source[start:r.at])
	for {
		switch {
		case isCSSName(r.peek(0)):
			b.WriteByte(r.peek(0))
			r.at++
		case r.escapes(0):
			b.WriteRune(r.escape())
		default:
			return b.String()
		}
	}
}

// escape reads an escape from its backslash on: css-syntax-3 §4.3.7.
func (r *cssReader) escape() rune {
	r.at++
	length := 0
	for length < 6 && isHex(r.peek(length)) {
		length++
	}
	if length == 0 {
		c, size := utf8.DecodeRuneInString(r.source[r.at:]) // U+FFFD at the end
		r.at += size
		return c
	}
	code, err := strconv.ParseUint(r.source[r.at:r.at+length], 16, 32)
	r.at += length
	if isCSSSpace(r.peek(0)) {
		r.at++
	}
	if c := rune(code); err == nil && c != 0 && utf8.ValidRune(c) {
		return c
	}
	return utf8.RuneError
}

// quoted reads a string: css-syntax-3 §4.3.5.
func (r *cssReader) quoted(quote byte) cssNode {
	r.at++
	start := r.at
	var b strings.Builder
	for {
		switch c := r.peek(0); {
		case c == quote || r.at >= len(r.source):
			b.WriteString(r.source[start:r.at])
			r.at = min(r.at+1, len(r.source))
			return cssNode{kind: cssString, text: b.String()}
		case c == '\n':
			return cssNode{kind: cssBadString}
		case c == '\\':
			b.WriteString(r.source[start:r.at])
			r.continues(&b)
			start = r.at
		default:
			r.at++
		}
	}
}

// continues reads what a backslash in a string stands for: nothing, before a newline and at the end, or a character.
func (r *cssReader) continues(b *strings.Builder) {
	switch {
	case r.at+1 == len(r.source):
		r.at++
	case r.peek(1) == '\n':
		r.at += 2
	default:
		b.WriteRune(r.escape())
	}
}

// unquoted reads a url( ) without quotes, from its first character on: css-syntax-3 §4.3.6.
func (r *cssReader) unquoted() cssNode {
	var b strings.Builder
	for {
		switch c := r.peek(0); {
		case r.at >= len(r.source):
			return cssNode{kind: cssURL, text: b.String()}
		case c == ')':
			r.at++
			return cssNode{kind: cssURL, text: b.String()}
		case isCSSSpace(c):
			for isCSSSpace(r.peek(0)) {
				r.at++
			}
			if r.peek(0) != ')' && r.at < len(r.source) {
				return r.badURL()
			}
		case c == '\\' && r.escapes(0):
			b.WriteRune(r.escape())
		case strings.IndexByte("\"'(\\\x7f", c) >= 0, c < ' ':
			return r.badURL()
		default:
			b.WriteByte(c)
			r.at++
		}
	}
}

// badURL reads what is left of a url( ) that went wrong: css-syntax-3 §4.3.14.
func (r *cssReader) badURL() cssNode {
	for r.at < len(r.source) {
		switch {
		case r.escapes(0):
			r.escape()
			continue
		case r.peek(0) == ')':
			r.at++
			return cssNode{kind: cssBadURL}
		}
		r.at++
	}
	return cssNode{kind: cssBadURL}
}

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
