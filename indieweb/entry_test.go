package indieweb

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

const asked = "https://zoe.example/notes/1"

func pageOf(entry string) []byte {
	return []byte("<!doctype html><html><head><title>Zoe's notes</title></head><body>" + entry + "</body></html>")
}

func TestReadEntry(t *testing.T) {
	t.Parallel()
	zoe := Card{Name: "Zoe", URL: "https://zoe.example/", Photo: "https://zoe.example/zoe.jpg"}
	const h = `<div class="h-entry">`
	const by = `<span class="p-author h-card"><img class="u-photo" src="/zoe.jpg" alt=""><a class="u-url" href="/">Zoe</a></span>`
	for name, c := range map[string]struct {
		html string
		want Entry
	}{
		"a reply": {
			h + by + `<a class="u-in-reply-to" href="https://m.example/~ada/17">x</a><p class="e-content">So <b>true</b>, <a href="more">see</a></p>
				<a class="u-url" href="1"><time class="dt-published" datetime="2026-11-21T10:00:00+01:00">now</time></a></div>`,
			Entry{
				URL: asked, InReplyTo: []string{"https://m.example/~ada/17"}, Author: zoe, HTML: `So <b>true</b>, <a href="https://zoe.example/notes/more">see</a>`,
				Text: "So true, see", Published: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
			},
		},
		"a nested citation": {
			h + `<div class="u-like-of h-cite"><a class="u-url p-name" href="https://m.example/~ada/17">Ada's</a></div></div>`,
			Entry{URL: asked, LikeOf: []string{"https://m.example/~ada/17"}},
		},
		"an rsvp": {
			h + `<data class="p-rsvp" value="YES">I come</data> <a class="u-in-reply-to" href="//m.example/~ada/17">x</a></div>`,
			Entry{URL: asked, RSVP: "yes", InReplyTo: []string{"https://m.example/~ada/17"}},
		},
		"no rsvp":      {h + `<b class="p-rsvp">perhaps</b></div>`, Entry{URL: asked}},
		"a title":      {h + `<h1 class="p-name">On soup</h1><div class="e-content">It is warm.</div></div>`, Entry{URL: asked, Name: "On soup", HTML: "It is warm.", Text: "It is warm."}},
		"no title":     {h + `<div class="p-name e-content">It  is <i>warm</i>.</div></div>`, Entry{URL: asked, HTML: "It  is <i>warm</i>.", Text: "It  is warm."}},
		"a cut title":  {h + `<h1 class="p-name">It is …</h1><p class="p-content">It is warm.</p></div>`, Entry{URL: asked, Text: "It is warm."}},
		"a summary":    {h + `<p class="p-summary">Soup.</p></div>`, Entry{URL: asked, Summary: "Soup."}},
		"no mf at all": {`<p>Hi</p>`, Entry{URL: asked, Name: "Zoe's notes"}},
		"base":         {`<base href="/b/">` + h + `<a class="u-url" href="c"></a></div>`, Entry{URL: "https://zoe.example/b/c"}},
		"no address":   {h + `<a class="u-url" href="javascript:alert(1)"></a><a class="u-in-reply-to" href="mailto:a@b.example"></a></div>`, Entry{URL: asked}},
		"a picture without words": {
			h + `<a class="p-author h-card" href="/"><img src="/zoe.jpg" alt="">Zoe</a></div>`, Entry{URL: asked, Author: zoe},
		},
		"author by name": {h + `<i class="p-author">Zoe</i></div>`, Entry{URL: asked, Author: Card{Name: "Zoe"}}},
		"author of the feed": {
			`<div class="h-feed">` + by + h + `<p class="e-content">a</p></div></div>`,
			Entry{URL: asked, Author: zoe, HTML: "a", Text: "a"},
		},
		"author by address": {
			h + `<a class="u-author" href="/"></a><p class="e-content">a</p></div><div class="h-card"><a class="p-name u-url" href="https://zoe.example">Zoe</a><img class="u-photo" src="/zoe.jpg"></div>`,
			Entry{URL: asked, Author: zoe, HTML: "a", Text: "a"},
		},
		"rel=author":        {`<a rel="author" href="/">me</a>` + h + `<p class="e-content">a</p></div>`, Entry{URL: asked, Author: Card{URL: "https://zoe.example/"}, HTML: "a", Text: "a"}},
		"a comment's not":   {h + `<p class="e-content">a</p><div class="u-comment h-cite"><p class="e-content">b</p></div></div>`, Entry{URL: asked, HTML: "a", Text: "a"}},
		"its own of many":   {h + `<p class="e-content">a</p></div>` + h + `<a class="u-url" href="http://ZOE.example/notes/1/"></a><p class="e-content">b</p></div>`, Entry{URL: "http://ZOE.example/notes/1/", HTML: "b", Text: "b"}},
		"an old blog":       {`<div class="post-4 hentry"><h1 class="entry-title">Old</h1><div class="entry-content">Words</div></div>`, Entry{URL: asked, Name: "Old", HTML: "Words", Text: "Words"}},
		"gone":              {`<meta http-equiv="status" content="410 Gone">`, Entry{URL: asked, Name: "Zoe's notes"}},
		"templates: silent": {`<template>` + h + `<p class="e-content">a</p></div></template><!-- ` + h + `</div> -->`, Entry{URL: asked, Name: "Zoe's notes"}},
	} {
		got, ok := ReadEntry(asked, "text/html; charset=utf-8", pageOf(c.html))
		if !reflect.DeepEqual(got, c.want) || ok != (c.want.Name != "Zoe's notes") {
			t.Errorf("%s: %v\n%+v, want\n%+v", name, ok, got, c.want)
		}
	}
	for _, kind := range []string{"application/json", "image/png"} {
		if got, ok := ReadEntry(asked, kind, pageOf(h+"</div>")); ok || got.URL != asked {
			t.Errorf("%s was read: %+v", kind, got)
		}
	}
	if got, _ := ReadEntry(asked, "text/html", []byte(`<meta http-equiv=Status content="410 Gone"><p>Gone</p>`)); !got.Gone {
		t.Error("a page that says that it is gone is there")
	}
	if got, _ := ReadEntry(asked, "text/html; charset=iso-8859-1", pageOf(h+"<p class=e-content>caf\xe9</p></div>")); got.Text != "café" {
		t.Errorf("Latin-1 is %q", got.Text)
	}
}

