package handlers

import (
	"fmt"
	"html"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// guestbookFeed is what everybody reads in an account's guestbook.
func (h *Handlers) guestbookFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		site, err := h.store.Site(c.UserContext())
		if err != nil {
			return nil, err
		}
		a, err := h.store.Account(c.UserContext(), c.Params("name"))
		if err != nil {
			return nil, err
		}
		before, err := beforeID(c)
		if err != nil {
			return nil, err
		}
		page, err := h.store.Entries(c.UserContext(), a, before)
		if err != nil {
			return nil, err
		}
		lang := languageOf(a, site)
		feed := h.feed(a.Path()+"/guestbook/", views.Say(lang, "feed.guestbook", "Name", a.Name, "Site", site.Name), lang)
		feed.Home, feed.Icon = h.home+a.Path()+"/guestbook", h.icon(a)
		for i := range page.Entries {
			feed.Items = append(feed.Items, h.entryItem(&page.Entries[i], lang))
		}
		return finish(format, feed, before, page.Older, max(a.GuestbookAt, a.CreatedAt, site.ChangedAt))
	}
}

// entryItem is an entry as a feed shows it: published when everybody could see it, whenever it was signed.
func (h *Handlers) entryItem(e *models.Entry, lang string) feeds.Item {
	item := feeds.Item{
		ID: h.store.PermanentID("guestbook/" + strconv.FormatInt(e.ID, 10)), URL: h.home + e.Path(),
		Title: views.Say(lang, "feed.entry", "By", e.By(), "Name", e.Page.Name), Author: feeds.Person{Name: e.Name, URL: e.Homepage},
		HTML: h.absolute(e.HTML), Text: e.Text, Published: e.ShownAt.Time(), Updated: e.ShownAt.Time(),
	}
	if e.Signer != nil {
		item.Author = h.person(e.Signer)
	}
	if e.Signature != "" {
		alt := views.Say(lang, "guestbook.signature", "Name", e.By())
		width, height := e.SignatureSize()
		item.HTML += fmt.Sprintf(`<p><img src="%s%s" width="%d" height="%d" alt="%s"></p>`, h.home, e.SignaturePath(),
			width*widgets.SignatureScale, height*widgets.SignatureScale, html.EscapeString(alt))
		if item.Text == "" {
			item.Text = alt
		}
	}
	return item
}
