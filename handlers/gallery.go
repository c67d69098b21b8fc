package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/safe"
	"marquee/views"
	"marquee/widgets"
)

func layoutPath(id int64) string { return "/layouts/" + strconv.FormatInt(id, 10) }

// showLayouts is the gallery.
func (h *Handlers) showLayouts(c *fiber.Ctx, w *who) (*answer, error) {
	before, err := beforeID(c)
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "layouts.title")
	if err != nil {
		return nil, err
	}
	view := views.Layouts{Page: p, First: before == 0}
	var olderID int64
	if view.Layouts, olderID, err = h.store.Layouts(c.UserContext(), before); err != nil {
		return nil, err
	}
	if olderID != 0 {
		view.Older = "/layouts?before=" + strconv.FormatInt(olderID, 10)
	}
	return pageAnswer(view)
}

// layoutOf is the layout of an address.
func (h *Handlers) layoutOf(c *fiber.Ctx) (*models.Layout, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	return h.store.Layout(c.UserContext(), id)
}

// showLayout is one layout: a page in it, what it was made from, and the ways to have it.
func (h *Handlers) showLayout(c *fiber.Ctx, w *who) (*answer, error) {
	layout, err := h.layoutOf(c)
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "")
	if err != nil {
		return nil, err
	}
	p.Title = p.LayoutTitle(*layout)
	view := views.LayoutPage{Page: p, Layout: layout}
	if view.Lineage, err = h.store.Lineage(c.UserContext(), layout); err != nil {
		return nil, err
	}
	return pageAnswer(view)
}

// showGalleryCSS is a layout of the gallery as a page wears it.
func (h *Handlers) showGalleryCSS(c *fiber.Ctx, _ *who) (*answer, error) {
	layout, err := h.layoutOf(c)
	if err != nil {
		return nil, err
	}
	css, err := h.store.LayoutCSS(c.UserContext(), layout)
	if err != nil {
		return nil, err
	}
	return sheetAnswer(css), nil
}

// showLayoutSource is a layout of the gallery as it was written.
func (h *Handlers) showLayoutSource(c *fiber.Ctx) error {
	layout, err := h.layoutOf(c)
	if err != nil {
		return err
	}
	return h.sendSource(c, layout.Source)
}

// showLayoutPreview is a real page in a layout: the viewer's own, or its author's, or that of who opened the house. Nobody
// else's: what a layout says, it would say on their page.
func (h *Handlers) showLayoutPreview(c *fiber.Ctx) error {
	layout, err := h.layoutOf(c)
	if err != nil {
		return err
	}
	w, err := h.who(c)
	if err != nil {
		return err
	}
	a := w.account
	switch {
	case a != nil:
	case layout.House():
		a, err = h.store.FirstAccount(c.UserContext())
	default:
		a, err = h.store.Account(c.UserContext(), layout.Author)
	}
	if err != nil {
		return err
	}
	view, err := h.preview(c, w, a, layoutPath(layout.ID)+".css")
	if err != nil {
		return err
	}
	return h.sendPreview(c, view)
}

func (h *Handlers) wearLayout(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.WearLayout(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, w.account.Path(), fiber.StatusSeeOther)
}

// startLayout puts a layout into the form of one's own, to go on from.
func (h *Handlers) startLayout(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	layout, err := h.store.StartFrom(c.UserContext(), w.account, id)
	if err != nil {
		return err
	}
	if _, err := h.store.TryOn(c.UserContext(), w.account, models.NewSheet{Source: layout.Source, From: layout.ID}); err != nil {
		return err
	}
	return h.redirect(c, "/settings/layout", fiber.StatusSeeOther)
}

func (h *Handlers) withdrawLayout(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.WithdrawLayout(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/layouts", fiber.StatusSeeOther)
}

// showLayoutRules is what a layout may say, from the lists that decide.
func (h *Handlers) showLayoutRules(c *fiber.Ctx, w *who) (*answer, error) {
	p, err := h.page(c, w, "layouts.rules")
	if err != nil {
		return nil, err
	}
	return pageAnswer(views.LayoutRules{Page: p, Lists: safe.CSSAllowed(), Classes: pageClasses, Tiles: widgets.Tiles()})
}

// pageClasses is the names that a layout finds on a page, those that old layouts know.
var pageClasses = []string{
	"body", ".container", "main", ".profile", ".left", ".right", ".general-about", ".profile-pic", ".details", ".tagline", ".mood",
	".contact", ".f-row", ".f-col", ".url-info", ".table-section", ".details-table", ".song", ".links", ".blog-preview", ".blurbs",
	".section", ".heading", ".inner", ".friends", ".friends-grid", ".person", "#comments", ".comments-table", ".status", ".who", ".said",
	".when", ".buttons", ".counter", ".pager",
}

// showTile is a small picture that layouts repeat behind a page.
func (h *Handlers) showTile(c *fiber.Ctx) error {
	name := c.Params("name")
	made, err := h.constant("tile/"+name, func() (*answer, error) {
		body := widgets.Tile(name)
		if body == nil {
			return nil, fiber.ErrNotFound
		}
		return newAnswer(widgets.GIFType, body), nil
	})
	if err != nil {
		return err
	}
	made.life = "max-age=86400"
	return made.send(c)
}
