package safe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var mayWrite = map[string]string{
	"p": "", "br": "", "a": "href rel", "span": "", "em": "", "strong": "", "b": "", "i": "", "u": "", "s": "", "del": "", "code": "", "pre": "",
	"blockquote": "", "ul": "", "ol": "", "li": "", "hr": "", "h2": "", "h3": "", "h4": "", "dl": "", "dt": "", "dd": "",
}

func TestHTML(t *testing.T) {
	const rel = ` rel="nofollow noopener noreferrer ugc"`
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"nothing left", "<script>alert(1)</script><!-- x -->", ""},
		{"plain", "Be kind.\nReally.\n\nNo <3 spam & no ads.", "<p>Be kind.<br/>Really.</p><p>No &lt;3 spam &amp; no ads.</p>"},
		{"plain with address", "See https://example.org/a.", `<p>See <a href="https://example.org/a"` + rel + `>example.org/a</a>.</p>`},
		{"plain names nobody", "~ada #soup", "<p>~ada #soup</p>"},
		{"plain once its tags are gone", "<font color=red>hi</font>\n\nyou", "<p>hi</p><p>you</p>"},
		{"heading that is not allowed", "<h1>Rules</h1>Be kind", "<p>Rules Be kind</p>"},
		{"all that is allowed", "<h2>a</h2><dl><dt>b</dt><dd>c</dd></dl><hr><ol><li><del>d</del></li></ol>", "<h2>a</h2><dl><dt>b</dt><dd>c</dd></dl><hr/><ol><li><del>d</del></li></ol>"},
		{"attributes", `<p id="nav" class="x" style="position:fixed" onclick="x()" lang="fr" data-x="y">a</p>`, "<p>a</p>"},
		{"unclosed", "<ul><li>a<li><b>b", "<ul><li>a</li><li><b>b</b></li></ul>"},
		{"crossed", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"},
		{"closes its container", "</div></main></body>a<b>c</b></div>", "a<b>c</b>"},
		{"outside link", `<a href="https://example.org/?a=1&amp;b=2" rel="me" target="_top">x</a>`, `<a href="https://example.org/?a=1&amp;b=2"` + rel + `>x</a>`},
		{"inside link", `<a href="/~ada" rel="follow">x</a>`, `<a href="/~ada">x</a>`},
		{"mail", `<a href="mailto:ada@example.org">x</a>`, `<a href="mailto:ada@example.org">x</a>`},
		{"link to nowhere", `<p><a href="//evil.example">x</a></p>`, "<p>x</p>"},
		{"link in a link", `<p><a href="/a">a<a href="/b">b</a></a></p>`, `<p><a href="/a">a</a><a href="/b">b</a></p>`},
		{"picture", `<p>a<img src="https://evil.example/x.gif">b</p>`, "<p>a b</p>"},
		{"hidden characters", "<p>a&#x202E;b&#0;c\x07d\xff e\u0301</p>", "<p>ab\uFFFDcd\uFFFD é</p>"},
		{"pre keeps its lines", "<pre>\n\n  a\n\n\n  b</pre>", "<pre>\n\n  a\n\n\n  b</pre>"},
	} {
		if got := HTML(c.in); got != c.want {
			t.Errorf("%s: HTML(%q)\n got %s\nwant %s", c.name, c.in, got, c.want)
		}
	}
}

func TestHTMLRefusesLinks(t *testing.T) {
	for _, href := range []string{
		"javascript:alert(1)", " JavaScript:alert(1)", "java&#10;script:alert(1)", "&#1;javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
		"//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/&#9;/evil.example", "/&#10;/evil.example", "https:evil.example", "https:/evil.example",
		"https://", "https://u:p@evil.example", "ftp://evil.example", `/?a\b`, "/?a\u00a0b", "/?a\xff", "page.html", "?x", "#top", "", "https://example.org/" + strings.Repeat("a", 2048), "/" + strings.Repeat("a", 2048),
	} {
		if got := HTML(`<p><a href="` + href + `">x</a></p>`); got != "<p>x</p>" && got != "<p> x </p>" {
			if strings.Contains(got, "%5C") { // escaped, a backslash is one more letter of a path here
				continue
			}
			t.Errorf("%q: %s", href, got)
		}
	}
}

