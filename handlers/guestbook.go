package handlers

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// signSpeed is how long anybody needs at least to write a few words.
const signSpeed = 3 * time.Second

// What the address of a guestbook says of the entry that was just signed.
const (
	signedShown = "shown"
	signedHeld  = "held"
)

// showGuestbook is an account's guestbook; who signed and waits sees that, too.
func (h *Handlers) showGuestbook(c *fiber.Ctx, w *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	before, err := beforeID(c)
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "guestbook.title", "Name", a.Name)
	if err != nil {
		return nil, err
	}
	p.Owner, p.Feeds = a, h.feedLinks(p, a.Path()+"/guestbook/", p.T("feed.guestbook", "Name", a.Name, "Site", p.Site.Name))
	page, err := h.store.Entries(c.UserContext(), a, before)
	if err != nil {
		return nil, err
	}
	view := views.Guestbook{Page: p, Account: a, Entries: page.Entries, Older: olderEntries(c.Path(), "before", page), First: before == 0}
	if signed := c.Query("signed"); signed == signedShown || signed == signedHeld {
		view.Signed = signed
	}
	if p.Mine(a) {
		view.Waiting, err = h.store.CountWaiting(c.UserContext(), a)
	} else if view.First {
		var mine []models.Entry
		mine, err = h.store.WaitingBy(c.UserContext(), w.account, a)
		view.Entries = append(mine, view.Entries...)
	}
	if err != nil {
		return nil, err
	}
	return pageAnswer(view)
}

// olderEntries is the address of the next page of a guestbook, empty at its end.
func olderEntries(path, name string, page models.Guestbook) string {
	if page.Older == 0 {
		return ""
	}
	return path + "?" + name + "=" + strconv.FormatInt(page.Older, 10)
}

// newEntry is the form to sign with. ?as=member asks guests to log in and brings them back here.
func (h *Handlers) newEntry(c *fiber.Ctx) error {
	w, err := h.who(c)
	if err != nil {
		return err
	}
	if w.account == nil && c.Query("as") == "member" {
		c.Set(fiber.HeaderCacheControl, "private, no-store")
		return h.askToLogIn(c)
	}
	return h.showSign(c, w, models.NewEntry{}, nil)
}

// showSign shows the form, filled in when it was refused.
func (h *Handlers) showSign(c *fiber.Ctx, w *who, n models.NewEntry, problem *models.Error) error {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	p, err := h.formPage(c, "")
	if err != nil {
		return err
	}
	p.Title, p.Problem = p.T("guestbook.sign_title", "Name", a.Name), problem
	if token := field(c, tokenField); w.account == nil && problem != nil { // the same form: whoever was too quick need not wait again
		if _, ok := h.guestTokenAge(token); ok {
			p.Token = token
		}
	}
	if c.Method() == fiber.MethodPost {
		p.Here = a.Path() + "/guestbook"
	}
	return h.send(c, problemStatus(c, problem), views.Sign{Page: p, Account: a, New: n})
}

// createEntry signs, as whoever is logged in or as a stranger. Whatever is refused comes back with all its words.
func (h *Handlers) createEntry(c *fiber.Ctx, w *who) error {
	n := models.NewEntry{
		Name: field(c, "name"), Homepage: field(c, "homepage"), Text: field(c, "text"), Signature: field(c, "signature"), Network: h.network(c),
	}
	if w.stale {
		return h.showSign(c, w, n, &models.Error{Kind: models.Forbidden, Text: "error.entry_stale"})
	}
	if problem := h.hasty(c, w); problem != nil {
		return h.showSign(c, w, n, problem)
	}
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	e, err := h.store.Sign(c.UserContext(), a, w.account, n)
	if problem := refilled(err); problem != nil {
		return h.showSign(c, w, n, problem)
	}
	if err != nil {
		return err
	}
	signed := signedShown
	if e.ShownAt.IsZero() {
		signed = signedHeld
	}
	return h.redirect(c, a.Path()+"/guestbook?signed="+signed, fiber.StatusSeeOther)
}

// hasty spots programs among guests: they fill in what nobody sees, and faster than anybody writes.
func (h *Handlers) hasty(c *fiber.Ctx, w *who) *models.Error {
	if w.account != nil {
		return nil
	}
	if field(c, "website") != "" {
		return &models.Error{Kind: models.Invalid, Text: "error.trap"}
	}
	if age, ok := h.guestTokenAge(field(c, tokenField)); ok && age < signSpeed {
		return &models.Error{Kind: models.Invalid, Text: "error.entry_quick"}
	}
	return nil
}

