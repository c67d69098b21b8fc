package handlers

import (
	"fmt"
	"regexp"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"marquee/feeds"
	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

const (
	foreverLife = "public, max-age=31536000, immutable" // of what stands under the hash of its bytes
	imageLife   = "max-age=60"                          // of live images
)

// showPicture sends a picture's bytes. Whether it may be seen is asked each time, so what was taken down is gone at once
// on every node; the bytes themselves never change and are kept.
func (h *Handlers) showPicture(c *fiber.Ctx) error {
	file, err := h.store.PictureFile(c.UserContext(), nil, c.Params("file"))
	if models.IsKind(err, models.Missing) && c.Cookies(h.sessionCookie()) != "" {
		var w *who
		if w, err = h.who(c); err == nil {
			file, err = h.store.PictureFile(c.UserContext(), w.account, c.Params("file"))
		}
	}
	if err != nil {
		return err
	}
	life := foreverLife
	if !file.Public {
		life = "private, no-store"
	}
	return h.sendPicture(c, file, life)
}

func (h *Handlers) sendPicture(c *fiber.Ctx, file *models.PictureFile, life string) error {
	a, err := h.constant(file.Path(), func() (*answer, error) {
		if err := h.store.ReadPicture(c.UserContext(), file); err != nil {
			return nil, err
		}
		return imageAnswer(file.Type, file.Body, ""), nil
	})
	if err != nil {
		return err
	}
	a.life, a.open = life, file.Public
	return a.sendPart(c)
}

// oneRange is a request for one part of a body; others are answered in full, which is always right (RFC 9110 §14.2).
var oneRange = regexp.MustCompile(`^bytes=(\d+-\d*|-\d+)$`)

// sendPart is send for a body of which a part may be asked for.
func (a *answer) sendPart(c *fiber.Ctx) error {
	if err := a.send(c); err != nil {
		return err
	}
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	wanted := c.Request().Header.Peek(fiber.HeaderRange)
	condition := c.Get(fiber.HeaderIfRange)
	if c.Response().StatusCode() != fiber.StatusOK || !oneRange.Match(wanted) || condition != "" && condition != `"`+a.tag+`"` {
		return nil
	}
	from, to, err := fasthttp.ParseByteRange(wanted, len(a.body))
	if err != nil || to < from {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", len(a.body)))
		c.Status(fiber.StatusRequestedRangeNotSatisfiable).Response().ResetBody()
		return nil
	}
	c.Status(fiber.StatusPartialContent)
	c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, to, len(a.body)))
	c.Response().SetBodyRaw(a.body[from : to+1])
	return nil
}

// showLatestPicture is always the account's newest picture, for pages elsewhere.
func (h *Handlers) showLatestPicture(c *fiber.Ctx) error {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	p, err := h.store.LatestPicture(c.UserContext(), a)
	if err != nil {
		return err
	}
	if p == nil { // a page that shows it must not look broken
		lang, err := h.languageOf(c, a)
		if err != nil {
			return err
		}
		words := views.Say(lang, "pager.no_pictures")
		return imageAnswer(widgets.GIFType, widgets.Mood("", words, widgets.MoodColors{}), imageLife).send(c)
	}
	file := &models.PictureFile{Hash: p.Hash, Type: p.Type, Public: true}
	return h.sendPicture(c, file, imageLife)
}

func (h *Handlers) showWall(c *fiber.Ctx, w *who) (*answer, error) {
	p, err := h.page(c, w, "pictures.title")
	if err != nil {
		return nil, err
	}
	p.Feeds = h.feedLinks(p, "/pictures/", p.T("feed.pictures", "Site", p.Site.Name))
	return h.wall(c, views.Pictures{Page: p}, models.Pictures())
}

func (h *Handlers) showAccountWall(c *fiber.Ctx, w *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "pictures.title_account", "Name", a.Name)
	if err != nil {
		return nil, err
	}
	p.Owner = a
	p.Feeds = h.feedLinks(p, a.Path()+"/pictures/", p.T("feed.account_pictures", "Name", a.Name, "Site", p.Site.Name))
	return h.wall(c, views.Pictures{Page: p, Account: a}, a.PictureStream())
}

// wall reads one page of a stream of pictures and draws it.
func (h *Handlers) wall(c *fiber.Ctx, view views.Pictures, stream models.Stream) (*answer, error) {
	page, first, err := h.readPage(c, view.Viewer, stream)
	if err != nil {
		return nil, err
	}
	view.First, view.Statuses, view.Older = first, page.Statuses, older(c, page)
	return pageAnswer(view)
}

func (h *Handlers) wallFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		everybody := models.Pictures()
		return h.labelFeed(c, format, everybody.Kind, everybody.Word, "/pictures", func(site *models.Site) string {
			return views.Say(site.Language, "feed.pictures", "Site", site.Name)
		})
	}
}

func (h *Handlers) accountWallFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		site, err := h.store.Site(c.UserContext())
		if err != nil {
			return nil, err
		}
		a, err := h.store.Account(c.UserContext(), c.Params("name"))
		if err != nil {
			return nil, err
		}
		stream := a.PictureStream()
		changed, err := h.store.LabelChanged(c.UserContext(), stream.Kind, stream.Word)
		if err != nil {
			return nil, err
		}
		lang := languageOf(a, site)
		feed := h.feed(a.Path()+"/pictures/", views.Say(lang, "feed.account_pictures", "Name", a.Name, "Site", site.Name), lang)
		feed.Home, feed.Author, feed.Icon = h.home+a.Path()+"/pictures", h.person(a), h.icon(a)
		return h.write(c, site, format, feed, stream, changed)
	}
}
