package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/indieweb"
	"marquee/models"
	"marquee/safe"
	"marquee/views"
)

const (
	micropubMediaPath = "/micropub/media" // the media endpoint, as the configuration of Micropub names it

	updatesMost = 20 // times that an update begins again; each time another one was done
)

// micropubRoutes is how programs write for an account, and the pictures that they send; and how a person takes back what was taken away.
func (h *Handlers) micropubRoutes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	return []route{
		{get, "/micropub", h.micropub(h.queryMicropub)},
		{post, "/micropub", h.micropub(h.postMicropub)},
		{options, "/micropub", allowPrograms},
		{get, micropubMediaPath, h.micropub(h.queryMedia)},
		{post, micropubMediaPath, h.micropub(h.createMedia)},
		{options, micropubMediaPath, allowPrograms},
		{get, "/media/:file", h.showMedia},
		{post, "/~:name/:id/restore", h.memberForm(h.restoreStatus)},
	}
}

// micropub is a door for programs that may bring pictures, which takes time.
func (h *Handlers) micropub(next fiber.Handler) fiber.Handler {
	return h.program(func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(context.Background(), uploadTime)
		defer cancel()
		c.SetUserContext(ctx)
		err := next(c)
		var malformed indieweb.Malformed
		switch {
		case errors.As(err, &malformed):
			return invalidRequest(malformed.Error())
		case errors.Is(err, models.ErrPictureHeavy):
			return &apiError{status: http.StatusRequestEntityTooLarge, word: "invalid_request", sentence: views.Explain("en", models.ErrPictureHeavy)}
		}
		return err
	})
}

// programForm is the form that a program sent, and its token. Files of who has none are not kept. Whoever calls it closes the form.
func (h *Handlers) programForm(c *fiber.Ctx, files int) (*post, *models.Token, error) {
	if stream := c.Context().RequestBodyStream(); stream != nil && c.Request().Header.ContentLength() > uploadLimit {
		readPast(c, stream)
		return &post{}, nil, fiber.ErrRequestEntityTooLarge
	}
	form, err := h.readForm(c, files, func(form *post) bool {
		_, err := h.bearerOf(c, form)
		return err == nil
	})
	if err != nil {
		return &post{}, nil, err
	}
	t, err := h.bearerOf(c, form)
	return form, t, err
}

// postMicropub creates, updates, deletes or brings back a status (Micropub §3.3 to §3.5).
func (h *Handlers) postMicropub(c *fiber.Ctx) error {
	form, t, err := h.programForm(c, models.PicturesMost)
	defer form.close()
	if err != nil {
		return err
	}
	m, err := h.readMicropub(c, t, form)
	if err != nil {
		return err
	}
	if !t.May(m.Action) {
		return insufficientScope(m.Action)
	}
	if m.Action == indieweb.MicropubCreate {
		return h.createByMicropub(c, t, m)
	}
	id, err := h.addressed(t, m.URL)
	if err != nil {
		return err
	}
	switch m.Action {
	case indieweb.MicropubUpdate:
		err = h.updateByMicropub(c, t, id, m)
	case indieweb.MicropubDelete:
		err = h.store.Withdraw(c.UserContext(), t.Account, id)
	case indieweb.MicropubUndelete:
		err = h.store.Restore(c.UserContext(), t.Account, id)
	}
	if err == nil {
		c.Status(http.StatusNoContent)
	}
	return err
}

// readMicropub decodes JSON or a form. A photo that was uploaded becomes one that has an address.
func (h *Handlers) readMicropub(c *fiber.Ctx, t *models.Token, form *post) (*indieweb.Micropub, error) {
	if kind, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";"); strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationJSON) {
		return indieweb.ReadMicropubJSON(c.Body())
	}
	var fields []indieweb.Field
	for _, p := range form.parts {
		if p.file == nil && p.problem == nil {
			fields = append(fields, indieweb.Field{Name: p.name, Value: p.value})
			continue
		}
		if indieweb.PropertyName(p.name) != "photo" {
			return nil, invalidRequest("A file is a photo: nothing else that comes in one can be kept here.")
		}
		if !t.May(indieweb.MicropubCreate) {
			return nil, insufficientScope(indieweb.MicropubCreate)
		}
		taken, err := h.takeMedia(c, t, p, safe.PictureWish{})
		if err != nil {
			return nil, err
		}
		fields = append(fields, indieweb.Field{Name: "photo", Value: h.home + taken.MediaPath()})
	}
	return indieweb.ReadMicropubForm(fields)
}

