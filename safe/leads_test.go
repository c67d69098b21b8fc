package safe_test

import (
	"net/url"
	"strings"
	"testing"

	"marquee/safe"
)

func leadsOf(t testing.TB, page string) (found []string) {
	t.Helper()
	at, err := url.Parse("https://a.example/home/page.html?x=1")
	if err != nil {
		t.Fatal(err)
	}
	for u := range safe.Leads([]byte(page), at) {
		found = append(found, u.String())
	}
	return found
}

func TestLeads(t *testing.T) {
	for page, want := range map[string]string{
		`<a href="b">`: "https://a.example/home/b", `<A HREF=//c.example/>`: "https://c.example/", `<a href="../?q#f">`: "https://a.example/?q#f",
		`<a href=" https://b.example/&amp;&#x41; ">`:                                                                                        "https://b.example/&A",
		"<a href='ht\ntps://b.\texample'>":                                                                                                  "https://b.example",
		`<area href=x><iframe src=y></iframe><frame src=z>`:                                                                                 "https://a.example/home/x https://a.example/home/y https://a.example/home/z",
		`<base href="/deep/"><a href=x><base href="/no/"><a href=y>`:                                                                        "https://a.example/deep/x https://a.example/deep/y",
		`<base target=_top><base href="https://b.example"><a href=x>`:                                                                       "https://b.example/x",
		`<noscript><a href=x></noscript><a href=y>`:                                                                                         "https://a.example/home/x https://a.example/home/y",
		`<a name=x><a><img src=x><link href=x><form action=x><p href=x src=x>`:                                                              "",
		`<!-- <a href=x> --><script><a href=x></script><style><a href=x></style><title><a href=x></title><textarea><a href=x>`:              "",
		`<template><base href=/no/><a href=x><TEMPLATE><a href=y></template><a href=z></Template></template><a href=w><template><a href=v>`: "https://a.example/home/w",
		`<a href="http://[bad">`: "", `<a href="%zz">`: "", ``: "", "<a href=": "", "\x00\xff<a href=x": "",
	} {
		if got := strings.Join(leadsOf(t, page), " "); got != want {
			t.Errorf("%s leads to %q, want %q", page, got, want)
		}
	}
	for range safe.Leads([]byte(strings.Repeat("<a href=x>", 10)), &url.URL{}) {
		break // who has seen enough stops
	}
}

func FuzzLeads(f *testing.F) {
	f.Add(`<base href=//b><a href="x">`, "https://a.example/")
	f.Add("<noscript><a href='\x00'>", "http://a")
	f.Fuzz(func(t *testing.T, page, at string) {
		u, err := url.Parse(at)
		if err != nil {
			t.Skip()
		}
		for to := range safe.Leads([]byte(page), u) {
			if to == nil {
				t.Error("leads to nothing")
			}
		}
	})
}