func TestKindFor(t *testing.T) {
	t.Parallel()
	const ada = "https://m.example/~ada/17"
	for want, e := range map[string]Entry{
		KindReply:    {InReplyTo: []string{"https://else.example", "http://M.example/%7Eada/17/#c"}, LikeOf: []string{ada}},
		KindLike:     {LikeOf: []string{ada}},
		KindRepost:   {RepostOf: []string{ada}},
		KindBookmark: {BookmarkOf: []string{ada}},
		KindRSVP:     {InReplyTo: []string{ada}, RSVP: "no"},
		KindMention:  {InReplyTo: []string{ada + "1", "https://m.example/~ada"}, RSVP: "yes"},
	} {
		if got := e.KindFor(ada); got != want {
			t.Errorf("%+v is a %s, want %s", e, got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 21, 9, 5, 0, 0, time.UTC)
	for _, s := range []string{"2026-11-21T10:05:00+01:00", "2026-11-21 10:05:00+0100", "2026-11-21T09:05Z", "2026-11-21T10:05+0100", "2026-11-21 09:05:00", "2026-11-21T09:05"} {
		if got := moment(s); !got.Equal(want) {
			t.Errorf("%s is %v", s, got)
		}
	}
	if !moment("yesterday").IsZero() || moment("2026-11-21").IsZero() {
		t.Error("a day is one, and a word is none")
	}
}

// TestReadEntryCorpus: what is read from pages of the microformats test suite.
func TestReadEntryCorpus(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/microformats/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	for _, name := range pages {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		e, ok := ReadEntry("http://example.com/", "text/html", body)
		got := fmt.Sprintf("%v %+v\n", ok, e)
		golden := strings.TrimSuffix(name, ".html") + ".txt"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != got {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// TestReadEntryHostile: pages that would copy themselves for ever are read in bounded work, and what is nested too deep is none.
func TestReadEntryHostile(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("soup ", 100_000)
	for name, body := range map[string]string{
		"deep":         strings.Repeat("<div>", 10_000) + "x",
		"names":        `<div class="` + strings.Repeat("p-a e-b u-c h-d ", 30_000) + `">` + text + "</div>",
		"many names":   `<div class="h-entry">` + strings.Repeat(`<p class="e-a">`, 400) + text,
		"nested":       strings.Repeat(`<div class="h-entry e-content p-name u-url">`, 500) + text,
		"formatting":   strings.Repeat(`<b class="p-a"><i><p>`, 40_000),
		"include":      `<div class="hentry" id="a"><p itemref="b"></p></div><div class="hentry" id="b"><p itemref="a"><a class="include" href="#a"></a></p></div>`,
		"rels":         strings.Repeat(`<a rel="author" href="`+strings.Repeat("x", 5)+`">a</a>`, 20_000),
		"a rel":        `<a rel="` + strings.Repeat("a b c ", 100_000) + `" href="x">`,
		"entries":      strings.Repeat(`<p class="h-entry">a</p>`, 40_000),
		"in-reply-tos": `<div class="h-entry">` + strings.Repeat(`<a class="u-in-reply-to" href="https://a.example/`+"x"+`">a</a>`, 10_000),
		"select":       strings.Repeat("<select><option>", 30_000),
		"tables":       strings.Repeat("<table><tr><td class=p-a>", 10_000),
	} {
		if entries, _ := readEntries(asked, "text/html", []byte(body)); len(entries) > entriesMost {
			t.Errorf("%s: %d entries", name, len(entries))
		}
	}
}

func FuzzReadEntry(f *testing.F) {
	f.Add("https://zoe.example/1", "text/html", []byte(`<div class="h-feed"><p class=p-author>Z</p><div class="h-entry e-content"><a class="u-url u-in-reply-to" href="//m.example/~ada"></a><time class=dt-published>2026</time></div></div>`))
	f.Add("://", "", []byte(`<div class="hentry" id=a itemref=a><a class=include href=#a></a></div>`))
	f.Add("http://[::1", "text/html;charset=utf-16", []byte("\xff\xfe<\x00"))
	f.Fuzz(func(t *testing.T, address, kind string, body []byte) {
		e, ok := ReadEntry(address, kind, body)
		if e.URL == "" && address != "" {
			t.Errorf("%v: no address: %+v", ok, e)
		}
		for _, list := range [][]string{e.InReplyTo, e.LikeOf, e.RepostOf, e.BookmarkOf} {
			for _, u := range list {
				if _, ok := entryAddress(u); !ok || len(list) > addressesMost {
					t.Errorf("%q among %d", u, len(list))
				}
			}
		}
		_ = e.KindFor(address)
	})
}
