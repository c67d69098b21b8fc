package handlers

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

const (
	tokenField = "token"
	heldField  = "held"
	tokenLife  = 24 * time.Hour
	fieldsMost = 64              // of a form that waits or is shown again; our largest, about oneself, has forty
	humanSpeed = 2 * time.Second // nobody fills in a sign-up form faster
)

// field is a form field by its name: of the posted form alone, never of the query; the first of several.
func field(c *fiber.Ctx, name string) string { return posted(c).value(name) }

// sign is a keyed hash of what the site hands out to browsers, for one purpose.
func (h *Handlers) sign(purpose, value string) string {
	mac := hmac.New(sha256.New, h.store.Secret())
	mac.Write([]byte(purpose + "|" + value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// memberToken ties a form to one session.
func (h *Handlers) memberToken(session string) string { return h.sign("form", session) }

// guestToken ties a form to the hour it was shown, for people without a session.
func (h *Handlers) guestToken() string {
	at := strconv.FormatInt(h.store.Now().Unix(), 10)
	return at + "." + h.sign("guest", at)
}

// guestTokenAge is how long ago a guest's form was shown; not ok when the token is not ours or too old.
func (h *Handlers) guestTokenAge(token string) (time.Duration, bool) {
	at, mac, _ := strings.Cut(token, ".")
	if !same(mac, h.sign("guest", at)) {
		return 0, false
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	age := h.store.Now().Sub(time.Unix(seconds, 0))
	return age, err == nil && age >= 0 && age <= tokenLife
}

// sameSite reads what the browser says of where the form came from: Sec-Fetch-Site, or else Origin, or
// else Referer. Who sends none of them is not known, and the token alone decides.
func (h *Handlers) sameSite(c *fiber.Ctx) (same, known bool) {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none", true
	}
	for _, name := range []string{fiber.HeaderOrigin, fiber.HeaderReferer} {
		if from := c.Get(name); from != "" {
			return h.fromHere(c, from), true
		}
	}
	return false, false
}

// fromHere reports whether an address is of this site, by the name under which it was asked.
func (h *Handlers) fromHere(c *fiber.Ctx, address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == h.base.Scheme && u.Host != "" && h.ours(u.Host) &&
		(strings.EqualFold(u.Host, h.base.Host) || u.Host == string(c.Request().Host()))
}

// form guards everything that changes something: it must come from this site and carry the token of
// whoever sends it.
func (h *Handlers) form(next func(*fiber.Ctx, *who) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		w, err := h.who(c)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "private, no-store")
		form, err := h.readForm(c, 0, nil)
		if err != nil {
			return err
		}
		form.press()
		ours, known := h.sameSite(c)
		if known && !ours {
			return errForm
		}
		token := field(c, tokenField)
		if w.account != nil {
			if same(token, h.memberToken(w.session.Hash)) {
				return next(c, w)
			}
		} else if _, fresh := h.guestTokenAge(token); fresh {
			return next(c, w)
		}
		if !ours && !h.oldToken(c, token) {
			return errForm
		}
		return next(c, &who{account: w.account, session: w.session, stale: true})
	}
}

// oldToken reports whether the token belongs to the session that this browser's cookie once named.
func (h *Handlers) oldToken(c *fiber.Ctx, token string) bool {
	cookie := c.Cookies(h.sessionCookie())
	return cookie != "" && same(token, h.memberToken(models.TokenHash(cookie)))
}

// memberForm is a form that only who is logged in may send. When the session has ended in between, the
// form is held until they are back, then it goes through; when only its token is stale, it is shown again
// filled in, and refused all the same. Anybody can get a guest's token: a form with nothing else to show for
// itself may be a stranger's, and would wait for its victim to log in.
func (h *Handlers) memberForm(next func(*fiber.Ctx, *who) error) fiber.Handler {
	return h.form(func(c *fiber.Ctx, w *who) error {
		if w.account == nil {
			if ours, _ := h.sameSite(c); !ours && !w.stale {
				return errForm
			}
			return h.askToLogIn(c)
		}
		if w.stale {
			return h.showResend(c, w, c.Path(), h.formFields(c, w.account), fiber.StatusForbidden)
		}
		return next(c, w)
	})
}

// guestForm is a form that anybody may send. One that lay open for longer than its token lives comes from
// this site all the same: show brings it back, filled in, and refused.
func (h *Handlers) guestForm(send func(*fiber.Ctx) error, show func(*fiber.Ctx, *models.Error) error) fiber.Handler {
	return h.form(func(c *fiber.Ctx, w *who) error {
		if w.stale {
			return show(c, errForm)
		}
		return send(c)
	})
}

// heldForm is a form that waits until its sender has logged in.
type heldForm struct {
	Path   string
	Sent   bool // it was posted; otherwise it is a page that somebody wanted to see
	Fields []views.Value
	Until  int64 // Unix seconds
}

// asks is the site that led somebody here to say who they are, which [Handlers.authorize] has looked at; empty when none did.
func (f heldForm) asks() string {
	page, err := url.Parse(f.Path)
	if err != nil || page.Path != authorizePath {
		return ""
	}
	client, err := url.Parse(page.Query().Get("client_id"))
	if err != nil {
		return ""
	}
	return client.Host
}

// askToLogIn shows the log-in form; a form that was sent waits behind it, signed.
func (h *Handlers) askToLogIn(c *fiber.Ctx) error {
	held := heldForm{Path: c.OriginalURL(), Until: h.store.Now().Add(tokenLife).Unix()}
	status := fiber.StatusOK
	if c.Method() == fiber.MethodPost {
		held.Path, held.Sent, held.Fields = c.Path(), true, h.formFields(c, nil)
		status = fiber.StatusUnprocessableEntity
	}
	return h.showLogIn(c, "", h.hold(held), nil, status)
}

func (h *Handlers) hold(f heldForm) string {
	body, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	plain := base64.RawURLEncoding.EncodeToString(body)
	return plain + "." + h.sign("held", plain)
}

func (h *Handlers) unhold(value string) (f heldForm, ok bool) {
	plain, mac, _ := strings.Cut(value, ".")
	if !same(mac, h.sign("held", plain)) {
		return f, false
	}
	body, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil || json.Unmarshal(body, &f) != nil {
		return f, false
	}
	return f, f.Until > h.store.Now().Unix()
}

// release sends a held form on its way, as the account that has just logged in with this token.
func (h *Handlers) release(c *fiber.Ctx, f heldForm, session string) error {
	if !f.Sent {
		return h.redirect(c, local(f.Path), fiber.StatusSeeOther)
	}
	form := &post{parts: []part{{name: tokenField, value: h.memberToken(models.TokenHash(session))}}}
	for _, value := range f.Fields {
		form.parts = append(form.parts, part{name: value.Name, value: value.Value})
	}
	c.Locals(formLocal, form)
	request := c.Request()
	request.Header.SetCookie(h.sessionCookie(), session)
	request.SetRequestURI(f.Path)
	c.Path(f.Path)
	return c.RestartRouting()
}

// showResend shows a form that could not go through by itself, filled in.
func (h *Handlers) showResend(c *fiber.Ctx, w *who, action string, fields []views.Value, status int) error {
	p, err := h.page(c, w, "resend.title")
	if err != nil {
		return err
	}
	p.Hide = true
	return h.send(c, status, views.Resend{Page: p, Action: action, Fields: fields})
}

// number is an id in an address: digits alone.
func number(c *fiber.Ctx, name string) (int64, error) {
	text := c.Params(name)
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != text {
		return 0, fiber.ErrNotFound
	}
	return id, nil
}
