package indieweb

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"marquee/safe"
)

func TestParseLinks(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`</a>; rel=webmention`:                               "[{/a webmention  }]",
		`</a>; rel="webmention"`:                             "[{/a webmention  }]",
		`</a>;REL = "webmention somethingelse"`:              "[{/a webmention somethingelse  }]",
		`</a>; rel="other", </b>; rel="webmention"`:          "[{/a other  } {/b webmention  }]",
		`<a,b;c>; rel=x,</b>;rel=y`:                          "[{a,b;c x  } {/b y  }]",
		`</a>; rel=hub; type="application/atom+xml"; rel=no`: "[{/a hub application/atom+xml }]",
		`</a>; title="a, <b>; \"rel=c\""; rel=d`:             "[{/a d  }]",
		`</a>; rel=x; anchor="#part"`:                        "[{/a x  #part}]",
		`<>; rel=self`:                                       "[{ self  }]",
		` , ,</a>;;; rel=x;`:                                 "[{/a x  }]",
		`</a>; crossorigin; rel=x`:                           "[{/a x  }]",
		`</a> nonsense, </b>; rel=x`:                         "[{/a   } {/b x  }]",
		`</a>; rel="open`:                                    "[{/a open  }]",
		`</a>; rel="open\`:                                   "[{/a open  }]",
		`</a>; rel`:                                          "[{/a   }]",
		`</a`:                                                "[]",
		``:                                                   "[]",
		`nonsense; rel=webmention`:                           "[]",
		`<http://[::1>; rel=webmention`:                      "[{http://[::1 webmention  }]",
	} {
		if got := fmt.Sprint(parseLinks(line)); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

// answered is an answer of a page with these headers and this body.
func answered(body string, links ...string) *safe.Fetched {
	return &safe.Fetched{URL: "http://far.example/a/b?c", Status: 200, Header: http.Header{"Content-Type": {"text/html"}, "Link": links}, Body: []byte(body)}
}

func TestReadRels(t *testing.T) {
	t.Parallel()
	latin := answered("<a rel=x href='/caf\xe9'>")
	latin.Header.Set("Content-Type", "text/html; charset=iso-8859-1")
	plain := answered("<a rel=x href=/y>", "</z>; rel=x")
	plain.Header.Set("Content-Type", "text/plain")
	for name, c := range map[string]struct {
		got  *safe.Fetched
		want string
	}{
		"in order":        {answered(`<a rel="b a" href="y"><link rel=A href=/z>`, `<x>; rel=a`), "a header /a/x, b a /a/y, a a /a/y, a link /z"},
		"empty":           {answered(`<a rel=x href="">`), "x a /a/b?c"},
		"no value":        {answered(`<a rel=x href>`), "x a /a/b?c"},
		"none":            {answered(`<a rel=x><link rel=x>`), ""},
		"based":           {answered(`<base href="/c/"><base href="/d/"><a rel=x href=y>`), "x a /c/y"},
		"badly based":     {answered(`<base href="javascript:0"><a rel=x href=y>`), "x a /a/y"},
		"comment":         {answered(`<!-- <a rel=x href=y> -->&lt;a rel=x href=y&gt;<textarea><a rel=x href=y></textarea><script>"<a rel=x href=y>"</script>`), ""},
		"without scripts": {answered(`<noscript><a rel=x href=y></a></noscript>`), "x a /a/y"},
		"bad header":      {answered(``, `<http://[::1>; rel=x, </y>; rel=x`), "x header /y"},
		"bad address":     {answered(`<a rel=x href="http://[::1"><a rel=x href="mailto:a@b"><a rel=x href="http:"><a rel=x href=" y ">`), "x a /a/y"},
		"off the web":     {answered(`<link rel="x redirect_uri y" href="myapp://cb">`, `<myapp:/>; rel=x`), "redirect_uri link myapp://cb"},
		"said of another": {answered(``, `</y>; rel=x; anchor="/other", </z>; rel=x; anchor="#part", </w>; rel=x; anchor="http://["`), "x header /z"},
		"no HTML":         {plain, "x header /z"},
		"latin":           {latin, "x a /caf%C3%A9"},
		"many tokens":     {answered(`<a href=y rel="` + strings.Repeat("x ", 100) + `">`), strings.TrimSuffix(strings.Repeat("x a /a/y, ", tokensMost), ", ")},
		"nowhere":         {&safe.Fetched{URL: "http://[::1"}, ""},
	} {
		var said []string
		for _, r := range ReadRels(c.got) {
			said = append(said, fmt.Sprint(r.Token, " ", r.Place, " ", strings.TrimPrefix(r.URL, "http://far.example")))
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if n := len(ReadRels(answered(strings.Repeat("<a rel=x href=y>", 2*relsMost)))); n > relsMost+tokensMost {
		t.Errorf("%d relations", n)
	}
	if n := len(ReadRels(answered("", strings.Repeat("</a>;rel=x,", 2*linksMost)))); n != linksMost {
		t.Errorf("%d links", n)
	}
	if n := len(ReadRels(answered("", "</a>;rel=x", strings.Repeat("y", headerMost), "</b>;rel=x"))); n != 1 {
		t.Errorf("%d links of a header without end", n)
	}
}

func TestRelsAreFound(t *testing.T) {
	t.Parallel()
	rels := ReadRels(answered(`<a rel=me href=/b><link rel=me href=/c><a rel=me href=/b>`, "</a>; rel=me"))
	if got, _ := rels.First("me"); got != "http://far.example/a" {
		t.Error(got)
	}
	if got, _ := rels.First("me", InLink); got != "http://far.example/c" {
		t.Error(got)
	}
	if got, ok := rels.First("hub"); ok {
		t.Error(got)
	}
	if got := fmt.Sprint(rels.All("me")); got != "[http://far.example/a http://far.example/b http://far.example/c]" {
		t.Error(got)
	}
}

func FuzzReadRels(f *testing.F) {
	f.Add(`<http://[::1>; rel=webmention, </b>; rel="a b"; anchor="#x"`, `<base href="/x"><a rel=webmention href="">`, "text/html; charset=utf-16")
	f.Add(`<a;`, `<link rel="webmention" href="http://[::1"><noscript><a rel=x href=//y>`, "")
	f.Fuzz(func(t *testing.T, header, body, kind string) {
		rels := ReadRels(&safe.Fetched{URL: "https://far.example/a?b", Header: http.Header{"Link": {header}, "Content-Type": {kind}}, Body: []byte(body)})
		if len(rels) > relsMost+tokensMost {
			t.Fatalf("%d relations", len(rels))
		}
		for _, r := range rels {
			u, err := url.Parse(r.URL)
			if err != nil || !isWeb(u) && r.Token != redirectURI || r.Token == "" || strings.ContainsAny(r.Token, " \t\n") || strings.ToLower(r.Token) != r.Token {
				t.Fatalf("%+v (%v)", r, err)
			}
		}
	})
}
