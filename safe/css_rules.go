package safe

import (
	"regexp"
	"strings"
)

// rules writes what may stay of a list of rules. groups counts the @media and @supports around it.
func (s *cssSheet) rules(list []cssNode, groups int) {
	for {
		list = cssBetween(list, groups)
		if len(list) == 0 || s.full {
			return
		}
		head, block, rest := cssCut(list)
		s.rule(list[0].at, head, block, groups)
		list = rest
	}
}

// cssBetween takes off what stands between rules. The signs of HTML that people copy along with a sheet mean nothing, and are
// let pass only where a rule could begin: there they hide nothing from us.
func cssBetween(list []cssNode, groups int) []cssNode {
	for len(list) > 0 {
		switch kind := list[0].kind; {
		case kind == cssSpace, groups == 0 && (kind == cssCDO || kind == cssCDC):
			list = list[1:]
		case groups == 0 && list[0].is('<'):
			rest := cssAfterTag(list)
			if len(rest) == len(list) {
				return list
			}
			list = rest
		default:
			return list
		}
	}
	return list
}

// cssAfterTag is what follows <style type="text/css"> or </style>, the list itself when it begins with neither.
func cssAfterTag(list []cssNode) []cssNode {
	rest := list[1:]
	if len(rest) > 0 && rest[0].is('/') {
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0].kind != cssIdent || !strings.EqualFold(rest[0].text, "style") {
		return list
	}
	for i := range rest {
		switch {
		case rest[i].is('>'):
			return rest[i+1:]
		case rest[i].opens('{'):
			return list
		}
	}
	return list
}

// cssCut takes the first rule off a list: css-syntax-3 §5.4.2 and §5.4.3. block is nil when the rule has none.
func cssCut(list []cssNode) (head []cssNode, block *cssNode, rest []cssNode) {
	at := list[0].kind == cssAt
	for i := range list {
		if list[i].opens('{') {
			return list[:i], &list[i], list[i+1:]
		}
		if at && list[i].is(';') {
			return list[:i], nil, list[i+1:]
		}
	}
	return list, nil, nil
}

// rule writes one rule, on lines of its own, or nothing.
func (s *cssSheet) rule(at int, head []cssNode, block *cssNode, groups int) {
	if !s.another(at) {
		return
	}
	mark, again, ok := len(s.out), s.again, false
	switch {
	case len(head) > 0 && head[0].kind == cssAt:
		ok = s.atRule(head, block, groups)
	case block == nil:
		s.refuse(at, "css.open", s.excerpt(head), 0)
	default:
		ok = s.selectors(at, head) && s.declarations(block.inside)
	}
	if !ok {
		s.out, s.again = s.out[:mark], again
		return
	}
	s.out = append(s.out, '\n')
	if len(s.out)-s.again > maxCSSOutput-2*groups { // each group around still needs its "}\n"
		s.out, s.again = s.out[:mark], again
		s.refuse(at, "css.output", "", maxCSSOutput>>10)
	}
}

// another counts a rule, or a step of an animation; false when there were too many.
func (s *cssSheet) another(at int) bool {
	s.rulesRead++
	s.full = s.rulesRead > maxCSSRules
	return !s.full || s.refuse(at, "css.rules", "", maxCSSRules)
}

// atRule writes a rule that begins with @.
func (s *cssSheet) atRule(head []cssNode, block *cssNode, groups int) bool {
	at, name, head := head[0].at, strings.ToLower(head[0].text), cssTrim(head[1:])
	switch {
	case name == "charset": // ours says so in its Content-Type: nothing is lost
		return false
	case !cssAtRules["@"+name]:
		return s.refuse(at, cssReason("@"+name, "css.at"), "@"+name, 0)
	case block == nil:
		return s.refuse(at, "css.open", "@"+name, 0)
	case name == "media":
		s.out = append(s.out, "@media "...)
		return s.media(at, head) && s.group(at, block, groups)
	case name == "supports":
		s.out = append(s.out, "@supports "...)
		return s.supports(at, head) && s.group(at, block, groups)
	}
	return s.keyframes(at, head, block)
}

// group writes the rules inside @media and @supports. One that holds nothing is left out without a word: what was in it has
// its own reasons.
func (s *cssSheet) group(at int, block *cssNode, groups int) bool {
	if groups == maxCSSGroups {
		return s.refuse(at, "css.groups", "", maxCSSGroups)
	}
	s.out = append(s.out, "{\n"...)
	mark := len(s.out)
	s.rules(block.inside, groups+1)
	s.out = append(s.out, '}')
	return len(s.out) > mark+1
}

// cssFrames is a name of keyframes.
var cssFrames = regexp.MustCompile(`^[A-Za-z_-][A-Za-z0-9_-]{0,60}$`)

// cssOurs is what the names of our own keyframes and custom properties begin with: all of a page share them.
const cssOurs = "site-"

// keyframes writes an animation.
func (s *cssSheet) keyframes(at int, head []cssNode, block *cssNode) bool {
	if len(head) != 1 || head[0].kind != cssIdent || !cssFrames.MatchString(head[0].text) {
		return s.refuse(at, "css.keyframes", s.excerpt(head), 0)
	}
	name := head[0].text
	if strings.HasPrefix(strings.ToLower(name), cssOurs) {
		return s.refuse(at, "css.ours", name, 0)
	}
	s.out = append(append(append(s.out, "@keyframes "...), name...), '{')
	mark := len(s.out)
	for list := cssTrim(block.inside); len(list) > 0 && !s.full; {
		frame, inside, rest := cssCut(list)
		s.frame(list[0].at, cssTrim(frame), inside)
		list = cssTrim(rest)
	}
	s.out = append(s.out, '}')
	return len(s.out) > mark+1
}

// frame writes one step of an animation.
func (s *cssSheet) frame(at int, head []cssNode, block *cssNode) {
	if !s.another(at) {
		return
	}
	mark := len(s.out)
	if block == nil {
		s.refuse(at, "css.open", s.excerpt(head), 0)
		return
	}
	for i, part := range cssSplit(head) {
		if i > 0 {
			s.out = append(s.out, ',')
		}
		if !s.moment(part) {
			s.refuse(at, "css.frame", s.excerpt(head), 0)
			s.out = s.out[:mark]
			return
		}
	}
	if !s.declarations(block.inside) {
		s.out = s.out[:mark]
	}
}

// moment writes when a step of an animation happens.
func (s *cssSheet) moment(part []cssNode) (ok bool) {
	if len(part) != 1 {
		return false
	}
	n := part[0]
	if word := strings.ToLower(n.text); n.kind == cssIdent && (word == "from" || word == "to") {
		s.out = append(s.out, word...)
		return true
	}
	if n.kind == cssPercent {
		s.out, ok = appendCSSNumber(s.out, n.text, 100)
		s.out = append(s.out, '%')
	}
	return ok
}
