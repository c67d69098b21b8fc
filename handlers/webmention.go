package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

const (
	mentionPath = "/webmention"
	mentionLink = `<` + mentionPath + `>; rel="webmention"`

	mentionsNoticed = 5 // how many of the newest mentions stand among the notices
)

// mentionRoutes is how other sites speak to this one, and what its people make of it.
func (h *Handlers) mentionRoutes() []route {
	return []route{
		{fiber.MethodGet, mentionPath, h.newMention},
		{fiber.MethodPost, mentionPath, h.createMention},
		{fiber.MethodGet, mentionPath + "/:key", h.showMention},
		{fiber.MethodPost, pingbackPath, h.createPingback},
		{fiber.MethodGet, "/settings/mentions", h.member(h.showMentions)},
		{fiber.MethodPost, "/settings/mentions", h.memberForm(h.updateMentions)},
		{fiber.MethodPost, "/settings/mentions/door", h.memberForm(h.updateMentionsDoor)},
		{fiber.MethodGet, "/settings/mentions/:id/block", h.member(h.confirmBlock)},
		{fiber.MethodPost, "/settings/mentions/:id/block", h.memberForm(h.blockSite)},
	}
}

// newMention is the form for people whose own site does not send mentions. ?target=/~ada/17 fills it in.
func (h *Handlers) newMention(c *fiber.Ctx) error {
	p, err := h.formPage(c, "webmention.title")
	if err != nil {
		return err
	}
	view := views.Webmention{Page: p}
	if target := c.Query("target"); strings.HasPrefix(target, "/~") {
		view.Target = h.home + local(target)
	}
	return h.send(c, fiber.StatusOK, view)
}

// createMention is the Webmention endpoint (W3C Webmention §3.2). It is for programs: it reads no cookie and asks for no token, and
// takes nothing but a form. What is taken is answered 201 with the address that says what comes of it.
func (h *Handlers) createMention(c *fiber.Ctx) error {
	kind, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationForm) {
		return fiber.ErrUnsupportedMediaType
	}
	if _, err := h.readForm(c, 0, nil); err != nil {
		return err
	}
	n := models.NewMention{Source: field(c, "source"), Target: field(c, "target"), Network: h.network(c)}
	m, err := h.store.TakeMention(c.UserContext(), n)
	if problem := refusal(err); problem != nil {
		return h.refuseMention(c, n, problem)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, h.home+m.Path())
	return h.sayMention(c, &who{}, m, fiber.StatusCreated)
}

// refuseMention says why: 400 for what is wrong with a mention, as the specification wants it, 429 for too many.
func (h *Handlers) refuseMention(c *fiber.Ctx, n models.NewMention, problem *models.Error) error {
	status := problemStatus(c, problem)
	if problem.Kind != models.TooMany {
		status = fiber.StatusBadRequest
	}
	p, err := h.page(c, &who{}, "webmention.title")
	if err != nil {
		return err
	}
	p.Hide, p.Problem, p.Token, p.Here = true, problem, h.guestToken(), mentionPath
	if forPeople(c) {
		return h.send(c, status, views.Webmention{Page: p, Source: n.Source, Target: n.Target})
	}
	c.Status(status).Set(fiber.HeaderCacheControl, "no-store")
	sentence := views.Explain(p.Lang, problem)
	if wantsJSON(c) {
		return c.JSON(fiber.Map{"error": sentence})
	}
	return c.SendString(sentence + "\n")
}

// forPeople reports whether a browser asks: programs take anything.
func forPeople(c *fiber.Ctx) bool {
	return strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) && !wantsJSON(c)
}

// showMention says what came of a mention, to whoever has its address.
func (h *Handlers) showMention(c *fiber.Ctx) error {
	m, err := h.store.MentionByKey(c.UserContext(), c.Params("key"))
	if err != nil {
		return err
	}
	w, err := h.who(c)
	if err != nil {
		return err
	}
	return h.sayMention(c, w, m, fiber.StatusOK)
}

func (h *Handlers) sayMention(c *fiber.Ctx, w *who, m *models.Mention, status int) error {
	p, err := h.page(c, w, "webmention.sent")
	if err != nil {
		return err
	}
	p.Hide, p.Here = true, m.Path()
	view := views.MentionSent{Page: p, Mention: m}
	switch {
	case wantsJSON(c):
		c.Status(status).Set(fiber.HeaderCacheControl, "no-store")
		return c.JSON(fiber.Map{"status": view.State(), "summary": view.Sentence(), "source": m.Source, "target": m.Target, "type": m.Kind, "location": h.home + m.Path()})
	case status == fiber.StatusCreated && !forPeople(c):
		c.Status(status).Set(fiber.HeaderCacheControl, "no-store")
		return c.SendString(view.Sentence() + "\n" + h.home + m.Path() + "\n")
	}
	return h.send(c, status, view)
}

