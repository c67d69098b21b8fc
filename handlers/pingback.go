package handlers

import (
	"bytes"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
)

const pingbackPath = "/pingback"

// createPingback takes what blogs sent each other before there were mentions (Pingback 1.0), where the webmaster has allowed it. It goes the
// way of every mention. Whatever comes of it, the answer is 200: XML-RPC says what is wrong in its own words.
func (h *Handlers) createPingback(c *fiber.Ctx) error {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return err
	}
	if !site.Pingback {
		return fiber.ErrNotFound
	}
	kind, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); kind != "text/xml" && kind != "application/xml" {
		return fiber.ErrUnsupportedMediaType
	}
	source, target, err := indieweb.ReadPing(c.Body())
	var m *models.Mention
	if err == nil {
		m, err = h.store.TakeMention(c.UserContext(), models.NewMention{Source: source, Target: target, Network: h.network(c)})
	}
	if err == nil && m.State != models.MentionNew && m.State != models.MentionGone && m.State != models.MentionFailed {
		err = indieweb.FaultTwice
	}
	fault, known := pingFault(err)
	if !known {
		return err
	}
	var body bytes.Buffer
	indieweb.WritePing(&body, fault)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "text/xml; charset=utf-8")
	return c.Send(body.Bytes())
}

// pingFault is the fault that an error is to who pings, nil for none; not known for an error of ours.
func pingFault(err error) (*indieweb.Fault, bool) {
	var fault *indieweb.Fault
	problem := refusal(err)
	switch {
	case err == nil:
		return nil, true
	case errors.As(err, &fault):
		return fault, true
	case problem == nil:
		return nil, false
	case problem.Kind == models.TooMany, problem.Kind == models.Forbidden:
		return indieweb.FaultDenied, true
	case problem.Text == "error.mention_closed":
		return indieweb.FaultTarget, true
	case problem.Field == "target":
		return indieweb.FaultNoTarget, true
	}
	return indieweb.FaultNoSource, true
}
