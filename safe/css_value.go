package safe

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// cssValue is the value of a declaration on its way through.
type cssValue struct {
	*cssSheet
	property string
	places   uint32 // which groups of functions may stand in it: bits of cssPlaces
	copies   int    // var() in it
}

// list writes what is between two brackets or, for depth 0, all of the value. sum is true where one may add and multiply.
func (v *cssValue) list(list []cssNode, depth int, sum bool) bool {
	var last *cssNode
	space := false
	for i := range list {
		n := &list[i]
		if n.kind == cssSpace {
			space = true
			continue
		}
		v.gap(last, n, space)
		if !v.node(n, depth, sum) {
			return false
		}
		last, space = n, false
	}
	return true
}

// gap writes the space between two nodes: one where there was some, and one wherever they could grow together, which is more
// often than css-syntax-3 §9 asks for. Two nodes that follow each other mean the same with a space between them.
func (v *cssValue) gap(a, b *cssNode, space bool) {
	tight := func(n *cssNode) bool { return n.is('/') || n.is('*') }
	if a == nil || a.is(',') || b.is(',') || !space && (tight(a) != tight(b)) {
		return
	}
	v.out = append(v.out, ' ')
}

// node writes a node; false when it may not stay.
func (v *cssValue) node(n *cssNode, depth int, sum bool) (ok bool) {
	switch n.kind {
	case cssIdent:
		return v.word(n)
	case cssNumber, cssPercent, cssDimension:
		return v.number(n)
	case cssHash:
		return v.colour(n)
	case cssString:
		return v.quote(n)
	case cssURL:
		return v.picture(n, n.text, depth)
	case cssFunction:
		return v.function(n, depth, sum)
	case cssBlock:
		return v.block(n, depth, sum)
	case cssSign:
		if n.is(',') || n.is('/') || sum && (n.is('+') || n.is('-') || n.is('*')) {
			v.out = append(v.out, n.text...)
			return true
		}
	}
	return v.refuse(n.at, "css.value", v.property, 0)
}

// word writes an identifier. Any will do: what a browser does not know it leaves out, and none of them leads outside.
func (v *cssValue) word(n *cssNode) (ok bool) {
	if reason := cssReason(strings.ToLower(n.text), ""); reason == "css.filter" {
		return v.refuse(n.at, reason, n.text, 0)
	}
	if v.out, ok = appendCSSName(v.out, n.text, false); !ok {
		return v.refuse(n.at, "css.word", n.text, 0)
	}
	return true
}

// number writes a number with its unit.
func (v *cssValue) number(n *cssNode) (ok bool) {
	unit := strings.ToLower(n.unit)
	if n.kind == cssDimension && !cssUnits[unit] {
		if isCSSColour(n.text + n.unit) {
			return v.refuse(n.at, "css.colour", n.text+n.unit, 0)
		}
		return v.refuse(n.at, "css.unit", n.unit, 0)
	}
	text := n.text
	if v.property == "z-index" { // all of a page lies in one layer: its highest may as well be less high
		text = clampCSSNumber(text)
	}
	if v.out, ok = appendCSSNumber(v.out, text, maxCSSNumber); !ok {
		return v.refuse(n.at, "css.number", n.text+n.unit, maxCSSNumber)
	}
	if n.kind == cssPercent {
		unit = "%"
	}
	v.out = append(v.out, unit...)
	return true
}

// colour writes a colour such as #ff69b4.
func (v *cssValue) colour(n *cssNode) bool {
	if !isCSSColour(n.text) {
		return v.refuse(n.at, "css.colour", "#"+n.text, 0)
	}
	v.out = append(append(v.out, '#'), n.text...)
	return true
}

// isCSSColour reports whether text is a colour once it has its #.
func isCSSColour(text string) bool {
	for i := range len(text) {
		if !isHex(text[i]) {
			return false
		}
	}
	return len(text) == 3 || len(text) == 4 || len(text) == 6 || len(text) == 8
}

// quote writes a string.
func (v *cssValue) quote(n *cssNode) bool {
	switch {
	case !v.may(`""`):
		return v.refuse(n.at, "css.string_place", v.property, 0)
	case utf8.RuneCountInString(n.text) > maxCSSString:
		return v.refuse(n.at, "css.string", "", maxCSSString)
	}
	v.out = appendCSSString(v.out, n.text)
	return true
}

// may reports whether a function may stand in the value.
func (v *cssValue) may(function string) bool { return v.places&(1<<cssFunctions[function]) != 0 }

// block writes brackets: ( ) in sums, and [ ] around the names of the lines of a grid.
func (v *cssValue) block(n *cssNode, depth int, sum bool) bool {
	names := n.opens('[') && v.may("[]") && !slices.ContainsFunc(n.inside, func(n cssNode) bool {
		return n.kind != cssIdent && n.kind != cssSpace
	})
	switch {
	case depth == maxCSSFunctions:
		return v.refuse(n.at, "css.functions", "", maxCSSFunctions)
	case !names && !(sum && n.opens('(')):
		return v.refuse(n.at, "css.value", v.property, 0)
	}
	v.out = append(v.out, n.text...)
	ok := v.list(n.inside, depth+1, sum)
	v.out = append(v.out, cssClosers[n.text]...)
	return ok
}

var cssClosers = map[string]string{"(": ")", "[": "]"}
