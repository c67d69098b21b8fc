package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) editProfile(c *fiber.Ctx, w *who) error {
	profile, err := h.store.ProfileOf(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	return h.showProfile(c, w, profile, nil)
}

func (h *Handlers) showProfile(c *fiber.Ctx, w *who, profile models.Profile, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "settings.title", problem)
	if err != nil {
		return err
	}
	proofs, err := h.store.Proofs(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), views.Settings{Page: p, Profile: profile, Proofs: proofs, Saved: saved})
}

func (h *Handlers) updateProfile(c *fiber.Ctx, w *who) error {
	profile := postedProfile(c)
	err := h.store.Describe(c.UserContext(), w.account, profile)
	if problem := refusal(err); problem != nil {
		return h.showProfile(c, w, profile, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings?saved=1", fiber.StatusSeeOther)
}

// postedProfile is what the form says of an account, field by field.
func postedProfile(c *fiber.Ctx) models.Profile {
	p := models.Profile{
		Bio: field(c, "bio"), Homepage: field(c, "homepage"), Language: field(c, "language"),
		MoodsPrivate: field(c, "moods_private") != "", Counting: field(c, "counting") != "",
		Tagline: field(c, "tagline"), Pronouns: field(c, "pronouns"),
		Blurbs: models.Blurbs{
			Meet: field(c, "meet"), General: field(c, "general"), Music: field(c, "music"), Movies: field(c, "movies"),
			Television: field(c, "television"), Books: field(c, "books"), Heroes: field(c, "heroes"),
			Song: field(c, "song"), SongArtist: field(c, "song_artist"), SongLink: field(c, "song_link"),
			Reading: field(c, "reading"), Playing: field(c, "playing"), Listening: field(c, "listening"),
		},
	}
	if month, day := field(c, "birth_month"), field(c, "birth_day"); month != "" || day != "" {
		p.Birthday = month + "-" + day
	}
	for i := range p.Links {
		number := strconv.Itoa(i)
		p.Links[i] = models.ProfileLink{Label: field(c, "label"+number), Address: field(c, "address"+number)}
	}
	return p
}
