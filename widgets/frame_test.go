package widgets_test

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"marquee/widgets"
)

var (
	frameElements = strings.Fields("html head body meta title base style main span bdi a time br")
	frameKeys     = strings.Fields("lang charset target class href rel datetime dir")
)

// checkFrame parses a frame as a browser does: only what the widget itself makes may be in it.
func checkFrame(t *testing.T, drawn widgets.Drawn) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(drawn.Body)))
	if err != nil {
		t.Fatal(err)
	}
	styles, mains := 0, 0
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			t.Errorf("comment %q", n.Data)
		case n.Type != html.ElementNode:
			continue
		case !slices.Contains(frameElements, n.Data):
			t.Errorf("element %s in %s", n.Data, drawn.Body)
		case n.Data == "style":
			styles++
			checkPolicy(t, drawn.CSP, n.FirstChild.Data)
		case n.Data == "main":
			mains++
		}
		checkKeys(t, n)
	}
	if styles != 1 || mains != 1 {
		t.Errorf("%d styles and %d mains in %s", styles, mains, drawn.Body)
	}
}

func checkKeys(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		if !slices.Contains(frameKeys, a.Key) {
			t.Errorf("attribute %s of %s", a.Key, n.Data)
		}
		if a.Key == "href" && !strings.HasPrefix(a.Val, "https://marquee.example/") && !regexp.MustCompile(`(?i)^https?://`).MatchString(a.Val) {
			t.Errorf("link to %q", a.Val)
		}
	}
}

func checkPolicy(t *testing.T, csp, css string) {
	t.Helper()
	sum := sha256.Sum256([]byte(css))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; frame-ancestors *; base-uri 'none'; form-action 'none'"
	if csp != want {
		t.Errorf("policy %s\nwant   %s", csp, want)
	}
	if strings.ContainsAny(css, "$<&\\") || strings.Contains(css, "url(") || strings.Count(css, "{") != strings.Count(css, "}") {
		t.Errorf("style %s", css)
	}
}

func TestFrame(t *testing.T) {
	for name, d := range samples() {
		for _, o := range looks() {
			drawn := widget("widget").Draw(d, o)
			checkFrame(t, drawn)
			if !strings.Contains(string(drawn.Body), `<a class=name href="https://marquee.example/~ada" rel=noopener>ada</a>`) {
				t.Errorf("%s with %+v doesn't say whose it is", name, o)
			}
		}
	}
	got := draw("widget", full(), widgets.Options{})
	for _, want := range []string{
		`<a class=ago href="https://marquee.example/~ada/17" rel=noopener><time datetime="2026-11-21T14:05:09Z">3 hours ago</time></a>`,
		`href="https://marquee.example/~bob"`, `href="https://marquee.example/tag/soup"`, `href="https://far.example/recipes/soup?a=1&amp;b=2"`,
		`feeling cosy · <bdi>rain on the roof</bdi>`, `<span class=face>🙂</span>`, `<base target=_top>`, `prefers-reduced-motion`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestTemplate(t *testing.T) {
	content := func(d widgets.Data, template string) string {
		_, rest, _ := strings.Cut(draw("widget", d, widgets.Options{Template: template}), "<main dir=auto>")
		return strings.TrimSuffix(rest, "</main>\n")
	}
	for _, c := range []struct {
		d              widgets.Data
		template, want string
	}{
		{full(), "{face}<{face}>", `<span class=face>🙂</span>&lt;<span class=face>🙂</span>&gt;`},
		{full(), "{nobody} {FACE} {", "{nobody} {FACE} {"},
		{bare(), "a{face}{mood}{text}b", "ab"},
		{french(), "[{mood}]", "[<span class=mood>d’humeur câline</span>]"},
		{none(), "{face} {ago}", `<a class=name href="https://marquee.example/~ada" rel=noopener>ada</a> <span class=text dir=auto>No status yet.</span>`},
	} {
		if got := content(c.d, c.template); got != c.want {
			t.Errorf("%s: got %s, want %s", c.template, got, c.want)
		}
	}
	d := full()
	d.HTML = rich("one\ntwo\n\nthree")
	if got := content(d, "{text}"); got != `<span class=text dir=auto>one<br>two<br><br>three</span>` {
		t.Errorf("paragraphs: %s", got)
	}
}

var ruleColors = regexp.MustCompile(`body\{margin:0;background:([^;]+);color:([^;]+);.*?a\{color:([^}]+)\}a:visited\{color:([^}]+)\}`)

func TestContrast(t *testing.T) {
	for _, theme := range widgets.Themes {
		found := ruleColors.FindStringSubmatch(draw("widget", full(), widgets.Options{Theme: theme}))
		if found == nil {
			t.Fatalf("%s: no colors", theme)
		}
		paper := found[1]
		if paper == "transparent" {
			paper = "#ffffff"
		}
		for _, ink := range found[2:] {
			light, dark := luminance(t, ink), luminance(t, paper)
			if ratio := (max(light, dark) + 0.05) / (min(light, dark) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", theme, ink, paper, ratio)
			}
		}
	}
	chosen := ruleColors.FindStringSubmatch(draw("widget", full(), widgets.Options{Theme: "late", FG: "ffcc00", BG: "000000"}))
	if !slices.Equal(chosen[1:], []string{"#000000", "#ffcc00", "inherit", "inherit"}) {
		t.Errorf("chosen colors become %q", chosen[1:])
	}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(color, "#")
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		width := len(digits) / 3
		part := digits[i*width : (i+1)*width]
		n, err := strconv.ParseUint(strings.Repeat(part, 2/width), 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
