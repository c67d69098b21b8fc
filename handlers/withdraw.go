package handlers

import (
	"github.com/gofiber/fiber/v2"

	"marquee/views"
)

// destroyStatus takes a status down; its address then offers it back.
func (h *Handlers) destroyStatus(c *fiber.Ctx, w *who) error {
	st, err := h.ownStatus(c, w)
	if err != nil {
		return err
	}
	if err := h.store.Withdraw(c.UserContext(), w.account, st.ID); err != nil {
		return err
	}
	return h.redirect(c, st.Path(), fiber.StatusSeeOther)
}

// offerBack is the page of a status that is gone, for who took it away a little while ago; gone for all others.
func (h *Handlers) offerBack(c *fiber.Ctx, w *who, gone error) (*answer, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	until, err := h.store.Restorable(c.UserContext(), w.account, c.Params("name"), id)
	if err != nil {
		return nil, err
	}
	if until.IsZero() {
		return nil, gone
	}
	p, err := h.page(c, w, "withdrawn.title")
	if err != nil {
		return nil, err
	}
	p.Hide = true
	c.Status(fiber.StatusGone).Request().Header.Del(fiber.HeaderIfNoneMatch)
	return pageAnswer(views.Withdrawn{Page: p, Path: c.Path(), Until: until})
}

func (h *Handlers) restoreStatus(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.Restore(c.UserContext(), w.account, id); err != nil {
		return err
	}
	st, err := h.store.StatusByID(c.UserContext(), w.account, id)
	if err != nil {
		return err
	}
	return h.redirect(c, st.Path(), fiber.StatusSeeOther)
}
