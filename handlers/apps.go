package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) showApps(c *fiber.Ctx, w *who) error {
	return h.appsPage(c, w, []string{"create", "update", "delete", "undelete", "media"}, nil)
}

// appsPage is what programs may act for the account, and the form to make a token by hand, with the scopes ticked.
func (h *Handlers) appsPage(c *fiber.Ctx, w *who, ticked []string, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "settings.apps", problem)
	if err != nil {
		return err
	}
	view := views.Apps{Page: p, Saved: saved, Name: field(c, "token_name"), Ticked: ticked}
	if view.Tokens, err = h.store.Tokens(c.UserContext(), w.account); err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), view)
}

// createApp makes a token and shows it, this once.
func (h *Handlers) createApp(c *fiber.Ctx, w *who) error {
	var scopes []string
	for _, p := range posted(c).parts {
		if p.name == "scope" {
			scopes = append(scopes, p.value)
		}
	}
	secret, err := h.store.CreateToken(c.UserContext(), w.account, field(c, "token_name"), scopes)
	if problem := refusal(err); problem != nil {
		return h.appsPage(c, w, scopes, problem)
	}
	if err != nil {
		return err
	}
	h.log.Info("a token was made by hand", "account", w.account.Name)
	p, _, err := h.settingsPage(c, w, "apps.made", nil)
	if err != nil {
		return err
	}
	return h.send(c, fiber.StatusOK, views.AppToken{Page: p, Secret: secret, Scopes: scopes, Endpoint: h.home + micropubPath})
}

func (h *Handlers) destroyApp(c *fiber.Ctx, w *who) error {
	id, err := strconv.ParseInt(field(c, "app"), 10, 64)
	if err != nil {
		return fiber.ErrNotFound
	}
	if err := h.store.RevokeToken(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/settings/apps?saved=ended", fiber.StatusSeeOther)
}
