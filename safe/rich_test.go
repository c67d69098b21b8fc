package safe

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// town is where ada and under_score live.
var town = Links{
	Person: func(name string) (string, bool) {
		return "/~" + name, slices.Contains([]string{"ada", "under_score", strings.Repeat("x", 30)}, name)
	},
	Tag: func(word string) string { return "/tags/" + url.PathEscape(word) },
}

func TestRich(t *testing.T) {
	ada := `<a href="/~ada" class="person">~ada</a>`
	soup := `<a href="/tags/soup" class="tag">#soup</a>`
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a < b & c > d \"e\" 'f'", "<p>a &lt; b &amp; c &gt; d &#34;e&#34; &#39;f&#39;</p>"},
		{"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"},
		{"{{.Name}}", "<p>{{.Name}}</p>"},
		{"one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"},
		{"\n\n\n\na\n\n\n\n\nb\n\n", "<p>a</p><p>b</p>"},
		{"~ada", "<p>" + ada + "</p>"},
		{"~ada's soup, (~ada) ~ada. «~ada» ~adaさん", "<p>" + ada + "&#39;s soup, (" + ada + ") " + ada + ". «" + ada + "» " + ada + "さん</p>"},
		{"~ADA", `<p><a href="/~ada" class="person">~ADA</a></p>`},
		{"~under_score!", `<p><a href="/~under_score" class="person">~under_score</a>!</p>`},
		{"mail~ada é~ada 1~ada ที่~ada ~~ada /~ada ~adaé ~nobody ~a ~ ~", "<p>mail~ada é~ada 1~ada ที่~ada ~~ada /~ada ~adaé ~nobody ~a ~ ~</p>"},
		{"~" + strings.Repeat("x", 31), "<p>~" + strings.Repeat("x", 31) + "</p>"},
		{"~ada~ada", "<p>" + ada + "~ada</p>"},
		{"#soup", "<p>" + soup + "</p>"},
		{"(#soup) «#soup» #soup's !#soup ❤️#soup", "<p>(" + soup + ") «" + soup + "» " + soup + "&#39;s !" + soup + " ❤️" + soup + "</p>"},
		{"#Soup", `<p><a href="/tags/soup" class="tag">#Soup</a></p>`},
		{"## ##soup #1 #2024 C# C#soup /#soup &#soup # #! #️⃣ #️⃣soup", "<p>## ##soup #1 #2024 C# C#soup /#soup &amp;#soup # #! #️⃣ #️⃣soup</p>"},
		{"#été", `<p><a href="/tags/%C3%A9t%C3%A9" class="tag">#été</a></p>`},
		{"#日本語。", `<p><a href="/tags/%E6%97%A5%E6%9C%AC%E8%AA%9E" class="tag">#日本語</a>。</p>`},
		{"#0http://0 ~adahttp://x ~ada", "<p>#0http://0 ~adahttp://x " + ada + "</p>"},
		{"これ#日本語", "<p>これ#日本語</p>"},
		{"#" + strings.Repeat("a", 51), "<p>#" + strings.Repeat("a", 51) + "</p>"},
		{"#a" + strings.Repeat("\u0301", 9), "<p>#a" + strings.Repeat("\u0301", 9) + "</p>"},
	} {
		if got := Rich(c.in, town); got != c.want {
			t.Errorf("Rich(%q)\n got %s\nwant %s", c.in, got, c.want)
		}
	}
	if got := Rich("~ada #soup", Links{}); got != "<p>~ada #soup</p>" {
		t.Errorf("without Links: %s", got)
	}
	quoted := Links{Person: func(string) (string, bool) { return `/"><b>`, true }, Tag: func(string) string { return `/'><b>` }}
	want := `<p><a href="/&#34;&gt;&lt;b&gt;" class="person">~ada</a> <a href="/&#39;&gt;&lt;b&gt;" class="tag">#soup</a></p>`
	if got := Rich("~ada #soup", quoted); got != want {
		t.Errorf("quoted: %s", got)
	}
}

