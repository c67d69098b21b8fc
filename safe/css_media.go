package safe

import (
	"slices"
	"strings"
)

// media writes the condition of an @media rule.
func (s *cssSheet) media(at int, head []cssNode) bool {
	if len(head) == 0 {
		s.out = append(s.out, "all"...)
		return true
	}
	for i, query := range cssSplit(head) {
		if i > 0 {
			s.out = append(s.out, ',')
		}
		if !s.query(query) {
			return s.refuse(at, "css.media", s.excerpt(head), 0)
		}
	}
	return true
}

// query writes one media query: "only screen and (max-width:42em)". Words and features take turns; a browser knows which
// turns make sense and reads the others as "never".
func (s *cssSheet) query(query []cssNode) bool {
	mark, done := len(s.out), false // done: what was written so far can stand alone
	for i := range query {
		n := &query[i]
		if n.kind == cssSpace {
			continue
		}
		if len(s.out) > mark {
			s.out = append(s.out, ' ')
		}
		word := strings.ToLower(n.text)
		switch {
		case n.opens('('):
			feature, ok := cssFeature(cssTrim(n.inside))
			if done || !ok {
				return false
			}
			s.out = append(append(append(s.out, '('), feature...), ')')
			done = true
			continue
		case n.kind != cssIdent || !cssMediaWords[word]:
			return false
		}
		joins := word == "and" || word == "or"
		if joins != done {
			return false
		}
		done = !joins && word != "not" && word != "only"
		s.out = append(s.out, word...)
	}
	return done
}

// cssFeature returns a media feature as it is written between brackets.
func cssFeature(list []cssNode) (string, bool) {
	var terms, signs []string
	for {
		term, rest := cssTerm(list)
		if term == "" {
			return "", false
		}
		terms = append(terms, term)
		if len(rest) == 0 {
			break
		}
		sign, rest := cssCompare(rest)
		if sign == "" {
			return "", false
		}
		signs = append(signs, sign)
		list = rest
	}
	switch {
	case len(signs) == 0 && cssMediaFeatures[terms[0]]:
		return terms[0], true
	case len(signs) == 1 && signs[0] == ":" && cssMediaFeatures[terms[0]]:
		return terms[0] + ":" + terms[1], true
	}
	return cssRange(terms, signs)
}

// cssTerm reads a word, a length or a ratio in a media feature; "" when there is none.
func cssTerm(list []cssNode) (term string, rest []cssNode) {
	if len(list) == 0 {
		return "", nil
	}
	n := &list[0]
	rest = cssTrim(list[1:])
	switch {
	case n.kind == cssIdent:
		word, ok := appendCSSName(nil, strings.ToLower(n.text), false)
		if !ok {
			return "", nil
		}
		return string(word), rest
	case n.kind == cssDimension && cssUnits[strings.ToLower(n.unit)], n.kind == cssNumber:
		number, ok := appendCSSNumber(nil, n.text, maxCSSNumber)
		if !ok {
			return "", nil
		}
		term = string(number) + strings.ToLower(n.unit)
	default:
		return "", nil
	}
	if n.kind == cssNumber && len(rest) > 0 && rest[0].is('/') {
		below, rest := cssTerm(cssTrim(rest[1:]))
		if below == "" {
			return "", nil
		}
		return term + "/" + below, rest
	}
	return term, rest
}

// cssCompare reads what stands between the terms of a media feature; "" when there is nothing of the kind.
func cssCompare(list []cssNode) (sign string, rest []cssNode) {
	n := &list[0]
	if n.kind != cssSign || !strings.Contains(":=<>", n.text) {
		return "", nil
	}
	sign, rest = n.text, list[1:]
	if sign != ":" && sign != "=" && len(rest) > 0 && rest[0].is('=') {
		sign, rest = sign+"=", rest[1:]
	}
	return sign, cssTrim(rest)
}

// cssRange returns a range such as "400px <= width < 700px". It is turned round to be without "<", which no sheet of ours
// holds.
func cssRange(terms, signs []string) (string, bool) {
	if len(signs) == 0 || len(signs) > 2 || slices.Contains(signs, ":") || len(signs) == 2 && signs[0][0] != signs[1][0] {
		return "", false
	}
	named := func(term string) bool { return cssRanges[term] }
	if !named(terms[1]) && (len(signs) == 2 || !named(terms[0])) || slices.Contains(signs, "=") && len(signs) == 2 {
		return "", false
	}
	if signs[0][0] == '<' {
		slices.Reverse(terms)
		slices.Reverse(signs)
	}
	var b strings.Builder
	for i, term := range terms {
		if i > 0 {
			b.WriteString(" " + strings.ReplaceAll(signs[i-1], "<", ">") + " ")
		}
		b.WriteString(term)
	}
	return b.String(), true
}

// supports writes the condition of an @supports rule: one declaration, which has to pass like any other.
func (s *cssSheet) supports(at int, head []cssNode) bool {
	list := head
	if len(list) > 0 && list[0].kind == cssIdent && strings.EqualFold(list[0].text, "not") {
		s.out = append(s.out, "not "...)
		list = cssTrim(list[1:])
	}
	if len(list) != 1 || !list[0].opens('(') {
		return s.refuse(at, "css.supports", s.excerpt(head), 0)
	}
	name, value, ok := cssHalves(cssTrim(list[0].inside))
	if !ok {
		return s.refuse(at, "css.supports", s.excerpt(head), 0)
	}
	s.out = append(s.out, '(')
	ok = s.declaration(at, name, value)
	s.out = append(s.out, ')')
	return ok
}
