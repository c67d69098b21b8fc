package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

// consentPolicy is pagePolicy for a form whose answer leads to a program: browsers hold form-action against every redirect that
// follows, and programs on the web lead on to where they please.
func consentPolicy(to *url.URL) string {
	schemes := "http: https:"
	if to.Scheme != "http" && to.Scheme != "https" {
		schemes = to.Scheme + ":"
	}
	return strings.Replace(pagePolicy, "form-action 'self'", "form-action 'self' "+schemes, 1)
}

// legacyCreate is what programs older than Micropub's scopes call "create".
const legacyCreate = "post"

// asked is what a program wants of somebody (IndieAuth §5.2). While they think about it, it stands in the form, signed.
type asked struct {
	ClientID, ClientName       string
	RedirectURI                string
	State                      []byte // any bytes
	Challenge, Method, Respond string
	Scopes                     []string // those that we know
	Account                    int64    // who is asked
	Until                      int64    // Unix seconds
	repeated                   bool     // something was said twice
}

// readAsked reads the query of the request.
func readAsked(c *fiber.Ctx) asked {
	var a asked
	var scope, state string
	fields := map[string]*string{
		"client_id": &a.ClientID, "redirect_uri": &a.RedirectURI, "state": &state, "code_challenge": &a.Challenge,
		"code_challenge_method": &a.Method, "response_type": &a.Respond, "scope": &scope,
	}
	seen := map[string]bool{}
	for name, value := range c.Request().URI().QueryArgs().All() {
		if field := fields[string(name)]; field != nil {
			a.repeated = a.repeated || seen[string(name)]
			*field, seen[string(name)] = string(value), true
		}
	}
	a.State = []byte(state)
	words := strings.Fields(scope)
	for _, known := range models.Scopes {
		if slices.Contains(words, known) || known == "create" && slices.Contains(words, legacyCreate) {
			a.Scopes = append(a.Scopes, known)
		}
	}
	return a
}

// path asks once more.
func (a *asked) path() string {
	return authorizePath + "?" + url.Values{
		"response_type": {"code"}, "client_id": {a.ClientID}, "redirect_uri": {a.RedirectURI}, "state": {string(a.State)}, "code_challenge": {a.Challenge},
		"code_challenge_method": {"S256"}, "scope": {strings.Join(a.Scopes, " ")},
	}.Encode()
}

// problem is what is wrong with the request beside the program itself (RFC 6749 §4.1.2.1, RFC 7636 §4.4.1); nil when nothing is.
func (a *asked) problem() *apiError {
	challenge, err := base64.RawURLEncoding.DecodeString(a.Challenge)
	switch {
	case a.repeated:
		return invalidRequest("A parameter is there twice.")
	case a.Respond == "":
		return invalidRequest("response_type is missing; it is code.")
	case a.Respond != "code":
		return &apiError{word: "unsupported_response_type", sentence: "response_type is code."}
	case len(a.State) == 0:
		return invalidRequest("state is missing.")
	case a.Challenge == "":
		return invalidRequest("code_challenge is missing.")
	case a.Method != "S256":
		return invalidRequest("code_challenge_method is S256 and nothing else.")
	case err != nil || len(challenge) != 32:
		return invalidRequest("code_challenge is no SHA-256 in base64url.")
	}
	return nil
}

