package handlers

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/indieweb"
	"marquee/models"
	"marquee/views"
)

// feedLife is how long a reader may keep a feed before asking again; asking is cheap, most get a 304.
const feedLife = "max-age=300"

// feedRoutes is every feed in every format: of the site, an account, a tag, a mood.
func (h *Handlers) feedRoutes() []route {
	var table []route
	for _, format := range feeds.Formats {
		for _, feed := range []struct {
			path string
			mark marker
			make maker
		}{
			{"/", siteMark, h.siteFeed(format)},
			{"/~:name/", accountMark, h.accountFeed(format.File)},
			{"/tag/:word/", siteMark, h.tagFeed(format)},
			{"/mood/:mood/", siteMark, h.moodFeed(format)},
			{"/pictures/", siteMark, h.wallFeed(format)},
			{"/~:name/pictures/", accountMark, h.accountWallFeed(format)},
			{"/~:name/guestbook/", accountMark, h.guestbookFeed(format)},
		} {
			table = append(table,
				route{fiber.MethodGet, feed.path + format.File, h.bare(feed.mark, feed.make, "before")},
				route{fiber.MethodOptions, feed.path + format.File, allowReading})
		}
	}
	for _, path := range []string{"/", "/~:name/"} {
		table = append(table, route{fiber.MethodGet, path + "feed.xml", h.oldFeed})
	}
	return table
}

// oldFeed leads from the name that most sites give to their RSS to ours.
func (h *Handlers) oldFeed(c *fiber.Ctx) error {
	return h.redirect(c, strings.TrimSuffix(c.Path(), "feed.xml")+"rss.xml", fiber.StatusMovedPermanently)
}

// bare answers everybody alike, under the parameters of the query that it reads: feeds and drawings read no cookie.
func (h *Handlers) bare(mark marker, make maker, reads ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return h.kept(c, mark, c.Path()+"?"+queryKey(c, reads...), make)
	}
}

// allowReading lets scripts of other sites read what is open (CORS preflight).
func allowReading(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "*")
	c.Set(fiber.HeaderAccessControlMaxAge, "86400")
	return c.SendStatus(fiber.StatusNoContent)
}

// feedLinks are the feeds of a page, for autodiscovery and the footer.
func (h *Handlers) feedLinks(p views.Page, base, title string) []views.Link {
	links := make([]views.Link, len(feeds.Formats))
	for i, format := range feeds.Formats {
		kind, _, _ := strings.Cut(format.Type, ";")
		links[i] = views.Link{Type: kind, Title: title + " (" + format.Title + ")", Href: base + format.File, Word: strings.ToLower(format.Title)}
	}
	return links
}

func (h *Handlers) siteFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		site, err := h.store.Site(c.UserContext())
		if err != nil {
			return nil, err
		}
		changed, err := h.store.StreamChanged(c.UserContext())
		if err != nil {
			return nil, err
		}
		feed := h.feed("/", views.Say(site.Language, "feed.site", "Site", site.Name), site.Language)
		return h.write(c, site, format, feed, models.Stream{}, changed)
	}
}

func (h *Handlers) accountFeed(file string) maker {
	var format feeds.Format
	for _, f := range feeds.Formats {
		if f.File == file {
			format = f
		}
	}
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		site, err := h.store.Site(c.UserContext())
		if err != nil {
			return nil, err
		}
		a, err := h.store.Account(c.UserContext(), c.Params("name"))
		if err != nil {
			return nil, err
		}
		lang := languageOf(a, site)
		feed := h.feed(a.Path()+"/", views.Say(lang, "feed.account", "Name", a.Name, "Site", site.Name), lang)
		feed.Home, feed.Description, feed.Author, feed.Icon = h.home+a.Path(), a.Words(), h.person(a), h.icon(a)
		feed.Service, feed.Blogroll = h.base.Host, h.home+a.Path()+"/friends.opml"
		return h.write(c, site, format, feed, models.Stream{Account: a}, a.ChangedAt)
	}
}

// icon is the square picture of an account's feeds: its avatar, or the site's face.
func (h *Handlers) icon(a *models.Account) string {
	return h.home + cmp.Or(a.AvatarPath(), siteIcon)
}

// siteIcon is the face of the site in feed readers.
const siteIcon = "/faces/happy-48.gif"

// languageOf is the language in which other sites see the account.
func (h *Handlers) languageOf(c *fiber.Ctx, a *models.Account) (string, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return "", err
	}
	return languageOf(a, site), nil
}

func languageOf(a *models.Account, site *models.Site) string {
	if a.Language != "" {
		return a.Language
	}
	return site.Language
}

func (h *Handlers) tagFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		word, err := tagWord(c)
		if err != nil {
			return nil, err
		}
		return h.labelFeed(c, format, models.TagLabel, word, models.TagPath(word), func(site *models.Site) string {
			return views.Say(site.Language, "feed.tag", "Word", word, "Site", site.Name)
		})
	}
}

func (h *Handlers) moodFeed(format feeds.Format) maker {
	return func(c *fiber.Ctx, _ *who) (*answer, error) {
		mood, ok := models.MoodOf(c.Params("mood"))
		if !ok {
			return nil, fiber.ErrNotFound
		}
		return h.labelFeed(c, format, models.MoodLabel, mood.Key, "/mood/"+mood.Key, func(site *models.Site) string {
			return views.Say(site.Language, "feed.mood", "Mood", views.Say(site.Language, "mood."+mood.Key), "Site", site.Name)
		})
	}
}

