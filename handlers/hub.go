package handlers

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

const (
	plainType = "text/plain; charset=utf-8"
	cloudPath = "/rsscloud/pleaseNotify"
)

// hubRoutes is where programs of others ask to be told of changes. They have no cookies, and forms of theirs no token.
func (h *Handlers) hubRoutes() []route {
	return []route{
		{fiber.MethodPost, "/hub", h.createSubscription},
		{fiber.MethodGet, "/hub", h.postOnly("door.hub")},
		{fiber.MethodGet, cloudPath, h.postOnly("door.cloud")},
		{fiber.MethodPost, cloudPath, h.cloud("notifyResult", "cloud.registered", h.register)},
		{fiber.MethodPost, "/rsscloud/ping", h.cloud("result", "cloud.pinged", h.ping)},
	}
}

// publish makes of a page one that can be subscribed to at its path.
func (h *Handlers) publish(p *views.Page, path string) {
	p.Hub, p.Self = indieweb.HubAddress(h.home), h.home+path
}

// published says in the header of an answer what its page says of its hub; the answer is nil when there is none.
func (a *answer) published(p views.Page) *answer {
	if a != nil && p.Hub != "" {
		a.links = append(a.links, indieweb.HubLinks(p.Hub, p.Self))
	}
	return a
}

// Topic is what a guest without any wishes is answered at a path, byte for byte, if that is something to subscribe to: it names itself as
// such. Errors are of the kinds Missing and Gone, or say what broke.
func (h *Handlers) Topic(ctx context.Context, path string) (indieweb.Topic, error) {
	if err := ctx.Err(); err != nil {
		return indieweb.Topic{}, err
	}
	var question fasthttp.Request
	question.SetRequestURI(path)
	question.Header.SetHost(h.base.Host)
	var c fasthttp.RequestCtx
	c.Init(&question, nil, nil)
	h.inside()(&c)
	answer, links := &c.Response, indieweb.HubLinks(indieweb.HubAddress(h.home), h.home+path)
	itself := func(line []byte) bool { return string(line) == links }
	header := &answer.Header
	switch status := answer.StatusCode(); {
	case status == fiber.StatusGone:
		return indieweb.Topic{}, &models.Error{Kind: models.Gone, Text: "error.gone"}
	case status >= 500:
		return indieweb.Topic{}, fmt.Errorf("%s answers %d", path, status)
	case status != fiber.StatusOK || !slices.ContainsFunc(header.PeekAll(fiber.HeaderLink), itself):
		return indieweb.Topic{}, &models.Error{Kind: models.Missing, Text: "error.404"}
	}
	return indieweb.Topic{
		Kind: string(header.ContentType()), Body: answer.Body(), Tag: strings.Trim(string(header.Peek(fiber.HeaderETag)), `"`),
	}, nil
}

// createSubscription takes what subscribers and publishers send to the hub, and promises nothing (WebSub §5.1.2): the callback is asked later.
func (h *Handlers) createSubscription(c *fiber.Ctx) error {
	sent, err := h.bodyValues(c)
	if err != nil {
		return err
	}
	form, err := indieweb.ReadHub(sent)
	switch {
	case err != nil:
	case form.Changed != nil:
		err = h.speaker.Ping(c.UserContext(), form.Changed, h.network(c), "error.hub_topic")
	default:
		err = h.store.AskCallback(c.UserContext(), form.SubscriptionRequest, h.network(c))
	}
	if problem := refusal(err); problem != nil {
		return h.refusePlainly(c, problem)
	}
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusAccepted)
}

// bodyValues is the form in the body of a request.
func (h *Handlers) bodyValues(c *fiber.Ctx) (url.Values, error) {
	c.Set(fiber.HeaderCacheControl, "no-store")
	form, err := h.readForm(c, 0, nil)
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	for _, part := range form.parts {
		if part.file == nil {
			values.Add(part.name, part.value)
		}
	}
	return values, nil
}

// postOnly tells a person what a door for programs is.
func (h *Handlers) postOnly(what string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		sentence, err := h.tell(c, what, nil)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderAllow, fiber.MethodPost)
		c.Set(fiber.HeaderContentType, plainType)
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Status(fiber.StatusMethodNotAllowed).SendString(sentence + "\n")
	}
}

// refusePlainly tells a program why not, in a line that its author can read.
func (h *Handlers) refusePlainly(c *fiber.Ctx, problem *models.Error) error {
	status := problemStatus(c, problem)
	if problem.Kind == models.Invalid {
		status = fiber.StatusBadRequest
	}
	sentence, err := h.tell(c, problem.Text, problem)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, plainType)
	return c.Status(status).SendString(sentence + "\n")
}

// tell is a sentence for the author of a program: of a refusal, or of a key.
func (h *Handlers) tell(c *fiber.Ctx, key string, problem *models.Error) (string, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return "", err
	}
	lang := cmp.Or(h.guestLang(c), site.Language)
	if problem != nil {
		return views.Explain(lang, problem), nil
	}
	return views.Say(lang, key), nil
}

// cloud answers as the rssCloud does: 200 whatever comes of it, which stands in the body.
func (h *Handlers) cloud(name, done string, do func(*fiber.Ctx, url.Values) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		form, err := h.bodyValues(c)
		if err != nil {
			return err
		}
		err = do(c, form)
		problem := refusal(err)
		if problem == nil && err != nil {
			return err
		}
		message, err := h.tell(c, done, problem)
		if err != nil {
			return err
		}
		return sendCloud(c, indieweb.CloudResult{XMLName: xml.Name{Local: name}, Success: problem == nil, Message: message})
	}
}

func sendCloud(c *fiber.Ctx, result indieweb.CloudResult) error {
	write, kind := result.XML, "text/xml; charset=utf-8"
	if c.Accepts(fiber.MIMETextXML, fiber.MIMEApplicationXML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON {
		write, kind = result.JSON, fiber.MIMEApplicationJSON
	}
	body, err := write()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderVary, fiber.HeaderAccept)
	return c.Send(body)
}

func (h *Handlers) register(c *fiber.Ctx, sent url.Values) error {
	form, err := indieweb.ReadCloud(sent, h.sender(c).String())
	if err != nil {
		return err
	}
	return h.speaker.PleaseNotify(c.UserContext(), form, h.network(c))
}

func (h *Handlers) ping(c *fiber.Ctx, sent url.Values) error {
	return h.speaker.Ping(c.UserContext(), sent["url"][:min(len(sent["url"]), 1)], h.network(c), "error.cloud_topic")
}
