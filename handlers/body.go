package handlers

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"marquee/models"
)

// Locals that say how a request's body stands.
const (
	readLocal = "read" // the body was read to its end
	formLocal = "form" // the form that was in it
)

// closeUnread ends the connection with the answer when the request's body was not read to its end: the server hands bodies
// over as streams, and would take what is left for the next request. It stands around everything, also around what
// is refused before any handler of ours.
func closeUnread(serve fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		serve(ctx)
		if ctx.RequestBodyStream() != nil && ctx.UserValue(readLocal) == nil {
			ctx.SetConnectionClose()
		}
	}
}

// body reads the body of a request, up to what a form may weigh. Multipart forms are read later, piece by piece
// (upload.go), and so is what hubs deliver (source.go).
func (h *Handlers) body(c *fiber.Ctx) error {
	stream := c.Context().RequestBodyStream()
	if stream == nil || isMultipart(c) || isDelivery(c) {
		return c.Next()
	}
	body, err := readBody(c, stream, formLimit)
	if err != nil {
		return err
	}
	c.Request().SetBodyRaw(body)
	return c.Next()
}

func isMultipart(c *fiber.Ctx) bool {
	return strings.HasPrefix(strings.ToLower(string(c.Request().Header.ContentType())), fiber.MIMEMultipartForm)
}

// readBody is the whole body, of at most so many bytes. The server takes a connection that breaks off for the end of it, so its length is
// held against what was promised.
func readBody(c *fiber.Ctx, stream io.Reader, most int) ([]byte, error) {
	promised := c.Request().Header.ContentLength()
	if promised > most {
		readPast(c, stream)
		return nil, fiber.ErrRequestEntityTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(stream, int64(most)+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fiber.ErrRequestTimeout
	case err != nil || promised >= 0 && len(body) != promised:
		return nil, fiber.ErrBadRequest
	case len(body) > most:
		return nil, fiber.ErrRequestEntityTooLarge
	}
	return body, nil
}

// readPast throws away what is still coming of a body that is refused: a browser that is cut off while it sends shows no
// answer. Who sends nothing for a second is waiting for the answer.
func readPast(c *fiber.Ctx, stream io.Reader) {
	conn := c.Context().Conn()
	_, _ = io.Copy(io.Discard, io.LimitReader(patient{conn, stream, time.Second, time.Now().Add(readTimeout)}, uploadLimit))
}

// patient reads a body that may take long, as long as something comes: who says nothing for the pause is gone.
type patient struct {
	conn   net.Conn
	stream io.Reader
	pause  time.Duration
	until  time.Time
}

// Read reads what comes next.
func (p patient) Read(b []byte) (int, error) {
	deadline := time.Now().Add(p.pause)
	if deadline.After(p.until) {
		deadline = p.until
	}
	if err := p.conn.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	return p.stream.Read(b)
}

// post is a form as it was sent, in its order.
type post struct {
	parts []part
	spare chan struct{} // what its files give back when they are closed
}

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

// has reports whether there is a field, whatever it says.
func (p *post) has(name string) bool {
	return slices.ContainsFunc(p.parts, func(part part) bool { return part.name == name })
}

// press reads the buttons of our own pages: each says its value in its name, show.17, as text browsers show people the value of one.
func (p *post) press() {
	for i, part := range p.parts {
		if name, value, ok := strings.Cut(part.name, "."); ok && part.value == "" && part.file == nil {
			p.parts[i].name, p.parts[i].value = name, value
		}
	}
}

// close ends the files of a form.
func (p *post) close() {
	for _, part := range p.parts {
		if part.file != nil {
			part.file.Close()
			os.Remove(part.file.Name()) // where an open file could not be removed
			<-p.spare
		}
	}
}

// posted is the form of the request, nil before it was read.
func posted(c *fiber.Ctx) *post {
	form, _ := c.Locals(formLocal).(*post)
	return form
}

// readForm reads the form of a request once; files says how many files it may bring, may whether by what it said before them.
func (h *Handlers) readForm(c *fiber.Ctx, files int, may func(form *post) bool) (*post, error) {
	if form := posted(c); form != nil {
		return form, nil
	}
	form := &post{spare: h.spools}
	if isMultipart(c) {
		if err := readMultipart(c, form, files, may); err != nil {
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
