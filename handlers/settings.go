package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// settingsPage is the frame of a settings page; ?saved= says that something was saved, and by
// which of the views' deeds.
func (h *Handlers) settingsPage(c *fiber.Ctx, w *who, title string, problem *models.Error) (p views.Page, saved bool, err error) {
	p, err = h.page(c, w, title)
	p.Hide, p.Problem, p.Deed = true, problem, c.Query("saved")
	return p, problem == nil && p.Deed != "", err
}

func (h *Handlers) showSecurity(c *fiber.Ctx, w *who) error { return h.securityPage(c, w, nil) }

func (h *Handlers) securityPage(c *fiber.Ctx, w *who, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "settings.security", problem)
	if err != nil {
		return err
	}
	view := views.Security{Page: p, Session: w.session, Saved: saved}
	if view.Sessions, err = h.store.Sessions(c.UserContext(), w.account); err != nil {
		return err
	}
	if view.CodesLeft, err = h.store.RecoveryCodesLeft(c.UserContext(), w.account); err != nil {
		return err
	}
	if view.Identities, err = h.store.Identities(c.UserContext(), w.account); err != nil {
		return err
	}
	view.Fresh, view.Home = h.store.JustLoggedIn(w.account), h.wayBack("/settings/security")
	return h.send(c, problemStatus(c, problem), view)
}

// secured ends an act of the security page: its refusal beside its field, or back with "saved".
func (h *Handlers) secured(c *fiber.Ctx, w *who, err error, passwordField string) error {
	if problem := refusal(err); problem != nil {
		shown := *problem
		if shown.Field == "password" && passwordField != "" {
			shown.Field = passwordField
		}
		if w.account.Password == "" && shown.Field != "password" {
			shown.Field = "" // there is no field for a password that it has not
		}
		return h.securityPage(c, w, &shown)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/security?saved=1", fiber.StatusSeeOther)
}

func (h *Handlers) updatePassword(c *fiber.Ctx, w *who) error {
	err := h.store.ChangePassword(c.UserContext(), w.account, field(c, "old_password"), field(c, "password"), w.session)
	return h.secured(c, w, err, "")
}

func (h *Handlers) createCodes(c *fiber.Ctx, w *who) error {
	codes, err := h.store.RenewRecoveryCodes(c.UserContext(), w.account, field(c, "codes_password"))
	if err != nil {
		return h.secured(c, w, err, "codes_password")
	}
	return h.showCodes(c, w, codes, false)
}

func (h *Handlers) destroySessions(c *fiber.Ctx, w *who) error {
	hash := field(c, "session")
	if hash == "" {
		return h.secured(c, w, h.store.EndOtherSessions(c.UserContext(), w.account, w.session), "")
	}
	return h.secured(c, w, h.store.EndSession(c.UserContext(), w.account, hash), "")
}

func (h *Handlers) destroyAccount(c *fiber.Ctx, w *who) error {
	if h.store.JustLoggedIn(w.account) && w.account.Password == "" && models.PlainName(field(c, "delete_name")) != w.account.Name {
		return h.securityPage(c, w, &models.Error{Kind: models.Invalid, Field: "delete_name", Text: "error.delete_name"})
	}
	err := h.store.CloseAccount(c.UserContext(), w.account, field(c, "delete_password"))
	if err != nil {
		return h.secured(c, w, err, "delete_password")
	}
	h.setCookie(c, h.sessionCookie(), "", -1)
	return h.redirect(c, "/", fiber.StatusSeeOther)
}

func (h *Handlers) editSite(c *fiber.Ctx, w *who) error {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return err
	}
	return h.showSite(c, w, models.SiteSettings{
		Name: site.Name, Language: site.Language, Signups: site.Signups, About: site.About, Rules: site.Rules, TextLimit: site.TextLimit, Pingback: site.Pingback,
	}, nil)
}

func (h *Handlers) showSite(c *fiber.Ctx, w *who, settings models.SiteSettings, problem *models.Error) error {
	if w.account.Role != models.RoleWebmaster {
		return &models.Error{Kind: models.Forbidden, Text: "error.webmaster_only"}
	}
	p, saved, err := h.settingsPage(c, w, "settings.site", problem)
	if err != nil {
		return err
	}
	view := views.SiteSettings{Page: p, Settings: settings, Saved: saved}
	if view.Waiting, view.Dead, err = h.store.JobCounts(c.UserContext()); err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), view)
}

func (h *Handlers) updateSite(c *fiber.Ctx, w *who) error {
	limit, err := strconv.Atoi(field(c, "text_limit"))
	if err != nil {
		limit = 0
	}
	settings := models.SiteSettings{
		Name: field(c, "site_name"), Language: field(c, "language"), Signups: field(c, "signups"),
		About: field(c, "about"), Rules: field(c, "rules"), TextLimit: limit, Pingback: field(c, "pingback") != "",
	}
	err = h.store.ChangeSite(c.UserContext(), w.account, settings)
	if problem := refusal(err); problem != nil {
		return h.showSite(c, w, settings, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/site?saved=1", fiber.StatusSeeOther)
}
