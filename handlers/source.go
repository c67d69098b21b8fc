package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

const (
	sourcePath   = "/sources/"
	deliveryMost = 1 << 20 // bytes of what a hub delivers
)

// sourceRoutes is where people name the feeds of their own sites, and where the hubs and clouds of those call: these have no cookies, and
// send what they send without a token.
func (h *Handlers) sourceRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/settings/sources", h.member(h.showSources)},
		{post, "/settings/sources", h.memberForm(h.updateSources)},
		{post, "/settings/sources/new", h.memberForm(h.createSource)},
		{get, sourcePath + ":key", h.confirmSource},
		{post, sourcePath + ":key", h.hearSource},
	}
}

func (h *Handlers) showSources(c *fiber.Ctx, w *who) error { return h.sourcesPage(c, w, "", nil) }

func (h *Handlers) sourcesPage(c *fiber.Ctx, w *who, address string, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "source.title", problem)
	if err != nil {
		return err
	}
	list, err := h.store.Sources(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), views.Sources{Page: p, Saved: saved, Sources: list, Address: address, Now: h.store.Now()})
}

func (h *Handlers) createSource(c *fiber.Ctx, w *who) error {
	address := field(c, "address")
	err := h.store.AddSource(c.UserContext(), w.account, address)
	if problem := refilled(err); problem != nil {
		return h.sourcesPage(c, w, address, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/sources?saved=looking", fiber.StatusSeeOther)
}

// updateSources looks at a source now (look=17), or stops it (stop=17).
func (h *Handlers) updateSources(c *fiber.Ctx, w *who) error {
	act, deed := h.store.LookAtSource, "looking"
	id, err := strconv.ParseInt(field(c, "look"), 10, 64)
	if err != nil {
		act, deed = h.store.StopSource, "stopped"
		if id, err = strconv.ParseInt(field(c, "stop"), 10, 64); err != nil {
			return fiber.ErrBadRequest
		}
	}
	err = act(c.UserContext(), w.account, id)
	if problem := refilled(err); problem != nil {
		return h.sourcesPage(c, w, "", problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/sources?saved="+deed, fiber.StatusSeeOther)
}

// confirmSource answers a hub that asks whether we want to be told with its challenge, in plain text (WebSub §5.3).
func (h *Handlers) confirmSource(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return fiber.ErrBadRequest
	}
	challenge, err := h.speaker.Confirm(c.UserContext(), c.Params("key"), query)
	if err != nil {
		return h.refuseCaller(c, err)
	}
	c.Set(fiber.HeaderContentType, plainType)
	return c.SendString(challenge)
}

// hearSource takes what a hub delivers or a cloud says; what comes of it is done later.
func (h *Handlers) hearSource(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	d := indieweb.Delivery{Kind: c.Get(fiber.HeaderContentType), Signature: c.Get("X-Hub-Signature")}
	if stream := c.Context().RequestBodyStream(); stream != nil {
		var err error
		d.Body, err = readBody(c, stream, deliveryMost)
		d.Heavy = errors.Is(err, fiber.ErrRequestEntityTooLarge)
		if err != nil && !d.Heavy {
			return err
		}
		if !d.Heavy {
			c.Locals(readLocal, true)
		}
	}
	err := h.speaker.Hear(c.UserContext(), c.Params("key"), d)
	if err != nil {
		return h.refuseCaller(c, err)
	}
	return c.SendStatus(fiber.StatusAccepted)
}

// refuseCaller tells a program why not, in a line; what is ours to mend goes its usual way.
func (h *Handlers) refuseCaller(c *fiber.Ctx, err error) error {
	if problem, refused := errors.AsType[*models.Error](err); refused {
		return h.refusePlainly(c, problem)
	}
	return err
}

// isDelivery reports whether a request is one of a hub, which may be larger than any form.
func isDelivery(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodPost && strings.HasPrefix(c.Path(), sourcePath)
}
