package models_test

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

func TestChangeSite(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		good := models.SiteSettings{Name: "Chez Ann", Language: "fr", Signups: "closed", About: "<p>hi", Rules: "<p>be kind", TextLimit: 280}
		for _, by := range []*models.Account{nil, cast.Bob, cast.Zoe} {
			refused(t, s.ChangeSite(t.Context(), by, good), models.Forbidden, "error.webmaster_only")
		}
		for text, change := range map[string]func(c *models.SiteSettings){
			"error.site_name_empty": func(c *models.SiteSettings) { c.Name = " \u202e\n" },
			"error.site_name_long":  func(c *models.SiteSettings) { c.Name = strings.Repeat("é", 41) },
			"error.language":        func(c *models.SiteSettings) { c.Language = "de" },
			"error.signups":         func(c *models.SiteSettings) { c.Signups = "maybe" },
			"error.text_limit":      func(c *models.SiteSettings) { c.TextLimit = 19 },
			"error.page_long":       func(c *models.SiteSettings) { c.Rules = strings.Repeat("x", 100_001) },
		} {
			bad := good
			change(&bad)
			refused(t, s.ChangeSite(t.Context(), cast.Ann, bad), models.Invalid, text)
		}
		site, err := s.Site(t.Context())
		ok(t, err)
		same(t, "name after refusals", site.Name, "Marquee")
		ok(t, s.ChangeSite(t.Context(), cast.Ann, good))
		site, err = s.Site(t.Context())
		ok(t, err)
		same(t, "settings", models.SiteSettings{
			Name: site.Name, Language: site.Language, Signups: site.Signups, About: site.About, Rules: site.Rules, TextLimit: site.TextLimit,
		}, good)
		_, err = s.Publish(t.Context(), cast.Bob, models.Draft{Text: strings.Repeat("x", 281)})
		refused(t, err, models.Invalid, "error.text_long")
	})
}

func TestPagesOfTheSiteTakeAnyBytes(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ok(t, s.ChangeSite(t.Context(), cast.Ann, models.SiteSettings{
			Name: "x", Language: "en", Signups: "open", About: "a\x00b\xff", Rules: "\xc3(\x00", TextLimit: 500,
		}))
		site, err := s.Site(t.Context())
		ok(t, err)
		same(t, "about, rules", []string{site.About, site.Rules}, []string{"ab\ufffd", "\ufffd("})
	})
}

func TestASiteKeepsItsIdentity(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		id := s.PermanentID("ann/1")
		if !strings.HasPrefix(id, "tag:marquee.example,2026-11-21:") || !strings.HasSuffix(id, "/ann/1") {
			t.Errorf("the id is %q", id)
		}
		options := kit.Options(s.Database, s.Clock)
		options.Host, options.Name = "moved.example", "Another"
		other, err := models.Open(t.Context(), options)
		ok(t, err)
		defer other.Close()
		same(t, "id after moving", other.PermanentID("ann/1"), id)
		same(t, "secret", other.Secret(), s.Secret())
		same(t, "length of the secret", len(s.Secret()), 32)
		site, err := other.Site(t.Context())
		ok(t, err)
		same(t, "name", site.Name, "Marquee")
	})
}

func TestPingAndWritable(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ok(t, s.Ping(t.Context()))
		ok(t, s.Writable(t.Context()))
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		ok(t, other.Close())
		if other.Ping(t.Context()) == nil || other.Writable(t.Context()) == nil {
			t.Error("a closed store says that all is well")
		}
	})
}
