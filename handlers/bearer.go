package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

const accessField = "access_token"

// apiError is what a program is told (RFC 6749 §5.2, RFC 6750 §3.1): a status, a word of the protocol, and a sentence for who
// writes programs, in the signs that both allow. Without the word there is no body.
type apiError struct {
	status           int
	word, sentence   string
	scope, challenge string // of WWW-Authenticate: what would have been enough; "Bearer", when it asks for a token
}

// Error is the word and the sentence, for logs.
func (e *apiError) Error() string { return e.word + ": " + e.sentence }

// What is wrong with the token that a program sends, or does not.
var (
	errTokenTwice   = &apiError{status: http.StatusBadRequest}
	errTokenMissing = &apiError{status: http.StatusUnauthorized, word: "unauthorized", sentence: "This needs an access token.", challenge: "Bearer"}
	errTokenUnknown = &apiError{status: http.StatusUnauthorized, word: "invalid_token", sentence: "This access token is unknown, expired or revoked.", challenge: "Bearer"}
)

func invalidRequest(sentence string) *apiError {
	return &apiError{status: http.StatusBadRequest, word: "invalid_request", sentence: sentence}
}

// insufficientScope is a token that is good for something else.
func insufficientScope(scope string) *apiError {
	return &apiError{status: http.StatusForbidden, word: "insufficient_scope", sentence: "This access token does not allow it.", scope: scope, challenge: "Bearer"}
}

// bearer is the token of a program: in the Authorization header or as access_token in the body, never in the query. A door that
// takes files reads its form first, and asks bearerOf before it keeps any.
func (h *Handlers) bearer(c *fiber.Ctx) (*models.Token, error) {
	form, err := h.readForm(c, 0, nil)
	if err != nil {
		return nil, err
	}
	return h.bearerOf(c, form)
}

// bearerOf is bearer for a form of which only the beginning may have been read.
func (h *Handlers) bearerOf(c *fiber.Ctx, form *post) (*models.Token, error) {
	secret, given := bearerHeader(c)
	if posted := form.value(accessField); posted != "" {
		if given {
			return nil, errTokenTwice
		}
		secret = posted
	}
	if secret == "" {
		return nil, errTokenMissing
	}
	t, err := h.store.Token(c.UserContext(), secret, h.network(c))
	if err == nil && t == nil {
		return nil, errTokenUnknown
	}
	return t, err
}

// bearerHeader is the token in the Authorization header (RFC 6750 §2.1), and whether there is such a header at all: its scheme has
// no case.
func bearerHeader(c *fiber.Ctx) (secret string, given bool) {
	scheme, secret, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(secret), true
}

// program is a door for programs, in browsers too: no cookie is read, any site may ask, nothing is kept, and what goes wrong is told
// in JSON.
func (h *Handlers) program(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set(fiber.HeaderPragma, "no-cache") // RFC 6749 §5.1
		openToAll(c)
		if err := next(c); err != nil {
			return h.failProgram(c, err)
		}
		return nil
	}
}

// openToAll lets scripts of other sites read the answer, and what is in its header; credentials are never theirs to send.
func openToAll(c *fiber.Ctx) {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlExposeHeaders, "Link, Location, WWW-Authenticate")
	c.Set(resourcePolicy, "cross-origin")
}

// allowPrograms answers the browser that asks for a script of another site what it may send (CORS preflight).
func allowPrograms(c *fiber.Ctx) error {
	openToAll(c)
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, POST")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Authorization, Content-Type, Accept") // a * would not mean Authorization
	c.Set(fiber.HeaderAccessControlMaxAge, "86400")
	return c.SendStatus(fiber.StatusNoContent)
}

// failProgram is the error answer for programs. What is ours to mend is logged, as everywhere.
func (h *Handlers) failProgram(c *fiber.Ctx, err error) error {
	var told *apiError
	if !errors.As(err, &told) {
		told = h.explain(c, err)
	}
	if told.challenge != "" {
		c.Set(fiber.HeaderWWWAuthenticate, told.header())
	}
	c.Status(told.status)
	if told.word == "" {
		c.Response().ResetBody()
		return nil
	}
	return c.JSON(fiber.Map{"error": told.word, "error_description": told.sentence})
}

// header is the value of WWW-Authenticate (RFC 6750 §3): who brought no token is not told what is wrong with it.
func (e *apiError) header() string {
	if e == errTokenMissing {
		return e.challenge
	}
	header := e.challenge + " error=" + strconv.Quote(e.word) + ", error_description=" + strconv.Quote(e.sentence)
	if e.scope != "" {
		header += ", scope=" + strconv.Quote(e.scope)
	}
	return header
}

// explain is a refusal of the house, or a breakdown, in the words of the protocols (Micropub §5.3, RFC 6749 §5.2).
func (h *Handlers) explain(c *fiber.Ctx, err error) *apiError {
	status := statusOf(err)
	told := &apiError{status: status, word: "invalid_request"}
	var refused *models.Error
	switch {
	case errors.As(err, &refused):
		told.sentence = views.Explain("en", refused)
		problemStatus(c, refused)
	default:
		told.sentence = h.sentence("en", err, status)
	}
	switch {
	case status == http.StatusForbidden:
		told.word = "forbidden"
	case models.IsKind(err, models.Conflict):
		told.status = http.StatusConflict
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		told.word = "temporarily_unavailable"
	case status >= 500:
		told.word = "server_error"
		h.log.Error("something broke", "request", requestID(c), "method", c.Method(), "path", c.Path(), "error", err)
	case status == http.StatusUnprocessableEntity || status == http.StatusNotFound || status == http.StatusGone:
		told.status = http.StatusBadRequest
	}
	return told
}
