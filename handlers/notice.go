package handlers

import (
	"github.com/gofiber/fiber/v2"

	"marquee/views"
)

// showNotices is what was meant for the account, and what waits for it.
func (h *Handlers) showNotices(c *fiber.Ctx, w *who) error {
	p, err := h.page(c, w, "notices.title")
	if err != nil {
		return err
	}
	p.Hide = true
	notices, err := h.store.Notices(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	if w.account.HasNews() {
		if err := h.store.ReadNotices(c.UserContext(), w.account); err != nil {
			return err
		}
	}
	waits, err := h.store.WaitsFor(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	mentions, err := h.store.LatestMentions(c.UserContext(), w.account, mentionsNoticed)
	if err != nil {
		return err
	}
	return h.send(c, fiber.StatusOK, views.Notices{Page: p, Notices: notices, Mentions: mentions, Waits: waits})
}
