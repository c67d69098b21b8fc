package handlers

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

// micropubQueries is what may be asked (Micropub §3.7, and its extensions), by the name of the question.
var micropubQueries = map[string]func(*Handlers, *fiber.Ctx, *models.Token) (any, error){
	"config":       (*Handlers).micropubConfig,
	"source":       (*Handlers).micropubSource,
	"syndicate-to": (*Handlers).micropubSyndicateTo,
	"category":     (*Handlers).micropubCategories,
	"contact":      (*Handlers).micropubContacts,
}

// micropubPostTypes are the kinds of post that a program may offer, in the order of its buttons.
var micropubPostTypes = []string{"note", "photo", "reply", "like", "repost", "bookmark"}

func (h *Handlers) queryMicropub(c *fiber.Ctx) error {
	t, err := h.bearer(c)
	if err != nil {
		return err
	}
	ask := micropubQueries[c.Query("q")]
	if ask == nil {
		return invalidRequest("The question q is none that is answered here.")
	}
	said, err := ask(h, c, t)
	if err != nil {
		return err
	}
	return c.JSON(said)
}

func (h *Handlers) micropubConfig(c *fiber.Ctx, t *models.Token) (any, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	tags, err := h.store.OwnTags(c.UserContext(), t.Account)
	if err != nil {
		return nil, err
	}
	types := []fiber.Map{}
	for _, word := range micropubPostTypes {
		types = append(types, fiber.Map{"type": word, "name": views.Say(languageOf(t.Account, site), "micropub."+word)})
	}
	questions := []string{"config", "source", "syndicate-to", "category", "contact"}
	return fiber.Map{
		"media-endpoint": h.home + micropubMediaPath, "syndicate-to": []string{}, "q": questions, "post-types": types, "categories": tags,
		"visibility": []string{models.Public, models.Private},
	}, nil
}

// micropubSyndicateTo lists where else a status can be sent: nowhere, for whoever wants it there follows it from there.
func (h *Handlers) micropubSyndicateTo(*fiber.Ctx, *models.Token) (any, error) {
	return fiber.Map{"syndicate-to": []string{}}, nil
}

// micropubSource is one status by its url, or a page of the account's statuses, newest first.
func (h *Handlers) micropubSource(c *fiber.Ctx, t *models.Token) (any, error) {
	if address := c.Query("url"); address != "" {
		id, err := h.addressed(t, address)
		if err != nil {
			return nil, err
		}
		st, err := h.store.Status(c.UserContext(), t.Account, t.Account.Name, id)
		if err != nil {
			return nil, err
		}
		return h.source(c, st), nil
	}
	limit, before := models.PageSize, int64(0)
	if asked, err := positive(c.Query("limit")); err == nil {
		limit = int(min(asked, models.PageSize))
	}
	if asked := c.Query("before"); asked != "" {
		var err error
		if before, err = positive(asked); err != nil {
			return nil, invalidRequest("The word before is none that a page gave.")
		}
	}
	page, err := h.store.Read(c.UserContext(), t.Account, models.Stream{Account: t.Account, Before: before})
	if err != nil {
		return nil, err
	}
	if len(page.Statuses) > limit {
		page.Statuses, page.Older = page.Statuses[:limit], page.Statuses[limit-1].ID
	}
	items, paging := []any{}, fiber.Map{}
	for i := range page.Statuses {
		items = append(items, h.source(c, &page.Statuses[i]))
	}
	if page.Older != 0 {
		paging["before"] = page.Older
	}
	return fiber.Map{"items": items, "paging": paging}, nil
}

// source is a status with the properties that were asked for, and with its type when all were.
func (h *Handlers) source(c *fiber.Ctx, st *models.Status) fiber.Map {
	var names []string
	for _, name := range []string{"properties", "properties[]"} {
		for _, value := range c.Request().URI().QueryArgs().PeekMulti(name) {
			names = append(names, string(value))
		}
	}
	said := fiber.Map{"properties": indieweb.Source(st, h.home).Only(names)}
	if len(names) == 0 {
		said["type"] = []string{"h-entry"}
	}
	return said
}

// micropubCategories is the account's own tags, those with the filter's letters in them.
func (h *Handlers) micropubCategories(c *fiber.Ctx, t *models.Token) (any, error) {
	tags, err := h.store.OwnTags(c.UserContext(), t.Account)
	filter := strings.ToLower(c.Query("filter"))
	return fiber.Map{"categories": slices.DeleteFunc(tags, func(tag string) bool { return !strings.Contains(tag, filter) })}, err
}

// micropubContacts is the account's top friends.
func (h *Handlers) micropubContacts(c *fiber.Ctx, t *models.Token) (any, error) {
	friends, err := h.store.TopFriends(c.UserContext(), t.Account)
	contacts := []fiber.Map{}
	for i := range friends {
		f := &friends[i]
		address := f.Link()
		if f.Here() {
			address = h.home + address
		}
		contacts = append(contacts, fiber.Map{"name": f.Called(), "nickname": f.Name, "url": address})
	}
	return fiber.Map{"contacts": contacts}, err
}
