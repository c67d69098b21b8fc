package handlers

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/safe"
	"marquee/views"
)

// Limits of a form with files.
const (
	uploadTime  = 2 * time.Minute // to send it, and again to squeeze what it brings
	uploadLimit = 64 << 20        // bytes read of it: what is too large for us gets an answer all the same
	partsMost   = 100
	spoolsMost  = 256      // files of all uploads together: each is an open file, of which a process has some hundreds
	headerMost  = 16 << 10 // bytes of what stands before a part
)

// readMultipart reads a form piece by piece: fields into memory, pictures into temporary files, so that many who wait
// cost little. A file that is too large, or one too many, is read to its end and thrown away: the sentence beside
// the field then arrives, where a connection that breaks would say nothing.
func readMultipart(c *fiber.Ctx, form *post, files int, may func(form *post) bool) error {
	whole := &io.LimitedReader{R: patient{c.Context().Conn(), c.Context().RequestBodyStream(), readTimeout, time.Now().Add(uploadTime)}, N: uploadLimit}
	gate := &io.LimitedReader{R: whole}
	reader := multipart.NewReader(gate, string(c.Request().Header.MultipartFormBoundary()))
	room := formLimit
	for {
		gate.N = headerMost // the reader keeps what stands before a part, however long it is
		next, err := reader.NextPart()
		if gate.N <= 0 {
			return fiber.ErrRequestEntityTooLarge
		}
		gate.N = uploadLimit
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenForm(err, whole)
		}
		if len(form.parts) == partsMost {
			return fiber.ErrRequestEntityTooLarge
		}
		read := part{name: next.FormName()}
		if next.FileName() == "" {
			room, err = read.readField(next, room-len(read.name))
		} else {
			files--
			err = read.readFile(next, form, files >= 0 && may(form))
		}
		form.parts = append(form.parts, read)
		if err != nil {
			return brokenForm(err, whole)
		}
	}
	if _, err := io.Copy(io.Discard, whole); err == nil && whole.N > 0 { // what follows the last boundary
		c.Locals(readLocal, true)
	}
	return nil
}

// brokenForm is the answer to a form that could not be read to its end.
func brokenForm(err error, whole *io.LimitedReader) error {
	var wrong *fiber.Error
	switch {
	case errors.As(err, &wrong):
		return wrong
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fiber.ErrRequestTimeout
	case whole.N <= 0:
		return fiber.ErrRequestEntityTooLarge
	}
	return fiber.ErrBadRequest
}

// errNoRoom is a form that this machine cannot keep now.
var errNoRoom = &models.Error{Kind: models.Unavailable, Text: "error.503"}

func (p *part) readField(from io.Reader, room int) (int, error) {
	value, err := io.ReadAll(io.LimitReader(from, int64(max(room, 0))+1))
	if err == nil && len(value) > room {
		err = fiber.ErrRequestEntityTooLarge
	}
	p.value = string(value)
	return room - len(value), err
}

// readFile keeps a file in a temporary one, or reads it to its end and says what is wrong with it.
func (p *part) readFile(from io.Reader, form *post, wanted bool) error {
	if p.problem = models.ErrPicturesMany; wanted {
		p.file, p.problem = form.newFile()
	}
	if p.file != nil {
		kept := &spool{file: p.file}
		if _, err := io.Copy(kept, io.LimitReader(from, safe.PictureSizeMost+1)); err != nil {
			return err
		}
		if p.problem = kept.problem; p.problem == nil && kept.size > safe.PictureSizeMost {
			p.problem = models.ErrPictureHeavy
		}
	}
	_, err := io.Copy(io.Discard, from)
	return err
}

// newFile is a temporary file for a part of the form, if there is room for one more.
func (p *post) newFile() (*os.File, *models.Error) {
	select {
	case p.spare <- struct{}{}:
	default:
		return nil, errNoRoom
	}
	file, err := os.CreateTemp("", "marquee-*")
	if err != nil {
		<-p.spare
		return nil, errNoRoom
	}
	os.Remove(file.Name()) // an open file needs no name, and a crash leaves no more than an empty one behind; where that fails, close removes it
	return file, nil
}

