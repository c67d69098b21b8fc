package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// How large what other sites embed would like to be, in CSS pixels.
const (
	embedWidth   = 480
	embedHeight  = 150 // of a status without its words and its picture
	widgetHeight = 150
)

// showOEmbed tells how to show a page or a status of this site inside another one (oembed.com §2). Everybody may ask: it knows what
// guests see.
func (h *Handlers) showOEmbed(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(resourcePolicy, "cross-origin")
	format := cmp.Or(c.Query("format"), "json")
	if format != "json" && format != "xml" {
		return fiber.ErrNotImplemented
	}
	name, id, ok := h.store.StatusAddress(c.Query("url"))
	if !ok {
		return fiber.ErrNotFound
	}
	embed, err := h.oembed(c, name, id)
	var refused *models.Error
	if errors.As(err, &refused) && refused.Kind == models.Gone {
		return fiber.ErrNotFound // oEmbed knows no more than that
	}
	if err != nil {
		return err
	}
	kind, body, err := embed.Encode(format)
	if err != nil {
		return err
	}
	a := newAnswer(kind, body)
	a.life, a.open, a.policy = feedLife, true, dataPolicy
	return a.send(c)
}

// plainly tells a program in one line why it got no answer. A person gets a page.
func (h *Handlers) plainly(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := next(c)
		if status := statusOf(err); err != nil && status != fiber.StatusInternalServerError && !forPeople(c) && !wantsJSON(c) {
			c.Set(fiber.HeaderContentType, plainType)
			c.Set(fiber.HeaderCacheControl, "no-store")
			return c.Status(status).SendString(h.sentence(h.guestLang(c), err, status) + "\n")
		}
		return err
	}
}

// oembed is how a page, or with an id a status, is shown elsewhere.
func (h *Handlers) oembed(c *fiber.Ctx, name string, id int64) (*indieweb.OEmbed, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	a, err := h.store.Account(c.UserContext(), name)
	if err != nil {
		return nil, err
	}
	embed := &indieweb.OEmbed{
		Title: views.Say(languageOf(a, site), "account.title", "Name", a.Name), AuthorName: "~" + a.Name, AuthorURL: h.home + a.Path(),
		ProviderName: site.Name, ProviderURL: h.home + "/", Width: embedWidth, Height: widgetHeight,
	}
	source := a.Path() + "/widget"
	if id != 0 {
		st, err := h.store.Status(c.UserContext(), nil, name, id)
		if err != nil {
			return nil, err
		}
		source = st.Path() + "/embed"
		embed.Title, embed.Height = views.Say(languageOf(a, site), "status.title", "Name", a.Name), heightOf(st)
		if len(st.Pictures) > 0 {
			p := st.Pictures[0]
			embed.Thumbnail(h.home+p.Path(), p.Width, p.Height, atMost(c, "maxwidth"), atMost(c, "maxheight"))
		}
	}
	embed.Fit(atMost(c, "maxwidth"), atMost(c, "maxheight"))
	embed.HTML = fmt.Sprintf(`<iframe src="%s%s" title="%s" width="%d" height="%d" style="border:0;max-width:100%%" sandbox="allow-popups allow-top-navigation-by-user-activation" loading="lazy"></iframe>`,
		h.home, source, html.EscapeString(embed.Title), embed.Width, embed.Height)
	return embed, nil
}

// heightOf is about how high a status is where it is embedded.
func heightOf(st *models.Status) int {
	const perLine, lineHeight = 45, 25
	height := embedHeight + lineHeight*(len([]rune(st.Text))/perLine+strings.Count(st.Text, "\n"))
	if len(st.Pictures) > 0 {
		p := st.Pictures[0]
		height += p.Height * min(embedWidth, p.Width) / max(1, p.Width)
	}
	return height
}

// atMost is a bound that the consumer gives; zero for none.
func atMost(c *fiber.Ctx, name string) int {
	most, err := strconv.Atoi(c.Query(name))
	if err != nil || most < 1 {
		return 0
	}
	return most
}

// embedded lets other sites frame what comes, a refusal too.
func (h *Handlers) embedded(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := next(c)
		if refused := (*models.Error)(nil); errors.As(err, &refused) {
			return h.noWidget(c, refused)
		}
		return err
	}
}

// showEmbed is a status as a document for a frame of another site.
func (h *Handlers) showEmbed(c *fiber.Ctx, _ *who) (*answer, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	st, err := h.store.Status(c.UserContext(), nil, c.Params("name"), id)
	if err != nil {
		return nil, err
	}
	lang, err := h.languageOf(c, st.Account)
	if err != nil {
		return nil, err
	}
	if wish := c.Query("lang"); wish != "" && models.Speaks(wish) {
		lang = wish
	}
	words := said(st, lang)
	d := widgets.Data{
		Name: st.Account.Name, Base: h.home, Lang: lang, ID: st.ID, Text: words.text, HTML: words.markup, Face: st.ShownFace(), MoodText: st.MoodText,
		Published: st.PublishedAt.Time(), Ago: views.Moment(lang, st.PublishedAt),
	}
	if st.Mood != "" {
		d.Mood, d.Family, d.MoodWord = st.Mood, st.Family(), views.Say(lang, "mood."+st.Mood)
		d.MoodLine = views.Say(lang, "widget.is_feeling", "Mood", d.MoodWord)
	}
	for _, p := range st.Pictures {
		d.Pictures = append(d.Pictures, widgets.Shown{URL: h.home + p.Path(), Alt: cmp.Or(p.Alt, views.Say(lang, "picture.no_alt", "Name", d.Name)), Width: p.Width, Height: p.Height})
	}
	a := widgetAnswer(htmlType, widgets.Embed(d))
	a.framed = true
	return a, nil
}

// changePassword leads password managers to where a password is changed (W3C, A Well-Known URL for Changing Passwords).
func (h *Handlers) changePassword(c *fiber.Ctx) error {
	return h.redirect(c, "/settings/security", fiber.StatusFound)
}
