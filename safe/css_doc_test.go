package safe

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/css.md anew")

// TestCSSDoc writes the reference from the tables that decide.
func TestCSSDoc(t *testing.T) {
	const file = "../docs/css.md"
	got := cssDoc(t)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s is not what CSS does (%v); look at it after: go test ./safe -run CSSDoc -update", file, err)
	}
}

const cssDocIntro = `# What a layout may say

Your layout is CSS, and nearly all of CSS is yours: colours, borders, pictures, gradients, grids, animations. What follows is
everything that is let through. What is not here is left out, line by line, and you are told which line and why; the rest of your
sheet stays. Old sheets are welcome, with their ` + "`<style>`" + ` tags and ` + "`<!-- -->`" + ` around them.

- **Your page, not the site.** Every selector works inside your page: ` + "`a:hover`" + ` means the links of your page. ` + "`body`" + `, ` + "`html`" + ` and
  ` + "`:root`" + ` mean the page as a whole. Nothing outside can be touched, and ` + "`position`" + ` may be ` + "`static`, `relative` or `absolute`" + `, not ` + "`fixed`" + `.
- **Your pictures.** ` + "`url()`" + ` takes the pictures of this site that you may use, such as ` + "`/static/retro/stars.gif`" + ` and those you
  have put up yourself, and small ` + "`data:`" + ` pictures. Nothing is fetched from elsewhere: no ` + "`@import`" + `, no ` + "`@font-face`" + `. A
  ` + "`background`" + ` keeps its colour when its picture may not be used.
- **No ` + "`!important`" + `.** It is taken off: nobody fights with you over your own page.
- **No rules in rules.** Write ` + "`a:hover { }`" + ` beside ` + "`a { }`" + `, not inside it.

## Limits

| what | at most |
|---|---|
`

const cssDocLimits = `| the sheet, as you write it and as it is served | %d KiB |
| rules | %d |
| declarations in a rule | %d |
| selectors in a rule | %d |
| parts of a selector (` + "`table td a`" + ` has three) | %d |
| ` + "`@media` in `@media`" + ` | %d |
| ` + "`:not()` in `:not()`" + ` | %d |
| functions in functions | %d |
| characters of a name | %d |
| characters of a string | %d |
| a number, above and below zero | %d |
| ` + "`blur()`" + ` | %d px |
| ` + "`repeat()`" + ` | %d times |
| one ` + "`data:`" + ` picture, and all of them | %d and %d KiB |
`

// cssDocHeads are the headings of the reference, in order, with what else there is to know.
var cssDocHeads = []struct{ key, head, more string }{
	{"properties", "Properties", "And your own, such as `--pink`: a letter, then at most 40 letters, digits, `-` and `_`, but not `--site-…`."},
	{"positions", "Values of `position`", ""},
	{"units", "Units", "And `%`."},
	{"at_rules", "At-rules", "`@supports` takes one declaration. Animations have names of letters, digits, `-` and `_`, but not `site-…`."},
	{"media", "Words of `@media`", ""},
	{"features", "Features of `@media`", "In brackets: `(max-width: 600px)`. `(400px <= width < 700px)` works too."},
	{"pseudo_classes", "Pseudo-classes", ""},
	{"pseudo_functions", "Pseudo-classes with brackets", "`:not()`, `:is()` and `:where()` take selectors without spaces: `:not(.a, .b:hover)`."},
	{"pseudo_elements", "Pseudo-elements", ""},
	{"attributes", "Attributes in selectors", "As in `a[href$=\".mp3\" i]`."},
	{"shown", "Attributes in `attr()`", ""},
	{"colours", "Colours", "In every property; and names such as `hotpink`, and `#f0f`, `#ff69b4`, `#ff69b480`."},
	{"sums", "Sums", "In every property."},
	{"variables", "Your own properties, used", "In every property but these:"},
	{"gradients", "Gradients", "In these properties, where `--` means your own:"},
	{"transforms", "Transforms", "In these properties:"},
	{"filters", "Filters", "In these properties:"},
	{"shapes", "Shapes", "In these properties:"},
	{"grids", "Grids", "In these properties:"},
	{"lines", "Names of grid lines", "In these properties:"},
	{"paces", "Paces", "In these properties:"},
	{"counters", "Counters and attributes", "In this property:"},
	{"strings", "Strings", "In these properties:"},
	{"pictures", "Pictures", "In these properties:"},
}

func cssDoc(t *testing.T) string {
	t.Helper()
	lists, used := map[string]string{}, 0
	for _, list := range CSSAllowed() {
		if _, twice := lists[list.Key]; twice {
			t.Errorf("there are two lists %s", list.Key)
		}
		lists[list.Key] = "`" + strings.Join(list.Words, "` `") + "`\n"
	}
	var b strings.Builder
	b.WriteString(cssDocIntro)
	fmt.Fprintf(&b, cssDocLimits, CSSSizeMost>>10, maxCSSRules, maxCSSDeclarations, maxCSSSelectors, maxCSSCompounds, maxCSSGroups,
		maxCSSNots, maxCSSFunctions, maxCSSName, maxCSSString, maxCSSNumber, maxCSSBlur, maxCSSRepeat, maxCSSData, maxCSSAllData)
	for _, h := range cssDocHeads {
		fmt.Fprintf(&b, "\n## %s\n\n%s", h.head, lists["css.list."+h.key])
		used++
		if h.more != "" {
			b.WriteString("\n" + h.more + "\n")
		}
		for _, end := range []string{"_in", "_but"} {
			if places := lists["css.list."+h.key+end]; places != "" {
				b.WriteString("\n" + places)
				used++
			}
		}
	}
	if used != len(lists) {
		t.Errorf("%d of %d lists are in the reference", used, len(lists))
	}
	return b.String()
}
