package handlers

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/safe"
)

const mediaLife = "no-cache" // what waits at such an address may have become part of a status

// createMedia takes a picture for a post that is yet to come (Micropub §3.6). It keeps its type, and waits for a day.
func (h *Handlers) createMedia(c *fiber.Ctx) error {
	form, t, err := h.programForm(c, 1)
	defer form.close()
	if err != nil {
		return err
	}
	if !t.May("media") && !t.May("create") {
		return insufficientScope("media")
	}
	for _, p := range form.parts {
		if p.name != "file" || p.file == nil && p.problem == nil {
			continue
		}
		taken, err := h.takeMedia(c, t, p, safe.PictureWish{Same: true})
		if err != nil {
			return err
		}
		c.Status(http.StatusCreated).Location(h.home + taken.MediaPath())
		return nil
	}
	return invalidRequest("A picture comes in a multipart form, as its part file.")
}

// queryMedia tells what the account sent last, as long as no status shows it (https://indieweb.org/Micropub-extensions).
func (h *Handlers) queryMedia(c *fiber.Ctx) error {
	t, err := h.bearer(c)
	if err != nil {
		return err
	}
	if !t.May("media") && !t.May("create") {
		return insufficientScope("media")
	}
	if c.Query("q") != "last" {
		return invalidRequest("The question q is none that is answered here.")
	}
	p, err := h.store.LastMedia(c.UserContext(), t.Account)
	if err != nil {
		return err
	}
	said := fiber.Map{}
	if p != nil {
		said["url"] = h.home + p.MediaPath()
	}
	return c.JSON(said)
}

func (h *Handlers) takeMedia(c *fiber.Ctx, t *models.Token, p part, wish safe.PictureWish) (*models.Picture, error) {
	if p.problem != nil {
		return nil, p.problem
	}
	return h.store.TakePicture(c.UserContext(), t.Account, h.network(c), p.file, wish)
}

// showMedia shows a picture to who knows its key. Once it is part of a status, it is seen by whoever sees that one.
func (h *Handlers) showMedia(c *fiber.Ctx) error {
	p, err := h.store.MediaPicture(c.UserContext(), c.Params("file"))
	if err != nil {
		return err
	}
	if !p.Waits() {
		return h.redirect(c, p.Path(), fiber.StatusFound)
	}
	return h.sendPicture(c, p.File(), mediaLife)
}
