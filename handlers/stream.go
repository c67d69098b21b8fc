package handlers

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/safe"
	"marquee/views"
)

func (h *Handlers) showStream(c *fiber.Ctx, w *who) (*answer, error) {
	p, err := h.page(c, w, "")
	if err != nil {
		return nil, err
	}
	p.Feeds = h.feedLinks(p, "/", p.T("feed.site", "Site", p.Site.Name))
	view := views.Stream{Page: p, Welcome: c.Query("before") == ""}
	if view.Welcome {
		h.publish(&view.Page, "/")
	}
	if w.account != nil {
		if view.Composer, err = h.composer(c, w.account, p); err != nil {
			return nil, err
		}
	}
	return h.streamAnswer(c, view, models.Stream{})
}

func (h *Handlers) showTag(c *fiber.Ctx, w *who) (*answer, error) {
	word, err := tagWord(c)
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "tag.title", "Word", word)
	if err != nil {
		return nil, err
	}
	p.Feeds = h.feedLinks(p, models.TagPath(word)+"/", p.T("feed.tag", "Word", word, "Site", p.Site.Name))
	return h.streamAnswer(c, views.Stream{Page: p}, models.Stream{Kind: models.TagLabel, Word: word})
}

// tagWord is the tag of an address; there is no page for what cannot be one.
func tagWord(c *fiber.Ctx) (string, error) {
	word, err := url.PathUnescape(c.Params("word"))
	if err != nil {
		return "", fiber.ErrNotFound
	}
	word, ok := safe.Tag(word)
	if !ok {
		return "", fiber.ErrNotFound
	}
	return word, nil
}

func (h *Handlers) showMood(c *fiber.Ctx, w *who) (*answer, error) {
	mood, ok := models.MoodOf(c.Params("mood"))
	if !ok {
		return nil, fiber.ErrNotFound
	}
	p, err := h.page(c, w, "")
	if err != nil {
		return nil, err
	}
	p.Title = p.T("mood.title", "Mood", p.Mood(mood.Key))
	p.Feeds = h.feedLinks(p, "/mood/"+mood.Key+"/", p.T("feed.mood", "Mood", p.Mood(mood.Key), "Site", p.Site.Name))
	return h.streamAnswer(c, views.Stream{Page: p, Family: family(mood)}, models.Stream{Kind: models.MoodLabel, Word: mood.Key})
}

// family lists the moods that share a face with this one, without itself.
func family(mood models.Mood) []models.Mood {
	for _, f := range models.MoodTree() {
		if f.Key == mood.Key {
			return f.Children
		}
		if f.Key == mood.Parent {
			kin := append([]models.Mood{f.Mood}, f.Children...)
			return slices.DeleteFunc(kin, func(m models.Mood) bool { return m.Key == mood.Key })
		}
	}
	return nil
}

// streamAnswer reads one page of a stream and draws it.
func (h *Handlers) streamAnswer(c *fiber.Ctx, view views.Stream, stream models.Stream) (*answer, error) {
	page, first, err := h.readPage(c, view.Viewer, stream)
	if err != nil {
		return nil, err
	}
	view.First, view.Statuses, view.Older = first, page.Statuses, older(c, page)
	if !view.First {
		view.Composer = nil
	}
	a, err := pageAnswer(view)
	return a.published(view.Page), err
}

// readPage reads the page of a stream that the address is about, and says whether it is the first.
func (h *Handlers) readPage(c *fiber.Ctx, viewer *models.Account, stream models.Stream) (page models.Page, first bool, err error) {
	if stream.Before, err = beforeID(c); err != nil {
		return page, false, err
	}
	page, err = h.store.Read(c.UserContext(), viewer, stream)
	return page, stream.Before == 0, err
}

// beforeID is where a page of a stream begins; something that is no number is no page.
func beforeID(c *fiber.Ctx) (int64, error) { return queryID(c, "before") }

// queryID is an id in the query, zero when there is none.
func queryID(c *fiber.Ctx, name string) (int64, error) {
	text := c.Query(name)
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fiber.ErrNotFound
	}
	return id, nil
}

func older(c *fiber.Ctx, page models.Page) string {
	if page.Older == 0 {
		return ""
	}
	return c.Path() + "?before=" + strconv.FormatInt(page.Older, 10)
}
