package safe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCSS(t *testing.T) {
	for _, c := range []struct{ name, in, want, problems string }{
		{"empty", "", "", ""},
		{"a rule", "p { color : red ; }", ".u-page p{color:red}\n", ""},
		{"nothing left", "p{behavior:url(x)}", "", "1 css.script behavior 0"},
		{"an empty rule is no problem", "p{}\n@media print{}", "", ""},
		{"lines", "p{\n  colour: red;\n  color: blue\n}\r\n\r\nb{x:y}", ".u-page p{color:blue}\n", "2 css.property colour 0|6 css.property x 0"},
		{"important once", "p{color:red!important}b{top:0 ! IMPORTANT}", ".u-page p{color:red}\n.u-page b{top:0}\n", "1 css.important  0"},
		{"fixed", "p{position:fixed;top:0}", ".u-page p{top:0}\n", "1 css.fixed position 0"},
		{"a picture elsewhere", "p{background:red url(https://far.example/a-picture-with-quite-a-long-name.png)}", ".u-page p{background:red none}\n", "1 css.url https://far.example/a-picture-with-quit… 0"},
		{"a picture of somebody else", "p{background-image:url(/media/other/a.png)}", "", "1 css.url_own /media/other/a.png 0"},
		{"colour without its sign", "p{color:00ff7f}", "", "1 css.colour 00ff7f 0"},
		{"old name", "p{-o-transition:all 1s}", "", "1 css.prefix transition 0"},
		{"function", "p{width:foo(1)}b{width:rotate(1deg)}", "", "1 css.function foo() 0|1 css.function_place rotate() 0"},
		{"import", "@import 'x';@layer a;@whatever{}", "", "1 css.import @import 0|1 css.layer @layer 0|1 css.at @whatever 0"},
		{"html", "<b>hi</b> p{color:red}", "", "1 css.html <b>hi</b> p 0"},
		{"left over", "p{color:red}}\nb{color:red}", ".u-page p{color:red}\n", "1 css.stray } 0"},
		{"harmless words", "p{a\u202eb\a:1}", "", "1 css.broken ab:1 0"},
		{"range", "@media (400px<=width<700px){p{top:0}}@media (1px>height){p{top:0}}", "@media (700px > width >= 400px){\n.u-page p{top:0}\n}\n@media (1px > height){\n.u-page p{top:0}\n}\n", ""},
		{"numbers", "p{margin:+.50px 1e2px -1E-9em 0.3333333333333333333333%;z-index:-9e9}", ".u-page p{margin:+.50px 100px -0em 0.333333%;z-index:-100000}\n", ""},
		{"spaces where names would grow together", "p{font:a/**/b/**/1px/**/-2px'x'}", ".u-page p{font:a b 1px -2px \"x\"}\n", ""},
		{"no comment begins", "p{width:calc(2/ *3)}b::after{content:'/*'}", ".u-page p{width:calc(2/ *3)}\n.u-page b::after{content:\"/\\2a \"}\n", ""},
		{"what could end a string", `p::after{content:'\\'"\""'"'}[title='\\']{top:0}`, `.u-page p::after{content:"\5c " "\22 " "\22 "}` + "\n" + `.u-page [title="\5c "]{top:0}` + "\n", ""},
		{"words of media", "@media speech{p{top:0}}@media screen print{p{top:0}}@media and{p{top:0}}", "", "1 css.media speech 0|1 css.media screen print 0|1 css.media and 0"},
		{"no range", "@media (1px<width>2px){p{top:0}}@media (1px=width=2px){p{top:0}}@media (1px<2px){p{top:0}}", "", "1 css.media (1px<width>2px) 0|1 css.media (1px=width=2px) 0|1 css.media (1px<2px) 0"},
		{"signs of HTML inside", "@media all{<!--p{top:0}<style>p{top:0}i{top:0}}", "@media all{\n.u-page i{top:0}\n}\n", "1 css.selector <!--p 0|1 css.html <style>p 0"},
		{"hidden characters", "p::after{content:'\u202e\u200d\u2028<\\a'}", ".u-page p::after{content:\"\\202e \\200d \\2028 \\3c \\a \"}\n", ""},
	} {
		out, problems := CSS(c.in, cssScope, cssOwned)
		var told []string
		for _, p := range problems {
			told = append(told, fmt.Sprintf("%d %s %s %d", p.Line, p.Key, p.Word, p.Most))
		}
		if got := strings.Join(told, "|"); out != c.want || got != c.problems {
			t.Errorf("%s: %q\n got %q %q\nwant %q %q", c.name, c.in, out, got, c.want, c.problems)
		}
	}
}

