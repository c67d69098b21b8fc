package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// sentRoutes is what a status told other sites, for who wrote it.
func (h *Handlers) sentRoutes() []route {
	return []route{
		{fiber.MethodGet, "/~:name/:id/sent", h.member(h.showSent)},
		{fiber.MethodPost, "/~:name/:id/sent", h.memberForm(h.sendAgain)},
	}
}

func (h *Handlers) showSent(c *fiber.Ctx, w *who) error { return h.sentPage(c, w, nil) }

func (h *Handlers) sentPage(c *fiber.Ctx, w *who, problem *models.Error) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if c.Params("name") != w.account.Name {
		return &models.Error{Kind: models.Forbidden, Text: "error.not_yours"}
	}
	p, err := h.page(c, w, "sent.title")
	if err != nil {
		return err
	}
	p.Hide, p.Problem = true, problem
	view := views.Sent{Page: p}
	if view.Status, view.Mentions, err = h.store.Sent(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), view)
}

// sendAgain has one page told again.
func (h *Handlers) sendAgain(c *fiber.Ctx, w *who) error {
	id, err := strconv.ParseInt(field(c, "mention"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	err = h.store.SendAgain(c.UserContext(), w.account, id)
	if problem := refusal(err); problem != nil && problem.Kind == models.TooMany {
		return h.sentPage(c, w, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, c.Path(), fiber.StatusSeeOther)
}

// answered reads what a status is said to answer: the id of one here, or an address.
func answered(c *fiber.Ctx) (id int64, address string) {
	reply := field(c, "reply_to")
	id, err := strconv.ParseInt(reply, 10, 64)
	switch {
	case reply == "":
		return 0, ""
	case err != nil:
		return 0, reply
	case id <= 0:
		return -1, "" // nothing has this id, so the form comes back with a sentence
	}
	return id, ""
}

// answerTo prepares a composer to answer what an address says: a status here by its id or address, or anything elsewhere.
func (h *Handlers) answerTo(c *fiber.Ctx, w *who, view *views.Post, reply string) {
	id, err := strconv.ParseInt(reply, 10, 64)
	if err != nil {
		_, id, _ = h.store.StatusAddress(reply)
	}
	draft := models.Draft{}
	if id != 0 {
		view.ReplyTo, view.Composer.Legend, draft.ReplyToID = h.replied(c, w, id, view.Composer.Legend, view.Page)
	} else {
		draft.ReplyURL = reply
		answerAway(view, reply)
	}
	view.Composer.Draft = draft
}

// answerAway has a composer say which site it answers, when an address names one.
func answerAway(view *views.Post, address string) {
	if host := (&models.Status{ReplyURL: address}).AnsweredHost(); host != "" {
		view.Composer.Legend = view.T("composer.reply_away", "Host", host)
		view.Title = view.Composer.Legend
	}
}