// spool writes to a file as long as there is room, and takes the rest for nothing.
type spool struct {
	file    *os.File
	size    int
	problem *models.Error
}

// Write is part of io.Writer; it never fails.
func (s *spool) Write(b []byte) (int, error) {
	s.size += len(b)
	if s.problem == nil {
		if _, err := s.file.Write(b); err != nil {
			s.problem = errNoRoom
		}
	}
	return len(b), nil
}

// uploadForm is a member's form that may bring files. Those of anybody else are not kept, but of who was a member when the form
// was shown: the token, which stands before the files, says so.
func (h *Handlers) uploadForm(files int, next func(*fiber.Ctx, *who) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(context.Background(), uploadTime)
		defer cancel()
		c.SetUserContext(ctx)
		w, err := h.who(c)
		if err != nil {
			return err
		}
		form, err := h.readForm(c, files, func(form *post) bool { return w.account != nil || h.oldToken(c, form.value(tokenField)) })
		if err != nil {
			return err
		}
		defer form.close()
		return h.memberForm(next)(c)
	}
}

// picturesOf takes the pictures of a form and says which of them a draft shows: fields picture (a file, or the key of
// one that was taken before), each with the alt of the same place; drop names those that shall go. What is refused is
// told, and the others are taken all the same; it stands last in the list, without a key, for what was said of it.
func (h *Handlers) picturesOf(c *fiber.Ctx, by *models.Account) (list []models.DraftPicture, problem error) {
	form := posted(c)
	dropped, alts := map[string]bool{}, []string{}
	for _, p := range form.parts {
		switch p.name {
		case "drop":
			dropped[p.value] = true
		case "alt":
			alts = append(alts, p.value)
		}
	}
	var refused []models.DraftPicture
	place := -1
	for _, p := range form.parts {
		if p.name != "picture" {
			continue
		}
		place++
		picture := models.DraftPicture{Key: p.value}
		if place < len(alts) {
			picture.Alt = alts[place]
		}
		if p.file != nil || p.problem != nil {
			taken, err := h.takePicture(c, by, p)
			switch {
			case err == nil:
				picture.Key = taken.Key
			case refusal(err) == nil:
				return append(append(list, refused...), picture), err
			default:
				problem, refused = cmp.Or(problem, err), append(refused, picture)
			}
		}
		if picture.Key != "" && !dropped[picture.Key] {
			list = append(list, picture)
		}
	}
	return append(list, refused...), problem
}

func (h *Handlers) takePicture(c *fiber.Ctx, by *models.Account, p part) (*models.Picture, error) {
	if p.problem != nil {
		return nil, p.problem
	}
	wish := safe.PictureWish{Crunch: field(c, "crunch"), Dither: field(c, "dither") != ""}
	return h.store.TakePicture(c.UserContext(), by, h.network(c), p.file, wish)
}

// formFields is what was typed into a form, for one that waits or is shown again: passwords are not repeated, and
// pictures are taken and stand there by their keys.
func (h *Handlers) formFields(c *fiber.Ctx, by *models.Account) []views.Value {
	var fields []views.Value
	for _, p := range posted(c).parts {
		if len(fields) < fieldsMost && p.file == nil && p.problem == nil && p.value != "" && !hiddenFields[p.name] && !isPassword(p.name) {
			fields = append(fields, views.Value{Name: p.name, Value: p.value})
		}
	}
	pictures, _ := h.picturesOf(c, by) // what is refused here would be refused later
	for _, p := range pictures {
		if p.Key == "" {
			continue
		}
		fields = append(fields, views.Value{Name: "picture", Value: p.Key}, views.Value{Name: "alt", Value: p.Alt})
	}
	return fields
}

// hiddenFields are those that a form which waits does not repeat.
var hiddenFields = map[string]bool{tokenField: true, heldField: true, "picture": true, "alt": true, "drop": true}

func isPassword(name string) bool { return strings.HasSuffix(name, "password") }
