package safe

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pseudo reads :hover, ::before or :nth-child(2n+1) off a list.
func (s *cssSheet) pseudo(c *cssCompound, list []cssNode, nots int) (rest []cssNode, ok bool) {
	at, signs := list[0].at, 1
	if len(list) > 1 && list[1].is(':') {
		signs = 2
	}
	if len(list) == signs || list[signs].kind != cssIdent && list[signs].kind != cssFunction {
		return nil, s.badSelector(at, list)
	}
	n, rest := &list[signs], list[signs+1:]
	name := strings.ToLower(n.text)
	word := s.excerpt(list[:signs]) + name
	switch {
	case n.kind == cssFunction && signs == 1 && !c.ends:
		c.text = append(append(append(c.text, ':'), name...), '(')
		ok = s.pseudoFunction(c, n, name, nots)
		c.text = append(c.text, ')')
		return rest, ok
	case n.kind == cssFunction:
		return nil, s.refuse(at, "css.pseudo", word+"()", 0)
	case signs == 1 && name == "root" && nots == 0:
		c.root, c.text = true, bytes.TrimPrefix(c.text, []byte("*"))
		if len(c.text) > 0 && isCSSName(c.text[0]) { // p:root is nowhere
			return nil, s.badSelector(at, list)
		}
		return rest, true
	case signs == 1 && cssPseudoClasses[name] && (!c.ends || cssAfterElement[name]):
	case cssPseudoElements[name] && (signs == 2 || cssOldElements[name]) && !c.ends && nots == 0:
		c.ends = true
	default:
		return nil, s.refuse(at, "css.pseudo", word, 0)
	}
	c.text = append(append(c.text, "::"[:signs]...), name...)
	return rest, true
}

// pseudoFunction writes the arguments of a pseudo-class.
func (s *cssSheet) pseudoFunction(c *cssCompound, n *cssNode, name string, nots int) bool {
	inside := cssTrim(n.inside)
	switch cssPseudoFunctions[name] {
	case "n":
		return s.count(c, n, inside)
	case "word":
		if len(inside) != 1 || inside[0].kind != cssIdent || !cssLanguage.MatchString(inside[0].text) {
			return s.refuse(n.at, "css.pseudo_inside", name+"()", 0)
		}
		c.text = append(c.text, inside[0].text...)
		return true
	case "selectors":
		return s.alternatives(c, n, inside, nots)
	}
	return s.refuse(n.at, "css.pseudo", ":"+name+"()", 0)
}

// cssLanguage is what :lang() and :dir() are about.
var cssLanguage = regexp.MustCompile(`^[A-Za-z]+(-[A-Za-z0-9]+)*$`)

// cssCount is An+B, css-syntax-3 §6, with little numbers.
var cssCount = regexp.MustCompile(`^(even|odd|[+-]?\d{1,4}|[+-]?\d{0,4}n( ?[+-] ?\d{1,4})?)$`)

// count writes an An+B. The tokenizer sees dimensions, identifiers and numbers in it; put together again it is easier to read.
func (s *cssSheet) count(c *cssCompound, n *cssNode, inside []cssNode) bool {
	var b strings.Builder
	for i := range inside {
		switch part := &inside[i]; part.kind {
		case cssSpace:
			b.WriteByte(' ')
		case cssNumber, cssDimension, cssIdent, cssSign:
			b.WriteString(part.text + part.unit)
		default:
			return s.refuse(n.at, "css.pseudo_inside", s.excerpt(inside), 0)
		}
	}
	text := strings.ToLower(b.String())
	if !cssCount.MatchString(text) {
		return s.refuse(n.at, "css.pseudo_inside", s.excerpt(inside), 0)
	}
	c.text = append(c.text, strings.ReplaceAll(text, " ", "")...)
	return true
}

// alternatives writes the compounds inside :is(), :where() and :not(). They have no combinators: with one, a selector could
// look at what is around the page.
func (s *cssSheet) alternatives(c *cssCompound, n *cssNode, inside []cssNode, nots int) bool {
	parts := cssSplit(inside)
	if nots == maxCSSNots {
		return s.refuse(n.at, "css.nots", "", maxCSSNots)
	}
	if len(parts) > maxCSSSelectors {
		return s.refuse(n.at, "css.selectors", s.excerpt(inside), maxCSSSelectors)
	}
	for i, part := range parts {
		if len(part) == 0 {
			return s.badSelector(n.at, inside)
		}
		one := cssCompound{}
		if _, ok := s.compound(&one, part, nots+1); !ok {
			return false
		}
		if one.root {
			return s.badSelector(n.at, inside)
		}
		if i > 0 {
			c.text = append(c.text, ',')
		}
		c.text = append(c.text, one.text...)
	}
	return true
}

// attribute writes [href^="http" i].
func (s *cssSheet) attribute(c *cssCompound, n *cssNode) bool {
	list := cssTrim(n.inside)
	if len(list) == 0 || list[0].kind != cssIdent {
		return s.badSelector(n.at, []cssNode{*n})
	}
	name := strings.ToLower(list[0].text)
	if !cssAttributes[name] {
		return s.refuse(n.at, "css.attribute", name, 0)
	}
	c.text = append(append(c.text, '['), name...)
	if list = cssTrim(list[1:]); len(list) > 0 {
		sign, value, flag, ok := cssComparison(list)
		if !ok || utf8.RuneCountInString(value) > maxCSSString {
			return s.badSelector(n.at, []cssNode{*n})
		}
		c.text = appendCSSString(append(c.text, sign...), value)
		if flag != "" {
			c.text = append(append(c.text, ' '), flag...)
		}
	}
	c.text = append(c.text, ']')
	return true
}

// cssComparison reads ^="http" i.
func cssComparison(list []cssNode) (sign, value, flag string, ok bool) {
	if len(list) > 1 && list[1].is('=') && list[0].kind == cssSign && strings.Contains("~|^$*", list[0].text) {
		sign, list = list[0].text, list[1:]
	}
	if !list[0].is('=') {
		return "", "", "", false
	}
	list = cssTrim(list[1:])
	if len(list) == 0 || list[0].kind != cssString && list[0].kind != cssIdent {
		return "", "", "", false
	}
	value, list = list[0].text, cssTrim(list[1:])
	if len(list) == 1 && list[0].kind == cssIdent {
		flag, list = strings.ToLower(list[0].text), nil
	}
	return sign + "=", value, flag, len(list) == 0 && (flag == "" || flag == "i" || flag == "s")
}
