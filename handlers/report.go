package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) newReport(c *fiber.Ctx) error { return h.showReport(c, nil) }

// showReport is the form that tells the webmaster of a page; filled in when it was refused.
func (h *Handlers) showReport(c *fiber.Ctx, problem *models.Error) error {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	p, err := h.formPage(c, "report.title", "Name", a.Name)
	if err != nil {
		return err
	}
	p.Problem = problem
	view := views.Report{Page: p, Account: a, Path: a.Path(), Sent: c.Query("sent") != ""}
	if path := c.Query("path"); path != "" {
		view.Path = local(path)
	}
	if problem != nil {
		view.Path, view.Text = local(field(c, "path")), field(c, "text")
	}
	return h.send(c, problemStatus(c, problem), view)
}

func (h *Handlers) createReport(c *fiber.Ctx) error {
	w, err := h.who(c)
	if err != nil {
		return err
	}
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	err = h.store.Report(c.UserContext(), w.account, a, models.NewReport{Path: field(c, "path"), Text: field(c, "text"), Network: h.network(c)})
	if problem := refusal(err); problem != nil {
		return h.showReport(c, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, a.Path()+"/report?sent=1", fiber.StatusSeeOther)
}

// showReports is what the webmaster should look at.
func (h *Handlers) showReports(c *fiber.Ctx, w *who) error {
	p, saved, err := h.settingsPage(c, w, "reports.title", nil)
	if err != nil {
		return err
	}
	view := views.Reports{Page: p, Saved: saved}
	if view.Reports, err = h.store.Reports(c.UserContext(), w.account); err != nil {
		return err
	}
	return h.send(c, fiber.StatusOK, view)
}

func (h *Handlers) closeReport(c *fiber.Ctx, w *who) error {
	id, err := strconv.ParseInt(field(c, "report"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	if err := h.store.CloseReport(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/settings/reports?saved=1", fiber.StatusSeeOther)
}
