package indieweb_test

import (
	"testing"

	"marquee/indieweb"
	"marquee/safe"
)

// TestPlainTextIsNoHTML: what a feed says in plain text keeps its signs and lines, by the type that its format gives it.
func TestPlainTextIsNoHTML(t *testing.T) {
	t.Parallel()
	const plain = "if a &lt;b then\nuse List&lt;String&gt;\n\nsecond &amp; third"
	const raw = `if a <b then\nuse List<String>\n\nsecond & third`
	json := func(item string) string {
		return `{"version":"https://jsonfeed.org/version/1.1","items":[{},{"id":"1",` + item + `}]}`
	}
	atom := func(entry string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/"><title>t</title><entry><id>0</id><content type="html">zero</content></entry><entry><id>1</id>` + entry + `<m:title type="html">m</m:title></entry></feed>`
	}
	old := func(entry string) string {
		return `<a:feed version="0.3" xmlns:a="http://purl.org/atom/ns#"><a:title>t</a:title><a:entry><a:id>0</a:id></a:entry><a:entry><a:id>1</a:id>` + entry + `</a:entry></a:feed>`
	}
	const text = "<p>if a &lt;b then<br/>use List&lt;String&gt;</p><p>second &amp; third</p>"
	const bold, wise = "a <b>bold</b> word", "Use <br> wisely"
	for name, c := range map[string]struct{ kind, body, words, title string }{
		"JSON":                    {"application/feed+json", json(`"title":"Use <br> wisely","content_text":"` + raw + `"`), text, wise},
		"JSON with both":          {"application/feed+json", json(`"content_html":"a <b>bold</b> word","content_text":"<x>"`), bold, ""},
		"JSON with a summary":     {"application/feed+json", json(`"summary":"` + raw + `"`), text, ""},
		"content of text":         {"application/atom+xml", atom(`<title type="text">Use &lt;br> wisely</title><content type="text">` + plain + `</content>`), text, wise},
		"content of text/plain":   {"application/atom+xml", atom(`<title>Use &lt;br> wisely</title><content type="text/plain">` + plain + `</content>`), text, wise},
		"content without type":    {"application/atom+xml", atom(`<content>` + plain + `</content>`), text, ""},
		"summary":                 {"application/atom+xml", atom(`<summary>` + plain + `</summary>`), text, ""},
		"CDATA":                   {"application/atom+xml", atom("<title><![CDATA[Use <br> wisely]]></title><summary><![CDATA[if a <b then\nuse List<String>\n\nsecond & third]]></summary>"), text, wise},
		"Atom with HTML":          {"application/atom+xml", atom(`<title type="html">Use &amp;lt;br> &lt;i>wisely&lt;/i></title><summary type="html">a &lt;b>bold&lt;/b> word</summary>`), bold, wise},
		"Atom with XHTML":         {"application/atom+xml", atom(`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>bold</b> word</div></content>`), bold, ""},
		"Atom with text/html":     {"application/atom+xml", atom(`<content type="text/html"><![CDATA[a <b>bold</b> word]]></content>`), bold, ""},
		"Atom 0.3, with a prefix": {"application/atom+xml", old(`<a:title>Use &lt;br> wisely</a:title><a:content>` + plain + `</a:content>`), text, wise},
		"Atom 0.3, escaped":       {"application/atom+xml", old(`<a:content type="text/html" mode="escaped">a &lt;b>bold&lt;/b> word</a:content>`), bold, ""},
		"RSS":                     {"application/rss+xml", rss(`<item/>`, `<item><title>Use &amp;lt;br> wisely</title><description>a &lt;b>bold&lt;/b> word</description></item>`), bold, wise},
	} {
		feed, err := indieweb.ReadFeed(fetched(c.kind, c.body))
		if err != nil || len(feed.Items) != 2 {
			t.Errorf("%s: %v, %+v", name, err, feed)
			continue
		}
		i := feed.Items[1]
		same(t, name, []string{safe.HTML(i.HTML), i.Title}, []string{c.words, c.title})
	}
}
