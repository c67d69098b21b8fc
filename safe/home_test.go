package safe

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestReadHomePage(t *testing.T) {
	const at = "https://zoe.example/~zoe/index.html"
	for name, c := range map[string]struct {
		kind, page string
		want       HomePage
	}{
		"an old page": {"text/html", "<HTML><HEAD><TITLE>\n Zo\xeb's  <b>Page</b> &amp; garden\n</TITLE></HEAD><BODY BGCOLOR=#000000>", HomePage{Title: "Zoë's <b>Page</b> & garden"}},
		"a page of today": {
			"text/html; charset=utf-8",
			`<!doctype html><html><head><meta charset=utf-8><title>Zoë</title><link rel="stylesheet" type="text/css" href=a.css>
			<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="feed.xml#top"><link rel=alternate type="application/rss+xml" href="/other.xml">`,
			HomePage{Title: "Zoë", Feed: "https://zoe.example/~zoe/feed.xml"},
		},
		"another base":       {"", `<base href="//cdn.example/z/"><base href="/no/"><link rel=alternate type=application/feed+json href=f.json>`, HomePage{Feed: "https://cdn.example/z/f.json"}},
		"meta says":          {"text/html", `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><title>` + "\xb1\xe6" + `</title>`, HomePage{Title: "ąć"}},
		"header says":        {"text/html; charset=Shift_JIS", "<title>\x93\xfa\x96\x7b</title>", HomePage{Title: "日本"}},
		"late letters":       {"text/html", "<!--" + strings.Repeat("x", 3000) + "--><title>Zoë</title>", HomePage{Title: "Zoë"}},
		"two titles":         {"", "<title>one</title><svg><title>two</title></svg>", HomePage{Title: "one"}},
		"a long title":       {"", "<title>" + strings.Repeat("é", 90) + "</title>", HomePage{Title: strings.Repeat("é", 80) + "…"}},
		"a hidden title":     {"", "<title>\u200b\u202e</title>", HomePage{}},
		"a towering title":   {"", "<title>z" + strings.Repeat("\u0301", 40) + "</title>", HomePage{}},
		"a title for ever":   {"", "<title>" + strings.Repeat("👨‍👩‍👧‍👦\u200d", 2000) + "</title>", HomePage{}},
		"a title in a title": {"", "<title><img src=88x31.gif></title>", HomePage{Title: "<img src=88x31.gif>"}},
		"its own button":     {"", `<a href="./"><img src="/b/z.gif" width=88 height=31></a>`, HomePage{Button: "https://zoe.example/b/z.gif"}},
		"its button by name": {"", `<a href="http://www.zoe.example/~zoe"><img src=my_button.png></a>`, HomePage{Button: "https://zoe.example/~zoe/my_button.png"}},
		"to be copied": {
			"", `<p>Link to me!</p><textarea readonly>&lt;a href="https://zoe.example/~zoe/"&gt;<IMG SRC="https://zoe.example/88x31/zoe.gif"></a></textarea>`,
			HomePage{Button: "https://zoe.example/88x31/zoe.gif"},
		},
		"to be copied, in code": {"", `<code>&lt;img src="https://zoe.example/button.gif"&gt;</code>`, HomePage{Button: "https://zoe.example/button.gif"}},
		"friends' buttons":      {"", `<a href="https://bob.example/"><img src="https://zoe.example/88x31/bob.gif" width=88 height=31></a><img src=netscape.gif width=88 height=31>`, HomePage{}},
		"the surest": {
			"", `<img src="button_88x31.gif"><a href="https://bob.example/"><img src=bobs_button.gif width=88 height=31></a><a href=#><img src=button.gif></a><a href=""><img src=mine.gif width=88 height=31></a>`,
			HomePage{Button: "https://zoe.example/~zoe/mine.gif"},
		},
		"in a script":         {"", `<script>document.write('<a href=""><img src="button88x31.gif"></a>')</script>`, HomePage{}},
		"what leads nowhere":  {"", `<a href=""><img src="data:image/gif;base64,x" width=88 height=31></a><link rel=alternate type=application/rss+xml href="javascript:alert(1)">`, HomePage{}},
		"not a page":          {"image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", HomePage{}},
		"nothing":             {"", "", HomePage{}},
		"a feed for comments": {"", `<link rel=alternate type="text/html" href=fr><link rel=replies type=application/rss+xml href=c.xml>`, HomePage{}},
	} {
		if got := ReadHomePage(at, c.kind, []byte(c.page)); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestSamePage(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://a.example", "http://www.a.example/index.html", true},
		{"https://a.example/~zoe/", "https://A.example/~zoe", true},
		{"https://a.example/~zoe/", "https://a.example/~bob/", false},
		{"https://a.example/?p=1", "https://a.example/?p=2", false},
		{"https://a.example:81/", "https://a.example/", false},
		{"https://a.example/", "::", false},
	} {
		if SamePage(c.a, c.b) != c.want {
			t.Errorf("%s and %s: want %t", c.a, c.b, c.want)
		}
	}
}

func TestLastUpdate(t *testing.T) {
	now := time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)
	for name, c := range map[string]struct{ feed, want string }{
		"RSS":                {`<?xml version="1.0"?><rss><channel><lastBuildDate>Sat, 21 Nov 2026 14:00:00 GMT</lastBuildDate><item><pubDate>Sun, 01 Nov 2026 08:00:00 +0100</pubDate></item><item><pubDate>Tue, 03 Nov 2026 08:00:00 EST</pubDate></item></channel></rss>`, "2026-11-03T08:00:00Z"},
		"RSS without dates":  {`<rss><channel><lastBuildDate>Sat, 21 Nov 2026 14:00:00 GMT</lastBuildDate><item><title>x</title></item></channel></rss>`, "2026-11-21T14:00:00Z"},
		"RSS 1.0":            {`<?xml version="1.0" encoding="iso-8859-1"?><rdf:RDF><item rdf:about="x"><title>` + "\xe9" + `</title><dc:date>2003-02-01T10:00+01:00</dc:date></item></rdf:RDF>`, "2003-02-01T09:00:00Z"},
		"Neocities":          {`<rss><channel><item><title>zoe.neocities.org has been updated</title><pubDate>Wed, 04 Nov 2026 00:34:00 -0000</pubDate></item>`, "2026-11-04T00:34:00Z"},
		"Atom":               {`<feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-11-20T00:00:00Z</updated><entry><published>2026-01-01T00:00:00Z</published><updated>2026-02-01T00:00:00.123+02:00</updated><content type="xhtml"><div>updated</div></content></entry></feed>`, "2026-01-31T22:00:00Z"},
		"Atom 0.3":           {`<feed><entry><issued>2004-05-06</issued><modified>2004-05-07T00:00:00Z</modified></entry></feed>`, "2004-05-07T00:00:00Z"},
		"JSON Feed":          {` {"version":"https://jsonfeed.org/version/1.1","items":[{"id":7,"date_published":"2026-11-02T10:00:00-05:00"},{"date_modified":12},{"date_published":"2026-10-02T10:00:00Z"}]}`, "2026-11-02T15:00:00Z"},
		"the future":         {`<rss><item><pubDate>Sat, 21 Nov 2037 14:00:00 GMT</pubDate></item></rss>`, "2026-11-21T14:05:00Z"},
		"one in the future":  {`<rss><item><pubDate>Sat, 21 Nov 2037 14:00:00 GMT</pubDate></item><item><pubDate>Sam, 21 Nov 2020 14:00 +0000</pubDate></item></rss>`, "2020-11-21T14:00:00Z"},
		"before the web":     {`<rss><item><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item></rss>`, ""},
		"no XML any more":    {`<rss><channel><title>a & b &nbsp; <b></title><item><pubDate>3 Nov 26 08:00:00 UT</pubDate></wrong><item`, "2026-11-03T08:00:00Z"},
		"UTF-16":             {"\xfe\xff" + wide(`<rss><item><pubDate>2026-11-03</pubDate></item></rss>`), "2026-11-03T00:00:00Z"},
		"a page":             {`<!doctype html><title>date</title><p>2026-11-03`, ""},
		"deep":               {strings.Repeat("<item>", 150_000) + "<date>2026-11-03", "2026-11-03T00:00:00Z"},
		"deep JSON":          {`{"items":` + strings.Repeat("[", 300_000), ""},
		"nothing":            {"", ""},
		"entities for laugh": {`<!DOCTYPE x [<!ENTITY a "2026"><!ENTITY b "&a;&a;&a;">]><item><date>&b;</date></item>`, ""},
	} {
		got, ok := LastUpdate("", []byte(c.feed), now)
		text := ""
		if ok {
			text = got.Format(time.RFC3339)
		}
		if text != c.want {
			t.Errorf("%s: %q, want %q", name, text, c.want)
		}
	}
}

