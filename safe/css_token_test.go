package safe

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"testing"
)

// cssOutdated are the cases of css-parsing-tests that are older than the specification is now, by what they begin with.
var cssOutdated = []struct{ begins, why string }{
	{`(?i)^u\+`, "unicode-range is no token any more: @font-face reads it from others"},
	{`^ù\+12`, "the same, among other things"},
	{`^~=\|=`, "~= |= ^= $= *= || are no tokens any more, but single signs"},
	{`^a:not\(\[href`, "the same: ^= is two signs"},
}

// TestCSSParsingTests runs component_value_list.json of github.com/SimonSapin/css-parsing-tests (CC0).
func TestCSSParsingTests(t *testing.T) {
	text, err := os.ReadFile("testdata/css/component_value_list.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []any
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	ran, skipped := 0, make([]int, len(cssOutdated))
next:
	for i := 0; i < len(cases); i += 2 {
		source := cases[i].(string)
		for old, c := range cssOutdated {
			if regexp.MustCompile(c.begins).MatchString(source) {
				skipped[old]++
				continue next
			}
		}
		ran++
		r := &cssReader{source: cssInput(source), deep: -1}
		want := withoutEnds(cases[i+1].([]any))
		if got := plainCSS(r.list(0, 0)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q\n got %v\nwant %v", source, got, want)
		}
	}
	if want := []int{8, 1, 1, 1}; ran != 39 || !reflect.DeepEqual(skipped, want) {
		t.Errorf("ran %d cases, skipped %v", ran, skipped)
	}
}

// withoutEnds takes the notes about the end of the sheet out of what is expected: the end is an error that the specification
// names, but no token.
func withoutEnds(list []any) []any {
	kept := []any{}
	for _, item := range list {
		if inner, ok := item.([]any); ok {
			if note := inner[len(inner)-1]; inner[0] == "error" && (note == "eof-in-string" || note == "eof-in-url") {
				continue
			}
			item = withoutEnds(inner)
		}
		kept = append(kept, item)
	}
	return kept
}

// plainCSS writes nodes as css-parsing-tests does.
func plainCSS(list []cssNode) []any {
	plain := []any{}
	for _, n := range list {
		inside := plainCSS(n.inside)
		whole := map[bool]string{true: "integer", false: "number"}[n.whole]
		value, _ := strconv.ParseFloat(n.text, 64)
		var item any
		switch n.kind {
		case cssSpace:
			item = " "
		case cssIdent:
			item = []any{"ident", n.text}
		case cssFunction:
			item = append([]any{"function", n.text}, inside...)
		case cssAt:
			item = []any{"at-keyword", n.text}
		case cssHash:
			item = []any{"hash", n.text, map[bool]string{true: "id", false: "unrestricted"}[n.whole]}
		case cssString:
			item = []any{"string", n.text}
		case cssBadString:
			item = []any{"error", "bad-string"}
		case cssURL:
			item = []any{"url", n.text}
		case cssBadURL:
			item = []any{"error", "bad-url"}
		case cssNumber:
			item = []any{"number", n.text, value, whole}
		case cssPercent:
			item = []any{"percentage", n.text, value, whole}
		case cssDimension:
			item = []any{"dimension", n.text, value, whole, n.unit}
		case cssCDO:
			item = "<!--"
		case cssCDC:
			item = "-->"
		case cssBlock:
			item = append([]any{map[string]string{"(": "()", "[": "[]", "{": "{}"}[n.text]}, inside...)
		default:
			item = n.text
			if n.text == ")" || n.text == "]" || n.text == "}" {
				item = []any{"error", n.text}
			}
		}
		plain = append(plain, item)
	}
	return plain
}
