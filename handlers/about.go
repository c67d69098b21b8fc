package handlers

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/widgets"
)

// showAboutJSON is what an account says of itself, for programs of any site.
func (h *Handlers) showAboutJSON(c *fiber.Ctx, _ *who) (*answer, error) {
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, err
	}
	profile, err := h.store.ProfileOf(c.UserContext(), a)
	if err != nil {
		return nil, err
	}
	about := h.about(a, profile)
	if about.Language, err = h.languageOf(c, a); err != nil {
		return nil, err
	}
	made := newAnswer(fiber.MIMEApplicationJSONCharsetUTF8, about.JSON())
	made.open = true
	return made, nil
}

func (h *Handlers) about(a *models.Account, p models.Profile) widgets.About {
	page := h.home + a.Path()
	about := widgets.About{
		Name: a.Name, URL: page, Homepage: p.Homepage, Tagline: p.Tagline, Pronouns: p.Pronouns, Since: a.CreatedAt.Time().Format(time.RFC3339),
		About: a.Words(), AboutHTML: h.absolute(a.BioHTML), MeetHTML: h.absolute(p.MeetHTML),
		Interests: byKey(p.Interests()), Currently: byKey(p.Currently()), Song: widgets.AboutSong{Title: p.Song, Artist: p.SongArtist, URL: p.SongLink},
		Links: []widgets.AboutLink{}, Friends: []widgets.AboutLink{}, Rings: []widgets.AboutLink{}, Feeds: map[string]string{}, Status: page + "/status.json",
	}
	if a.Avatar != "" {
		about.Photo = h.home + a.AvatarPath()
	}
	if a.Layout != "" {
		about.Layout = page + "/layout.css"
	}
	if !a.GuestbookClosed {
		about.Guestbook = page + "/guestbook"
	}
	if p.Birthday != "" {
		about.Birthday = "--" + p.Birthday
	}
	for _, link := range p.Links {
		if link.Address != "" {
			about.Links = append(about.Links, widgets.AboutLink{Title: link.Label, URL: link.Address})
		}
	}
	for _, format := range feeds.Formats {
		kind, _, _ := strings.Cut(format.Type, ";")
		about.Feeds[kind] = page + "/" + format.File
	}
	return about
}

// byKey is what somebody loves, by the key of its row.
func byKey(rows []models.Interest) map[string]string {
	said := map[string]string{}
	for _, row := range rows {
		said[row.Key] = row.Text
	}
	return said
}
