package safe

import "slices"

// list reads component values up to the bracket that closes them, or to the end of the sheet: css-syntax-3 §5.4.7 to §5.4.9.
func (r *cssReader) list(closer byte, depth int) []cssNode {
	mark := len(r.open)
	for {
		n, ok := r.next()
		if !ok || closer != 0 && n.is(closer) {
			break
		}
		r.fill(&n, depth)
		r.open = append(r.open, n)
	}
	list := slices.Clone(r.open[mark:]) // as long as it is, not as long as it may grow
	r.open = r.open[:mark]
	return list
}

// fill reads what is inside n, if it is a bracket or a function.
func (r *cssReader) fill(n *cssNode, depth int) {
	closer := cssCloser(n)
	switch {
	case closer == 0:
		return
	case depth == maxCSSTree:
		if r.deep < 0 {
			r.deep = n.at
		}
		n.kind = cssDeep
		r.skip(closer)
	default:
		if n.kind == cssSign {
			n.kind = cssBlock
		}
		n.inside = r.list(closer, depth+1)
	}
	n.end = r.at
}

// skip passes over what is too deep, with a list of the brackets that are open instead of a call for each.
func (r *cssReader) skip(closer byte) {
	open := []byte{closer}
	for len(open) > 0 {
		n, ok := r.next()
		if !ok {
			return
		}
		if n.is(open[len(open)-1]) {
			open = open[:len(open)-1]
		} else if closer := cssCloser(&n); closer != 0 {
			open = append(open, closer)
		}
	}
}

// cssCloser is the bracket that closes what the token n opens, 0 if it opens nothing.
func cssCloser(n *cssNode) byte {
	switch {
	case n.kind == cssFunction || n.is('('):
		return ')'
	case n.is('['):
		return ']'
	case n.is('{'):
		return '}'
	}
	return 0
}

// cssTrim takes the white space off both ends of a list.
func cssTrim(list []cssNode) []cssNode {
	for len(list) > 0 && list[0].kind == cssSpace {
		list = list[1:]
	}
	for len(list) > 0 && list[len(list)-1].kind == cssSpace {
		list = list[:len(list)-1]
	}
	return list
}

// cssSplit divides a list at its commas. There is always one part, perhaps an empty one.
func cssSplit(list []cssNode) [][]cssNode {
	var parts [][]cssNode
	start := 0
	for i := range list {
		if list[i].is(',') {
			parts = append(parts, cssTrim(list[start:i]))
			start = i + 1
		}
	}
	return append(parts, cssTrim(list[start:]))
}
