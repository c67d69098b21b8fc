package safe

import (
	"regexp"
	"strings"
)

// declarations writes the block of a rule; false when nothing of it may stay.
func (s *cssSheet) declarations(list []cssNode) bool {
	s.out = append(s.out, '{')
	start := len(s.out)
	for count := 0; ; count++ {
		item, rest := cssItem(list)
		if len(item) == 0 {
			break
		}
		if count == maxCSSDeclarations {
			s.refuse(item[0].at, "css.declarations", "", maxCSSDeclarations)
			break
		}
		mark := len(s.out)
		if mark > start {
			s.out = append(s.out, ';')
		}
		if !s.item(item) {
			s.out = s.out[:mark]
		}
		list = rest
	}
	s.out = append(s.out, '}')
	return len(s.out) > start+1
}

// cssItem takes the first thing off what is inside a rule: what ends at a semicolon or, as a rule in a rule does, with a {}
// block. Only a custom property may hold such a block. Nothing is left when item is empty.
func cssItem(list []cssNode) (item, rest []cssNode) {
	for len(list) > 0 && (list[0].kind == cssSpace || list[0].is(';')) {
		list = list[1:]
	}
	name, _, ok := cssHalves(list)
	custom := ok && strings.HasPrefix(name, "--")
	for i := range list {
		switch {
		case list[i].is(';'):
			return list[:i], list[i+1:]
		case list[i].opens('{') && !custom:
			return list[:i+1], list[i+1:]
		}
	}
	return list, nil
}

// item writes a declaration; false when it may not stay, and for a rule in a rule.
func (s *cssSheet) item(item []cssNode) bool {
	first, last := &item[0], &item[len(item)-1]
	name, value, ok := cssHalves(item)
	switch {
	case first.kind == cssAt, last.opens('{') && !strings.HasPrefix(name, "--"):
		return s.refuse(first.at, "css.nested", s.excerpt(item), 0)
	case !ok:
		return s.refuse(first.at, "css.broken", s.excerpt(item), 0)
	}
	return s.declaration(first.at, name, value)
}

// cssHalves divides "name: value" at its colon.
func cssHalves(item []cssNode) (name string, value []cssNode, ok bool) {
	if len(item) == 0 || item[0].kind != cssIdent {
		return "", nil, false
	}
	name, item = item[0].text, item[1:]
	for len(item) > 0 && item[0].kind == cssSpace {
		item = item[1:]
	}
	if len(item) == 0 || !item[0].is(':') {
		return "", nil, false
	}
	return name, cssTrim(item[1:]), true
}

// declaration writes "name:value".
func (s *cssSheet) declaration(at int, name string, value []cssNode) bool {
	custom := strings.HasPrefix(name, "--")
	if !custom {
		name = strings.ToLower(name)
	}
	places, known := cssProperties[name]
	switch {
	case custom && !isCSSCustom(name):
		return s.refuse(at, "css.custom", name, 0)
	case custom:
		places = cssProperties["--"]
	case !known:
		return s.unknown(at, name)
	}
	value = s.unimportant(at, value)
	if len(value) == 0 {
		return s.refuse(at, "css.empty", name, 0)
	}
	if only := cssOnly[name]; only != nil {
		word := strings.ToLower(value[0].text)
		if len(value) != 1 || value[0].kind != cssIdent || !only[word] {
			return s.refuse(at, cssReason(word, "css.value"), name, 0)
		}
	}
	if !s.light(at, name, value) {
		return false
	}
	s.out = append(append(s.out, name...), ':')
	v := &cssValue{cssSheet: s, property: name, places: places}
	return v.list(value, 0, false) && s.copied(at, name, v.copies)
}

// unknown refuses a property. The old name of one that is allowed has its own reason.
func (s *cssSheet) unknown(at int, name string) bool {
	if plain := cssPrefix.ReplaceAllString(name, ""); plain != name {
		if _, known := cssProperties[plain]; known {
			return s.refuse(at, cssReason(name, "css.prefix"), plain, 0)
		}
	}
	return s.refuse(at, cssReason(name, "css.property"), name, 0)
}

// cssPrefix is what browsers once put before names that were not settled.
var cssPrefix = regexp.MustCompile(`^-(webkit|moz|ms|o|khtml)-`)

// unimportant takes !important off a value. The site's own important rules are in a cascade layer and win against everything
// that is written here; but that is the last of three fences, and a page needs no !important against nobody.
func (s *cssSheet) unimportant(at int, value []cssNode) []cssNode {
	last := len(value) - 1
	if last < 0 || value[last].kind != cssIdent || !strings.EqualFold(value[last].text, "important") {
		return value
	}
	before := cssTrim(value[:last])
	if len(before) == 0 || !before[len(before)-1].is('!') {
		return value
	}
	if !s.important {
		s.important = true
		s.refuse(at, "css.important", "", 0)
	}
	return cssTrim(before[:len(before)-1])
}

// isCSSCustom reports whether a sheet may have a custom property of that name.
func isCSSCustom(name string) bool {
	bare, ok := strings.CutPrefix(name, "--")
	if !ok || bare == "" || len(bare) > 41 || strings.HasPrefix(strings.ToLower(bare), cssOurs) {
		return false
	}
	for i := range len(bare) {
		if c := bare[i]; c >= 0x80 || !isCSSName(c) || i == 0 && (isDigit(c) || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// copied bounds how much a browser has to fill in: custom properties that each hold another one twice grow as the grains on a
// chessboard do. The product of all their var() is more than any chain of them can reach.
func (s *cssSheet) copied(at int, name string, copies int) bool {
	if copies > maxCSSUses {
		return s.refuse(at, "css.uses", name, maxCSSUses)
	}
	if copies < 2 || !strings.HasPrefix(name, "--") {
		return true
	}
	if s.copies*copies > maxCSSCopies {
		return s.refuse(at, "css.copies", name, maxCSSCopies)
	}
	s.copies *= copies
	return true
}
