package handlers

import (
	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) showAccount(c *fiber.Ctx, w *who) (*answer, error) {
	a, page, err := h.accountPage(c, w)
	if err != nil {
		return nil, err
	}
	view, err := h.accountView(c, w, a, "account.title")
	if err != nil {
		return nil, err
	}
	view.Statuses, view.Older, view.First = page.Statuses, older(c, page), c.Query("before") == ""
	if view.Mine(a) && view.First {
		if view.Composer, err = h.composer(c, w.account, view.Page); err != nil {
			return nil, err
		}
	}
	if view.First {
		h.publish(&view.Page, a.Path())
	}
	answer, err := accountAnswer(*view)
	return answer.published(view.Page), err
}

// accountAnswer is a page that is somebody's identity (IndieAuth §3.1).
func accountAnswer(view views.Account) (*answer, error) {
	a, err := pageAnswer(view)
	if err == nil {
		a.links = append(a.links, authorityLinks)
	}
	return a, err
}

// showAccountAbout is what an account says of itself, without its statuses.
func (h *Handlers) showAccountAbout(c *fiber.Ctx, w *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	view, err := h.accountView(c, w, a, "account.about")
	if err != nil {
		return nil, err
	}
	view.About = true
	return accountAnswer(*view)
}

// entriesShown is how many entries of the guestbook stand on a page.
const entriesShown = 5

// accountView is an account's page without its statuses.
func (h *Handlers) accountView(c *fiber.Ctx, w *who, a *models.Account, title string) (*views.Account, error) {
	p, err := h.page(c, w, title, "Name", a.Name)
	if err != nil {
		return nil, err
	}
	p.Owner = a
	p.Feeds = h.feedLinks(p, a.Path()+"/", p.T("feed.account", "Name", a.Name, "Site", p.Site.Name))
	view := &views.Account{Page: p, Account: a, Address: h.home + a.Path()}
	if view.Profile, err = h.store.ProfileOf(c.UserContext(), a); err != nil {
		return nil, err
	}
	if view.Latest, err = h.store.Latest(c.UserContext(), a); err != nil {
		return nil, err
	}
	if view.Friends, err = h.store.TopFriends(c.UserContext(), a); err != nil {
		return nil, err
	}
	if view.Places, err = h.store.RingsOf(c.UserContext(), a); err != nil {
		return nil, err
	}
	if view.Entries, err = h.store.LatestEntries(c.UserContext(), a, entriesShown); err != nil {
		return nil, err
	}
	if view.Buttons, err = h.store.Buttons(c.UserContext(), a, false); err != nil {
		return nil, err
	}
	return view, h.proven(c, view)
}

// accountPage is the account of the address and one page of what it said.
func (h *Handlers) accountPage(c *fiber.Ctx, w *who) (*models.Account, models.Page, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, models.Page{}, err
	}
	page, _, err := h.readPage(c, w.account, models.Stream{Account: a})
	return a, page, err
}

func (h *Handlers) showMe(c *fiber.Ctx, w *who) error {
	return h.redirect(c, w.account.Path(), fiber.StatusSeeOther)
}

// redirectUser takes the addresses of status.cafe to ours.
func (h *Handlers) redirectUser(c *fiber.Ctx) error {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return err
	}
	return h.redirect(c, a.Path(), fiber.StatusMovedPermanently)
}

func (h *Handlers) newAccount(c *fiber.Ctx) error { return h.showSignUp(c, nil) }

// showSignUp shows the form, filled in when it was refused.
func (h *Handlers) showSignUp(c *fiber.Ctx, problem *models.Error) error {
	p, err := h.formPage(c, "signup.title")
	if err != nil {
		return err
	}
	p.Problem = problem
	if token := field(c, tokenField); problem != nil { // the same form: whoever was too quick need not wait again
		if _, ok := h.guestTokenAge(token); ok {
			p.Token = token
		}
	}
	closed := p.Site.Signups != models.SignupsOpen && p.Site.Claimed
	return h.send(c, problemStatus(c, problem), views.SignUp{Page: p, Name: field(c, "name"), Closed: closed})
}

func (h *Handlers) createAccount(c *fiber.Ctx) error {
	if problem := h.tooMechanical(c); problem != nil {
		return h.showSignUp(c, problem)
	}
	a, codes, err := h.store.SignUp(c.UserContext(), models.Newcomer{
		Name: field(c, "name"), Password: field(c, "password"), Language: h.guestLang(c), Network: h.network(c),
	})
	if problem := refusal(err); problem != nil {
		return h.showSignUp(c, problem)
	}
	if err != nil {
		return err
	}
	token, err := h.welcome(c, a)
	if err != nil {
		return err
	}
	return h.showCodes(c, &who{account: a, session: &models.Session{Hash: models.TokenHash(token)}}, codes, true)
}

// tooMechanical spots programs: they fill in fields that nobody sees, and faster than anybody types.
func (h *Handlers) tooMechanical(c *fiber.Ctx) *models.Error {
	if field(c, "website") != "" {
		return &models.Error{Kind: models.Invalid, Text: "error.trap"}
	}
	if age, ok := h.guestTokenAge(field(c, tokenField)); ok && age < humanSpeed {
		return &models.Error{Kind: models.Invalid, Text: "error.too_quick"}
	}
	return nil
}

func (h *Handlers) showCodes(c *fiber.Ctx, w *who, codes []string, first bool) error {
	p, err := h.page(c, w, "codes.title")
	if err != nil {
		return err
	}
	p.Hide = true
	return h.send(c, fiber.StatusOK, views.Codes{Page: p, Codes: codes, First: first})
}
