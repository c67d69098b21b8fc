package handlers

import (
	"encoding/json"

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
	consentPath    = "/indieauth/consent"
	micropubPath   = "/micropub"
)

// indieAuthRoutes is by what programs come to act for an account (IndieAuth §4 to §9).
func (h *Handlers) indieAuthRoutes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	table := []route{
		{get, "/settings/apps", h.member(h.showApps)},
		{post, "/settings/apps", h.memberForm(h.createApp)},
		{post, "/settings/apps/end", h.memberForm(h.destroyApp)},
		{get, metadataPath, h.showMetadata},
		{get, authorizePath, h.authorize},
		{post, consentPath, h.form(h.createConsent)},
		{post, authorizePath, h.program(h.redeemCode)},
		{post, tokenPath, h.program(h.createAccess)},
		{get, tokenPath, h.program(h.checkToken)},
		{post, introspectPath, h.program(h.introspectToken)},
		{post, revokePath, h.program(h.revokeToken)},
		{get, userinfoPath, h.program(h.showUserinfo)},
	}
	for _, path := range []string{metadataPath, authorizePath, tokenPath, introspectPath, revokePath, userinfoPath} {
		table = append(table, route{options, path, allowPrograms})
	}
	return table
}

// authorityLinks is the Link header (RFC 8288) by which programs find who speaks for a page (IndieAuth §4.1): the metadata, and each
// endpoint by the name that older ones look for. Paths and bare words, because a page has little room in its first flight; but blanks, because
// many programs cut the header there.
const authorityLinks = "<" + metadataPath + ">; rel=indieauth-metadata, <" + authorizePath + ">; rel=authorization_endpoint, <" + tokenPath +
	">; rel=token_endpoint, <" + micropubPath + ">; rel=micropub"

// showMetadata is RFC 8414, as IndieAuth §4.1.1 has it: one issuer for all pages of the site.
func (h *Handlers) showMetadata(c *fiber.Ctx) error {
	none := []string{"none"}
	body, err := json.Marshal(fiber.Map{
		"issuer": h.issuer(), "authorization_endpoint": h.home + authorizePath, "token_endpoint": h.home + tokenPath,
		"introspection_endpoint": h.home + introspectPath, "introspection_endpoint_auth_methods_supported": []string{"Bearer"},
		"revocation_endpoint": h.home + revokePath, "revocation_endpoint_auth_methods_supported": none,
		"userinfo_endpoint": h.home + userinfoPath, "token_endpoint_auth_methods_supported": none,
		"scopes_supported": models.Scopes, "response_types_supported": []string{"code"},
		"grant_types_supported": []string{"authorization_code", "refresh_token"}, "code_challenge_methods_supported": []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	})
	if err != nil {
		return err
	}
	a := newAnswer(fiber.MIMEApplicationJSON, body)
	a.open, a.life = true, feedLife
	return a.send(c)
}

// issuer is who programs know to have answered them (RFC 9207): the site, without a slash at its end.
func (h *Handlers) issuer() string { return h.home }

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