// authorize asks somebody whether a program may act for them. What is wrong with the program itself is told to the person alone;
// all else is told to the program, by way of somebody who is logged in: who is a stranger here is led nowhere (RFC 9700 §4.11.2).
func (h *Handlers) authorize(c *fiber.Ctx) error {
	w, err := h.who(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	ask := readAsked(c)
	id, ok := indieweb.ClientID(ask.ClientID)
	if !ok || h.store.Fetcher().Ours(id) { // we ask nobody for leave in our own house
		return h.refuseClient(c, "error.client_id")
	}
	to, ok := indieweb.ReturnAddress(ask.RedirectURI)
	if !ok {
		return h.refuseClient(c, "error.client_return")
	}
	c.Set(fiber.HeaderContentSecurityPolicy, consentPolicy(to))
	if w.account == nil {
		return h.askToLogIn(c)
	}
	ask.ClientID = id
	client, found, err := h.findClient(c, w.account, id)
	if err != nil {
		return err
	}
	if !client.Takes(to) {
		return h.refuseClient(c, "error.client_foreign")
	}
	if problem := ask.problem(); problem != nil {
		return h.sendBack(c, &ask, url.Values{"error": {problem.word}, "error_description": {problem.sentence}})
	}
	ask.ClientName, ask.Account, ask.Until = client.Name, w.account.ID, h.store.Now().Add(tokenLife).Unix()
	return h.showConsent(c, w, &ask, to, found)
}

// findClient asks the program's own address who it is; found is false when that says nothing.
func (h *Handlers) findClient(c *fiber.Ctx, by *models.Account, id string) (client indieweb.Client, found bool, err error) {
	if err := h.store.NoteClient(c.UserContext(), by); err != nil {
		return client, false, err
	}
	client, err = indieweb.FetchClient(c.UserContext(), h.store.Fetcher(), id)
	if err != nil {
		h.log.Debug("a program does not say who it is", "client", id, "error", err)
	}
	return client, err == nil, nil
}

// refuseClient tells a person that a program cannot be let in. Nothing is sent to it: it may be somebody else's.
func (h *Handlers) refuseClient(c *fiber.Ctx, key string) error {
	p, err := h.errorFrame(c)
	if err != nil {
		return err
	}
	p.Title = errorTitle(p, fiber.StatusBadRequest)
	return h.send(c, fiber.StatusBadRequest, views.Error{Page: p, Sentence: p.T(key)})
}

func (h *Handlers) showConsent(c *fiber.Ctx, w *who, ask *asked, to *url.URL, found bool) error {
	own, err := url.Parse(ask.ClientID)
	if err != nil {
		return err
	}
	view := views.Consent{
		ClientID: ask.ClientID, ClientName: ask.ClientName, Unknown: !found, Scopes: ask.Scopes, Me: h.me(w.account), Request: h.holdAsked(ask),
	}
	title := "consent.title"
	if !view.Acts() {
		title = "consent.title_who"
	}
	if view.Page, err = h.page(c, w, title, "Host", own.Host); err != nil {
		return err
	}
	view.Hide = true
	if own.Host != to.Host || own.Scheme != to.Scheme {
		view.Elsewhere = to.Scheme + "://" + to.Host
	}
	return h.send(c, fiber.StatusOK, view)
}

// createConsent sends the person back to the program, with a code or with their no. A form that is not theirs any more is asked anew.
func (h *Handlers) createConsent(c *fiber.Ctx, w *who) error {
	ask, ok := h.unholdAsked(field(c, "request"))
	switch {
	case !ok:
		return h.refuseClient(c, "error.client_stale")
	case w.account == nil || w.stale || w.account.ID != ask.Account || ask.Until <= h.store.Now().Unix():
		return h.redirect(c, ask.path(), fiber.StatusSeeOther)
	case posted(c).has("deny"):
		return h.sendBack(c, ask, url.Values{"error": {"access_denied"}})
	}
	var ticked []string
	for _, p := range posted(c).parts {
		if p.name == "scope" && slices.Contains(ask.Scopes, p.value) {
			ticked = append(ticked, p.value)
		}
	}
	code, err := h.store.Permit(c.UserContext(), w.account, models.NewPermit{
		ClientID: ask.ClientID, ClientName: ask.ClientName, RedirectURI: ask.RedirectURI, Challenge: ask.Challenge, Scopes: ticked,
	})
	if err != nil {
		return err
	}
	h.log.Info("a program was let in", "account", w.account.Name, "client", ask.ClientID, "scope", ticked)
	return h.sendBack(c, ask, url.Values{"code": {code}})
}

// sendBack answers the program by way of the browser (RFC 6749 §4.1.2, RFC 9207): what the address had in its query stays.
func (h *Handlers) sendBack(c *fiber.Ctx, ask *asked, answer url.Values) error {
	answer.Set("iss", h.issuer())
	if len(ask.State) > 0 {
		answer.Set("state", string(ask.State))
	}
	join := "?"
	if strings.Contains(ask.RedirectURI, "?") {
		join = "&"
	}
	c.Set(fiber.HeaderLocation, ask.RedirectURI+join+answer.Encode())
	return c.SendStatus(fiber.StatusSeeOther)
}

func (h *Handlers) holdAsked(ask *asked) string {
	body, err := json.Marshal(ask)
	if err != nil {
		return ""
	}
	plain := base64.RawURLEncoding.EncodeToString(body)
	return plain + "." + h.sign("consent", plain)
}

func (h *Handlers) unholdAsked(value string) (*asked, bool) {
	plain, mac, _ := strings.Cut(value, ".")
	if !same(mac, h.sign("consent", plain)) {
		return nil, false
	}
	var ask asked
	body, err := base64.RawURLEncoding.DecodeString(plain)
	return &ask, err == nil && json.Unmarshal(body, &ask) == nil
}
