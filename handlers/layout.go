package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// layoutForm is what the page of one's layout shows in its fields.
type layoutForm struct {
	source, choices string
	from            int64
	title, words    string
	problem         *models.Error
}

// editLayout is where an account dresses its page. What was tried last stands in the form, or else what is worn.
func (h *Handlers) editLayout(c *fiber.Ctx, w *who) error {
	sheet, err := h.store.TriedSheet(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	if sheet == nil || c.Query("worn") != "" {
		if sheet, err = h.store.WornSheet(c.UserContext(), w.account); err != nil {
			return err
		}
	}
	var form layoutForm
	if sheet != nil {
		form.source, form.choices = sheet.Source, sheet.Choices
		if sheet.LayoutID != nil {
			form.from = *sheet.LayoutID
		}
	}
	return h.layoutPage(c, w, form)
}

func (h *Handlers) layoutPage(c *fiber.Ctx, w *who, form layoutForm) error {
	p, saved, err := h.settingsPage(c, w, "settings.layout", form.problem)
	if err != nil {
		return err
	}
	view := views.Dress{
		Page: p, Saved: saved, Source: form.source, From: form.from, Choices: models.ChoicesOf(form.choices),
		Tiles: widgets.Tiles(), Name: form.title, Words: form.words,
	}
	if view.Versions, err = h.store.Sheets(c.UserContext(), w.account); err != nil {
		return err
	}
	if view.Pictures, err = h.store.LayoutPictures(c.UserContext(), w.account); err != nil {
		return err
	}
	if view.Worn, err = h.store.WornSheet(c.UserContext(), w.account); err != nil {
		return err
	}
	if form.from != 0 {
		if view.Origin, err = h.store.Layout(c.UserContext(), form.from); models.IsKind(err, models.Missing) {
			view.Origin, view.From = nil, 0
		} else if err != nil {
			return err
		}
	}
	if view.Problems, view.Hints, err = h.store.Judge(c.UserContext(), w.account, form.source); err != nil {
		return err
	}
	return h.send(c, problemStatus(c, form.problem), view)
}

// postedLayout is the form as it was sent.
func postedLayout(c *fiber.Ctx) layoutForm {
	from, err := strconv.ParseInt(field(c, "from"), 10, 64)
	if err != nil {
		from = 0
	}
	return layoutForm{source: field(c, "css"), from: from, title: field(c, "title"), words: field(c, "words")}
}

// layoutDone ends an act of the page: its refusal beside its field, or back to the page.
func (h *Handlers) layoutDone(c *fiber.Ctx, w *who, form layoutForm, err error) error {
	if form.problem = refilled(err); form.problem != nil {
		return h.layoutPage(c, w, form)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/layout?saved=1", fiber.StatusSeeOther)
}

// updateLayout wears what was written, takes everything off, or goes back a version.
func (h *Handlers) updateLayout(c *fiber.Ctx, w *who) error {
	form := postedLayout(c)
	var err error
	switch field(c, "act") {
	case "undress":
		err = h.store.Undress(c.UserContext(), w.account)
	case "undo":
		err = h.store.UndoSheet(c.UserContext(), w.account)
	case "forget":
		err = h.store.ForgetTry(c.UserContext(), w.account)
	default:
		_, err = h.store.Wear(c.UserContext(), w.account, models.NewSheet{Source: form.source, From: form.from})
	}
	return h.layoutDone(c, w, form, err)
}

// tryLayout keeps what was written and shows the page in it, in the frame of the form.
func (h *Handlers) tryLayout(c *fiber.Ctx, w *who) error {
	form := postedLayout(c)
	_, err := h.store.TryOn(c.UserContext(), w.account, models.NewSheet{Source: form.source, From: form.from})
	if problem := refilled(err); problem != nil {
		return h.layoutDone(c, w, form, err)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/layout/preview", fiber.StatusSeeOther)
}

// updateChoices draws a stylesheet from what was chosen, and wears it or shows it.
func (h *Handlers) updateChoices(c *fiber.Ctx, w *who) error {
	p, err := h.page(c, w, "")
	if err != nil {
		return err
	}
	choices := models.Choices{
		Ground: field(c, "ground"), Paper: field(c, "paper"), Ink: field(c, "ink"), Link: field(c, "link"), Head: field(c, "head"), HeadInk: field(c, "head_ink"),
		Tile: field(c, "tile"), Font: field(c, "font"), Size: field(c, "size"), Width: field(c, "width"), Corners: field(c, "corners"), Border: field(c, "border"),
	}
	err = choices.Check()
	form := layoutForm{source: field(c, "css"), choices: choices.JSON()}
	if err != nil {
		return h.layoutDone(c, w, form, err)
	}
	if err := h.store.PutAside(c.UserContext(), w.account, field(c, "css")); err != nil {
		return h.layoutDone(c, w, postedLayout(c), err)
	}
	form.source = choices.CSS(func(key string) string { return p.T(key) })
	sheet := models.NewSheet{Source: form.source, Choices: form.choices}
	if field(c, "act") != "show" {
		_, err = h.store.Wear(c.UserContext(), w.account, sheet)
		return h.layoutDone(c, w, form, err)
	}
	if _, err = h.store.TryOn(c.UserContext(), w.account, sheet); refilled(err) != nil {
		return h.layoutDone(c, w, form, err)
	} else if err != nil {
		return err
	}
	return h.redirect(c, "/settings/layout#look", fiber.StatusSeeOther)
}

// updateVersions wears an earlier version again.
func (h *Handlers) updateVersions(c *fiber.Ctx, w *who) error {
	id, err := strconv.ParseInt(field(c, "sheet"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	if err := h.store.WearAgain(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/settings/layout?saved=1", fiber.StatusSeeOther)
}

// showVersion is an earlier version as it was written.
func (h *Handlers) showVersion(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	list, err := h.store.Sheets(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	for _, sheet := range list {
		if sheet.ID == id {
			return h.sendSource(c, sheet.Source)
		}
	}
	return fiber.ErrNotFound
}

func (h *Handlers) sendSource(c *fiber.Ctx, source string) error {
	c.Set(fiber.HeaderContentSecurityPolicy, sheetPolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(source)
}

// updateLayoutPictures takes a picture for layouts, or forgets one.
func (h *Handlers) updateLayoutPictures(c *fiber.Ctx, w *who) error {
	form, err := h.keepWriting(c, w)
	if err != nil {
		return h.layoutDone(c, w, form, err)
	}
	if id, err := strconv.ParseInt(field(c, "remove"), 10, 64); err == nil {
		return h.layoutDone(c, w, form, h.store.RemoveLayoutPicture(c.UserContext(), w.account, id))
	}
	file, err := postedFile(c)
	if err == nil && file == nil {
		err = &models.Error{Kind: models.Invalid, Field: "picture", Text: "error.picture_none"}
	}
	if err == nil {
		err = h.store.AddLayoutPicture(c.UserContext(), w.account, file)
	}
	return h.layoutDone(c, w, form, err)
}

// publishLayout puts what is worn into the gallery.
func (h *Handlers) publishLayout(c *fiber.Ctx, w *who) error {
	form, err := h.keepWriting(c, w)
	if err != nil {
		return h.layoutDone(c, w, form, err)
	}
	layout, err := h.store.PublishLayout(c.UserContext(), w.account, models.NewLayout{Title: form.title, Words: form.words})
	if err == nil {
		return h.redirect(c, layoutPath(layout.ID), fiber.StatusSeeOther)
	}
	return h.layoutDone(c, w, form, err)
}

// keepWriting keeps what stands in the form while another button of it does its work; a form that shows no stylesheet shows
// what is worn.
func (h *Handlers) keepWriting(c *fiber.Ctx, w *who) (layoutForm, error) {
	form := postedLayout(c)
	worn, err := h.store.WornSheet(c.UserContext(), w.account)
	switch {
	case err != nil:
	case form.source == "" && worn != nil:
		form.source, form.choices = worn.Source, worn.Choices
	case form.source != "" && (worn == nil || worn.Source != form.source):
		_, err = h.store.TryOn(c.UserContext(), w.account, models.NewSheet{Source: form.source, From: form.from})
	}
	return form, err
}

// sheetPolicy is the Content-Security-Policy of stylesheets that people wrote: opened by themselves, they are nothing.
const sheetPolicy = "default-src 'none'; sandbox"

func sheetAnswer(css string) *answer {
	a := newAnswer("text/css; charset=utf-8", []byte(css))
	a.policy = sheetPolicy
	return a
}

// showLayoutCSS is what an account wears. The address with its hash may be kept for ever.
func (h *Handlers) showLayoutCSS(c *fiber.Ctx, _ *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	sheet, err := h.store.WornSheet(c.UserContext(), a)
	if err != nil {
		return nil, err
	}
	if sheet == nil {
		return sheetAnswer(""), nil
	}
	made := sheetAnswer(sheet.CSS)
	if c.Query("v") == sheet.Hash {
		made.life = foreverLife
	}
	return made, nil
}

// showTriedCSS is what the account's preview shows.
func (h *Handlers) showTriedCSS(c *fiber.Ctx, w *who) error {
	sheet, err := h.store.TriedSheet(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	css := ""
	if sheet != nil {
		css = sheet.CSS
	}
	made := sheetAnswer(css)
	made.life = "private, no-store"
	return made.send(c)
}
