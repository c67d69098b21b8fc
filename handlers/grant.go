package handlers

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
)

// redeemCode tells a program who gave it a code, and no more (IndieAuth §5.3.2).
func (h *Handlers) redeemCode(c *fiber.Ctx) error {
	if err := h.readGrant(c); err != nil {
		return err
	}
	switch field(c, "grant_type") {
	case "":
		return invalidRequest("grant_type is missing.")
	case "authorization_code":
		return h.redeem(c, false)
	}
	return errGrantType
}

// createAccess gives a program a token for a code, or for the right to renew one (IndieAuth §5.3.3, §5.5). Older programs revoke
// theirs here.
func (h *Handlers) createAccess(c *fiber.Ctx) error {
	if err := h.readGrant(c); err != nil {
		return err
	}
	if field(c, "action") == "revoke" {
		return h.revokeToken(c)
	}
	switch field(c, "grant_type") {
	case "":
		return invalidRequest("grant_type is missing.")
	case "authorization_code":
		return h.redeem(c, true)
	case "refresh_token":
		return h.renew(c)
	}
	return errGrantType
}

var errGrantType = &apiError{status: http.StatusBadRequest, word: "unsupported_grant_type", sentence: "grant_type is authorization_code, or refresh_token at the token endpoint."}

// readGrant reads the form; nothing may stand in it twice (RFC 6749 §3.2).
func (h *Handlers) readGrant(c *fiber.Ctx) error {
	form, err := h.readForm(c, 0, nil)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, p := range form.parts {
		if seen[p.name] {
			return invalidRequest("A parameter is there twice.")
		}
		seen[p.name] = true
	}
	return nil
}

func (h *Handlers) redeem(c *fiber.Ctx, token bool) error {
	for _, name := range []string{"code", "client_id", "redirect_uri", "code_verifier"} {
		if field(c, name) == "" {
			return invalidRequest(name + " is missing.")
		}
	}
	id, _ := indieweb.ClientID(field(c, "client_id"))
	g, err := h.store.Redeem(c.UserContext(), models.Redemption{
		Code: field(c, "code"), ClientID: id, RedirectURI: field(c, "redirect_uri"), Verifier: field(c, "code_verifier"), Token: token, Network: h.network(c),
	})
	return h.sendGrant(c, g, err)
}

func (h *Handlers) renew(c *fiber.Ctx) error {
	for _, name := range []string{"refresh_token", "client_id"} {
		if field(c, name) == "" {
			return invalidRequest(name + " is missing.")
		}
	}
	id, _ := indieweb.ClientID(field(c, "client_id"))
	g, err := h.store.Renew(c.UserContext(), models.Renewal{Refresh: field(c, "refresh_token"), ClientID: id, Scope: field(c, "scope"), Network: h.network(c)})
	return h.sendGrant(c, g, err)
}

// sendGrant is what a program gets (RFC 6749 §5.1): the page that it may speak for, what it asked to know of it, and its token.
func (h *Handlers) sendGrant(c *fiber.Ctx, g *models.Grant, err error) error {
	switch {
	case errors.Is(err, models.ErrGrant):
		return &apiError{status: http.StatusBadRequest, word: "invalid_grant", sentence: "It is unknown, used, expired, was for another client, address or verifier, or allows nothing."}
	case errors.Is(err, models.ErrScope):
		return &apiError{status: http.StatusBadRequest, word: "invalid_scope", sentence: "The scope is more than was granted."}
	case err != nil:
		return err
	}
	answer := fiber.Map{"me": h.me(g.Account)}
	if g.May("profile") {
		answer["profile"] = h.profileOf(g.Account)
	}
	if g.Secret != "" {
		answer["access_token"], answer["token_type"], answer["scope"] = g.Secret, "Bearer", g.Scope
		answer["expires_in"], answer["refresh_token"] = int(g.Life.Seconds()), g.Refresh
	}
	return c.JSON(answer)
}
