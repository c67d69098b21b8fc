package tests

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// hostile is one stylesheet of safe/testdata/css, as its README there describes it.
type hostile struct {
	Name, Group, CSS string
	Repeat           *struct {
		Unit  string
		Count int
	}
}

// hostileSheets is every sheet of a file, or every step-th of it.
func hostileSheets(t *testing.T, file string, step int) (list []hostile) {
	t.Helper()
	f, err := os.Open("../safe/testdata/css/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		var h hostile
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			t.Fatal(err)
		}
		if n%step != 0 {
			continue
		}
		if h.Repeat != nil {
			h.CSS = strings.ReplaceAll(h.CSS, "%REPEAT%", strings.Repeat(h.Repeat.Unit, h.Repeat.Count))
		}
		h.CSS = strings.ReplaceAll(h.CSS, "%SCOPE%", models.SheetScope)
		list = append(list, h)
	}
	if lines.Err() != nil || len(list) < 20 {
		t.Fatalf("%s has %d sheets (%v)", file, len(list), lines.Err())
	}
	return list
}

// heavySheets once kept a tab busy until it was killed.
var heavySheets = []string{
	"*{columns:2}", "*{columns:100}", "div{column-count:3}", "*{text-shadow:0 0 100000px red" + strings.Repeat(",0 0 100000px red", 60) + "}",
	"*{--a:rgb(1,2,3)" + strings.Repeat(",rgb(1,2,3)", 2000) + ";background:var(--a)" + strings.Repeat(",var(--a)", 300) + "}",
	"*{background:repeating-conic-gradient(red 0 1%,blue 0 2%)" + strings.Repeat(",repeating-conic-gradient(red 0 1%,blue 0 2%)", 500) + "}",
}

// chrome is everything that stands around the owner's part of a page: its box, its style, and what a click would hit. The
// bulbs' own motion is left out.
const chrome = `(() => {
	const skip = new Set(["background-position", "background-position-x", "background-position-y"]);
	const style = (e, pseudo) => {
		const s = getComputedStyle(e, pseudo), all = [];
		if (pseudo && /^(none|normal)$/.test(s.content)) return ""; // there is no such box
		for (const name of s) if (!skip.has(name)) all.push(name + ":" + s.getPropertyValue(name));
		return all.join(";");
	};
	const seen = [];
	for (const e of document.querySelectorAll("html, body, body *:not(.stage, .stage *)")) {
		const r = e.getBoundingClientRect(), hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		const box = e.matches("html, body") ? [r.x, r.y, r.width] : [r.x, r.y, r.width, r.height];
		const own = e.matches("html, body") || hit === e || e.contains(hit) || !!hit && !hit.closest(".stage");
		const size = e.matches("html, body") ? s => s.replace(/(^|;)(height|block-size|perspective-origin|transform-origin):[^;]*/g, "") : s => s;
		seen.push([e.tagName + "." + e.className, box.join(" "), own, size(style(e)), size(style(e, "::before")), size(style(e, "::after"))].join("|"));
	}
	return seen;
})()`

// TestLayoutsStayInTheirPlace wears every hostile stylesheet in a real browser: the site asks for nothing but its own, and nothing
// around the page changes.
func TestLayoutsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.decorate(t)
	b := w.Browser(t)
	wear := func(css string) {
		w.Clock.Add(time.Second)
		if _, err := w.Wear(t.Context(), w.ada, models.NewSheet{Source: css}); err != nil {
			t.Fatal(err)
		}
		b.Heard()
		if status := b.Open("/~ada"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	wear("p{color:green}")
	usual, _ := b.Heard()
	want := kit.Eval[[]string](b, chrome)
	if len(want) < 30 {
		t.Fatalf("only %d elements stand around the page", len(want))
	}
	sheets := append(hostileSheets(t, "vectors.jsonl", 1), hostileSheets(t, "more.jsonl", 12)...)
	for _, css := range heavySheets {
		sheets = append(sheets, hostile{Name: css[:min(len(css), 40)], CSS: css})
	}
	for _, h := range sheets {
		wear(h.CSS)
		got := kit.Eval[[]string](b, chrome)
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s changes what stands around the page: %s", h.Name, difference(got, want, i))
				break
			}
		}
		requests, _ := b.Heard()
		for _, address := range requests {
			if !slices.Contains(usual, address) && !allowedAddress(w.URL, address) {
				t.Errorf("%s asks for %s", h.Name, address)
			}
		}
	}
}

// allowedAddress is what a dressed page may load besides what every page loads: the layout itself, and pictures in it.
func allowedAddress(site, address string) bool {
	path, ours := strings.CutPrefix(address, site)
	if !ours {
		return strings.HasPrefix(address, "data:image/")
	}
	return strings.HasPrefix(path, "/~ada/layout.css?v=") || strings.HasPrefix(path, "/static/retro/") && !strings.Contains(path, "?")
}

func difference(got, want []string, i int) string {
	if i >= len(got) || i >= len(want) {
		return "elements come or go"
	}
	a, b := strings.FieldsFunc(got[i], func(r rune) bool { return r == ';' || r == '|' }), strings.FieldsFunc(want[i], func(r rune) bool { return r == ';' || r == '|' })
	for n := range min(len(a), len(b)) {
		if a[n] != b[n] {
			return a[0] + " has " + a[n] + ", not " + b[n]
		}
	}
	return a[0]
}

// TestTheOracleSees: the same look at the page notices what a stylesheet without a fence does. It is a check of the check.
func TestTheOracleSees(t *testing.T) {
	w := newTown(t)
	b := w.Browser(t)
	b.Open("/~ada")
	want := kit.Eval[[]string](b, chrome)
	for _, css := range []string{
		".bar{display:none}", ".whose{opacity:.5}", ".whose a{color:red}", "body::before{content:'x'}", "@keyframes site-bulbs{to{opacity:0}}.bulbs{transform:scale(2)}",
		".bar .name{padding-top:1px}", "body{margin-top:2px}",
	} {
		b.Open("/~ada")
		kit.Eval[bool](b, `(() => { const s = new CSSStyleSheet(); s.replaceSync(`+quoted(css)+`); document.adoptedStyleSheets = [s]; return true; })()`)
		if slices.Equal(kit.Eval[[]string](b, chrome), want) {
			t.Errorf("%s goes unnoticed", css)
		}
	}
}

func quoted(s string) string {
	body, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(body)
}
