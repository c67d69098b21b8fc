package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// showPreview is the account's own page in what was tried last.
func (h *Handlers) showPreview(c *fiber.Ctx, w *who) error {
	sheet, err := h.store.TriedSheet(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	view, err := h.preview(c, w, w.account, w.account.Path()+"/layout.css?v="+w.account.Layout)
	if err != nil {
		return err
	}
	if sheet != nil {
		view.Try = "/settings/layout/draft.css?v=" + sheet.Hash
		if view.Problems, view.Hints, err = h.store.Judge(c.UserContext(), w.account, sheet.Source); err != nil {
			return err
		}
	}
	return h.sendPreview(c, view)
}

// previewMost is how many statuses a preview shows: as many as a picture of a page needs.
const previewMost = 4

// preview is an account's page in a stylesheet, for a frame of ours.
func (h *Handlers) preview(c *fiber.Ctx, w *who, a *models.Account, sheet string) (*views.Account, error) {
	view, err := h.accountView(c, w, a, "account.title")
	if err != nil {
		return nil, err
	}
	page, err := h.store.Read(c.UserContext(), nil, models.Stream{Account: a})
	if err != nil {
		return nil, err
	}
	view.Statuses, view.First = page.Statuses[:min(previewMost, len(page.Statuses))], true
	// Alone in a window it has everything around it that a page has: a layout could say there that it were the site.
	view.Try, view.Framed, view.Hide = sheet, c.Get("Sec-Fetch-Dest") == "iframe", true
	return view, nil
}

func (h *Handlers) sendPreview(c *fiber.Ctx, view *views.Account) error {
	made, err := pageAnswer(*view)
	if err != nil {
		return err
	}
	made.life, made.framed = "private, no-store", true
	made.policy = strings.Replace(pagePolicy, "frame-ancestors 'none'", "frame-ancestors 'self'", 1)
	return made.send(c)
}
