package handlers

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/safe"
	"marquee/static"
	"marquee/views"
)

func (h *Handlers) showAbout(c *fiber.Ctx, w *who) (*answer, error) {
	return h.prose(c, w, "about", func(site *models.Site) string { return site.About })
}

func (h *Handlers) showRules(c *fiber.Ctx, w *who) (*answer, error) {
	return h.prose(c, w, "rules", func(site *models.Site) string { return site.Rules })
}

func (h *Handlers) prose(c *fiber.Ctx, w *who, key string, text func(*models.Site) string) (*answer, error) {
	p, err := h.page(c, w, key+".title")
	if err != nil {
		return nil, err
	}
	view := views.Prose{Page: p, HTML: safe.HTML(text(p.Site)), Empty: p.T(key + ".empty")}
	if key == "about" {
		view.Snippet = h.linked("/", "/button.gif", p.Site.Name)
	}
	return pageAnswer(view)
}

func (h *Handlers) showReading(c *fiber.Ctx) error {
	p, err := h.formPage(c, "reading.title")
	if err != nil {
		return err
	}
	return h.send(c, fiber.StatusOK, views.Reading{Page: p, Back: local(c.Query("back"))})
}

// updateReading keeps a reader's wishes in cookies, and the language with the account when there is one.
func (h *Handlers) updateReading(c *fiber.Ctx, w *who) error {
	if lang := field(c, "lang"); models.Speaks(lang) {
		h.setCookie(c, langCookie, lang, yearSeconds)
		if w.account != nil && !w.stale {
			if err := h.store.SetLanguage(c.UserContext(), w.account, lang); err != nil {
				return err
			}
		}
	}
	switch look := field(c, "look"); look {
	case "late", "matinee":
		h.setCookie(c, lookCookie, look, yearSeconds)
	case "system":
		h.setCookie(c, lookCookie, "", -1)
	}
	switch field(c, "layouts") {
	case "plain":
		h.setCookie(c, plainCookie, "1", yearSeconds)
	case "dressed":
		h.setCookie(c, plainCookie, "", -1)
	}
	return h.redirect(c, local(field(c, "back")), fiber.StatusSeeOther)
}

func (h *Handlers) showAsset(c *fiber.Ctx) error {
	asset, ok := static.ByPath(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	return h.sendAsset(c, c.Path(), asset, foreverLife)
}

func (h *Handlers) showIcon(c *fiber.Ctx) error {
	return h.sendAsset(c, static.Path("icon.svg"), static.Named("icon.svg"), fileLife)
}

// sendAsset sends an embedded file; compressed once.
func (h *Handlers) sendAsset(c *fiber.Ctx, key string, asset static.Asset, life string) error {
	a, err := h.constant(key, func() (*answer, error) { return newAnswer(asset.Type, asset.Body), nil })
	if err != nil {
		return err
	}
	a.life = life
	return a.send(c)
}

func (h *Handlers) showHealth(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err := h.store.Ping(c.UserContext()); err != nil {
		return fiber.ErrServiceUnavailable
	}
	return c.SendString("ok\n")
}

// readyFor is how long the answer of one probe is given to everybody who asks: the probe writes, and
// strangers may ask.
const readyFor = 2 * time.Second

// readiness is what the last probe of the database found.
type readiness struct {
	mutex sync.Mutex
	at    time.Time
	err   error
}

func (r *readiness) probe(ctx context.Context, store *models.Store) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if time.Since(r.at) > readyFor {
		r.err = store.Writable(ctx)
		r.at = time.Now()
	}
	return r.err
}

// showReadiness says whether this process should get requests: it is not ending, and the database takes writes.
func (h *Handlers) showReadiness(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if h.draining.Load() {
		return fiber.ErrServiceUnavailable
	}
	if err := h.ready.probe(c.UserContext(), h.store); err != nil {
		h.log.Error("not ready", "error", err)
		return fiber.ErrServiceUnavailable
	}
	return c.SendString("ready\n")
}
