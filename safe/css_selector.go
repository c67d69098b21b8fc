package safe

import "strings"

// cssCompound is what stands between two combinators: p.x:hover.
type cssCompound struct {
	joint byte   // the combinator before it: ' ', '>', '+' or '~'; 0 for the first
	root  bool   // body, html or :root: for a person who writes a page, what is scope for us
	ends  bool   // it has a pseudo-element
	text  []byte // without body, html or :root
}

// selectors writes what a rule is for, each selector under scope. One that may not stay takes its rule along, as it does in
// a browser.
func (s *cssSheet) selectors(at int, head []cssNode) bool {
	parts := cssSplit(head)
	if len(parts) > maxCSSSelectors {
		return s.refuse(at, "css.selectors", s.excerpt(head), maxCSSSelectors)
	}
	for i, part := range parts {
		if i > 0 {
			s.out = append(s.out, ',')
		}
		if len(part) == 0 {
			return s.badSelector(at, head)
		}
		compounds, ok := s.compounds(part)
		if !ok || !s.scoped(part, compounds) {
			return false
		}
	}
	return true
}

// badSelector refuses a selector. A piece of HTML has its own reason, and so has what the rule before has left over.
func (s *cssSheet) badSelector(at int, list []cssNode) bool {
	if len(list) > 0 && (list[0].is('}') || list[0].is(';')) {
		return s.refuse(at, "css.stray", list[0].text, 0)
	}
	for i := range list {
		if list[i].is('<') {
			return s.refuse(at, "css.html", s.excerpt(list), 0)
		}
	}
	return s.refuse(at, "css.selector", s.excerpt(list), 0)
}

// compounds takes one selector apart.
func (s *cssSheet) compounds(part []cssNode) (compounds []cssCompound, ok bool) {
	at, rest := part[0].at, part
	var joint byte
	for {
		c := cssCompound{joint: joint}
		rest, ok = s.compound(&c, rest, 0)
		if !ok {
			return nil, false
		}
		compounds = append(compounds, c)
		if len(rest) == 0 || len(compounds) > maxCSSCompounds+1 {
			break
		}
		joint, rest = cssJoint(rest)
		if joint == 0 || len(rest) == 0 || c.ends {
			return nil, s.badSelector(at, part)
		}
	}
	length := len(compounds)
	if string(compounds[0].text) == s.scope { // a sheet that was already here has the same limits as then
		length--
		s.again += len(s.scope) + 1
	}
	if length > maxCSSCompounds {
		return nil, s.refuse(at, "css.compounds", s.excerpt(part), maxCSSCompounds)
	}
	return compounds, true
}

// cssJoint reads a combinator with the spaces around it; 0 when there is none.
func cssJoint(list []cssNode) (joint byte, rest []cssNode) {
	if list[0].kind == cssSpace {
		joint = ' '
	}
	rest = cssTrim(list)
	if len(rest) > 0 && (rest[0].is('>') || rest[0].is('+') || rest[0].is('~')) {
		return rest[0].text[0], cssTrim(rest[1:])
	}
	return joint, rest
}

// scoped writes a selector under scope. A body at its head is scope itself, and html body too; nothing may be beside that,
// since what is beside it is not the person's.
func (s *cssSheet) scoped(part []cssNode, compounds []cssCompound) bool {
	at := part[0].at
	s.out = append(s.out, s.scope...)
	roots := 0
	for roots < len(compounds) && compounds[roots].root {
		c := compounds[roots]
		if beside := c.joint == '+' || c.joint == '~'; beside {
			return s.refuse(at, "css.sibling", s.excerpt(part), 0)
		}
		s.out = append(s.out, c.text...)
		roots++
	}
	for i, c := range compounds[roots:] {
		switch first := i == 0; {
		case c.root:
			return s.badSelector(at, part)
		case first && roots > 0 && (c.joint == '+' || c.joint == '~'):
			return s.refuse(at, "css.sibling", s.excerpt(part), 0)
		case first && roots == 0:
			s.out = append(s.out, ' ')
		default:
			if c.joint == '>' && s.out[len(s.out)-1] == '-' { // "-->" ends a comment, to HTML
				s.out = append(s.out, ' ')
			}
			s.out = append(s.out, c.joint)
		}
		s.out = append(s.out, c.text...)
	}
	return true
}

// compound reads a compound off a list, which is not empty. nots counts the :not( ), :is( ) and :where( ) around it.
func (s *cssSheet) compound(c *cssCompound, list []cssNode, nots int) (rest []cssNode, ok bool) {
	rest = list
	if rest[0].kind == cssIdent || rest[0].is('*') {
		if ok = s.element(c, &rest[0]); !ok {
			return nil, false
		}
		rest = rest[1:]
	}
	for len(rest) > 0 {
		n, before := &rest[0], rest
		switch {
		case n.kind == cssHash && n.whole:
			rest, ok = rest[1:], s.name(c, '#', n, n.text)
		case n.is('.') && len(rest) > 1 && rest[1].kind == cssIdent:
			rest, ok = rest[2:], s.name(c, '.', n, rest[1].text)
		case n.opens('['):
			rest, ok = rest[1:], s.attribute(c, n)
		case n.is(':'):
			rest, ok = s.pseudo(c, rest, nots)
		default:
			return s.endCompound(list, rest, nots)
		}
		if !ok {
			return nil, false
		}
		if c.ends && !before[0].is(':') { // nothing but :hover and its like follows a pseudo-element
			return nil, s.badSelector(list[0].at, list)
		}
	}
	return s.endCompound(list, rest, nots)
}

// endCompound ends a compound where rest begins. It must have been something.
func (s *cssSheet) endCompound(list, rest []cssNode, nots int) ([]cssNode, bool) {
	if len(rest) == len(list) || nots > 0 && len(rest) > 0 {
		return nil, s.badSelector(list[0].at, list)
	}
	return rest, true
}

// element writes the name of an element, or *.
func (s *cssSheet) element(c *cssCompound, n *cssNode) (ok bool) {
	switch name := strings.ToLower(n.text); {
	case name == "body" || name == "html":
		c.root = true
		return true
	case n.kind == cssSign:
		c.text = append(c.text, '*')
		return true
	}
	if c.text, ok = appendCSSName(c.text, n.text, false); !ok {
		return s.refuse(n.at, "css.word", n.text, 0)
	}
	return true
}

// name writes a class or an id.
func (s *cssSheet) name(c *cssCompound, sign byte, n *cssNode, name string) (ok bool) {
	if c.text, ok = appendCSSName(append(c.text, sign), name, true); !ok {
		return s.refuse(n.at, "css.word", name, 0)
	}
	return true
}
