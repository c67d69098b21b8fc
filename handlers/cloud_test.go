package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

// registers asks the rssCloud to be told of a path, at a domain or where it comes from.
func (r *reader) registers(site *kit.Site, domain, path string, more ...string) kit.Answer {
	r.t.Helper()
	at, err := url.Parse(r.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	values := form(append([]string{"protocol", "http-post", "port", at.Port(), "path", "/told?id=17", "registerProcedure", "", "url1", site.URL + path}, more...)...)
	if domain != "" {
		values.Set("domain", domain)
	}
	return site.Guest(r.t).Send(http.MethodPost, "/rsscloud/pleaseNotify", values.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestCloud(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada := speaking(t, site)
		for _, domain := range []string{"127.0.0.1", ""} {
			r := newReader(t)
			a := status(t, r.registers(site, domain, "/~ada/rss.xml", "url2", site.URL+"/rss.xml"), 200)
			has(t, a, `<notifyResult success="true" msg="Done.`)
			if a.Header.Get("Content-Type") != "text/xml; charset=utf-8" {
				t.Errorf("answered as %v", a.Header)
			}
			asked, got := r.take()
			if domain != "" && (len(asked) != 2 || len(got) != 0 || asked[1].Get("url") != site.URL+"/~ada/rss.xml" && asked[0].Get("url") != site.URL+"/~ada/rss.xml" || asked[0].Get("challenge") == "" || asked[0].Get("id") != "17") {
				t.Errorf("asked %v, told %v", asked, got)
			}
			if domain == "" && (len(asked) != 0 || len(got) != 2 || got[0].path != "/told?id=17") {
				t.Errorf("asked %v, told %v", asked, got)
			}
			says(t, site, ada, "news")
			worked(t, site)
			_, got = r.take()
			if len(got) != 2 {
				t.Fatalf("told %d times", len(got))
			}
			for _, d := range got {
				if told, err := url.ParseQuery(d.body); err != nil || !strings.HasSuffix(told.Get("url"), "rss.xml") || d.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
					t.Errorf("told %v", d)
				}
			}
			worked(t, site)
			r.quiet()
			site.Clock.Add(25 * time.Hour)
			says(t, site, ada, "later")
			worked(t, site)
			r.quiet()
		}
	})
}

// TestCloudGivesUp: the third failure in a row is the last.
func TestCloudGivesUp(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	r := newReader(t)
	has(t, r.registers(site, "127.0.0.1", "/~ada/rss.xml"), `success="true"`)
	r.take()
	for i, thanks := range []int{500, 404, 200, 500, 500, 500} {
		r.set(func(r *reader) { r.thanks = thanks })
		says(t, site, ada, "news")
		worked(t, site)
		r.told()
		if n, want := subscriptions(t, site), map[bool]int{true: 1}[i < 5]; n != want {
			t.Errorf("after %d: %d subscriptions", i+1, n)
		}
	}
}

func TestCloudRefuses(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	speaking(t, site)
	r := newReader(t)
	for name, a := range map[string]kit.Answer{
		"page that is none":    r.registers(site, "127.0.0.1", "/~nobody_here/rss.xml"),
		"another site's":       r.registers(site, "127.0.0.1", "/rss.xml", "url2", "https://other.example/rss.xml"),
		"private domain":       r.registers(site, "10.0.0.1", "/rss.xml"),
		"strange domain":       r.registers(site, "127.0.0.1/x?", "/rss.xml"),
		"name that is nowhere": r.registers(site, "reader.internal", "/rss.xml"),
		"many":                 r.registers(site, "127.0.0.1", "/rss.xml", strings.Split("url2,a,url3,a,url4,a,url5,a,url6,a,url7,a,url8,a,url9,a,url10,a,url11,a", ",")...),
	} {
		if has(t, status(t, a, 200), `<notifyResult success="false" msg="`); strings.Contains(a.Body, "silent") {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
	if asked, got := r.take(); len(asked)+len(got) > 0 {
		t.Errorf("asked %v, told %v", asked, got)
	}
	r.set(func(r *reader) { r.reply, r.thanks = "no", 404 })
	for _, domain := range []string{"127.0.0.1", ""} {
		has(t, r.registers(site, domain, "/rss.xml"), `success="false" msg="Your callback did not take it`)
	}
	if n := subscriptions(t, site); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}

func TestCloudPing(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	r := newReader(t)
	r.registers(site, "127.0.0.1", "/~ada/rss.xml")
	says(t, site, ada, "news")
	_, err := site.DB.ExecContext(t.Context(), "DELETE FROM jobs") // as if the site had forgotten
	must(t, err)
	a := site.Guest(t).Send(http.MethodPost, "/rsscloud/ping", form("url", site.URL+"/~ada/rss.xml").Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
	if a.Header.Get("Content-Type") != "application/json" || !strings.HasPrefix(a.Body, `{"success":true,"msg":"Thank`) {
		t.Errorf("%v %s", a.Header, a.Body)
	}
	worked(t, site)
	r.told()
}