// showMentions is what an account decides. Each list has pages of its own.
func (h *Handlers) showMentions(c *fiber.Ctx, w *who) error {
	p, saved, err := h.settingsPage(c, w, "mention.settings", nil)
	if err != nil {
		return err
	}
	view := views.OwnMentions{Page: p, Saved: saved}
	for _, list := range []struct {
		state, name string
		into        *[]models.Mention
		older       *string
	}{
		{models.MentionHeld, "waiting", &view.Waiting, &view.OlderWaiting},
		{models.MentionShown, "before", &view.Shown, &view.OlderShown},
		{models.MentionQuiet, "quiet", &view.Quiet, &view.OlderQuiet},
		{models.MentionRefused, "refused", &view.Refused, &view.OlderRefused},
	} {
		before, err := queryID(c, list.name)
		if err != nil {
			return err
		}
		page, err := h.store.Mentions(c.UserContext(), w.account, list.state, before)
		if err != nil {
			return err
		}
		if *list.into = page.Mentions; page.Older != 0 {
			*list.older = c.Path() + "?" + list.name + "=" + strconv.FormatInt(page.Older, 10)
		}
	}
	waits, err := h.store.WaitsFor(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	view.Count = waits.Mentions
	var more bool
	if view.Verdicts, more, err = h.store.Verdicts(c.UserContext(), w.account, c.Query("sites")); err != nil {
		return err
	}
	if more {
		view.MoreVerdicts = c.Path() + "?sites=" + view.Verdicts[len(view.Verdicts)-1].Host
	}
	return h.send(c, fiber.StatusOK, view)
}

// updateMentions shows a mention that waits (show=17.HASH) or takes one away (refuse=17), lets it in again (admit=17) or forgets it
// (forget=17), welcomes its site (welcome=17), or forgets what was thought of a site (pardon=zoe.example).
func (h *Handlers) updateMentions(c *fiber.Ctx, w *who) error {
	ctx, err, deed := c.UserContext(), error(fiber.ErrBadRequest), ""
	for _, act := range []struct {
		name, deed string
		do         func(id int64, read string) error
	}{
		{"show", "shown", func(id int64, read string) error { return h.store.ShowMention(ctx, w.account, id, read) }},
		{"refuse", "refused", func(id int64, _ string) error { return h.store.RefuseMention(ctx, w.account, id) }},
		{"welcome", "welcome", func(id int64, _ string) error { return h.store.JudgeSite(ctx, w.account, id, models.VerdictWelcome) }},
		{"admit", "admitted", func(id int64, _ string) error { return h.store.AdmitMention(ctx, w.account, id) }},
		{"forget", "erased", func(id int64, _ string) error { return h.store.ForgetMention(ctx, w.account, id) }},
	} {
		number, read, _ := strings.Cut(field(c, act.name), ".")
		if id, no := strconv.ParseInt(number, 10, 64); no == nil {
			err, deed = act.do(id, read), act.deed
			break
		}
	}
	if host := field(c, "pardon"); host != "" {
		err, deed = h.store.Pardon(ctx, w.account, host), "pardoned"
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/mentions?saved="+deed, fiber.StatusSeeOther)
}

// confirmBlock asks before a whole site is shut out: what it said is taken away with it.
func (h *Handlers) confirmBlock(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	m, err := h.store.OwnMention(c.UserContext(), w.account, id)
	if err != nil {
		return err
	}
	p, err := h.page(c, w, "mention.block_title", "Host", m.Peer)
	if err != nil {
		return err
	}
	p.Hide = true
	return h.send(c, fiber.StatusOK, views.BlockSite{Page: p, Mention: *m})
}

func (h *Handlers) blockSite(c *fiber.Ctx, w *who) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.JudgeSite(c.UserContext(), w.account, id, models.VerdictBlocked); err != nil {
		return err
	}
	return h.redirect(c, "/settings/mentions?saved=blocked", fiber.StatusSeeOther)
}

// updateMentionsDoor closes the account's pages to mentions, or opens them.
func (h *Handlers) updateMentionsDoor(c *fiber.Ctx, w *who) error {
	if err := h.store.SetMentions(c.UserContext(), w.account, field(c, "closed") != ""); err != nil {
		return err
	}
	return h.redirect(c, "/settings/mentions?saved=1", fiber.StatusSeeOther)
}
