package safe

import (
	"strconv"
	"strings"
)

// function writes a function with its arguments.
func (v *cssValue) function(n *cssNode, depth int, sum bool) bool {
	name, inside := strings.ToLower(n.text), cssTrim(n.inside)
	if name == "url" && len(inside) == 1 && inside[0].kind == cssString {
		return v.picture(n, inside[0].text, depth)
	}
	_, known := cssFunctions[name]
	switch {
	case !known || name == "url":
		return v.refuse(n.at, cssReason(name+"()", "css.function"), name+"()", 0)
	case !v.may(name):
		return v.refuse(n.at, "css.function_place", name+"()", 0)
	case depth == maxCSSFunctions:
		return v.refuse(n.at, "css.functions", "", maxCSSFunctions)
	case !v.arguments(n, name, inside):
		return false
	}
	v.out = append(append(v.out, name...), '(')
	ok := v.list(inside, depth+1, sum || cssFunctions[name] == cssFunctions["calc"])
	v.out = append(v.out, ')')
	return ok
}

// arguments checks what a few functions may not be told, though each of their arguments alone is harmless.
func (v *cssValue) arguments(n *cssNode, name string, inside []cssNode) bool {
	switch name {
	case "var":
		v.copies++
		if len(inside) == 0 || inside[0].kind != cssIdent || !isCSSCustom(inside[0].text) {
			return v.refuse(n.at, "css.custom", v.excerpt(inside), 0)
		}
	case "attr":
		if len(inside) != 1 || inside[0].kind != cssIdent || !isCSSShown(strings.ToLower(inside[0].text)) {
			return v.refuse(n.at, "css.attribute", v.excerpt(inside), 0)
		}
	case "blur":
		if len(inside) > 1 || len(inside) == 1 && !isCSSBlur(&inside[0]) {
			return v.refuse(n.at, "css.blur", "", maxCSSBlur)
		}
	case "drop-shadow":
		if !v.shadow(inside) {
			return v.refuse(n.at, "css.shadow", name+"()", maxCSSBlur)
		}
	case "repeat":
		if len(inside) == 0 || !isCSSRepeat(&inside[0]) {
			return v.refuse(n.at, "css.repeat", "", maxCSSRepeat)
		}
	}
	return true
}

// isCSSShown reports whether attr() may show an attribute: one that a visitor may know, never a value of a form.
func isCSSShown(attribute string) bool {
	return cssShown[attribute] || strings.HasPrefix(attribute, "data-")
}

// isCSSBlur reports whether a browser can blur that much without stuttering. Only a plain length can be told.
func isCSSBlur(n *cssNode) bool {
	const most = 3 // em
	size, err := strconv.ParseFloat(n.text, 64)
	switch unit := strings.ToLower(n.unit); {
	case err != nil:
		return false
	case n.kind == cssNumber:
		return size == 0
	case unit == "px":
		return size <= maxCSSBlur
	case unit == "em" || unit == "rem":
		return size <= most
	}
	return false
}

// isCSSRepeat reports whether n is a small count of columns, or as many as there is room for.
func isCSSRepeat(n *cssNode) bool {
	if n.kind == cssIdent {
		word := strings.ToLower(n.text)
		return word == "auto-fill" || word == "auto-fit"
	}
	count, err := strconv.Atoi(n.text)
	return n.kind == cssNumber && err == nil && count >= 1 && count <= maxCSSRepeat
}
