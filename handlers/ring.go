package handlers

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// ringRoutes is everything about webrings. Whatever stands below a place in a ring is found by its number alone: no answer
// depends on where a visitor comes from.
func (h *Handlers) ringRoutes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	return []route{
		{get, "/rings", h.public(siteMark, h.showRings, "before")},
		{get, "/rings/new", h.member(h.newRing)},
		{post, "/rings/new", h.memberForm(h.createRing)},
		{get, "/rings/:key", h.public(ringMark, h.showRing, "after")},
		{get, "/rings/:key/list.json", h.liveImage(h.bare(ringMark, h.showRingList))},
		{options, "/rings/:key/list.json", allowReading},
		{get, "/rings/:key/button.gif", h.liveImage(h.bare(ringMark, h.showRingButton))},
		{options, "/rings/:key/button.gif", allowReading},
		{get, "/rings/:key/random", h.stepRing((*models.Store).RandomMember)},
		{get, "/rings/:key/join", h.member(h.joinRing)},
		{post, "/rings/:key/join", h.memberForm(h.updatePlaces)},
		{get, "/rings/:key/keep", h.member(h.keepRing)},
		{post, "/rings/:key/keep", h.memberForm(h.updateMembers)},
		{post, "/rings/:key/change", h.memberForm(h.updateRing)},
		{post, "/rings/:key/remove", h.memberForm(h.destroyRing)},
		{get, "/rings/:key/:place/next", h.stepRing((*models.Store).NextMember)},
		{get, "/rings/:key/:place/previous", h.stepRing((*models.Store).PreviousMember)},
		{get, "/rings/:key/:place/random", h.stepRing((*models.Store).RandomMember)},
		{get, "/rings/:key/:place/widget", h.liveImage(h.bare(ringMark, h.showRingWidget, "lang"))},
		{options, "/rings/:key/:place/widget", allowReading},
	}
}

func ringMark(h *Handlers, c *fiber.Ctx) (models.Mark, error) {
	return h.store.RingMark(c.UserContext(), c.Params("key"))
}

func (h *Handlers) ring(c *fiber.Ctx) (*models.Ring, error) {
	return h.store.Ring(c.UserContext(), c.Params("key"))
}

// positive is a number that stands in a query or a form, from one on.
func positive(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, fiber.ErrNotFound
	}
	return n, nil
}

func (h *Handlers) showRings(c *fiber.Ctx, w *who) (*answer, error) {
	before, err := beforeID(c)
	if err != nil {
		return nil, err
	}
	list, err := h.store.Rings(c.UserContext(), before)
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "rings.title")
	if err != nil {
		return nil, err
	}
	view := views.Rings{Page: p, Rings: list.Rings, First: before == 0}
	if list.Older != 0 {
		view.Older = "/rings?before=" + strconv.FormatInt(list.Older, 10)
	}
	if w.account == nil {
		return pageAnswer(view)
	}
	if view.Kept, err = h.store.RingsKept(c.UserContext(), w.account); err != nil {
		return nil, err
	}
	places, err := h.store.PlacesOf(c.UserContext(), w.account)
	if err != nil {
		return nil, err
	}
	for _, m := range places {
		if m.Own && !m.JoinedAt.IsZero() {
			view.Own = append(view.Own, m)
		} else {
			view.Else = append(view.Else, m)
		}
	}
	return pageAnswer(view)
}

func (h *Handlers) showRing(c *fiber.Ctx, w *who) (*answer, error) {
	r, err := h.ring(c)
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if text := c.Query("after"); text != "" {
		if after, err = positive(text); err != nil {
			return nil, err
		}
	}
	p, err := h.page(c, w, "")
	if err != nil {
		return nil, err
	}
	p.Title = r.Title
	view := views.Ring{
		Page: p, Ring: r, First: after == 0, Keeps: r.KeptBy(w.account),
		Snippet: h.linked(r.Path(), r.Path()+"/button.gif", r.Title),
	}
	var next int64
	if view.Members, next, err = h.store.Members(c.UserContext(), r, after); err != nil {
		return nil, err
	}
	view.Older = moreMembers(r.Path(), next)
	return pageAnswer(view)
}

// moreMembers is the address of the next page of a list of members, empty at the end.
func moreMembers(path string, next int64) string {
	if next == 0 {
		return ""
	}
	return path + "?after=" + strconv.FormatInt(next, 10)
}

// pageOf is the absolute address of a page in a ring.
func (h *Handlers) pageOf(m *models.RingMember) string {
	if m.Own {
		return h.home + m.Address
	}
	return m.Address
}

// ringList is a ring as programs read it.
type ringList struct {
	Title   string           `json:"title"`
	Home    string           `json:"home"`
	Members []ringListMember `json:"members"`
}

type ringListMember struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
	Lost  string `json:"lost,omitempty"` // since when it has not linked to the ring, RFC 3339
}

func (h *Handlers) showRingList(c *fiber.Ctx, _ *who) (*answer, error) {
	r, err := h.ring(c)
	if err != nil {
		return nil, err
	}
	members, err := h.store.AllMembers(c.UserContext(), r)
	if err != nil {
		return nil, err
	}
	list := ringList{Title: r.Title, Home: h.home + r.Path(), Members: make([]ringListMember, len(members))}
	for i, m := range members {
		list.Members[i] = ringListMember{ID: m.ID, Title: m.Title, URL: h.pageOf(&m)}
		if !m.LostAt.IsZero() {
			list.Members[i].Lost = m.LostAt.Time().Format(time.RFC3339)
		}
	}
	body, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	a := newAnswer(widgets.JSONType, body)
	a.open, a.policy = true, dataPolicy
	return a, nil
}

func (h *Handlers) showRingButton(c *fiber.Ctx, _ *who) (*answer, error) {
	r, err := h.ring(c)
	if err != nil {
		return nil, err
	}
	return imageAnswer(widgets.GIFType, widgets.RingButton(r.Title, r.FG, r.BG), imageLife), nil
}

// showRingWidget is the frame for the page of a place. Who has left still has it on their page: it leads on all the same.
func (h *Handlers) showRingWidget(c *fiber.Ctx, _ *who) (*answer, error) {
	place, err := number(c, "place")
	if err != nil {
		return nil, err
	}
	r, err := h.ring(c)
	if err != nil {
		return nil, err
	}
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	lang := site.Language
	if wish := c.Query("lang"); models.Speaks(wish) {
		lang = wish
	}
	ring := h.home + r.Path()
	a := widgetAnswer(htmlType, widgets.RingFrame(widgets.RingPlace{
		Lang: lang, Title: r.Title, FG: r.FG, BG: r.BG, Home: h.home, Ring: ring, Place: ring + "/" + strconv.FormatInt(place, 10),
		Previous: views.Say(lang, "rings.previous"), Random: views.Say(lang, "rings.random"), Next: views.Say(lang, "rings.next"),
	}))
	a.framed = true
	return a, nil
}

// stepRing leads from a place in a ring to another page. A ring changes: nobody keeps where it led.
func (h *Handlers) stepRing(step func(*models.Store, context.Context, *models.Ring, int64) (*models.RingMember, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		from := int64(0)
		if c.Params("place") != "" {
			var err error
			if from, err = number(c, "place"); err != nil {
				return err
			}
		}
		r, err := h.ring(c)
		if err != nil {
			return err
		}
		m, err := step(h.store, c.UserContext(), r, from)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		if m.Own {
			return h.redirect(c, m.Address, fiber.StatusFound)
		}
		c.Set(fiber.HeaderLocation, m.Address)
		return c.SendStatus(fiber.StatusFound)
	}
}