// showSignature draws the signature of an entry that everybody sees.
func (h *Handlers) showSignature(c *fiber.Ctx, _ *who) (*answer, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	e, err := h.store.Entry(c.UserContext(), nil, c.Params("name"), id)
	if err != nil {
		return nil, err
	}
	if e.Signature == "" {
		return nil, fiber.ErrNotFound
	}
	made := newAnswer(widgets.GIFType, widgets.Signature(e.Signature))
	made.policy, made.life = dataPolicy, "max-age=86400"
	return made, nil
}

// entryToRemove reads the entry that an address is about, if it is theirs to take away.
func (h *Handlers) entryToRemove(c *fiber.Ctx, w *who) (*models.Entry, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	e, err := h.store.Entry(c.UserContext(), w.account, c.Params("name"), id)
	if err == nil && !e.Mine(w.account) {
		err = &models.Error{Kind: models.Forbidden, Text: "error.not_yours"}
	}
	return e, err
}

func (h *Handlers) confirmEntry(c *fiber.Ctx, w *who) error {
	e, err := h.entryToRemove(c, w)
	if err != nil {
		return err
	}
	p, err := h.page(c, w, "guestbook.remove_title")
	if err != nil {
		return err
	}
	p.Hide = true
	return h.send(c, fiber.StatusOK, views.RemoveEntry{Page: p, Account: e.Page, Entries: []models.Entry{*e}})
}

func (h *Handlers) destroyEntry(c *fiber.Ctx, w *who) error {
	e, err := h.entryToRemove(c, w)
	if err != nil {
		return err
	}
	if err := h.store.RemoveEntry(c.UserContext(), w.account, e.ID); err != nil {
		return err
	}
	return h.redirect(c, e.Page.Path()+"/guestbook", fiber.StatusSeeOther)
}

// showOwnGuestbook is what the owner decides. Two lists, each with pages of its own.
func (h *Handlers) showOwnGuestbook(c *fiber.Ctx, w *who) error {
	before, err := beforeID(c)
	if err != nil {
		return err
	}
	beforeWaiting, err := queryID(c, "waiting")
	if err != nil {
		return err
	}
	p, saved, err := h.settingsPage(c, w, "guestbook.settings", nil)
	if err != nil {
		return err
	}
	view := views.OwnGuestbook{Page: p, Saved: saved, First: before == 0}
	shown, err := h.store.Entries(c.UserContext(), w.account, before)
	if err != nil {
		return err
	}
	view.Shown, view.Older = shown.Entries, olderEntries(c.Path(), "before", shown)
	waiting, err := h.store.WaitingEntries(c.UserContext(), w.account, beforeWaiting)
	if err != nil {
		return err
	}
	view.OlderWaiting = olderEntries(c.Path(), "waiting", waiting)
	for _, e := range waiting.Entries {
		item := views.WaitingEntry{Entry: e, Days: views.DaysLeft(h.store.Now(), e.GoesAt().Time())}
		if e.Signature != "" {
			item.Drawn = "data:" + widgets.GIFType + ";base64," + base64.StdEncoding.EncodeToString(widgets.Signature(e.Signature))
		}
		view.Waiting = append(view.Waiting, item)
	}
	if view.Count, err = h.store.CountWaiting(c.UserContext(), w.account); err != nil {
		return err
	}
	return h.send(c, fiber.StatusOK, view)
}

// updateGuestbook shows an entry that waits (show=17), all on a page (show=3-17), or takes one away (remove=17).
func (h *Handlers) updateGuestbook(c *fiber.Ctx, w *who) error {
	err := error(fiber.ErrBadRequest)
	if id, no := strconv.ParseInt(field(c, "remove"), 10, 64); no == nil {
		err = h.store.RemoveEntry(c.UserContext(), w.account, id)
	} else if from, to, ok := strings.Cut(field(c, "show"), "-"); ok {
		first, no := strconv.ParseInt(from, 10, 64)
		last, neither := strconv.ParseInt(to, 10, 64)
		if no == nil && neither == nil {
			err = h.store.ShowEntries(c.UserContext(), w.account, first, last)
		}
	} else if id, no := strconv.ParseInt(from, 10, 64); no == nil {
		err = h.store.ShowEntry(c.UserContext(), w.account, id)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/guestbook?saved=1", fiber.StatusSeeOther)
}

// updateGuestbookDoor closes the guestbook or opens it.
func (h *Handlers) updateGuestbookDoor(c *fiber.Ctx, w *who) error {
	if err := h.store.SetGuestbook(c.UserContext(), w.account, field(c, "closed") != ""); err != nil {
		return err
	}
	return h.redirect(c, "/settings/guestbook?saved=1", fiber.StatusSeeOther)
}
