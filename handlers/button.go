package handlers

import (
	"encoding/base64"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

func (h *Handlers) showButtons(c *fiber.Ctx, w *who) error {
	d, err := h.store.DesignOf(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	if d.IsZero() {
		d = models.Design{Top: "{name}", Bottom: "{mood}", Face: models.FaceOfMood}
	}
	return h.buttonsPage(c, w, d, views.NewButton{}, nil)
}

func (h *Handlers) buttonsPage(c *fiber.Ctx, w *who, d models.Design, wanted views.NewButton, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "settings.buttons", problem)
	if err != nil {
		return err
	}
	view := views.Buttons{Page: p, Saved: saved, Design: d, Styles: widgets.DesignStyles(), Tree: models.MoodTree(), New: wanted}
	if view.Wall, err = h.store.Buttons(c.UserContext(), w.account, true); err != nil {
		return err
	}
	data, err := h.widgetData(c, w.account.Name)
	if err != nil {
		return err
	}
	view.Preview = "data:" + widgets.GIFType + ";base64," + base64.StdEncoding.EncodeToString(design(d, data).Draw())
	return h.send(c, problemStatus(c, problem), view)
}

// updateDesign keeps the account's own button, or only shows how it would look.
func (h *Handlers) updateDesign(c *fiber.Ctx, w *who) error {
	if field(c, "act") == "usual" {
		return h.buttonsDone(c, w, models.Design{}, views.NewButton{}, h.store.SetDesign(c.UserContext(), w.account, models.Design{}))
	}
	d := models.Design{
		Top: field(c, "top"), Bottom: field(c, "bottom"), FG: colorField(c, "fg"), BG: colorField(c, "bg"), Edge: colorField(c, "edge"),
		Face: field(c, "face"), Style: field(c, "style"),
	}
	data, err := h.widgetData(c, w.account.Name)
	if err != nil {
		return err
	}
	problem := refusal(d.Check())
	if problem == nil && !design(d, data).Fits() {
		problem = &models.Error{Kind: models.Invalid, Field: "top", Text: "error.design_words"}
	}
	if problem != nil || field(c, "act") == "preview" {
		return h.buttonsPage(c, w, d, views.NewButton{}, problem)
	}
	err = h.store.SetDesign(c.UserContext(), w.account, d)
	return h.buttonsDone(c, w, d, views.NewButton{}, err)
}

// colorField is a colour as browsers send it (#RRGGBB), without its sign.
func colorField(c *fiber.Ctx, name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(field(c, name)), "#"))
}

// buttonsDone ends an act of the page: its refusal beside its field, or back with "saved".
func (h *Handlers) buttonsDone(c *fiber.Ctx, w *who, d models.Design, wanted views.NewButton, err error) error {
	if problem := refilled(err); problem != nil {
		return h.buttonsPage(c, w, d, wanted, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/buttons?saved=1", fiber.StatusSeeOther)
}

func (h *Handlers) createButton(c *fiber.Ctx, w *who) error {
	wanted := views.NewButton{Link: field(c, "link"), Source: field(c, "source"), Alt: field(c, "alt")}
	file, err := postedFile(c)
	if err == nil {
		err = h.store.AddButton(c.UserContext(), w.account, models.NewButton{Link: wanted.Link, Source: wanted.Source, Alt: wanted.Alt, File: file})
	}
	d, designErr := h.store.DesignOf(c.UserContext(), w.account)
	if designErr != nil {
		return designErr
	}
	return h.buttonsDone(c, w, d, wanted, err)
}

// postedFile is the picture of a form that takes one; nil when none was sent.
func postedFile(c *fiber.Ctx) (io.ReadSeeker, error) {
	for _, p := range posted(c).parts {
		switch {
		case p.name != "picture":
		case p.problem != nil:
			return nil, p.problem
		case p.file != nil:
			return p.file, nil
		}
	}
	return nil, nil
}

// updateButtons moves a button to the front or takes it down.
func (h *Handlers) updateButtons(c *fiber.Ctx, w *who) error {
	act := h.store.RaiseButton
	id, err := strconv.ParseInt(field(c, "raise"), 10, 64)
	if err != nil {
		act = h.store.RemoveButton
		if id, err = strconv.ParseInt(field(c, "remove"), 10, 64); err != nil {
			return fiber.ErrBadRequest
		}
	}
	if err := act(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/settings/buttons?saved=1", fiber.StatusSeeOther)
}

// updateAvatar hangs the picture that was sent, or takes the avatar away.
func (h *Handlers) updateAvatar(c *fiber.Ctx, w *who) error {
	file, err := postedFile(c)
	switch {
	case err != nil:
	case file != nil:
		err = h.store.SetAvatar(c.UserContext(), w.account, file)
	case field(c, "drop") != "":
		err = h.store.RemoveAvatar(c.UserContext(), w.account)
	default:
		err = &models.Error{Kind: models.Invalid, Field: "picture", Text: "error.picture_none"}
	}
	if problem := refilled(err); problem != nil {
		profile, err := h.store.ProfileOf(c.UserContext(), w.account)
		if err != nil {
			return err
		}
		return h.showProfile(c, w, profile, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings?saved=1", fiber.StatusSeeOther)
}