func (h *Handlers) labelFeed(c *fiber.Ctx, format feeds.Format, kind, word, path string, title func(*models.Site) string) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	changed, err := h.store.LabelChanged(c.UserContext(), kind, word)
	if err != nil {
		return nil, err
	}
	feed := h.feed(path+"/", title(site), site.Language)
	feed.Home = h.home + path
	return h.write(c, site, format, feed, models.Stream{Kind: kind, Word: word}, changed)
}

// feed is a feed without its items; base is where its formats stand.
func (h *Handlers) feed(base, title, lang string) feeds.Feed {
	return feeds.Feed{
		ID: h.store.PermanentID("feed" + base), Title: title, Home: h.home + base, Base: h.home + base,
		Language: lang, Icon: h.home + siteIcon, Generator: "Marquee " + h.version,
		Hub: indieweb.HubAddress(h.home), Cloud: h.home + cloudPath,
	}
}

// write reads the feed's items and writes it.
func (h *Handlers) write(c *fiber.Ctx, site *models.Site, format feeds.Format, feed feeds.Feed, stream models.Stream, changed models.Instant) (*answer, error) {
	before, err := beforeID(c)
	if err != nil {
		return nil, err
	}
	// Every feed names the site, so its settings are part of what changed.
	changed = max(changed, site.ChangedAt)
	stream.Before = before
	page, err := h.store.Read(c.UserContext(), nil, stream)
	if err != nil {
		return nil, err
	}
	for i := range page.Statuses {
		feed.Items = append(feed.Items, h.item(&page.Statuses[i], feed.Language))
	}
	return finish(format, feed, before, page.Older, changed)
}

// finish writes a feed that has its items: a page of it that begins before an id, and is followed by another.
func finish(format feeds.Format, feed feeds.Feed, before, older int64, changed models.Instant) (*answer, error) {
	feed.Updated = changed.Time()
	if before != 0 {
		feed.Hub, feed.Cloud = "", "" // they tell of the first page
		feed.Page = "?before=" + strconv.FormatInt(before, 10)
	}
	if older != 0 {
		feed.Next = "?before=" + strconv.FormatInt(older, 10)
	}
	var body bytes.Buffer
	if err := format.Write(&body, feed); err != nil {
		return nil, err
	}
	a := feedAnswer(format.Type, body.Bytes(), changed)
	if feed.Hub != "" {
		a.links = []string{indieweb.HubLinks(feed.Hub, feed.Base+format.File)}
	}
	return a, nil
}

func feedAnswer(kind string, body []byte, changed models.Instant) *answer {
	a := newAnswer(kind, body)
	a.modified, a.life, a.open = changed.Time(), feedLife, true
	return a
}

func (h *Handlers) person(a *models.Account) feeds.Person {
	return feeds.Person{Name: "~" + a.Name, URL: h.home + a.Path()}
}

// item is a status as a feed shows it: lines with what it answers, with its face and mood, then its text.
func (h *Handlers) item(st *models.Status, lang string) feeds.Item {
	item := feeds.Item{
		ID: h.store.PermanentID(strconv.FormatInt(st.ID, 10)), URL: h.home + st.Path(), Comments: h.home + st.Path(),
		HTML: h.absolute(st.HTML), Text: st.Text, Author: h.person(st.Account),
		Published: st.PublishedAt.Time(), Updated: st.ChangedAt().Time(), Tags: st.Categories(),
		Face: st.ShownFace(), Mood: st.Mood, MoodText: st.MoodText,
	}
	for _, line := range []sentence{feelings(st, lang), answering(st, lang)} {
		if line.text != "" {
			item.HTML = "<p>" + line.markup + "</p>" + item.HTML
			item.Text = strings.TrimSpace(line.text + "\n\n" + item.Text)
		}
	}
	for _, p := range st.Pictures {
		item.Pictures = append(item.Pictures, feeds.Picture{URL: h.home + p.Path(), Type: p.Type, Alt: p.Alt, Size: p.Size, Width: p.Width, Height: p.Height})
		item.HTML += fmt.Sprintf(`<p><img src="%s%s" width="%d" height="%d" alt="%s"></p>`, h.home, p.Path(), p.Width, p.Height, html.EscapeString(p.Alt))
	}
	if st.Origin != "" { // readers find where it was written first; and what came from us finds that it did
		origin := html.EscapeString(st.Origin)
		item.HTML += `<p><a href="` + origin + `">` + html.EscapeString(st.OriginHost()) + "</a></p>"
	}
	if st.ReplyTo != nil {
		item.ReplyTo, item.ReplyToID = h.home+st.ReplyTo.Path(), h.store.PermanentID(strconv.FormatInt(st.ReplyTo.ID, 10))
	} else {
		item.ReplyTo = st.ReplyURL
	}
	return item
}

// absolute makes the site's own links in cleaned HTML work elsewhere. safe.Rich writes every link the same way.
func (h *Handlers) absolute(cleaned string) string {
	return strings.ReplaceAll(cleaned, `href="/`, `href="`+h.home+`/`)
}
