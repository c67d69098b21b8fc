package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// dataPolicy is for what is no page: nothing may run or load there.
const dataPolicy = "default-src 'none'; frame-ancestors 'none'"

// widgetRoutes is every widget below an account's page.
func (h *Handlers) widgetRoutes() []route {
	var table []route
	for _, widget := range widgets.All {
		path := "/~:name/" + widget.Path
		table = append(table,
			route{fiber.MethodGet, path, h.ticking(func(c *fiber.Ctx, d widgets.Data) (*answer, error) {
				a := widgetAnswer(widget.Type, widget.Draw(d, widgetOptions(c)))
				if a.framed = widget.Frame; strings.HasPrefix(widget.Type, "image/") {
					a.life = imageLife
				}
				return a, nil
			})},
			route{fiber.MethodOptions, path, allowReading})
	}
	return table
}

func widgetAnswer(kind string, drawn widgets.Drawn) *answer {
	a := newAnswer(kind, drawn.Body)
	a.open, a.policy = true, dataPolicy
	if drawn.CSP != "" {
		a.policy = drawn.CSP
	}
	return a
}

// ticking answers with a widget. It says "3 hours ago", so it is kept no longer than that is true. It
// reads no cookie.
func (h *Handlers) ticking(draw func(c *fiber.Ctx, d widgets.Data) (*answer, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		mark, err := accountMark(h, c)
		if problem := (*models.Error)(nil); errors.As(err, &problem) {
			return h.noWidget(c, problem)
		}
		if err != nil {
			return err
		}
		step, count := views.AgoStep(h.store.Now(), mark.Posted.Time())
		key := fmt.Sprintf("%s?%s|%d.%d", c.Path(), queryKey(c, "name", "theme", "fg", "bg", "template", "trans", "lang"), step, count)
		if a := h.answers.get(key, mark); a != nil {
			return a.send(c)
		}
		data, err := h.widgetData(c, accountName(c))
		if err != nil {
			return err
		}
		a, err := draw(c, data)
		if err != nil {
			return err
		}
		h.answers.keep(key, mark, a)
		return a.send(c)
	}
}

// noWidget says that there is nobody to show in the form that a page which embeds it can bear: readable
// and frameable from anywhere, one sentence.
func (h *Handlers) noWidget(c *fiber.Ctx, problem *models.Error) error {
	sentence := views.Explain(cmp.Or(h.guestLang(c), "en"), problem)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(resourcePolicy, "cross-origin")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors *")
	c.Response().Header.Del(fiber.HeaderXFrameOptions)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(statusOf(problem))
	if wantsJSON(c) {
		return c.JSON(fiber.Map{"error": sentence})
	}
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString(sentence + "\n")
}

// widgetData is an account's last public status in the words of a language: ?lang=, or the account's own.
func (h *Handlers) widgetData(c *fiber.Ctx, name string) (widgets.Data, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return widgets.Data{}, err
	}
	a, err := h.store.Account(c.UserContext(), name)
	if err != nil {
		return widgets.Data{}, err
	}
	lang := languageOf(a, site)
	if wish := c.Query("lang"); wish != "" && models.Speaks(wish) {
		lang = wish
	}
	d := widgets.Data{Name: a.Name, Base: h.home, Lang: lang, None: views.Say(lang, "widget.none")}
	st, err := h.store.Latest(c.UserContext(), a)
	if err != nil || st == nil {
		return d, err
	}
	d.Family = st.Family()
	words := said(st, lang)
	d.ID, d.Text, d.HTML, d.Face, d.MoodText = st.ID, words.text, words.markup, st.ShownFace(), st.MoodText
	if st.Mood != "" {
		d.Mood, d.MoodWord = st.Mood, views.Say(lang, "mood."+st.Mood)
		d.MoodLine = views.Say(lang, "widget.feeling", "Mood", d.MoodWord)
	}
	d.Published = st.PublishedAt.Time()
	d.Ago, d.AgoEnglish = views.Ago(lang, h.store.Now(), d.Published), views.Ago("en", h.store.Now(), d.Published)
	own, err := h.store.DesignOf(c.UserContext(), a)
	if err == nil && !own.IsZero() {
		d.Button = design(own, d)
	}
	return d, err
}

func (h *Handlers) showCafeJSON(_ *fiber.Ctx, d widgets.Data) (*answer, error) {
	return widgetAnswer(widgets.JSONType, widgets.Drawn{Body: widgets.StatusCafeJSON(d)}), nil
}

func (h *Handlers) showCafeScript(_ *fiber.Ctx, d widgets.Data) (*answer, error) {
	return widgetAnswer(widgets.ScriptType, widgets.Drawn{Body: widgets.StatusCafeScript(d)}), nil
}

