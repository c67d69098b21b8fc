package handlers

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/views"
)

// markupRoutes is what other sites and their programs look for beside the pages: embeds, maps, lists, well-known addresses.
func (h *Handlers) markupRoutes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	return []route{
		{get, "/oembed", h.plainly(h.showOEmbed)},
		{options, "/oembed", allowReading},
		{get, "/~:name/:id/embed", h.embedded(h.bare(accountMark, h.showEmbed, "lang"))},
		{get, "/~:name/friends.opml", h.bare(accountMark, h.showFriendsOutline)},
		{options, "/~:name/friends.opml", allowReading},
		{get, "/sitemap.xml", h.bare(siteMark, h.showSitemaps)},
		{get, "/sitemap/:kind/:number.xml", h.bare(siteMark, h.showSitemap)},
		{get, "/robots.txt", h.showRobots},
		{get, "/humans.txt", h.bare(siteMark, h.showHumans)},
		{get, "/.well-known/change-password", h.changePassword},
		{post, "/settings/proofs", h.memberForm(h.proveAgain)},
	}
}

// proven is the links of an account that lead back to its page, and whether its friends have feeds.
func (h *Handlers) proven(c *fiber.Ctx, view *views.Account) error {
	proofs, err := h.store.Proofs(c.UserContext(), view.Account)
	if err != nil {
		return err
	}
	view.Proven = map[string]bool{}
	for _, p := range proofs {
		view.Proven[p.Address] = !p.VerifiedAt.IsZero()
	}
	view.Blogroll = len(h.outlines(view.Friends)) > 0
	return nil
}

// proveAgain has the links looked at that do not lead back.
func (h *Handlers) proveAgain(c *fiber.Ctx, w *who) error {
	err := h.store.ProveAgain(c.UserContext(), w.account)
	if problem := refusal(err); problem != nil {
		profile, err := h.store.ProfileOf(c.UserContext(), w.account)
		if err != nil {
			return err
		}
		shown := *problem
		shown.Field = "proofs"
		return h.showProfile(c, w, profile, &shown)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings?saved=proving#proofs", fiber.StatusSeeOther)
}

// outlines is those friends that have feeds, as other programs subscribe to them.
func (h *Handlers) outlines(friends []models.Friend) (list []feeds.Outline) {
	for i := range friends {
		switch f := &friends[i]; {
		case f.Here():
			list = append(list, feeds.Outline{Title: f.Called(), Feed: h.home + f.Link() + "/rss.xml", Home: h.home + f.Link()})
		case f.Feed != "":
			list = append(list, feeds.Outline{Title: f.Called(), Feed: f.Feed, Home: f.Link()})
		}
	}
	return list
}

// showFriendsOutline is an account's blogroll: its top friends that have feeds, as OPML.
func (h *Handlers) showFriendsOutline(c *fiber.Ctx, _ *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	lang, err := h.languageOf(c, a)
	if err != nil {
		return nil, err
	}
	friends, err := h.store.TopFriends(c.UserContext(), a)
	if err != nil {
		return nil, err
	}
	roll := feeds.Blogroll{Title: views.Say(lang, "friends.title", "Name", a.Name), Created: a.CreatedAt.Time(), Outlines: h.outlines(friends)}
	var body bytes.Buffer
	if err := feeds.OPML(&body, roll); err != nil {
		return nil, err
	}
	list := newAnswer(feeds.OPMLType, body.Bytes())
	list.life, list.open = feedLife, true
	return list, nil
}
