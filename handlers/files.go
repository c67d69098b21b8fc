package handlers

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/static"
)

const (
	fileLife     = "public, max-age=86400"
	sitemapsMost = 50_000 // of an index
	textType     = "text/plain; charset=utf-8"
)

// sitePages are the pages of the site itself that anybody may look for.
var sitePages = []string{"/", "/directory", "/mood", "/pictures", "/layouts", "/rings", "/about", "/rules"}

// showSitemaps is the index of the sitemaps: the newest statuses first, should there be more than an index may hold.
func (h *Handlers) showSitemaps(c *fiber.Ctx, _ *who) (*answer, error) {
	counts, err := h.store.Sitemaps(c.UserContext())
	if err != nil {
		return nil, err
	}
	list := []feeds.Location{{Address: h.home + "/sitemap/site/1.xml"}}
	for _, kind := range models.SitemapKinds {
		for number := counts[kind]; number > 0 && len(list) < sitemapsMost; number-- {
			list = append(list, feeds.Location{Address: fmt.Sprintf("%s/sitemap/%s/%d.xml", h.home, kind, number)})
		}
	}
	var body bytes.Buffer
	err = feeds.SitemapIndex(&body, list)
	return newAnswer(feeds.SitemapType, body.Bytes()), err
}

// showSitemap is one sitemap: of the site's own pages, or of those accounts or public statuses whose ids it is about.
func (h *Handlers) showSitemap(c *fiber.Ctx, _ *who) (*answer, error) {
	number, err := strconv.ParseInt(c.Params("number"), 10, 64)
	if err != nil {
		return nil, fiber.ErrNotFound
	}
	var list []feeds.Location
	if c.Params("kind") == "site" && number == 1 {
		for _, path := range sitePages {
			list = append(list, feeds.Location{Address: h.home + path})
		}
	} else {
		places, err := h.store.Sitemap(c.UserContext(), c.Params("kind"), number)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			list = append(list, feeds.Location{Address: h.home + p.Path, Changed: p.ChangedAt.Time()})
		}
	}
	var body bytes.Buffer
	err = feeds.Sitemap(&body, list)
	return newAnswer(feeds.SitemapType, body.Bytes()), err
}

// showRobots tells robots where not to go (RFC 9309), and where the sitemaps are.
func (h *Handlers) showRobots(c *fiber.Ctx) error {
	robots := string(static.Named("robots.txt").Body) + "\nSitemap: " + h.home + "/sitemap.xml\n"
	return h.sendAsset(c, "/robots.txt", static.Asset{Type: textType, Body: []byte(robots)}, fileLife)
}

// showHumans says who made the place (humanstxt.org).
func (h *Handlers) showHumans(c *fiber.Ctx, _ *who) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	pingback := ""
	if site.Pingback {
		pingback = ", Pingback"
	}
	return newAnswer(textType, fmt.Appendf(nil, "/* TEAM */\nThe people of %s: %s/directory\nWho runs it: %s/about\n\n"+
		"/* SITE */\nLanguage: %s\nSoftware: Marquee %s\nStandards: HTML, CSS, microformats2, RSS, Atom, JSON Feed, OPML, Webmention, Micropub, IndieAuth, WebSub, rssCloud%s, oEmbed\nComponents: no tracker, no third party\n",
		site.Name, h.home, h.home, site.Language, h.version, pingback)), nil
}