// wide is ASCII in UTF-16, big end first.
func wide(s string) string { return "\x00" + strings.Join(strings.Split(s, ""), "\x00") }

func FuzzReadHomePage(f *testing.F) {
	f.Add("text/html", `<base href=x><title>a</title><link rel=alternate type=application/rss+xml href=y><a href=""><img src=button.gif></a>`)
	f.Add("text/html; charset=utf-16", "\xff\xfe<\x00t\x00")
	f.Add("", "<textarea>&lt;a href='https://a.example/'>&lt;img src=88x31.gif>")
	f.Fuzz(func(t *testing.T, kind, body string) {
		h := ReadHomePage("https://a.example/x", kind, []byte(body))
		if Line(h.Title) != h.Title || !utf8.ValidString(h.Title) || len(h.Title) > maxTitleSize || Graphemes(strings.TrimSuffix(h.Title, "…")) > maxTitle {
			t.Errorf("the title is %q", h.Title)
		}
		for _, address := range []string{h.Feed, h.Button} {
			if again, ok := URL(address); address != "" && (!ok || again != address) {
				t.Errorf("the address is %q", address)
			}
		}
	})
}

func FuzzLastUpdate(f *testing.F) {
	f.Add("", `<rss><item><pubDate>Sat, 21 Nov 2037 14:00:00 GMT</pubDate></item></rss>`)
	f.Add("", `{"items":[{"date_published":"2026-11-02T10:00:00-05:00"}]}`)
	f.Add("text/xml; charset=iso-8859-1", "<feed><entry><updated>2026-02-01T00:00:00.123+02:00")
	now := time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, kind, body string) {
		if at, ok := LastUpdate(kind, []byte(body), now); ok != !at.IsZero() || at.After(now) || ok && at.Year() < 1990 {
			t.Errorf("%v %t", at, ok)
		}
	})
}
