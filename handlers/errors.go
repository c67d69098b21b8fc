package handlers

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

// kindStatus is the HTTP status of each kind of refusal.
var kindStatus = map[models.Kind]int{
	models.Invalid: fiber.StatusUnprocessableEntity, models.Missing: fiber.StatusNotFound, models.Gone: fiber.StatusGone,
	models.Forbidden: fiber.StatusForbidden, models.Conflict: fiber.StatusUnprocessableEntity, models.TooMany: fiber.StatusTooManyRequests, models.Unavailable: fiber.StatusServiceUnavailable,
}

// panicError is a handler that broke down.
type panicError struct{ value any }

// Error says what broke.
func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, debug.Stack()) }

// statusOf is the one map from errors to HTTP: refusals by kind, the server's own by code, a database
// that cannot write 503, and all else 500.
func statusOf(err error) int {
	var refusal *models.Error
	var server *fiber.Error
	switch {
	case errors.As(err, &refusal):
		return kindStatus[refusal.Kind]
	case errors.As(err, &server):
		return server.Code
	case models.IsUnavailable(err), errors.Is(err, context.DeadlineExceeded):
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// fail is the one error answer: a page for people, JSON for programs that ask for it, or ask where only programs do.
func (h *Handlers) fail(c *fiber.Ctx, err error) error {
	h.protect(c) // what is no HTTP at all comes here without having begun
	if path := c.Path(); path == micropubPath || path == micropubMediaPath {
		return h.program(func(*fiber.Ctx) error { return err })(c)
	}
	status := statusOf(err)
	page, failure := h.errorFrame(c)
	sentence := h.sentence(page.Lang, err, status)
	var refusal *models.Error
	if errors.As(err, &refusal) {
		problemStatus(c, refusal)
	}
	request := ""
	if status >= 500 && status != fiber.StatusNotImplemented { // what we do not do is not broken
		request = requestID(c)
		h.log.Error("something broke", "request", request, "method", c.Method(), "path", c.Path(), "error", err)
	}
	c.Response().ResetBody()
	c.Status(status)
	for _, name := range []string{fiber.HeaderETag, fiber.HeaderLastModified, fiber.HeaderContentEncoding} {
		c.Response().Header.Del(name)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if wantsJSON(c) {
		return c.JSON(fiber.Map{"error": sentence})
	}
	var body []byte
	if failure == nil {
		page.Title = errorTitle(page, status)
		body, failure = views.Render(views.Error{Page: page, Sentence: sentence, Request: request})
	}
	if failure != nil { // not even the page: the database may be away
		c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
		return c.SendString(sentence + "\n")
	}
	c.Set(fiber.HeaderContentType, htmlType)
	return c.Send(body)
}

// errorFrame is the frame of an error page. When the database is away, only its language is known.
func (h *Handlers) errorFrame(c *fiber.Ctx) (views.Page, error) {
	w, err := h.who(c)
	if err != nil {
		return views.Page{Lang: h.guestLang(c)}, err
	}
	p, err := h.page(c, w, "")
	if err != nil {
		return views.Page{Lang: h.guestLang(c)}, err
	}
	p.Here, p.Hide = "/", true
	return p, nil
}

func errorTitle(p views.Page, status int) string {
	key := fmt.Sprintf("error.title_%d", status)
	if title := p.T(key); title != key {
		return title
	}
	return p.T("error.title_400")
}

// problemStatus is the status of an answer that shows a problem, or none; who tried too often is told how
// long to wait.
func problemStatus(c *fiber.Ctx, problem *models.Error) int {
	if problem == nil {
		return fiber.StatusOK
	}
	if problem.Retry > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(problem.Retry.Seconds())+1))
	}
	return statusOf(problem)
}

func (h *Handlers) sentence(lang string, err error, status int) string {
	var refusal *models.Error
	if errors.As(err, &refusal) {
		return views.Explain(lang, refusal)
	}
	key := fmt.Sprintf("error.%d", status)
	if text := views.Say(lang, key, "URL", h.home); text != key {
		return text
	}
	if status >= 500 {
		return views.Say(lang, "error.500")
	}
	return views.Say(lang, "error.400")
}

// wantsJSON reports whether a program asked, not a person.
func wantsJSON(c *fiber.Ctx) bool {
	return strings.HasSuffix(c.Path(), ".json") || c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON
}
