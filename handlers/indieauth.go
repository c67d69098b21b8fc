package handlers

import (
	"github.com/gofiber/fiber/v2"

	"marquee/models"
)

// The endpoints of IndieAuth, as its metadata and the header of every account's page name them.
const (
	metadataPath   = "/.well-known/oauth-authorization-server"
	authorizePath  = "/indieauth/authorize"
	tokenPath      = "/indieauth/token"
	introspectPath = "/indieauth/introspect"
	revokePath     = "/indieauth/revoke"
	userinfoPath   = "/indieauth/userinfo"
)

// indieAuthRoutes is by what programs come to act for an account (IndieAuth §4 to §9).
func (h *Handlers) indieAuthRoutes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	table := []route{
		{get, tokenPath, h.program(h.checkToken)},
		{post, introspectPath, h.program(h.introspectToken)},
		{post, revokePath, h.program(h.revokeToken)},
		{get, userinfoPath, h.program(h.showUserinfo)},
	}
	for _, path := range []string{tokenPath, introspectPath, revokePath, userinfoPath} {
		table = append(table, route{options, path, allowPrograms})
	}
	return table
}

// me is the address of an account as programs know it.
func (h *Handlers) me(a *models.Account) string { return h.home + a.Path() }

// profileOf is what a program may know of an account with the scope profile (IndieAuth §5.3.4).
func (h *Handlers) profileOf(a *models.Account) fiber.Map {
	profile := fiber.Map{"name": a.Name, "url": h.me(a)}
	if a.Avatar != "" {
		profile["photo"] = h.home + a.AvatarPath()
	}
	return profile
}

// showUserinfo is IndieAuth §9.
func (h *Handlers) showUserinfo(c *fiber.Ctx) error {
	t, err := h.bearer(c)
	if err != nil {
		return err
	}
	if !t.May("profile") {
		return insufficientScope("profile")
	}
	return c.JSON(h.profileOf(t.Account))
}

// checkToken says who a token is for, as programs asked before there was introspection.
func (h *Handlers) checkToken(c *fiber.Ctx) error {
	t, err := h.bearer(c)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"me": h.me(t.Account), "client_id": t.ClientID, "scope": t.Scope})
}

// introspectToken tells who has a token what another one is good for (RFC 7662, IndieAuth §6.2).
func (h *Handlers) introspectToken(c *fiber.Ctx) error {
	if _, err := h.bearer(c); err != nil {
		return err
	}
	secret := field(c, "token")
	if secret == "" {
		return invalidRequest("The token to look at is missing.")
	}
	t, err := h.store.Token(c.UserContext(), secret, h.network(c))
	if err != nil {
		return err
	}
	if t == nil {
		return c.JSON(fiber.Map{"active": false})
	}
	about := fiber.Map{"active": true, "me": h.me(t.Account), "client_id": t.ClientID, "scope": t.Scope, "iat": t.CreatedAt.Time().Unix()}
	if t.ExpiresAt > 0 {
		about["exp"] = t.ExpiresAt.Time().Unix()
	}
	return c.JSON(about)
}

// revokeToken ends a token; there is no wrong one (RFC 7009 §2.2).
func (h *Handlers) revokeToken(c *fiber.Ctx) error {
	if _, err := h.readForm(c, 0, nil); err != nil {
		return err
	}
	return h.store.RevokeSecret(c.UserContext(), field(c, "token"))
}