func TestRichAddresses(t *testing.T) {
	long := "example.org/" + strings.Repeat("é", 40)
	for _, c := range []struct{ in, href, shown, rest string }{
		{"https://example.org", "https://example.org", "example.org", ""},
		{"HTTP://Example.org/A", "HTTP://Example.org/A", "Example.org/A", ""},
		{"https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f", "example.org/a?b=c&d=e#f", ""},
		{"https://example.org/#soup", "https://example.org/#soup", "example.org/#soup", ""},
		{"https://example.org/~ada", "https://example.org/~ada", "example.org/~ada", ""},
		{"https://example.org/~ada.", "https://example.org/~ada", "example.org/~ada", "."},
		{"https://example.org/a,", "https://example.org/a", "example.org/a", ","},
		{"https://example.org/a)", "https://example.org/a", "example.org/a", ")"},
		{"https://example.org/a)?!", "https://example.org/a", "example.org/a", ")?!"},
		{`https://example.org/a"`, "https://example.org/a", "example.org/a", `"`},
		{"https://example.org/a'", "https://example.org/a", "example.org/a", "'"},
		{"https://example.org/a;:", "https://example.org/a", "example.org/a", ";:"},
		{"https://en.wikipedia.org/wiki/Ada_(language)", "https://en.wikipedia.org/wiki/Ada_(language)", "en.wikipedia.org/wiki/Ada_(language)", ""},
		{"https://en.wikipedia.org/wiki/Ada_(language)).", "https://en.wikipedia.org/wiki/Ada_(language)", "en.wikipedia.org/wiki/Ada_(language)", ")."},
		{"https://example.org/<b>", "https://example.org/", "example.org/", "<b>"},
		{"https://example.org/日本。次", "https://example.org/日本", "example.org/日本", "。次"},
		{"https://münchen.example/", "https://münchen.example/", "münchen.example/", ""},
		{"http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]:8080/x", ""},
		{"http://localhost:8080", "http://localhost:8080", "localhost:8080", ""},
		{"https://" + long, "https://" + long, "example.org/" + strings.Repeat("é", 28) + "…", ""},
		{"https://example.org/" + strings.Repeat("a", 28), "https://example.org/" + strings.Repeat("a", 28), "example.org/" + strings.Repeat("a", 28), ""},
	} {
		link := `<a href="` + html.EscapeString(c.href) + `" rel="nofollow ugc noopener">` + c.shown + `</a>`
		link = strings.ReplaceAll(link, c.shown, html.EscapeString(c.shown))
		for _, before := range []string{"", "see ", "(", "日本語", "«"} {
			want := "<p>" + before + link + html.EscapeString(c.rest) + "</p>"
			if got := Rich(before+c.in, town); got != want {
				t.Errorf("Rich(%q)\n got %s\nwant %s", before+c.in, got, want)
			}
		}
	}
	for _, in := range []string{
		"http://", "https:///path", "http:example.org", "ftp://example.org", "javascript://example.org/%0Aalert(1)", "example.org",
		"https://ada:secret@example.org/#soup", "https://ada@example.org/~ada", `https://good.example\@evil.example/#soup`,
		"https://#soup", "https://?x", "http://~ada", "https://a%zz.example", "https://example.org:port/", "xhttp://example.org",
		"git+https://example.org/", "https://example.org/" + strings.Repeat("a", 2048), "mailto:ada@example.org",
	} {
		if got := Rich(in, town); strings.Contains(got, "<a") {
			t.Errorf("Rich(%.60q) = %s", in, got)
		}
	}
}

func TestGathered(t *testing.T) {
	text := "#Soup ~Ada https://example.org/#not/~bob #ÉTÉ ~bob #soup ~ada\n\n#été x#y https://example.org/#not/~bob ~nobody_here (#日本語) http://u:p@x.example/#z"
	check := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("tags", Tags(text), "soup", "été", "日本語")
	check("people", People(text), "ada", "bob", "nobody_here")
	check("addresses", Addresses(text), "https://example.org/#not/~bob")
	check("no tags", Tags("nothing # here"))

	var many strings.Builder
	for i := range 100 {
		n := strconv.Itoa(i)
		many.WriteString("#t" + n + " ~p" + n + " http://h" + n + ".example ")
	}
	if tags := Tags(many.String()); len(tags) != 20 || tags[19] != "t19" {
		t.Errorf("tags: %q", tags)
	}
	if people := People(many.String()); len(people) != 20 || people[19] != "p19" {
		t.Errorf("people: %q", people)
	}
	if addresses := Addresses(many.String()); len(addresses) != 50 || addresses[49] != "http://h49.example" {
		t.Errorf("addresses: %q", addresses)
	}
}