func (h *Handlers) createByMicropub(c *fiber.Ctx, t *models.Token, m *indieweb.Micropub) error {
	draft, photos, err := m.Properties.Draft(views.MoodKey)
	if err == nil {
		draft.Pictures, err = h.photosOf(c, t, photos, nil)
	}
	if err != nil {
		return err
	}
	st, err := h.store.Publish(c.UserContext(), t.Account, draft)
	if err != nil {
		return err
	}
	c.Status(http.StatusCreated).Location(h.home + st.Path())
	return nil
}

// updateByMicropub changes what is there; when somebody else did so meanwhile, it begins again with that.
func (h *Handlers) updateByMicropub(c *fiber.Ctx, t *models.Token, id int64, m *indieweb.Micropub) error {
	err := h.reviseByMicropub(c, t, id, m)
	for again := 0; again < updatesMost && models.IsKind(err, models.Conflict); again++ {
		err = h.reviseByMicropub(c, t, id, m)
	}
	return err
}

func (h *Handlers) reviseByMicropub(c *fiber.Ctx, t *models.Token, id int64, m *indieweb.Micropub) error {
	st, err := h.store.Status(c.UserContext(), t.Account, t.Account.Name, id)
	if err != nil {
		return err
	}
	draft, photos, err := m.Revise(st, h.home, models.At(h.store.Now()), views.MoodKey)
	if err == nil {
		draft.Pictures, err = h.photosOf(c, t, photos, st.Pictures)
	}
	if err == nil {
		_, err = h.store.Edit(c.UserContext(), t.Account, id, draft)
	}
	return err
}

// photosOf brings the photos of an entry here, but for those that its status shows already. It goes without those among its words that
// cannot be had.
func (h *Handlers) photosOf(c *fiber.Ctx, t *models.Token, photos []indieweb.Photo, shown []models.Picture) (list []models.DraftPicture, err error) {
	for _, photo := range photos {
		at := slices.IndexFunc(shown, func(p models.Picture) bool { return photo.URL == h.home+p.Path() || photo.URL == h.home+p.MediaPath() })
		if at >= 0 {
			list = append(list, models.DraftPicture{Key: shown[at].Key, Alt: photo.Alt})
			continue
		}
		taken, err := h.store.PictureAt(c.UserContext(), t.Account, h.network(c), photo.URL)
		if photo.Inline && (models.IsKind(err, models.Invalid) || err == nil && shows(list, shown, taken)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, models.DraftPicture{Key: taken.Key, Alt: photo.Alt})
	}
	return list, nil
}

// shows reports whether a draft holds one of the pictures shown that is the same as this one: words that are sent again bring their images again.
func shows(list []models.DraftPicture, shown []models.Picture, again *models.Picture) bool {
	return slices.ContainsFunc(shown, func(p models.Picture) bool {
		return p.Hash == again.Hash && slices.ContainsFunc(list, func(d models.DraftPicture) bool { return d.Key == p.Key })
	})
}

var errForbiddenURL = &apiError{status: http.StatusForbidden, word: "forbidden", sentence: "The status at this url is somebody else's."}

// addressed is the number of the status at an address, if it is the account's own.
func (h *Handlers) addressed(t *models.Token, address string) (int64, error) {
	name, id, ok := h.store.StatusAddress(address)
	switch {
	case !ok || id == 0:
		return 0, invalidRequest("There is no status at this url.")
	case name != t.Account.Name:
		return 0, errForbiddenURL
	}
	return id, nil
}
