package handlers

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// jobRoutes is where the webmaster looks after the jobs.
func (h *Handlers) jobRoutes() []route {
	return []route{
		{fiber.MethodGet, "/settings/jobs", h.member(h.showJobs)},
		{fiber.MethodPost, "/settings/jobs", h.memberForm(h.updateJobs)},
	}
}

// showJobs is what waits, who is left alone, and what was given up.
func (h *Handlers) showJobs(c *fiber.Ctx, w *who) error {
	before, err := beforeID(c)
	if err != nil {
		return err
	}
	p, saved, err := h.settingsPage(c, w, "jobs.title", nil)
	if err != nil {
		return err
	}
	ctx, view := c.UserContext(), views.Jobs{Page: p, First: before == 0, Saved: saved}
	dead, more, err := h.store.DeadJobs(ctx, w.account, before)
	if err != nil {
		return err
	}
	if view.Dead = dead; more {
		view.Older = c.Path() + "?before=" + strconv.FormatInt(dead[len(dead)-1].ID, 10)
	}
	if view.First {
		if view.Queues, err = h.store.Queues(ctx, w.account); err != nil {
			return err
		}
		if view.Resting, err = h.store.PeersAtRest(ctx, w.account); err != nil {
			return err
		}
	}
	return h.send(c, fiber.StatusOK, view)
}

// updateJobs tries one job that was given up again, or all of them, or forgets one.
func (h *Handlers) updateJobs(c *fiber.Ctx, w *who) error {
	err, deed := error(nil), "trying"
	act := func(name string, verb func(context.Context, *models.Account, int64) error) error {
		id, err := strconv.ParseInt(field(c, name), 10, 64)
		if err != nil {
			return fiber.ErrBadRequest
		}
		return verb(c.UserContext(), w.account, id)
	}
	switch {
	case field(c, "all") != "":
		err = h.store.TryAllJobs(c.UserContext(), w.account)
	case field(c, "forget") != "":
		err, deed = act("forget", h.store.ForgetJob), "forgotten"
	default:
		err = act("again", h.store.TryJob)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/jobs?saved="+deed, fiber.StatusSeeOther)
}
