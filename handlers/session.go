package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"marquee/models"
	"marquee/views"
)

const (
	langCookie  = "lang"
	lookCookie  = "look"
	plainCookie = "plain" // the reader wants pages without their layouts
	knownCookie = "known"
	yearSeconds = 365 * 24 * 3600
)

// who is the person behind a request; account is nil for a guest.
type who struct {
	stale   bool // the form came from this site, but its token is not the session's
	account *models.Account
	session *models.Session
}

// sessionCookie is __Host-s over https, where a browser then refuses it from any other host or path.
func (h *Handlers) sessionCookie() string {
	if h.base.Scheme == "https" {
		return "__Host-s"
	}
	return "s"
}

// who finds out, once a request, who is asking.
func (h *Handlers) who(c *fiber.Ctx) (*who, error) {
	if w, ok := c.Locals(whoLocal).(*who); ok {
		return w, nil
	}
	w := &who{}
	if token := c.Cookies(h.sessionCookie()); token != "" {
		var err error
		if w.session, w.account, err = h.store.Session(c.UserContext(), token); err != nil {
			return nil, err
		}
	}
	c.Locals(whoLocal, w)
	return w, nil
}

// welcome starts a session for the account, ends the browser's former one, and gives it its cookies.
func (h *Handlers) welcome(c *fiber.Ctx, a *models.Account) (string, error) {
	before, err := h.who(c)
	if err != nil {
		return "", err
	}
	if before.account != nil {
		if err := h.store.EndSession(c.UserContext(), before.account, before.session.Hash); err != nil {
			return "", err
		}
	}
	token, err := h.store.StartSession(c.UserContext(), a, c.Get(fiber.HeaderUserAgent), coarse(h.network(c)))
	if err != nil {
		return "", err
	}
	h.setCookie(c, h.sessionCookie(), token, int(models.SessionLife.Seconds()))
	h.setCookie(c, knownCookie, a.Name+"."+h.sign("known", a.Name), yearSeconds)
	c.Locals(whoLocal, nil)
	return token, nil
}

// from is whose tries to log in count together: those of a network, or those of a browser that this person
// has logged in with before. So nobody else's wrong passwords keep a person out.
func (h *Handlers) from(c *fiber.Ctx, name string) string {
	if known, mac, _ := strings.Cut(c.Cookies(knownCookie), "."); known != "" && known == models.PlainName(name) && same(mac, h.sign("known", known)) {
		return "known-" + known
	}
	return h.network(c)
}

func (h *Handlers) setCookie(c *fiber.Ctx, name, value string, seconds int) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, HTTPOnly: true,
		Secure: h.base.Scheme == "https", SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// matcher finds the nearest of our languages, by its place in the table.
var matcher = language.NewMatcher(languageTags())

func languageTags() []language.Tag {
	var tags []language.Tag
	for _, l := range models.Languages {
		tags = append(tags, language.MustParse(l.Code))
	}
	return tags
}

// guestLang is the language of somebody who is not logged in: by ?lang=, by cookie, by what the browser
// asks. Empty when the browser asks for none that we speak: the site's own language then.
func (h *Handlers) guestLang(c *fiber.Ctx) string {
	for _, wish := range []string{c.Query("lang"), c.Cookies(langCookie)} {
		if wish != "" && models.Speaks(wish) {
			return wish
		}
	}
	accept := c.Get(fiber.HeaderAcceptLanguage)
	if accept == "" || len(accept) > 200 {
		return ""
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return ""
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return ""
	}
	return models.Languages[index].Code
}

func cookieLook(c *fiber.Ctx) string {
	switch look := c.Cookies(lookCookie); look {
	case "late", "matinee":
		return look
	}
	return ""
}

// page is the frame of a page for whoever asks.
func (h *Handlers) page(c *fiber.Ctx, w *who, title string, pairs ...any) (views.Page, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return views.Page{}, err
	}
	p := views.Page{Site: site, Lang: h.guestLang(c), Look: cookieLook(c), Plain: plain(c), Home: h.home, Here: c.Path()}
	if site.Pingback {
		p.Pingback = h.home + pingbackPath
	}
	if w.account != nil {
		p.Viewer, p.Token = w.account, h.memberToken(w.session.Hash)
		if w.account.Language != "" && !models.Speaks(c.Query("lang")) {
			p.Lang = w.account.Language
		}
	}
	if p.Lang == "" {
		p.Lang = site.Language
	}
	if title != "" {
		p.Title = p.T(title, pairs...)
	}
	return p, nil
}

// formPage is the frame of a page with a form that guests may fill in, so it carries a token for them too.
func (h *Handlers) formPage(c *fiber.Ctx, title string, pairs ...any) (views.Page, error) {
	w, err := h.who(c)
	if err != nil {
		return views.Page{}, err
	}
	p, err := h.page(c, w, title, pairs...)
	if p.Token == "" {
		p.Token = h.guestToken()
	}
	p.Hide = true
	return p, err
}

// member lets only people in who are logged in; others are asked to, and then go where they wanted.
func (h *Handlers) member(next func(*fiber.Ctx, *who) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		w, err := h.who(c)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "private, no-store")
		if w.account != nil {
			return next(c, w)
		}
		return h.askToLogIn(c)
	}
}

// wishes is the part of the cookies that changes a guest's page.
func (h *Handlers) wishes(c *fiber.Ctx) string {
	return strings.Join([]string{h.guestLang(c), cookieLook(c), strconv.FormatBool(plain(c))}, ",")
}

// plain reports whether pages are shown without their layouts: as the address says, or as the reader chose.
func plain(c *fiber.Ctx) bool {
	switch c.Query("plain") {
	case "1":
		return true
	case "0":
		return false
	}
	return c.Cookies(plainCookie) != ""
}
