package handlers

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

// wayBack is a page that waits until its reader has logged in anew.
func (h *Handlers) wayBack(path string) string {
	return h.hold(heldForm{Path: path, Until: h.store.Now().Add(tokenLife).Unix()})
}

func (h *Handlers) showAddresses(c *fiber.Ctx, w *who) error { return h.addressesPage(c, w, "", nil) }

func (h *Handlers) addressesPage(c *fiber.Ctx, w *who, me string, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "addresses.title", problem)
	if err != nil {
		return err
	}
	view := views.Addresses{Page: p, Me: me, Saved: saved, Fresh: h.store.JustLoggedIn(w.account), Home: h.wayBack("/settings/addresses")}
	if view.Identities, err = h.store.Identities(c.UserContext(), w.account); err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), view)
}

// leaveToLink sends a member to the site that knows whose an address is.
func (h *Handlers) leaveToLink(c *fiber.Ctx, w *who) error {
	way, err := h.speaker.Leave(c.UserContext(), indieweb.Knock{
		Me: field(c, "me"), By: w.account, Password: field(c, "link_password"), Network: h.network(c),
	})
	if problem := refusal(err); problem != nil {
		shown := *problem
		if w.account.Password == "" && shown.Field == "link_password" {
			shown.Field = "" // there is no field for a password that it has not
		}
		return h.addressesPage(c, w, field(c, "me"), &shown)
	}
	if err != nil {
		return err
	}
	return h.leave(c, way)
}

func (h *Handlers) unlinkAddress(c *fiber.Ctx, w *who) error {
	err := h.store.UnlinkIdentity(c.UserContext(), w.account, field(c, "me"))
	if problem := refusal(err); problem != nil {
		return h.addressesPage(c, w, "", problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/addresses?saved=unlinked", fiber.StatusSeeOther)
}

// clientDoor says who we are to the sites where people log in to come here (IndieAuth §4.2): JSON to those who ask for it, a page to
// others.
func (h *Handlers) clientDoor() fiber.Handler {
	page, data := h.public(siteMark, h.showClient), h.bare(siteMark, h.showClientJSON)
	return func(c *fiber.Ctx) error {
		if wantsJSON(c) {
			return data(c)
		}
		return page(c)
	}
}

func (h *Handlers) showClient(c *fiber.Ctx, w *who) (*answer, error) {
	p, err := h.page(c, w, "client.title")
	if err != nil {
		return nil, err
	}
	p.Hide = true
	a, err := pageAnswer(views.Client{Page: p, Home: h.home, Redirect: h.home + indieweb.RedirectPath})
	if err == nil {
		a.vary = "Accept, " + a.vary
	}
	return a, err
}

func (h *Handlers) showClientJSON(c *fiber.Ctx, _ *who) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(indieweb.OwnClient(h.home, site.Name))
	if err != nil {
		return nil, err
	}
	a := newAnswer(fiber.MIMEApplicationJSON, body)
	a.vary = "Accept, " + a.vary
	return a, nil
}
