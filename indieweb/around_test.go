package indieweb

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/safe"
)

// around is the words around the link to ada's status in a page.
func around(kind, body string) string {
	got := &safe.Fetched{URL: "https://zoe.example/1", Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
	return wordsAround(got, adas, "https://m.example/~ada/2")
}

// TestWordsAround: what a page without microformats says where it links here.
func TestWordsAround(t *testing.T) {
	t.Parallel()
	const a = `<a href="https://m.example/~ada/1">`
	for body, want := range map[string]string{
		`<title>My page</title><h1>Zoe</h1><p>First.<p>I tried <i>the</i> ` + a + `soup</a>, and<br>liked it!<p>Last.`: "I tried the soup, and liked it!",
		`<ul><li>one<li>two: ` + a + `Ada</a>’s<li>three</ul>`:                                                         "two: Ada’s",
		`<table><tr><td>x<td>I like&nbsp;` + a + `her</a></table>`:                                                     "I like her",
		`<body>Hello` + a + ` there</a> all`:                                                                           "Hello there all",
		`<blockquote cite="https://m.example/~ada/1"><p>Tea?</p></blockquote><p>Yes.</p>`:                              "Tea?",
		a + `<h2>Soup</h2><p>More</p></a>`:                                                                             "Soup",
		`<nav>` + a + `menu</a></nav><p>So says ` + a + `ada</a>.</p>`:                                                 "So says ada.",
		`<footer><p>from ` + a + `ada</a></p></footer><p>x</p>`:                                                        "from ada",
		`<p>` + a + `<img src="x" alt="Ada"></a></p><p>x</p>`:                                                          "Ada",
		`<p>` + a + `<img src="x"></a></p><p>x</p>`:                                                                    "",
		`<link rel="up" href="https://m.example/~ada/1"><p>x</p>`:                                                      "",
		`<base href="https://m.example/~ada/"><p>see <a href="2">this</a>`:                                             "see this",
		`<!-- ` + a + `x</a> --><script>"` + a + `"</script><p>other</p>`:                                              "",
		`<p>a<script>b()</script> ` + a + `c</a><style>d</style></p>`:                                                  "a c",
		`<p>&lt;b&gt; ` + a + `&amp;</a></p>`:                                                                          "<b> &",
		strings.Repeat("<div>", 5000) + `deep ` + a + `x</a>`:                                                          "deep x",
	} {
		if said := around("text/html", body); said != want {
			t.Errorf("%.80s: %q, want %q", body, said, want)
		}
	}
	if said := around("text/plain", adas); said != "" {
		t.Errorf("of a text: %q", said)
	}
	long := strings.Repeat("before ", 1000) + a + "here</a>" + strings.Repeat(" after", 1000)
	said := around("text/html", long)
	if n := safe.Graphemes(said); n > aroundMost+2 || n < aroundMost-20 || !strings.HasPrefix(said, "…before") || !strings.HasSuffix(said, "after…") || !strings.Contains(said, "before here after") {
		t.Errorf("of much: %d %q", safe.Graphemes(said), said)
	}
}

func FuzzWordsAround(f *testing.F) {
	f.Add(`<p>I like <a href="https://m.example/~ada/1">it</a>, &c<nav>`)
	f.Add(`<header><base href="//m.example/~ada/"><img src=1 alt=x><a href=1>`)
	f.Fuzz(func(t *testing.T, body string) {
		said := around("text/html; charset=utf-8", body)
		if !utf8.ValidString(said) || safe.Graphemes(said) > 2*aroundMost {
			t.Errorf("%q", said)
		}
	})
}
