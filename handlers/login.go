package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// refusal is the sentence in an error that a form can show; nil when the error is no refusal of what
// was sent.
func refusal(err error) *models.Error {
	var problem *models.Error
	if errors.As(err, &problem) && problem.Kind != models.Missing && problem.Kind != models.Gone {
		return problem
	}
	return nil
}

func (h *Handlers) newSession(c *fiber.Ctx) error { return h.showLogIn(c, "", "", nil, fiber.StatusOK) }

func (h *Handlers) showLogIn(c *fiber.Ctx, name, held string, problem *models.Error, status int) error {
	return h.logInPage(c, views.LogIn{Name: name, Held: held}, problem, status)
}

// logInPage shows both forms, filled in with what the view has.
func (h *Handlers) logInPage(c *fiber.Ctx, view views.LogIn, problem *models.Error, status int) error {
	p, err := h.formPage(c, "login.title")
	if err != nil {
		return err
	}
	p.Problem = problem
	form, _ := h.unhold(view.Held)
	view.Page, view.Sent, view.Asks = p, form.Sent, form.asks()
	return h.send(c, status, view)
}

// refuseSession brings the form back, with what waits behind it.
func (h *Handlers) refuseSession(c *fiber.Ctx, problem *models.Error) error {
	return h.showLogIn(c, field(c, "name"), field(c, heldField), problem, problemStatus(c, problem))
}

func (h *Handlers) createSession(c *fiber.Ctx) error {
	a, err := h.store.LogIn(c.UserContext(), models.Credentials{Name: field(c, "name"), Password: field(c, "password"), Network: h.from(c, field(c, "name"))})
	if problem := refusal(err); problem != nil {
		h.log.Info("log-in refused", "reason", problem.Text, "network", h.network(c))
		return h.refuseSession(c, problem)
	}
	if err != nil {
		return err
	}
	session, err := h.welcome(c, a)
	if err != nil {
		return err
	}
	if form, ok := h.unhold(field(c, heldField)); ok {
		return h.release(c, form, session)
	}
	return h.redirect(c, "/", fiber.StatusSeeOther)
}

// destroySession logs out. Whose session has ended already is out.
func (h *Handlers) destroySession(c *fiber.Ctx, w *who) error {
	if w.account != nil && w.stale {
		return h.showResend(c, w, c.Path(), nil, fiber.StatusForbidden)
	}
	if w.account == nil {
		return h.redirect(c, "/", fiber.StatusSeeOther)
	}
	if err := h.store.EndSession(c.UserContext(), w.account, w.session.Hash); err != nil {
		return err
	}
	h.setCookie(c, h.sessionCookie(), "", -1)
	return h.redirect(c, "/", fiber.StatusSeeOther)
}

func (h *Handlers) newRecovery(c *fiber.Ctx) error { return h.showRecovery(c, nil) }

// showRecovery shows the form, filled in when it was refused.
func (h *Handlers) showRecovery(c *fiber.Ctx, problem *models.Error) error {
	p, err := h.formPage(c, "recover.title")
	if err != nil {
		return err
	}
	p.Problem = problem
	return h.send(c, problemStatus(c, problem), views.Recover{Page: p, Name: field(c, "name"), Code: field(c, "code")})
}

func (h *Handlers) createRecovery(c *fiber.Ctx) error {
	a, err := h.store.Recover(c.UserContext(), models.Recovery{
		Name: field(c, "name"), Code: field(c, "code"), Password: field(c, "password"), Network: h.network(c),
	})
	if problem := refusal(err); problem != nil {
		return h.showRecovery(c, problem)
	}
	if err != nil {
		return err
	}
	if _, err := h.welcome(c, a); err != nil {
		return err
	}
	return h.redirect(c, "/settings/security", fiber.StatusSeeOther)
}
