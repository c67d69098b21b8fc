package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/widgets"
)

// showCounter draws the hit counter of a page, and counts who looks at that page: of all that is only read, this alone
// writes. The page itself is kept for everybody, so its image has to count.
func (h *Handlers) showCounter(c *fiber.Ctx) error {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	hits, err := h.store.Hits(c.UserContext(), a)
	if err != nil {
		return err
	}
	if h.looksAtPage(c) {
		w, err := h.who(c)
		if err != nil {
			return err
		}
		if hits, err = h.store.Visit(c.UserContext(), a, w.account, h.network(c)); err != nil {
			return err
		}
	}
	return imageAnswer(widgets.GIFType, widgets.Odometer(hits), "no-store").send(c)
}

// looksAtPage reports whether a browser asks for an image because somebody sees one of our pages: not HEAD, not to have it
// ready in case, not for another site's page, not alone. What old browsers don't say is taken for granted.
func (h *Handlers) looksAtPage(c *fiber.Ctx) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz"} {
		if strings.Contains(strings.ToLower(c.Get(name)), "prefetch") {
			return false
		}
	}
	for _, name := range []string{fiber.HeaderIfNoneMatch, fiber.HeaderIfModifiedSince, fiber.HeaderRange} {
		if c.Get(name) != "" {
			return false
		}
	}
	if dest := c.Get("Sec-Fetch-Dest"); c.Method() != fiber.MethodGet || dest != "" && dest != "image" {
		return false
	}
	site, from := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderReferer)
	return site == "same-origin" || site == "" && (from == "" || h.fromHere(c, from))
}
