package handlers_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"marquee/models"
)

// languageOfPage is what <html> says, and what the page's first link says in that language.
func languageOfPage(t *testing.T, page string) string {
	t.Helper()
	var lang string
	for _, n := range elements(t, page) {
		if n.Data == "html" {
			lang, _ = attribute(n, "lang")
		}
	}
	for code, word := range map[string]string{"en": "Skip to the page", "fr": "Aller à la page"} {
		if strings.Contains(html.UnescapeString(page), word) != (code == lang) {
			t.Errorf("the page calls itself %q, and that is not what it speaks", lang)
		}
	}
	return lang
}

// TestLanguages: the address wins over the account, the account over the cookie, the cookie over the
// browser, the browser over the site.
func TestLanguages(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.Store.SetLanguage(t.Context(), h.bob, "fr"))
	frenchSite := func(t *testing.T) {
		must(t, h.ChangeSite(t.Context(), h.eve, models.SiteSettings{Name: "Marquee", Language: "fr", Signups: models.SignupsOpen, TextLimit: 500}))
	}
	for _, c := range []struct {
		name, who, path string
		headers         []string
		want            string
	}{
		{"nothing asked", "guest", "/", nil, "en"},
		{"browser", "guest", "/", []string{"Accept-Language", "fr-CA, en;q=0.5"}, "fr"},
		{"browser prefers", "guest", "/", []string{"Accept-Language", "en;q=0.5, fr;q=0.4"}, "en"},
		{"browser asks for none", "guest", "/", []string{"Accept-Language", "tlh, tok;q=0.9"}, "en"},
		{"broken browser", "guest", "/", []string{"Accept-Language", "fr;q=lots,,;;"}, "en"},
		{"endless browser", "guest", "/", []string{"Accept-Language", strings.Repeat("fr,", 100)}, "en"},
		{"cookie over browser", "guest", "/", []string{"Accept-Language", "en", "Cookie", "lang=fr"}, "fr"},
		{"unknown cookie", "guest", "/", []string{"Accept-Language", "fr", "Cookie", "lang=tlh"}, "fr"},
		{"address over cookie", "guest", "/?lang=fr", []string{"Cookie", "lang=en"}, "fr"},
		{"unknown address", "guest", "/?lang=tlh", []string{"Cookie", "lang=fr"}, "fr"},
		{"error page", "guest", "/nothing/here", []string{"Accept-Language", "fr"}, "fr"},
		{"error page of nothing asked", "guest", "/nothing/here", nil, "en"},
		{"account over browser", "stranger", "/", []string{"Accept-Language", "en"}, "fr"},
		{"account without wish", "owner", "/", []string{"Accept-Language", "fr"}, "fr"},
		{"address over account", "stranger", "/?lang=en", nil, "en"},
		{"unknown address, account", "stranger", "/?lang=tlh", nil, "fr"},
		{"account's form", "stranger", "/settings", nil, "fr"},
		{"account's error page", "stranger", "/nothing/here", nil, "fr"},
		{"French site, nothing asked", "guest", "/", nil, "fr"},
		{"French site, browser", "guest", "/", []string{"Accept-Language", "en"}, "en"},
		{"French site, error page", "guest", "/nothing/here", nil, "fr"},
		{"French site, form", "guest", "/login", nil, "fr"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.HasPrefix(c.name, "French site") {
				frenchSite(t)
			}
			v := h.visitor(t, c.who)
			if len(c.headers) > 0 && c.headers[len(c.headers)-2] == "Cookie" {
				c.headers[len(c.headers)-1] += "; x=y"
			}
			for range 2 { // made, then kept
				if got := languageOfPage(t, v.Get(c.path, c.headers...).Body); got != c.want {
					t.Errorf("the page is in %q, want %q", got, c.want)
				}
			}
		})
	}
}

// TestFeedsIgnoreWhoReads: a feed is the same for everybody, a member and a French cookie too.
func TestFeedsIgnoreWhoReads(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.Store.SetLanguage(t.Context(), h.bob, "fr"))
	for _, path := range append(publicFeeds(), publicWidgets()...) {
		guest := status(t, h.Guest(t).Get(path), 200)
		for name, other := range map[string][]string{
			"the account itself": {}, "a French cookie": {"Cookie", "lang=fr; look=late"}, "a French browser": {"Accept-Language", "fr"},
		} {
			v := h.Guest(t)
			if len(other) == 0 {
				v = h.As(t, h.ada)
			}
			if got := v.Get(path, other...); got.Body != guest.Body || got.Header.Get("ETag") != guest.Header.Get("ETag") {
				t.Errorf("%s is another for %s", path, name)
			}
		}
	}
}

// TestReadingKeepsWishes: the cookies that it sets do what they say, and the account keeps the language.
func TestReadingKeepsWishes(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	status(t, v.Post("/reading", form("lang", "fr")), 303)
	status(t, v.Post("/reading", form("look", "late")), 303)
	a := v.Get("/")
	has(t, a, `<html lang="fr" class="late">`)
	status(t, v.Post("/reading", form("look", "system")), 303)
	has(t, v.Get("/"), `<html lang="fr">`)
	status(t, v.Post("/reading", form("lang", `"><script>`, "look", "pink")), 303)
	has(t, v.Get("/"), `<html lang="fr">`)
	for _, cookie := range v.Client.Jar.Cookies(h.Base) {
		if cookie.Name != "lang" {
			t.Errorf("the browser keeps %s=%s", cookie.Name, cookie.Value)
		}
	}
	ada := h.As(t, h.ada)
	status(t, ada.Post("/reading", form("lang", "fr")), 303)
	if got := fresh(t, h.Store, "ada").Language; got != "fr" {
		t.Errorf("ada's language is %q", got)
	}
	if got := languageOfPage(t, h.As(t, h.ada).Get("/").Body); got != "fr" {
		t.Errorf("ada's other browser reads %q", got)
	}
}
