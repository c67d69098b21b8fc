package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// imageAnswer is a drawing that any page may show.
func imageAnswer(kind string, body []byte, life string) *answer {
	a := widgetAnswer(kind, widgets.Drawn{Body: body})
	a.life = life
	return a
}

var facePath = regexp.MustCompile(`^([a-z]+)-([1-9][0-9])\.gif$`)

// showFace is a drawn face: /faces/cosy-16.gif.
func (h *Handlers) showFace(c *fiber.Ctx) error {
	found := facePath.FindStringSubmatch(c.Params("file"))
	if found == nil {
		return fiber.ErrNotFound
	}
	a, err := h.constant(c.Path(), func() (*answer, error) {
		size, err := strconv.Atoi(found[2])
		body, ok := widgets.Face(found[1], size)
		if err != nil || !ok {
			return nil, fiber.ErrNotFound
		}
		return imageAnswer(widgets.GIFType, body, "max-age=86400"), nil
	})
	if err != nil {
		return err
	}
	return a.send(c)
}

// hourlyMark is the site's freshness for what says "this week": time passes although nobody says anything.
func hourlyMark(h *Handlers, c *fiber.Ctx) (models.Mark, error) {
	m, err := siteMark(h, c)
	m.Posted = models.At(h.store.Now().Truncate(time.Hour))
	return m, err
}

// week is how the site felt this week, in the order of the tree.
func (h *Handlers) week(c *fiber.Ctx) ([]widgets.Share, error) {
	counts, err := h.store.WeekOfMoods(c.UserContext())
	var shares []widgets.Share
	for _, f := range models.MoodTree() {
		if counts[f.Key] > 0 {
			shares = append(shares, widgets.Share{Family: f.Key, Count: counts[f.Key]})
		}
	}
	return shares, err
}

func (h *Handlers) showMoods(c *fiber.Ctx, w *who) (*answer, error) {
	p, err := h.page(c, w, "moods.title")
	if err != nil {
		return nil, err
	}
	shares, err := h.week(c)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, s := range shares {
		total += s.Count
	}
	view := views.Moods{Page: p, Tree: models.MoodTree(), Snippet: h.linked("/mood", "/internet/current.gif", p.Title)}
	for _, s := range shares {
		view.Week = append(view.Week, views.MoodShare{Key: s.Family, Percent: (s.Count*100 + total/2) / total})
	}
	return pageAnswer(view)
}

func (h *Handlers) showWeek(c *fiber.Ctx, _ *who) (*answer, error) {
	shares, err := h.week(c)
	if err != nil {
		return nil, err
	}
	return imageAnswer(widgets.GIFType, widgets.Crowd(shares), imageLife), nil
}

// showCurrent is the mood of the site as an indicator, at the address where imood has the mood of the Internet.
func (h *Handlers) showCurrent(c *fiber.Ctx, _ *who) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	shares, err := h.week(c)
	if err != nil {
		return nil, err
	}
	top := widgets.Share{}
	for _, s := range shares {
		if s.Count > top.Count {
			top = s
		}
	}
	word := views.Say(site.Language, "moods.nobody")
	if top.Family != "" {
		word = views.Say(site.Language, "mood."+top.Family)
	}
	o := widgetOptions(c)
	body := widgets.Mood(top.Family, word, widgets.MoodColors{FG: o.FG, BG: o.BG, Transparent: o.Trans})
	return imageAnswer(widgets.GIFType, body, imageLife), nil
}

// linked is HTML that shows one of the site's images elsewhere, as a link.
func (h *Handlers) linked(path, image, alt string) string {
	return fmt.Sprintf(`<a href="%s%s"><img src="%s%s" alt="%s"></a>`, h.home, path, h.home, image, html.EscapeString(alt))
}

func (h *Handlers) showSiteButton(c *fiber.Ctx, _ *who) (*answer, error) {
	site, err := h.store.Site(c.UserContext())
	if err != nil {
		return nil, err
	}
	return imageAnswer(widgets.GIFType, widgets.SiteButton(site.Name), imageLife), nil
}

// showImood is the mood indicator at imood's address, with its options as parts of the path:
// /display/uname-ada/fg-RRGGBB/bg-RRGGBB/trans-1/imood.gif.
func (h *Handlers) showImood(c *fiber.Ctx, d widgets.Data) (*answer, error) {
	options := map[string]string{}
	rest, ok := strings.CutSuffix("/"+c.Params("*"), "/imood.gif")
	if !ok {
		return nil, fiber.ErrNotFound
	}
	for option := range strings.SplitSeq(rest, "/") {
		name, value, _ := strings.Cut(option, "-")
		options[name] = value
	}
	o := widgets.ParseOptions(func(name string) string { return options[name] })
	word := cmp.Or(d.MoodText, d.MoodWord, d.None)
	body := widgets.Mood(d.Family, word, widgets.MoodColors{FG: o.FG, BG: o.BG, Transparent: o.Trans})
	return imageAnswer(widgets.GIFType, body, imageLife), nil
}

func widgetOptions(c *fiber.Ctx) widgets.Options {
	return widgets.ParseOptions(func(name string) string { return c.Query(name) })
}

// design is an account's own button with its words filled in.
func design(d models.Design, data widgets.Data) widgets.Design {
	fill := strings.NewReplacer("{name}", data.Name, "{mood}", cmp.Or(data.MoodWord, data.MoodText))
	drawn := widgets.Design{Top: fill.Replace(d.Top), Bottom: fill.Replace(d.Bottom), FG: d.FG, BG: d.BG, Edge: d.Edge, Face: d.Face, Style: d.Style}
	if d.Face == models.FaceOfMood {
		drawn.Face = data.Family
	}
	return drawn
}

// liveImage answers with the account's drawing; who is not here is told so as a widget would.
func (h *Handlers) liveImage(handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := handle(c)
		if problem := (*models.Error)(nil); errors.As(err, &problem) {
			return h.noWidget(c, problem)
		}
		return err
	}
}
