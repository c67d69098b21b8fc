package handlers

import (
	"context"
	"fmt"
	"html"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) newRing(c *fiber.Ctx, w *who) error {
	return h.showRingForm(c, w, models.NewRing{}, nil)
}

func (h *Handlers) showRingForm(c *fiber.Ctx, w *who, wanted models.NewRing, problem *models.Error) error {
	p, _, err := h.settingsPage(c, w, "rings.make", problem)
	if err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), views.RingForm{Page: p, Wanted: wanted})
}

func ringFields(c *fiber.Ctx) models.NewRing {
	return models.NewRing{
		Key: field(c, "key"), Title: field(c, "title"), Words: field(c, "words"), FG: colorField(c, "fg"), BG: colorField(c, "bg"),
	}
}

func (h *Handlers) createRing(c *fiber.Ctx, w *who) error {
	wanted := ringFields(c)
	r, err := h.store.MakeRing(c.UserContext(), w.account, wanted)
	if problem := refilled(err); problem != nil {
		return h.showRingForm(c, w, wanted, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, r.Path()+"/keep", fiber.StatusSeeOther)
}

// joinRing is where somebody asks to join, and finds what to paste.
func (h *Handlers) joinRing(c *fiber.Ctx, w *who) error {
	r, err := h.ring(c)
	if err != nil {
		return err
	}
	return h.showJoin(c, w, r, nil)
}

func (h *Handlers) showJoin(c *fiber.Ctx, w *who, r *models.Ring, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "rings.join", problem)
	if err != nil {
		return err
	}
	p.Title = p.T("rings.join_title", "Ring", r.Title)
	view := views.RingJoin{Page: p, Ring: r, Saved: saved, Kept: r.AccountID != nil && *r.AccountID == w.account.ID}
	if problem != nil {
		view.Address, view.Title = field(c, "address"), field(c, "title")
	}
	places, err := h.store.PlacesOf(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	for _, m := range places {
		if m.RingID == r.ID {
			view.Places = append(view.Places, views.RingPlace{RingMember: m, Snippets: h.ringSnippets(p, r, &m)})
		}
	}
	return h.send(c, problemStatus(c, problem), view)
}

// ringSnippets is what the owner of a page pastes: plain links with the number of the place in them, or a frame. An
// account's page here shows the ring by itself.
func (h *Handlers) ringSnippets(p views.Page, r *models.Ring, m *models.RingMember) []views.Snippet {
	if m.Own {
		return nil
	}
	ring, place, title := h.home+r.Path(), h.home+m.Path(), html.EscapeString(r.Title)
	way := func(to string) string {
		return fmt.Sprintf(`<a href="%s/%s">%s</a>`, place, to, html.EscapeString(p.T("rings."+to)))
	}
	return []views.Snippet{
		{Key: "links", Code: numeric(fmt.Sprintf("<p>%s\n<a href=\"%s\"><img src=\"%s/button.gif\" width=\"88\" height=\"31\" alt=\"%s\"></a>\n%s\n%s</p>",
			way("previous"), ring, ring, title, way("random"), way("next")))},
		{Key: "frame", Code: numeric(fmt.Sprintf(`<iframe src="%s/widget" title="%s" width="340" height="80" frameborder="0"></iframe>`, place, title))},
	}
}

// numeric writes what is not ASCII as numbers: old home pages do not say in which code they are written.
func numeric(code string) string {
	var b strings.Builder
	for _, r := range code {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}

// updatePlaces asks to join, leaves, or has one's own page looked at again.
func (h *Handlers) updatePlaces(c *fiber.Ctx, w *who) error {
	r, err := h.ring(c)
	if err != nil {
		return err
	}
	if act, id := pressed(c, map[string]ringAct{"leave": h.store.RemoveMember, "look": h.store.LookAgain}); act != nil {
		err = act(c.UserContext(), w.account, r, id)
	} else {
		_, err = h.store.AskToJoin(c.UserContext(), w.account, r, field(c, "address"), field(c, "title"))
	}
	if problem := refilled(err); problem != nil {
		return h.showJoin(c, w, r, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, r.Path()+"/join?saved=1", fiber.StatusSeeOther)
}

// ringAct is something done to one place in a ring.
type ringAct func(ctx context.Context, by *models.Account, r *models.Ring, id int64) error

// pressed is the act whose button was pressed; the button's value is the number of the place. Nil when it was none of them.
func pressed(c *fiber.Ctx, acts map[string]ringAct) (ringAct, int64) {
	for name, act := range acts {
		if id, err := positive(field(c, name)); err == nil {
			return act, id
		}
	}
	return nil, 0
}

// keeper is the ring of the address, for who keeps it.
func (h *Handlers) keeper(c *fiber.Ctx, w *who) (*models.Ring, error) {
	r, err := h.ring(c)
	if err == nil && !r.KeptBy(w.account) {
		return nil, &models.Error{Kind: models.Forbidden, Text: "error.not_yours"}
	}
	return r, err
}

func (h *Handlers) keepRing(c *fiber.Ctx, w *who) error {
	r, err := h.keeper(c, w)
	if err != nil {
		return err
	}
	return h.showKeep(c, w, r, asItIs(r), nil)
}

// asItIs is what the ring says of itself now.
func asItIs(r *models.Ring) models.NewRing {
	return models.NewRing{Title: r.Title, Words: r.Words, FG: r.FG, BG: r.BG}
}

func (h *Handlers) showKeep(c *fiber.Ctx, w *who, r *models.Ring, wanted models.NewRing, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "rings.keep", problem)
	if err != nil {
		return err
	}
	p.Title = p.T("rings.keep_title", "Ring", r.Title)
	view := views.RingKeep{Page: p, Ring: r, Wanted: wanted, Saved: saved}
	if view.Waiting, err = h.store.WaitingMembers(c.UserContext(), r); err != nil {
		return err
	}
	after, _ := positive(c.Query("after")) // what is none begins at the beginning
	var next int64
	if view.Members, next, err = h.store.Members(c.UserContext(), r, after); err != nil {
		return err
	}
	view.Older = moreMembers(r.Path()+"/keep", next)
	return h.send(c, problemStatus(c, problem), view)
}

// updateMembers lets pages in, sends them away, or has them looked at.
func (h *Handlers) updateMembers(c *fiber.Ctx, w *who) error {
	r, err := h.keeper(c, w)
	if err != nil {
		return err
	}
	act, id := pressed(c, map[string]ringAct{"accept": h.store.AcceptMember, "remove": h.store.RemoveMember, "look": h.store.LookAgain})
	if act == nil {
		return fiber.ErrBadRequest
	}
	return h.ringDone(c, w, r, asItIs(r), act(c.UserContext(), w.account, r, id))
}

// ringDone ends an act of the keeper's page: its refusal on the page, or back with "noted".
func (h *Handlers) ringDone(c *fiber.Ctx, w *who, r *models.Ring, wanted models.NewRing, err error) error {
	if problem := refilled(err); problem != nil {
		return h.showKeep(c, w, r, wanted, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, r.Path()+"/keep?saved=1", fiber.StatusSeeOther)
}

func (h *Handlers) updateRing(c *fiber.Ctx, w *who) error {
	r, err := h.keeper(c, w)
	if err != nil {
		return err
	}
	wanted := ringFields(c)
	return h.ringDone(c, w, r, wanted, h.store.ChangeRing(c.UserContext(), w.account, r, wanted))
}

func (h *Handlers) destroyRing(c *fiber.Ctx, w *who) error {
	r, err := h.keeper(c, w)
	if err != nil {
		return err
	}
	if err := h.store.RemoveRing(c.UserContext(), w.account, r); err != nil {
		return err
	}
	return h.redirect(c, "/rings", fiber.StatusSeeOther)
}