func TestTag(t *testing.T) {
	for in, want := range map[string]string{
		"soup": "soup", "SOUP": "soup", "E\u0301te\u0301": "été", "日本語": "日本語", "สวัสดี": "สวัสดี", "हिन्दी": "हिन्दी", "سلام": "سلام",
		"1a": "1a", "a_b": "a_b", "_a": "_a", "İstanbul": "istanbul", strings.Repeat("é", 50): strings.Repeat("é", 50),
	} {
		if got, ok := Tag(in); !ok || got != want {
			t.Errorf("Tag(%q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{
		"", "#soup", "1", "2024", "_", "a b", "a-b", "a/b", "../etc", "a.", "\u0301a", "<b>", "a\xff", "\xff", "a\x00", "😀", "a\u202E",
		strings.Repeat("é", 51), "a" + strings.Repeat("\u0301", 10_000),
	} {
		if got, ok := Tag(in); ok || got != "" {
			t.Errorf("Tag(%+.40q) = %q, %v", in, got, ok)
		}
	}
}

// Texts made to be slow. A scanner that starts again at each address takes minutes here.
func TestRichOfLongRuns(t *testing.T) {
	for _, piece := range few([]string{
		"https://a。", "http://a(", "http://a([{", "http://", "http://a.b/,", "#", "#a", "~", "~ab", "://", "a://", "<", "#a\u0301", "http://a(((", "http://u@h/",
	}) {
		text := strings.Repeat(piece, 60_000/len(piece))
		checkRich(t, text)
		checkRich(t, text+" http://x.example")
	}
}

// seen returns the text of Rich's output as it was before: addresses whole again.
func seen(t *testing.T, n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.DataAtom == atom.Br:
			b.WriteString("\n")
		case c.DataAtom == atom.A && c.Attr[1].Key == "rel":
			shown, href := seen(t, c), c.Attr[0].Val
			start, cut := strings.CutSuffix(shown, "…")
			_, rest, _ := strings.Cut(href, "://")
			if !strings.HasPrefix(rest, start) || !cut && rest != shown || Graphemes(shown) > 41 {
				t.Fatalf("%q is shown as %q", href, shown)
			}
			b.WriteString(href)
		default:
			if c.DataAtom == atom.P && b.Len() > 0 {
				b.WriteString("\n\n")
			}
			b.WriteString(seen(t, c))
		}
	}
	return b.String()
}

func checkRich(t *testing.T, s string) {
	t.Helper()
	text := Text(s)
	var tags, people []string
	out := Rich(text, Links{
		Person: func(name string) (string, bool) { people = append(people, name); return "/~" + name, true },
		Tag:    func(word string) string { tags = append(tags, word); return "/tags/" + url.PathEscape(word) },
	})
	root := parse(t, out)
	allowed(t, root, map[string]string{"p": "", "br": "", "a": "href rel class"})
	if got := seen(t, root); got != text {
		t.Fatalf("text changed:\n%+q\n%+q\n%s", text, got, out)
	}
	var addresses []string
	for n := range root.Descendants() {
		if n.DataAtom == atom.A && n.Attr[1].Key == "rel" {
			addresses = append(addresses, n.Attr[0].Val)
		}
	}
	same(t, "tags", Tags(text), tags, maxTags)
	same(t, "people", People(text), people, maxPeople)
	same(t, "addresses", Addresses(text), addresses, maxAddresses)
	for _, word := range Tags(text) {
		if key, ok := Tag(word); !ok || key != word {
			t.Fatalf("tag %+q is keyed as %+q", word, key)
		}
	}
}

// same fails unless got is linked, each once, the first ones.
func same(t *testing.T, what string, got, linked []string, most int) {
	t.Helper()
	var once []string
	for _, l := range linked {
		if !slices.Contains(once, l) && len(once) < most {
			once = append(once, l)
		}
	}
	if !slices.Equal(got, once) {
		t.Fatalf("%s: %q, but %q are linked", what, got, once)
	}
}

func TestRichPayloads(t *testing.T) {
	for _, file := range []string{"testdata/payloads.txt", "testdata/unchanged.txt"} {
		for _, line := range linesOf(t, file) {
			checkRich(t, line)
		}
	}
}

func FuzzRich(f *testing.F) {
	for _, file := range []string{"testdata/payloads.txt", "testdata/unchanged.txt"} {
		for _, line := range linesOf(f, file) {
			f.Add(line)
		}
	}
	f.Add("~ada's #Soup (https://en.wikipedia.org/wiki/Ada_(x)).\n\n#ΟΔΟΣ #İ https://a.b/日本。#c")
	f.Fuzz(checkRich)
}
