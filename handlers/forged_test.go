package handlers_test

import (
	"strings"
	"testing"

	"marquee/tests/kit"
)

// TestOneAddressCannotPassForAnother: what is kept under one query is not served for another.
func TestOneAddressCannotPassForAnother(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	other := h.second(t)
	clean := other.Guest(t)
	for _, c := range []struct{ forged, plain string }{
		{"/~ada/widget?theme=late%26fg%3Dff0000", "/~ada/widget?theme=late&fg=ff0000"},
		{"/~ada/widget?template=x%26lang%3Dfr", "/~ada/widget?template=x&lang=fr"},
		{"/directory?after=a%26sort%3Dnewest", "/directory?after=a&sort=newest"},
		{"/directory?after=bob%26sort%3Dnewest%26", "/directory?after=bob&sort=newest"},
		{"/directory?lang=fr", "/directory"},
		{"/?lang=fr", "/"},
		{"/~ada/status.json?lang=fr", "/~ada/status.json"},
		{"/~ada?before=3", "/~ada"},
		{"/rss.xml?before=3", "/rss.xml"},
	} {
		v.Get(c.forged)
		got, want := v.Get(c.plain), clean.Get(c.plain)
		placeless := func(s *kit.Site, body string) string {
			return strings.NewReplacer(s.URL, "", `port="`+s.Base.Port()+`"`, "").Replace(body) // feeds say it to rssCloud by itself
		}
		if placeless(h.Site, got.Body) != placeless(other, want.Body) {
			t.Errorf("after %s, %s shows\n%s\nnot\n%s", c.forged, c.plain, gist(got), gist(want))
		}
	}
}
