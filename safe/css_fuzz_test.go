package safe

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// cssFuzzScope is a scope that no seed speaks of, so that it is doubled only where we doubled it.
const cssFuzzScope = ".zq7"

var (
	cssPositions = regexp.MustCompile(`(?i)^(static|relative|absolute|inherit|initial|unset)$`)
	cssColours   = regexp.MustCompile(`^[0-9a-fA-F]{3,8}$`)
)

// checkCSS holds for every stylesheet there is.
func checkCSS(t *testing.T, source string) {
	t.Helper()
	out, problems := CSS(source, cssFuzzScope, cssOwned)
	unfit := func(r rune) bool {
		return r == '<' || r == 0 || unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r)
	}
	if !utf8.ValidString(out) || strings.ContainsFunc(out, unfit) || strings.Contains(out, "/*") || strings.Contains(out, "-->") {
		t.Fatalf("%q gives %q", source, out)
	}
	if len(out) > maxCSSOutput || len(out) > 12*len(source)+len(cssFuzzScope) {
		t.Fatalf("%d bytes give %d: %.300q", len(source), len(out), out)
	}
	again, _ := CSS(out, cssFuzzScope, cssOwned)
	if again = strings.ReplaceAll(again, cssFuzzScope+" "+cssFuzzScope, cssFuzzScope); again != out {
		t.Fatalf("%q\ngives %q\n then %q", source, out, again)
	}
	if len(problems) > maxCSSProblems+1 {
		t.Fatalf("%d problems", len(problems))
	}
	for _, p := range problems {
		if p.Line < 1 || p.Line > 1+strings.Count(cssInput(source), "\n") || !strings.HasPrefix(p.Key, "css.") || utf8.RuneCountInString(p.Word) > 40 || Line(p.Word) != p.Word {
			t.Fatalf("%q: %+v", source, p)
		}
	}
	r := &cssReader{source: out, deep: -1}
	checkCSSRules(t, out, r.list(0, 0))
}

// checkCSSRules looks at what was written with other eyes than those that wrote it: no rule but under scope, no token that is
// on no list.
func checkCSSRules(t *testing.T, out string, list []cssNode) {
	t.Helper()
	for list = cssTrim(list); len(list) > 0; list = cssTrim(list) {
		head, block, rest := cssCut(list)
		if block == nil || len(head) == 0 {
			t.Fatalf("half a rule in %q", out)
		}
		switch {
		case head[0].kind != cssAt:
			for _, selector := range cssSplit(head) {
				checkCSSScope(t, out, selector)
			}
			checkCSSBlock(t, out, block.inside)
		case head[0].text == "media" || head[0].text == "supports":
			checkCSSRules(t, out, block.inside)
		case head[0].text == "keyframes":
			for frames := block.inside; len(frames) > 0; {
				var frame *cssNode
				_, frame, frames = cssCut(frames)
				checkCSSBlock(t, out, frame.inside)
			}
		default:
			t.Fatalf("@%s in %q", head[0].text, out)
		}
		list = rest
	}
}

func checkCSSScope(t *testing.T, out string, selector []cssNode) {
	t.Helper()
	if len(selector) < 2 || !selector[0].is('.') || selector[1].kind != cssIdent || "."+selector[1].text != cssFuzzScope {
		t.Fatalf("a selector without its scope in %q", out)
	}
	own := true // still in the scope itself: nothing may be beside it
	for i, n := range selector {
		if own && (n.is('+') || n.is('~')) {
			t.Fatalf("beside the scope in %q", out)
		}
		if n.kind == cssSpace || n.is('>') {
			own = false
		}
		if n.kind == cssFunction && slices.ContainsFunc(n.inside, func(n cssNode) bool { return n.kind == cssSpace || n.is('>') || n.is('~') }) {
			t.Fatalf("%s() looks around in %q", n.text, out)
		}
		if n.opens('[') && !cssAttributes[n.inside[0].text] {
			t.Fatalf("[%s] in %q", n.inside[0].text, out)
		}
		name := strings.ToLower(n.text)
		if n.kind == cssFunction && cssPseudoFunctions[name] == "" || i > 0 && selector[i-1].is(':') && n.kind == cssIdent && !cssPseudoClasses[name] && !cssPseudoElements[name] {
			t.Fatalf(":%s in %q", n.text, out)
		}
	}
}

func checkCSSBlock(t *testing.T, out string, list []cssNode) {
	t.Helper()
	for start := 0; start < len(list); start++ {
		end := start
		for end < len(list) && !list[end].is(';') {
			end++
		}
		name, value, ok := cssHalves(list[start:end])
		places, known := cssProperties[name]
		if isCSSCustom(name) {
			places, known = cssProperties["--"], true
		}
		if !ok || !known || len(value) == 0 {
			t.Fatalf("%q is no property in %q", name, out)
		}
		if name == "position" && !cssPositions.MatchString(value[0].text) {
			t.Fatalf("position in %q", out)
		}
		checkCSSValue(t, out, value, places, 0)
		start = end
	}
}

func checkCSSValue(t *testing.T, out string, value []cssNode, places uint32, depth int) {
	t.Helper()
	for _, n := range value {
		group, listed := -1, true
		switch n.kind {
		case cssSpace, cssIdent:
		case cssHash:
			listed = cssColours.MatchString(n.text)
		case cssSign:
			listed = strings.Contains(",/+-*", n.text)
		case cssNumber, cssPercent, cssDimension:
			size, err := strconv.ParseFloat(n.text, 64)
			listed = err == nil && math.Abs(size) <= maxCSSNumber && (n.unit == "" || cssUnits[n.unit])
		case cssString:
			group = cssFunctions[`""`]
			if depth > 0 && value[0].kind == cssString && len(value) == 1 && places&(1<<cssFunctions["url"]) != 0 {
				group = -1 // the address of a picture, see below
			}
		case cssBlock:
			if listed = n.opens('(') || n.opens('['); n.opens('[') {
				group = cssFunctions["[]"]
			}
		case cssFunction:
			group, listed = cssFunctions[n.text]
			if n.text == "url" {
				listed = len(n.inside) == 1 && (cssOwned(n.inside[0].text) || strings.HasPrefix(n.inside[0].text, "data:image/")) && !strings.Contains(n.inside[0].text, "svg")
			}
		default:
			listed = false
		}
		if !listed || group >= 0 && places&(1<<group) == 0 || depth > maxCSSFunctions {
			t.Fatalf("%q in %q", n.text+n.unit, out)
		}
		checkCSSValue(t, out, n.inside, places, depth+1)
	}
}

func TestCSSProperties(t *testing.T) {
	if underRace {
		t.Skip("long, and in one goroutine")
	}
	checkCSS(t, strings.Repeat("a,a,a,a,a,a,a,a{top:0}", 900)) // written twice, it is longer than what is read
	all := ""
	for file, least := range cssFiles {
		for _, v := range cssVectors(t, file, least) {
			checkCSS(t, v.CSS)
			checkCSS(t, "@media print{p{color:red;"+v.CSS) // the same where it does not belong
			if v.Repeat == nil {
				all += v.CSS + "\n"
			}
		}
	}
	for all != "" {
		checkCSS(t, all[:min(len(all), CSSSizeMost)])
		all = all[min(len(all), CSSSizeMost/8):]
	}
}

func FuzzCSS(f *testing.F) {
	for file, least := range cssFiles {
		for _, v := range cssVectors(f, file, least) {
			if len(v.CSS) < 1000 {
				f.Add(v.CSS)
			}
		}
	}
	f.Fuzz(checkCSS)
}
