package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

// webLogInRoutes is logging in with an address of one's own, by IndieAuth. The way back is a GET that changes something: it comes
// from another site and cannot carry a token of ours. In its place it has a state that works once, in the browser that began alone.
func (h *Handlers) webLogInRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{post, "/login/web", h.guestForm(h.leaveToLogIn, h.refuseWebLogIn)},
		{get, indieweb.RedirectPath, h.returnToLogIn},
		{get, indieweb.RedirectPath + "/:way", h.returnToLogIn},
		{get, "/signup/web", h.newWebAccount},
		{post, "/signup/web", h.guestForm(h.createWebAccount, h.showWebSignUp)},
		{get, "/settings/addresses", h.member(h.showAddresses)},
		{post, "/settings/addresses", h.memberForm(h.leaveToLink)},
		{post, "/settings/addresses/unlink", h.memberForm(h.unlinkAddress)},
		{get, indieweb.ClientPath, h.clientDoor()},
	}
}

// passageCookie ties a log-in under way to its browser.
func (h *Handlers) passageCookie() string {
	if h.base.Scheme == "https" {
		return "__Host-passage"
	}
	return "passage"
}

// leaveToLogIn sends somebody to the site that knows them. What was held behind the log-in waits with it.
func (h *Handlers) leaveToLogIn(c *fiber.Ctx) error {
	knock := indieweb.Knock{Me: field(c, "me"), Network: h.network(c)}
	if held := field(c, heldField); held != "" {
		if _, ok := h.unhold(held); ok {
			knock.Back = held
		}
	}
	way, err := h.speaker.Leave(c.UserContext(), knock)
	if problem := refusal(err); problem != nil {
		h.log.Info("log-in refused", "reason", problem.Text, "network", h.network(c))
		return h.refuseWebLogIn(c, problem)
	}
	if err != nil {
		return err
	}
	return h.leave(c, way)
}

// refuseWebLogIn brings the form back, with what waits behind it.
func (h *Handlers) refuseWebLogIn(c *fiber.Ctx, problem *models.Error) error {
	return h.logInPage(c, views.LogIn{Me: field(c, "me"), Held: field(c, heldField)}, aboutMe(problem), problemStatus(c, problem))
}

// aboutMe is a problem beside the field for the address, where there are other forms on the page.
func aboutMe(problem *models.Error) *models.Error {
	shown := *problem
	shown.Field = "me"
	return &shown
}

// leave is a page that leads to the other site by itself. A redirect would not do: browsers hold it against form-action, which
// lets forms lead nowhere but here.
func (h *Handlers) leave(c *fiber.Ctx, way *indieweb.Passage) error {
	p, err := h.formPage(c, "onward.title")
	if err != nil {
		return err
	}
	to, err := url.Parse(way.Address)
	if err != nil {
		return err
	}
	h.setCookie(c, h.passageCookie(), way.State, int(models.PassageLife.Seconds()))
	return h.send(c, fiber.StatusOK, views.Onward{Page: p, Address: way.Address, Host: to.Host})
}

// returnToLogIn is where people come back to (IndieAuth §5.2.1).
func (h *Handlers) returnToLogIn(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	state := c.Query("state")
	if state == "" || !same(state, c.Cookies(h.passageCookie())) {
		return h.refuseReturn(c, nil, models.ErrPassage)
	}
	p, secret, err := h.speaker.Arrive(c.UserContext(), indieweb.Return{
		Way: c.Params("way"), State: state, Code: c.Query("code"), Issuer: c.Query("iss"), Error: c.Query("error"),
	})
	if problem := refusal(err); problem != nil {
		return h.refuseReturn(c, p, problem)
	}
	if err != nil {
		return err
	}
	if p.AccountID != nil {
		return h.finishLink(c, p, secret)
	}
	a, err := h.store.Identified(c.UserContext(), p.Me)
	if err != nil {
		return err
	}
	if a == nil {
		h.setCookie(c, h.passageCookie(), secret, int(models.PassageLife.Seconds()))
		return h.redirect(c, "/signup/web", fiber.StatusSeeOther)
	}
	return h.finishLogIn(c, p, a)
}

