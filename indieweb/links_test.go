package indieweb

import (
	"net/http"
	"strings"
	"testing"

	"marquee/safe"
)

const adas = "https://m.example/~ada/1"

func TestLinksTo(t *testing.T) {
	t.Parallel()
	for kind, bodies := range map[string]map[bool][]string{
		"text/html": {
			true: {
				`<a href="https://m.example/~ada/1">x</a>`, `<a href=' https://m.example/~ada/1 '>x</a>`, `<img src="https://m.example/~ada/1">`, `<blockquote cite="https://m.example/~ada/1">`,
				`<base href="https://m.example/~ada/"><a href="1">x</a>`, `<a href="//m.example/~ada/1">x</a>`, `<link rel="x" href="https://m.example/~ada/1">`, `<A HREF=https://m.example/~ada/1>`,
				`<noscript><a href="https://m.example/~ada/1">x</a></noscript>`, `<a href="https://m.example/&#126;ada/1">`,
			},
			false: {
				"", adas, `<p>https://m.example/~ada/1</p>`, `<!-- <a href="https://m.example/~ada/1">x</a> -->`, `&lt;a href="https://m.example/~ada/1"&gt;`, `<a href="https://m.example/~ada/17">x</a>`,
				`<a href="https://m.example/~ada">x</a>`, `<a title="https://m.example/~ada/1" href="/">x</a>`, `<script>"<a href='https://m.example/~ada/1'>"</script>`, `<textarea><a href="https://m.example/~ada/1"></textarea>`,
				`<a href="https://m.example/~ada/1?x">`, `<a href="https://m.example/~ada/1#x">`, `<a href="https://n.example/?https://m.example/~ada/1">`,
			},
		},
		"application/json": {
			true:  {`"https://m.example/~ada/1"`, `{"a":[{"b":"https:\/\/m.example\/~ada\/1"}]}`},
			false: {"", "{", `{"https://m.example/~ada/1":1}`, `["see https://m.example/~ada/1"]`, strings.Repeat("[", 20_000)},
		},
		"application/mf2+json; charset=utf-8": {true: {`["https://m.example/~ada/1"]`}},
		"text/plain":                          {true: {"see https://m.example/~ada/1.", adas, "(https://m.example/~ada/1)", adas + "7 or " + adas}, false: {"https://m.example/~ada/17", "https://m.example/~ada/1/edit", ""}},
		"application/atom+xml":                {true: {`<link href="https://m.example/~ada/1"/>`}},
		"image/png":                           {false: {adas}},
		"application/pdf":                     {false: {adas}},
	} {
		for want, list := range bodies {
			for _, body := range list {
				got := &safe.Fetched{URL: "https://zoe.example/1", Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
				if LinksTo(got, adas) != want {
					t.Errorf("%s: %.60q links: %v", kind, body, !want)
				}
			}
		}
	}
}

func FuzzLinksTo(f *testing.F) {
	f.Add("text/html", []byte(`<base href="//x"><a href="1">`))
	f.Add("application/json", []byte(`[{"a":"https://m.example/~ada/1"}]`))
	f.Add("text/plain", []byte("https://m.example/~ada/1 x"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		got := &safe.Fetched{URL: "https://zoe.example/1", Header: http.Header{"Content-Type": {kind}}, Body: body}
		if LinksTo(got, adas) && kind == "image/png" {
			t.Error("a picture links")
		}
	})
}