// Each limit lets through what is as large as it says, and tells what is larger.
func TestCSSLimits(t *testing.T) {
	many := func(unit string, count int) string { return strings.Repeat(unit, count) }
	for _, c := range []struct {
		key  string
		most int
		in   func(n int) string
	}{
		{"css.rules", maxCSSRules, func(n int) string { return many("p{top:0}", n) }},
		{"css.declarations", maxCSSDeclarations, func(n int) string { return "p{" + many("top:0;", n) + "}" }},
		{"css.selectors", maxCSSSelectors, func(n int) string { return "a" + many(",a", n-1) + "{top:0}" }},
		{"css.compounds", maxCSSCompounds, func(n int) string { return many("a ", n) + "{top:0}" }},
		{"css.nots", maxCSSNots, func(n int) string { return many(":not(", n) + "a" + many(")", n) + "{top:0}" }},
		{"css.groups", maxCSSGroups, func(n int) string { return many("@media all{", n) + "p{top:0}" + many("}", n) }},
		{"css.functions", maxCSSFunctions, func(n int) string { return "p{width:" + many("calc(", n) + "1px" + many(")", n) + "}" }},
		{"css.number", maxCSSNumber, func(n int) string { return fmt.Sprintf("p{width:%dpx}", n) }},
		{"css.blur", maxCSSBlur, func(n int) string { return fmt.Sprintf("p{filter:blur(%dpx)}", n) }},
		{"css.shadow", maxCSSBlur, func(n int) string { return fmt.Sprintf("p{text-shadow:0 900px %dpx red}", n) }},
		{"css.shadow", maxCSSBlur, func(n int) string { return fmt.Sprintf("p{--s:0 0 %dpx red}a{box-shadow:var(--s)}", n) }},
		{"css.shadow", maxCSSBlur, func(n int) string { return fmt.Sprintf("p{filter:drop-shadow(0 0 %dpx red)}", n) }},
		{"css.layers", maxCSSLayers, func(n int) string { return "p{text-shadow:0 0 red" + many(",0 0 red", n-1) + "}" }},
		{"css.uses", maxCSSUses, func(n int) string { return "p{transform:" + many("var(--a)", n) + "}" }},
		{"css.repeat", maxCSSRepeat, func(n int) string { return fmt.Sprintf("p{grid-template-rows:repeat(%d,1px)}", n) }},
		{"css.string", maxCSSString, func(n int) string { return "p{content:'" + many("é", n) + "'}" }},
		{"css.word", maxCSSName, func(n int) string { return "p{animation-name:" + many("é", n) + "}" }},
		{"css.url", maxCSSPath, func(n int) string { return "p{mask:url(/media/own/" + many("a", n-15) + ".png)}" }},
		{"css.data_size", maxCSSData << 10, func(n int) string { return "p{mask:url(data:image/png;base64," + many("aaaa", (n+3)/4) + ")}" }},
		{"css.data_all", maxCSSAllData << 10, func(n int) string {
			return many("p{mask:url(data:image/png;base64,"+many("aaaa", 1<<10)+")}", n>>12) + "p{mask:url(data:image/png;base64," + many("aaaa", n%4096) + ")}"
		}},
		{"css.copies", 1 << 13, func(n int) string {
			return many("p{--a:var(--b)var(--b)}", 13) + many("p{--a:var(--b)var(--b)}", n-1<<13)
		}},
		{"css.output", maxCSSOutput, func(n int) string {
			rule := func(size int) string { return "p{content:'" + many("<", (size-22)/4) + many("a", (size-22)%4) + "'}" }
			return many(rule(2000), n/2000-1) + rule(1800) + rule(200+n%2000)
		}},
		{"css.long", CSSSizeMost, func(n int) string { return many(" ", n) }},
	} {
		told := func(n int) bool {
			_, problems := CSS(c.in(n), cssScope, cssOwned)
			return slices.ContainsFunc(problems, func(p CSSProblem) bool { return p.Key == c.key })
		}
		if told(c.most) {
			t.Errorf("%s: %d are too many", c.key, c.most)
		}
		if !told(c.most + 1) {
			t.Errorf("%s: %d are not too many", c.key, c.most+1)
		}
	}
}

