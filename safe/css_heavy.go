package safe

import (
	"slices"
	"strings"
)

// What follows is short to write and may keep a browser busy for minutes: blurs of shadows, layers upon layers, variables that
// are filled in again and again. Columns within columns are the fourth; static/page.css sees to those, because only the page
// knows which boxes stand in which.

// light refuses a value that is too heavy to paint.
func (s *cssSheet) light(at int, name string, value []cssNode) bool {
	shadow := strings.HasSuffix(name, "-shadow")
	if !shadow && !strings.HasPrefix(name, "--") && !cssLayered(name) {
		return true
	}
	layers := cssSplit(value)
	if len(layers) > maxCSSLayers {
		return s.refuse(at, "css.layers", name, maxCSSLayers)
	}
	return !shadow || !slices.ContainsFunc(layers, func(layer []cssNode) bool { return !s.shadow(layer) }) ||
		s.refuse(at, "css.shadow", name, maxCSSBlur)
}

// cssLayered reports whether a browser paints a property once for each of its commas.
func cssLayered(name string) bool {
	return strings.Contains(name, "background") || strings.Contains(name, "mask") || strings.HasSuffix(name, "filter")
}

// shadow reports whether one shadow is blurred no more than blur() may: its third length says how much. Only a length that
// is written out can be told, or a variable that holds none.
func (s *cssSheet) shadow(layer []cssNode) bool {
	lengths := 0
	for i := range layer {
		n := &layer[i]
		switch {
		case n.kind == cssNumber || n.kind == cssDimension || n.kind == cssFunction && isCSSSum(n.text):
			if lengths++; lengths == 3 && !isCSSBlur(n) {
				return false
			}
		case n.kind == cssFunction && !isCSSColourFunction(n.text) && !s.harmlessVar(n):
			return false
		}
	}
	return true
}

// harmlessVar reports whether n is a var() that can bring no large blur.
func (s *cssSheet) harmlessVar(n *cssNode) bool {
	inside := cssTrim(n.inside)
	return strings.EqualFold(n.text, "var") && len(inside) > 0 && !s.long[inside[0].text] && !cssLong(inside[1:])
}

// learn notes which custom properties of the sheet could bring a large blur into a shadow.
func (s *cssSheet) learn(list []cssNode) {
	for i := range list {
		s.learn(list[i].inside)
		if list[i].kind != cssIdent || !strings.HasPrefix(list[i].text, "--") {
			continue
		}
		value := list[i+1:]
		if end := slices.IndexFunc(value, func(n cssNode) bool { return n.is(';') }); end >= 0 {
			value = value[:end]
		}
		if cssLong(value) {
			s.long[list[i].text] = true
		}
	}
}

// cssLong reports whether a value holds more than words, colours and small lengths.
func cssLong(value []cssNode) bool {
	return slices.ContainsFunc(value, func(n cssNode) bool {
		switch n.kind {
		case cssNumber, cssDimension:
			return !isCSSBlur(&n)
		case cssFunction:
			return !isCSSColourFunction(n.text)
		}
		return n.kind == cssBlock || n.kind == cssDeep
	})
}

func isCSSColourFunction(name string) bool {
	place, known := cssFunctions[strings.ToLower(name)]
	return known && place == cssFunctions["rgb"]
}

func isCSSSum(name string) bool {
	place, known := cssFunctions[strings.ToLower(name)]
	return known && place == cssFunctions["calc"]
}
