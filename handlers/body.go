package handlers

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
)

// Locals that say how a request's body stands.
const (
	readLocal = "read" // the body was read to its end
	formLocal = "form" // the form that was in it
)

// body reads the body of a request, up to what a form may weigh. The server hands bodies over as streams: one that
// is left unread would be taken for the next request, so the connection then ends with the answer. Multipart
// forms are read later, piece by piece (upload.go).
func (h *Handlers) body(c *fiber.Ctx) error {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Next()
	}
	if !isMultipart(c) {
		body, err := readBody(c, stream)
		if err != nil {
			c.Response().SetConnectionClose()
			return err
		}
		c.Request().SetBodyRaw(body)
		return c.Next()
	}
	err := c.Next()
	if c.Locals(readLocal) == nil {
		c.Response().SetConnectionClose()
	}
	return err
}

func isMultipart(c *fiber.Ctx) bool {
	return strings.HasPrefix(strings.ToLower(string(c.Request().Header.ContentType())), fiber.MIMEMultipartForm)
}

// readBody is the whole body. The server takes a connection that breaks off for the end of it, so its length is
// held against what was promised.
func readBody(c *fiber.Ctx, stream io.Reader) ([]byte, error) {
	promised := c.Request().Header.ContentLength()
	if promised > formLimit {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(stream, formLimit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fiber.ErrRequestTimeout
	case err != nil || promised >= 0 && len(body) != promised:
		return nil, fiber.ErrBadRequest
	case len(body) > formLimit:
		return nil, fiber.ErrRequestEntityTooLarge
	}
	return body, nil
}

// patient reads a body that may take long, as long as something comes: who says nothing for readTimeout is gone.
type patient struct {
	conn   net.Conn
	stream io.Reader
	until  time.Time
}

// Read reads what comes next.
func (p patient) Read(b []byte) (int, error) {
	deadline := time.Now().Add(readTimeout)
	if deadline.After(p.until) {
		deadline = p.until
	}
	if err := p.conn.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	return p.stream.Read(b)
}

// post is a form as it was sent, in its order.
type post struct{ parts []part }

// part is one field of a form. A file stands in a temporary file of its own.
type part struct {
	name, value string
	file        *os.File
	problem     *models.Error // why a file was thrown away
}

// value is the first value of a field, empty when there is none.
func (p *post) value(name string) string {
	if p != nil {
		for _, part := range p.parts {
			if part.name == name && part.file == nil {
				return part.value
			}
		}
	}
	return ""
}

// close ends the files of a form.
func (p *post) close() {
	for _, part := range p.parts {
		if part.file != nil {
			part.file.Close()
			os.Remove(part.file.Name()) // where an open file could not be removed
		}
	}
}

// posted is the form of the request, nil before it was read.
func posted(c *fiber.Ctx) *post {
	form, _ := c.Locals(formLocal).(*post)
	return form
}

// readForm reads the form of a request once; files says how many files it may bring.
func (h *Handlers) readForm(c *fiber.Ctx, files int) (*post, error) {
	if form := posted(c); form != nil {
		return form, nil
	}
	form := &post{}
	if isMultipart(c) {
		if err := readMultipart(c, form, files); err != nil {
			form.close()
			return nil, err
		}
	} else {
		for name, value := range c.Request().PostArgs().All() {
			form.parts = append(form.parts, part{name: string(name), value: string(value)})
		}
	}
	c.Locals(formLocal, form)
	return form, nil
}