func TestCSSDeep(t *testing.T) {
	for n, deep := range map[int]bool{maxCSSTree: false, maxCSSTree + 1: true, 60000: true} {
		_, problems := CSS(strings.Repeat("(", n), cssScope, cssOwned)
		found := slices.ContainsFunc(problems, func(p CSSProblem) bool { return p.Key == "css.deep" && p.Most == maxCSSTree })
		if found != deep {
			t.Errorf("%d brackets: %v", n, problems)
		}
	}
}

func TestCSSProblemsEnd(t *testing.T) {
	_, problems := CSS(strings.Repeat("x;\n}", 10000), cssScope, nil)
	_, many := CSS("p{"+strings.Repeat("x:y;\n", 150)+"}", cssScope, nil)
	if len(problems) != 1 || len(many) != 101 || many[99].Line != 100 || many[100] != (CSSProblem{101, "css.more", "", maxCSSProblems}) {
		t.Errorf("%d, %d problems, the last %v", len(problems), len(many), many[len(many)-1])
	}
}

// TestCSSLastFence writes what nothing before it lets through.
func TestCSSLastFence(t *testing.T) {
	for _, out := range []string{"p{}<", "p{}\x00", "p{}\t", "p{}\x7f", "p{}\u0085", "p{}\xff"} {
		s := &cssSheet{out: []byte(out)}
		if got := s.checked(); got != "" || len(s.problems) != 1 || s.problems[0].Key != "css.unfit" {
			t.Errorf("%q: %q, %v", out, got, s.problems)
		}
	}
}

// TestCSSAllowed tries every word of the reference: each is let through.
func TestCSSAllowed(t *testing.T) {
	forms := map[string]string{
		"properties": "p{%s:inherit}", "positions": "p{position:%s}", "units": "p{top:1%s}", "at_rules": "%s all{from{top:0}}",
		"@media": "@media all{p{top:0}}", "@supports": "@supports (top:0){p{top:0}}", "media": "@media %s{p{top:0}}",
		"and": "@media all and (color){p{top:0}}", "or": "@media (color) or (hover){p{top:0}}", "not": "@media not all{p{top:0}}", "only": "@media only all{p{top:0}}",
		"features": "@media (%s){p{top:0}}", "pseudo_classes": "p:%s{top:0}", "pseudo_functions": "p:%s{top:0}",
		"pseudo_elements": "p::%s{top:0}", "attributes": "[%s]{top:0}", "shown": "p{content:attr(%s)}",
	}
	example := strings.NewReplacer("(…)", "(fr)", "data-…", "data-x")
	tried := 0
	for _, list := range CSSAllowed() {
		form, known := forms[strings.TrimPrefix(list.Key, "css.list.")]
		for _, word := range list.Words {
			if !known { // functions: TestCSSPlaces has them
				break
			}
			source := cmp.Or(forms[word], strings.Replace(form, "%s", example.Replace(word), 1))
			if out, problems := CSS(source, cssScope, nil); out == "" || len(problems) > 0 {
				t.Errorf("%s: %q gives %q %v", list.Key, source, out, problems)
			}
			tried++
		}
	}
	if tried < 500 {
		t.Errorf("tried only %d words", tried)
	}
}

// TestCSSPlaces tries every function in every property: it passes where its list says so and nowhere else.
func TestCSSPlaces(t *testing.T) {
	calls := map[string]string{
		"[]": "[a]", `""`: `"a"`, "url": `url("/media/own/a.png")`, "var": "var(--a)", "attr": "attr(title)", "blur": "blur(1px)", "repeat": "repeat(2,1px)",
	}
	for i, place := range cssPlaces {
		in, but := cssWords(place.in), cssWords(place.but)
		for name := range strings.FieldsSeq(place.functions) {
			if cssFunctions[name] != i {
				t.Errorf("%s is in two groups", name)
			}
			call := cmp.Or(calls[name], name+"(1)")
			for property := range cssProperties {
				want := (place.in == "" || in[property]) && !but[property] && property != "position"
				if property == "--" {
					property = "--x"
				}
				out, problems := CSS("p{"+property+":"+call+"}", cssScope, cssOwned)
				if passed := out == cssScope+" p{"+property+":"+call+"}\n"; passed != want || passed == (len(problems) > 0) {
					t.Errorf("%s in %s: %q %v", call, property, out, problems)
				}
			}
		}
		for property := range in {
			if _, known := cssProperties[property]; !known {
				t.Errorf("%s may hold %s, but is no property", property, place.key)
			}
		}
	}
}