// showWidgets builds the snippets to paste, plain HTML first.
func (h *Handlers) showWidgets(c *fiber.Ctx, w *who) error {
	p, _, err := h.settingsPage(c, w, "settings.widgets", nil)
	if err != nil {
		return err
	}
	options := widgetOptions(c)
	lang := c.Query("widget_lang") // ?lang= is the reader's own
	query := widgetQuery(options, lang)
	view := views.Widgets{
		Page: p, Query: query, Themes: widgets.Themes,
		Options:  views.WidgetOptions{Theme: options.Theme, FG: options.FG, BG: options.BG, Trans: options.Trans, Template: options.Template, Lang: lang},
		Snippets: h.snippets(w.account, options, lang), Mark: h.bookmarklet(),
	}
	return h.send(c, fiber.StatusOK, view)
}

// widgetQuery spells a widget's options, leaving out what is the default.
func widgetQuery(o widgets.Options, lang string) string {
	query := url.Values{}
	trans := ""
	if o.Trans {
		trans = "1"
	}
	for name, value := range map[string]string{"theme": o.Theme, "fg": o.FG, "bg": o.BG, "trans": trans, "template": o.Template, "lang": lang} {
		if value != "" && !(name == "theme" && value == widgets.Themes[0]) && !(name == "lang" && !models.Speaks(value)) {
			query.Set(name, value)
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// bookmarklet opens the small composer with the page one is looking at.
func (h *Handlers) bookmarklet() string {
	return fmt.Sprintf("javascript:void(window.open('%s/post?text='+encodeURIComponent(document.title+' '+location.href),'marquee','width=350,height=350'))", h.home)
}

// imoodPath is imood's address of the account's mood, with the options that imood has.
func imoodPath(a *models.Account, o widgets.Options) string {
	path := "/display/uname-" + a.Name
	for _, option := range []struct{ name, value string }{{"fg", o.FG}, {"bg", o.BG}} {
		if option.value != "" {
			path += "/" + option.name + "-" + option.value
		}
	}
	if o.Trans {
		path += "/trans-1"
	}
	return path + "/imood.gif"
}

// imageSnippet shows one of the live images, for hosts that allow no script.
func (h *Handlers) imageSnippet(a *models.Account, key, file, query, size string) views.Snippet {
	code := fmt.Sprintf(`<a href="%s%s"><img src="%s%s/%s%s" %s alt="~%s"></a>`, h.home, a.Path(), h.home, a.Path(), file, html.EscapeString(query), size, a.Name)
	return views.Snippet{Key: key, Code: code, Image: a.Path() + "/" + file + query}
}

func (h *Handlers) snippets(a *models.Account, o widgets.Options, lang string) []views.Snippet {
	query := widgetQuery(o, lang)
	page := h.home + a.Path()
	quoted := html.EscapeString(query)
	image := o
	image.Template, image.Trans = "", false
	drawn := widgetQuery(image, lang)
	image.Trans = o.Trans
	return []views.Snippet{
		{Key: "link", Code: fmt.Sprintf(`<a href="%s">~%s</a>`, page, a.Name)},
		{Key: "iframe", Code: fmt.Sprintf(`<iframe src="%s/widget%s" title="~%s" width="320" height="150" frameborder="0"></iframe>`, page, quoted, a.Name)},
		h.imageSnippet(a, "mood", "mood.gif", widgetQuery(image, lang), `height="18"`),
		h.imageSnippet(a, "button", "button.gif", drawn, `width="88" height="31"`),
		h.imageSnippet(a, "blinkie", "blinkie.gif", drawn, `width="150" height="20"`),
		h.imageSnippet(a, "widget", "widget.svg", drawn, `width="300" height="110"`),
		h.imageSnippet(a, "latest", "latest.jpg", "", `width="320"`),
		{
			Key: "imood", Image: imoodPath(a, o),
			Code: fmt.Sprintf(`<a href="%s"><img src="%s%s" alt="The current mood of %s" border="0"></a>`, page, h.home, imoodPath(a, o), a.Name),
		},
		{Key: "script", Code: fmt.Sprintf("<div id=\"marquee\"></div>\n<script src=\"%s/widget.js%s\" defer></script>", page, quoted)},
		{Key: "statuscafe", Code: fmt.Sprintf("<div id=\"statuscafe\"><div id=\"statuscafe-username\"></div><div id=\"statuscafe-content\"></div></div>\n"+
			"<script src=\"%s/current-status.js?name=%s\" defer></script>", h.home, a.Name)},
		{Key: "json", Code: page + "/status.json"},
		{Key: "text", Code: "curl " + page + "/status.txt"},
		{Key: "feed", Code: strings.Join([]string{page + "/rss.xml", page + "/atom.xml", page + "/feed.json"}, "\n")},
		{Key: "bookmarklet", Code: h.bookmarklet()},
	}
}
