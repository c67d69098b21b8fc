package handlers

import (
	"bytes"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/views"
)

func (h *Handlers) showDirectory(c *fiber.Ctx, w *who) (*answer, error) {
	order := c.Query("sort")
	if order != models.ByNewest && order != models.Unanswered {
		order = models.ByName
	}
	people, err := h.store.Directory(c.UserContext(), order, c.Query("after"))
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "directory.title")
	if err != nil {
		return nil, err
	}
	view := views.Directory{Page: p, Order: order, People: people.Accounts}
	if people.After != "" {
		query := url.Values{"after": {people.After}}
		if order != models.ByName {
			query.Set("sort", order)
		}
		view.Older = "/directory?" + query.Encode()
	}
	return pageAnswer(view)
}

func (h *Handlers) showOutline(c *fiber.Ctx, _ *who) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	everybody, err := h.store.Everybody(c.UserContext())
	if err != nil {
		return nil, err
	}
	roll := feeds.Blogroll{Title: site.Name, Created: site.CreatedAt.Time()}
	modified, err := h.store.StreamChanged(c.UserContext()) // not the newest of the list: who leaves changes it too
	if err != nil {
		return nil, err
	}
	for _, a := range everybody {
		roll.Outlines = append(roll.Outlines, feeds.Outline{Title: "~" + a.Name, Feed: h.home + a.Path() + "/rss.xml", Home: h.home + a.Path()})
	}
	modified = max(modified, site.ChangedAt)
	roll.Modified = modified.Time()
	var body bytes.Buffer
	if err := feeds.OPML(&body, roll); err != nil {
		return nil, err
	}
	return feedAnswer(feeds.OPMLType, body.Bytes(), modified), nil
}

// showRandom leads to somebody who has said something, drawn by chance.
func (h *Handlers) showRandom(c *fiber.Ctx) error {
	a, err := h.store.Random(c.UserContext())
	if models.IsKind(err, models.Missing) {
		return h.redirect(c, "/directory", fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return h.redirect(c, a.Path(), fiber.StatusSeeOther)
}