// Each testdata/html/NAME.in is cleaned to NAME.out.
func TestHTMLPages(t *testing.T) {
	pages, err := filepath.Glob("testdata/html/*.in")
	if err != nil || len(pages) < 2 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		in, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(page, ".in") + ".out")
		if err != nil {
			t.Fatal(err)
		}
		if got := HTML(string(in)) + "\n"; got != string(want) {
			t.Errorf("%s:\n%s", page, got)
		}
		checkHTML(t, string(in))
	}
}

func TestHTMLLimits(t *testing.T) {
	depth := func(s string) int {
		deepest := 0
		for n := range parse(t, s).Descendants() {
			d := 0
			for p := n; p.Parent != nil; p = p.Parent {
				d++
			}
			if n.Type == html.ElementNode {
				deepest = max(deepest, d)
			}
		}
		return deepest
	}
	deep := HTML(strings.Repeat("<blockquote>", 300) + "x")
	if d := depth(deep); d != maxDepth || !strings.Contains(deep, "x") {
		t.Errorf("depth %d: %s", d, deep)
	}
	if got := HTML(strings.Repeat("<blockquote>", 600) + "x"); got != "<p>x</p>" {
		t.Errorf("600 deep: %s", got)
	}
	if got := HTML(strings.Repeat("é", maxHTML)); len(got) > maxHTML+len("<p></p></p>") || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes", len(got))
	}
	// Long enough to be cut, or made to be slow and large.
	const long, slow = maxHTML + 1, maxHTML / 8
	all := "<b><i><em><strong><code><s><u>"
	for _, s := range few([]string{
		strings.Repeat(`"`, long), strings.Repeat("a<", long), strings.Repeat("<!--", long), strings.Repeat("<a ", long), "<p>a" + strings.Repeat("\u0301", long),
		strings.Repeat("é<", slow), strings.Repeat("&", slow), strings.Repeat("<a href=http://a>b", slow/18), strings.Repeat("<p>", slow/3),
		"<p>" + all + all + all + "</p>" + strings.Repeat("<p>a</p>", slow/8), strings.Repeat("<span>", 400) + strings.Repeat("</b>", slow/4),
		strings.Repeat("<b><p>", slow/6), strings.Repeat("<li><ul>", slow/8), strings.Repeat("https://a。", slow/10),
	}) {
		checkHTML(t, s)
	}
}

func checkHTML(t *testing.T, s string) {
	t.Helper()
	out := HTML(s)
	if again := HTML(out); again != out {
		t.Fatalf("twice:\n%.3000q\n%.3000q", out, again)
	}
	root := parse(t, out)
	allowed(t, root, mayWrite)
	if again := render(root); again != out {
		t.Fatalf("parsed again:\n%.3000q\n%.3000q", out, again)
	}
	for n := range root.Descendants() {
		if n.DataAtom.String() == "a" && strings.HasPrefix(n.Attr[0].Val, "http") && len(n.Attr) != 2 {
			t.Fatalf("outside link without rel: %q", out)
		}
	}
}

func TestHTMLPayloads(t *testing.T) {
	all := ""
	for _, file := range []string{"testdata/payloads.txt", "testdata/unchanged.txt"} {
		for _, line := range linesOf(t, file) {
			checkHTML(t, line)
			checkHTML(t, "<p>"+line)
			all += line + "\n"
		}
	}
	checkHTML(t, all)
}

func FuzzHTML(f *testing.F) {
	for _, file := range []string{"testdata/payloads.txt", "testdata/unchanged.txt"} {
		for _, line := range linesOf(f, file) {
			f.Add(line)
		}
	}
	f.Add("<dl><dt>a<dd><pre>\n\nb</pre><ul><li><a href='/x'><b><p>c<a href=mailto:x>d</b>")
	f.Add("plain\n\ntext https://example.org/a?b=\"c")
	f.Fuzz(checkHTML)
}

func TestUntagged(t *testing.T) {
	for _, c := range [][2]string{
		{"<p>Soup <b>day</b>.</p>", "Soup day."},
		{`and it rains. #<span class="p-category">soup</span>`, "and it rains. #soup"},
		{"<p>Two</p><p>Second</p><h1>Rules</h1>Be kind", "Two Second Rules Be kind"},
		{"a<br>b<img src=x>c", "a b c"},
		{"hi <a href=/~ann>~ann</a>!", "hi ~ann!"},
		{"<script>alert(1)</script>so", "so"},
		{"a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"},
		{"<em>so<strong>me</strong></em><span>what</span>", "somewhat"},
	} {
		if got := Untagged(c[0]); got != c[1] {
			t.Errorf("%q becomes %q, want %q", c[0], got, c[1])
		}
	}
}
