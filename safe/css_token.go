package safe

import "strings"

// cssKind says what a node of a stylesheet is: a token of css-syntax-3 §4, or what is between two brackets.
type cssKind uint8

const (
	cssSign  cssKind = iota // one ASCII character: a comma, a colon, a bracket that closes nothing
	cssSpace                // any run of white space
	cssIdent
	cssFunction // text is its name; as a node it holds its arguments
	cssAt       // text is without @
	cssHash     // text is without #; whole when it may be an id
	cssString
	cssBadString
	cssURL // url(without quotes)
	cssBadURL
	cssNumber    // text is as written; whole when it is an integer
	cssPercent   // text is the number
	cssDimension // text is the number, unit what follows
	cssCDO       // <!--
	cssCDC       // -->
	cssBlock     // text is the bracket that opens it
	cssDeep      // a block or a function too deep to be read
)

// cssNode is a token or, once read by list, a component value with everything inside it. Texts have their escapes decoded, so
// that nothing below compares a name with anything but itself.
type cssNode struct {
	kind    cssKind
	whole   bool
	at, end int // in the source
	text    string
	unit    string
	inside  []cssNode
}

// is reports whether n is the sign c.
func (n *cssNode) is(c byte) bool { return n.kind == cssSign && n.text[0] == c }

// opens reports whether n is a block that the bracket c opens.
func (n *cssNode) opens(c byte) bool { return n.kind == cssBlock && n.text[0] == c }

// cssReader takes a stylesheet apart. It works on bytes: all that CSS knows is ASCII, and all else is part of names.
type cssReader struct {
	source string
	at     int
	deep   int       // where brackets first were too deep, or -1
	open   []cssNode // what is in the lists that are not closed yet
}

// peek is the byte n places ahead, 0 (which no source holds) after the end.
func (r *cssReader) peek(n int) byte {
	if r.at+n < len(r.source) {
		return r.source[r.at+n]
	}
	return 0
}

// next reads a token; false at the end.
func (r *cssReader) next() (cssNode, bool) {
	r.comments()
	if r.at >= len(r.source) {
		return cssNode{}, false
	}
	start := r.at
	n := r.token()
	n.at, n.end = start, r.at
	return n, true
}

func (r *cssReader) comments() {
	for r.peek(0) == '/' && r.peek(1) == '*' {
		length := strings.Index(r.source[r.at+2:], "*/")
		if length < 0 {
			r.at = len(r.source)
			return
		}
		r.at += 2 + length + 2
	}
}

// token reads one token: css-syntax-3 §4.3.1.
func (r *cssReader) token() cssNode {
	c := r.peek(0)
	switch {
	case isCSSSpace(c):
		for isCSSSpace(r.peek(0)) {
			r.at++
		}
		return cssNode{kind: cssSpace}
	case c == '"' || c == '\'':
		return r.quoted(c)
	case c == '#' && (isCSSName(r.peek(1)) || r.escapes(1)):
		r.at++
		whole := r.begins(0)
		return cssNode{kind: cssHash, text: r.name(), whole: whole}
	case r.counts():
		return r.number()
	case strings.HasPrefix(r.source[r.at:], "-->"):
		r.at += len("-->")
		return cssNode{kind: cssCDC}
	case strings.HasPrefix(r.source[r.at:], "<!--"):
		r.at += len("<!--")
		return cssNode{kind: cssCDO}
	case c == '@' && r.begins(1):
		r.at++
		return cssNode{kind: cssAt, text: r.name()}
	case r.begins(0):
		return r.word()
	}
	r.at++
	return cssNode{kind: cssSign, text: r.source[r.at-1 : r.at]}
}

// word reads what begins with a name: an identifier, a function or url( ): css-syntax-3 §4.3.4.
func (r *cssReader) word() cssNode {
	name := r.name()
	if r.peek(0) != '(' {
		return cssNode{kind: cssIdent, text: name}
	}
	r.at++
	if strings.EqualFold(name, "url") {
		ahead := 0
		for isCSSSpace(r.peek(ahead)) {
			ahead++
		}
		if c := r.peek(ahead); c != '"' && c != '\'' {
			r.at += ahead
			return r.unquoted()
		}
	}
	return cssNode{kind: cssFunction, text: name}
}

// number reads a number with what belongs to it: css-syntax-3 §4.3.3.
func (r *cssReader) number() cssNode {
	start, whole := r.at, true
	if c := r.peek(0); c == '+' || c == '-' {
		r.at++
	}
	r.digits()
	if r.peek(0) == '.' && isDigit(r.peek(1)) {
		r.at++
		r.digits()
		whole = false
	}
	if c := r.peek(0); c == 'e' || c == 'E' {
		signed := 0
		if c := r.peek(1); c == '+' || c == '-' {
			signed = 1
		}
		if isDigit(r.peek(1 + signed)) {
			r.at += 1 + signed
			r.digits()
			whole = false
		}
	}
	n := cssNode{kind: cssNumber, text: r.source[start:r.at], whole: whole}
	switch {
	case r.begins(0):
		n.kind, n.unit = cssDimension, r.name()
	case r.peek(0) == '%':
		r.at++
		n.kind = cssPercent
	}
	return n
}

func (r *cssReader) digits() {
	for isDigit(r.peek(0)) {
		r.at++
	}
}

// counts reports whether a number begins here: css-syntax-3 §4.3.10.
func (r *cssReader) counts() bool {
	ahead := 0
	if c := r.peek(0); c == '+' || c == '-' {
		ahead = 1
	}
	if r.peek(ahead) == '.' {
		ahead++
	}
	return isDigit(r.peek(ahead))
}

// begins reports whether a name begins that many places ahead: css-syntax-3 §4.3.9.
func (r *cssReader) begins(ahead int) bool {
	c := r.peek(ahead)
	if c == '-' {
		c = r.peek(ahead + 1)
		return c == '-' || isCSSName(c) && !isDigit(c) || r.escapes(ahead+1)
	}
	return isCSSName(c) && !isDigit(c) || r.escapes(ahead)
}

// escapes reports whether an escape begins that many places ahead. A backslash at the very end is one too.
func (r *cssReader) escapes(ahead int) bool {
	return r.peek(ahead) == '\\' && r.peek(ahead+1) != '\n'
}

func isCSSSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isCSSName reports whether c is part of a name: css-syntax-3 §4.2.
func isCSSName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c >= 0x80 || isDigit(c)
}