// finishLogIn lets somebody in who has proven the address of their account. What they sent before is shown once more: a browser
// says that this request is another site's doing, so nothing is sent on by itself.
func (h *Handlers) finishLogIn(c *fiber.Ctx, p *models.Passage, a *models.Account) error {
	if err := h.store.EndPassage(c.UserContext(), p); err != nil {
		return err
	}
	session, err := h.welcome(c, a)
	if err != nil {
		return err
	}
	h.setCookie(c, h.passageCookie(), "", -1)
	held, ok := h.unhold(p.Back)
	switch {
	case !ok:
		return h.redirect(c, "/", fiber.StatusSeeOther)
	case !held.Sent:
		return h.release(c, held, session)
	}
	page, err := h.page(c, newcomer(a, session), "resend.title")
	if err != nil {
		return err
	}
	page.Hide = true
	return h.send(c, fiber.StatusOK, views.Resend{Page: page, Action: held.Path, Fields: held.Fields, Back: true})
}

// newcomer is who has just been given a session.
func newcomer(a *models.Account, session string) *who {
	return &who{account: a, session: &models.Session{Hash: models.TokenHash(session)}}
}

// finishLink gives the address to the account that asked for it, if it is still the one at this browser.
func (h *Handlers) finishLink(c *fiber.Ctx, p *models.Passage, secret string) error {
	w, err := h.who(c)
	if err != nil {
		return err
	}
	if w.account == nil || w.account.ID != *p.AccountID {
		return h.refuseReturn(c, nil, models.ErrPassage)
	}
	_, err = h.store.LinkIdentity(c.UserContext(), w.account, secret)
	if problem := refusal(err); problem != nil {
		return h.refuseReturn(c, p, problem)
	}
	if err != nil {
		return err
	}
	h.setCookie(c, h.passageCookie(), "", -1)
	return h.redirect(c, "/settings/addresses?saved=linked", fiber.StatusSeeOther)
}

// refuseReturn shows what went wrong where it began. A log-in that is known is over.
func (h *Handlers) refuseReturn(c *fiber.Ctx, p *models.Passage, problem *models.Error) error {
	h.log.Info("log-in refused", "reason", problem.Text, "network", h.network(c))
	if p == nil {
		return h.logInPage(c, views.LogIn{}, aboutMe(problem), problemStatus(c, problem))
	}
	h.setCookie(c, h.passageCookie(), "", -1)
	w, err := h.who(c)
	if err != nil {
		return err
	}
	if p.AccountID != nil && w.account != nil && w.account.ID == *p.AccountID {
		return h.addressesPage(c, w, p.Me, aboutMe(problem))
	}
	return h.logInPage(c, views.LogIn{Me: p.Me, Held: p.Back}, aboutMe(problem), problemStatus(c, problem))
}

func (h *Handlers) newWebAccount(c *fiber.Ctx) error { return h.showWebSignUp(c, nil) }

// showWebSignUp shows the form to who has proven an address, filled in when it was refused.
func (h *Handlers) showWebSignUp(c *fiber.Ctx, problem *models.Error) error {
	passage, err := h.store.ProvenPassage(c.UserContext(), c.Cookies(h.passageCookie()))
	if gone := refusal(err); gone != nil {
		return h.logInPage(c, views.LogIn{}, gone, problemStatus(c, gone))
	}
	if err != nil {
		return err
	}
	p, err := h.formPage(c, "websignup.title")
	if err != nil {
		return err
	}
	p.Problem = problem
	closed := p.Site.Signups != models.SignupsOpen && p.Site.Claimed
	view := views.WebSignUp{Page: p, Me: passage.Me, Name: field(c, "name"), Homepage: field(c, "show_me") != "", Closed: closed}
	if problem == nil {
		view.Homepage = true
		if view.Name, err = h.store.NameFor(c.UserContext(), passage.Me); err != nil {
			return err
		}
	}
	return h.send(c, problemStatus(c, problem), view)
}

func (h *Handlers) createWebAccount(c *fiber.Ctx) error {
	secret := c.Cookies(h.passageCookie())
	if secret == "" { // or it would be a newcomer with a password
		return h.showWebSignUp(c, nil)
	}
	a, codes, err := h.store.SignUp(c.UserContext(), models.Newcomer{
		Name: field(c, "name"), Language: h.guestLang(c), Network: h.network(c), Proof: secret, Homepage: field(c, "show_me") != "",
	})
	switch problem := refusal(err); {
	case problem != nil && problem.Field == "me":
		return h.logInPage(c, views.LogIn{}, problem, problemStatus(c, problem))
	case problem != nil:
		return h.showWebSignUp(c, problem)
	case err != nil:
		return err
	}
	session, err := h.welcome(c, a)
	if err != nil {
		return err
	}
	h.setCookie(c, h.passageCookie(), "", -1)
	return h.showCodes(c, newcomer(a, session), codes, true)
}
