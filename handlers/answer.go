package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/maypok86/otter/v2"

	"marquee/models"
	"marquee/views"
)

const (
	htmlType    = "text/html; charset=utf-8"
	answersMost = 6 << 20 // bytes of kept answers, both forms together
	answerMost  = 2 << 20 // bytes of one: a larger one is not kept
)

// answer is what goes out: the body, its gzip form, and what HTTP says of it. It is never changed
// once made, so many requests may send it at once.
type answer struct {
	kind     string // Content-Type
	body     []byte
	zipped   []byte // nil when it would gain nothing, or it is not packed yet
	packed   bool
	tag      string // of the bytes themselves: the same content has the same tag on every node
	modified time.Time
	life     string // Cache-Control
	vary     string
	policy   string   // Content-Security-Policy, empty: the default
	saved    string   // Content-Disposition, empty: it is shown
	links    []string // each a line of Link (RFC 8288)
	open     bool     // any site may read it (CORS)
	pingback string   // address that takes pingbacks for the page; empty: none
	framed   bool     // any site may frame it, as the policy says
	mark     models.Mark
}

// answers keeps rendered answers under the mark of freshness they were made at, bounded in bytes.
type answers struct{ cache *otter.Cache[string, *answer] }

func newAnswers() *answers {
	return &answers{otter.Must(&otter.Options[string, *answer]{
		MaximumWeight: answersMost,
		Weigher:       func(key string, a *answer) uint32 { return uint32(len(key) + len(a.body) + len(a.zipped) + 512) },
	})}
}

// get returns the kept answer if it is as fresh as the mark.
func (k *answers) get(key string, mark models.Mark) *answer {
	if a, ok := k.cache.GetIfPresent(key); ok && a.mark == mark {
		return a
	}
	return nil
}

// keep keeps an answer, packed as small as it goes: that is done once for many who come.
func (k *answers) keep(key string, mark models.Mark, a *answer) {
	if len(a.body) <= answerMost {
		// A buffer grows by doubling: what is kept is cut to its size.
		a.mark, a.body, a.zipped, a.packed = mark, bytes.Clone(a.body), bytes.Clone(a.pack(hardZippers)), true
		k.cache.Set(key, a)
	}
}

// constant is an answer that never changes under its key: made once, and again when it was pushed out.
func (h *Handlers) constant(key string, make func() (*answer, error)) (answer, error) {
	a := h.answers.get(key, models.Mark{})
	if a == nil {
		var err error
		if a, err = make(); err != nil {
			return answer{}, err
		}
		h.answers.keep(key, models.Mark{}, a)
	}
	return *a, nil
}

// marker reads how fresh an answer must be: of one account, or of the whole site.
type marker func(h *Handlers, c *fiber.Ctx) (models.Mark, error)

func siteMark(h *Handlers, c *fiber.Ctx) (models.Mark, error) {
	return h.store.SiteMark(c.UserContext())
}

func accountMark(h *Handlers, c *fiber.Ctx) (models.Mark, error) {
	return h.store.AccountMark(c.UserContext(), accountName(c))
}

// accountName is the account that an address is about, by path or, for status.cafe's script, by query.
func accountName(c *fiber.Ctx) string {
	if name := c.Params("name"); name != "" {
		return name
	}
	return strings.ToLower(c.Query("name"))
}

// maker makes an answer for whoever asks.
type maker func(c *fiber.Ctx, w *who) (*answer, error)

// public answers guests from what is kept, under the parameters of the query that the page reads, and makes
// it when it is missing or stale; who is logged in gets an answer of their own. No public answer writes to
// the database or sets a cookie.
func (h *Handlers) public(mark marker, make maker, reads ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Append(fiber.HeaderLink, mentionLink)
		if c.Cookies(h.sessionCookie()) != "" {
			w, err := h.who(c)
			if err != nil {
				return err
			}
			if w.account != nil {
				return h.personal(c, w, mark, make)
			}
		}
		return h.kept(c, mark, c.Path()+"?"+queryKey(c, reads...)+"|"+h.wishes(c), make)
	}
}

// kept answers from the cache under the key, or makes the answer and keeps it.
func (h *Handlers) kept(c *fiber.Ctx, mark marker, key string, make maker) error {
	fresh, err := mark(h, c)
	if err != nil {
		return err
	}
	if a := h.answers.get(key, fresh); a != nil {
		return a.send(c)
	}
	a, err := make(c, &who{})
	if err != nil {
		return err
	}
	h.answers.keep(key, fresh, a)
	return a.send(c)
}

// personal makes an answer for who is logged in. The mark is read all the same: it knows who is gone.
func (h *Handlers) personal(c *fiber.Ctx, w *who, mark marker, make maker) error {
	if _, err := mark(h, c); err != nil {
		return err
	}
	a, err := make(c, w)
	if err != nil {
		return err
	}
	a.life = "private, no-store"
	return a.send(c)
}

// queryKey is the part of the query that an answer reads, for its key. What it does not read must not make
// it anew.
func queryKey(c *fiber.Ctx, names ...string) string {
	if len(c.Request().URI().QueryString()) == 0 {
		return ""
	}
	var key strings.Builder
	for _, name := range names {
		if value := c.Query(name); value != "" {
			key.WriteString(name + "=" + url.QueryEscape(value) + "&") // else one value could pass for two
		}
	}
	return key.String()
}

// pageAnswer renders a page for the public.
func pageAnswer(page any) (*answer, error) {
	body, err := views.Render(page)
	if err != nil {
		return nil, err
	}
	a := newAnswer(htmlType, body)
	a.vary = "Accept-Encoding, Accept-Language, Cookie"
	if p, ok := page.(interface{ TakesPingbacks() string }); ok {
		a.pingback = p.TakesPingbacks()
	}
	return a, nil
}

func newAnswer(kind string, body []byte) *answer {
	sum := sha256.Sum256(body)
	return &answer{kind: kind, body: body, tag: hex.EncodeToString(sum[:10]), life: "no-cache", vary: "Accept-Encoding"}
}

// pack is the gzip form of the body; nil when it gains nothing. Images are packed already.
func (a *answer) pack(zippers *sync.Pool) []byte {
	if strings.HasPrefix(a.kind, "image/") && !strings.HasPrefix(a.kind, "image/svg") {
		return nil
	}
	return zip(a.body, zippers)
}

// send answers, or says that the browser has it already (RFC 9110 §13).
func (a *answer) send(c *fiber.Ctx) error {
	header := &c.Response().Header
	body, tag, zipped := a.body, `"`+a.tag+`"`, a.zipped
	if !acceptsGzip(c) {
		zipped = nil
	} else if !a.packed {
		zipped = a.pack(zippers)
	}
	if zipped != nil {
		body, tag = zipped, `"`+a.tag+`-gz"`
	}
	header.Set(fiber.HeaderETag, tag)
	header.Set(fiber.HeaderCacheControl, a.life)
	header.Set(fiber.HeaderVary, a.vary)
	if a.saved != "" {
		header.Set(fiber.HeaderContentDisposition, a.saved)
	}
	if !a.modified.IsZero() {
		header.Set(fiber.HeaderLastModified, a.modified.Format(http.TimeFormat))
	}
	for _, line := range a.links {
		header.Add(fiber.HeaderLink, line)
	}
	if a.policy != "" {
		header.Set(fiber.HeaderContentSecurityPolicy, a.policy)
		if a.framed {
			header.Del(fiber.HeaderXFrameOptions)
		}
	}
	if a.pingback != "" {
		header.Set("X-Pingback", a.pingback)
	}
	if a.open {
		header.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		header.Set(resourcePolicy, "cross-origin")
	}
	if a.unchanged(c, tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	header.SetContentType(a.kind)
	if zipped != nil {
		header.Set(fiber.HeaderContentEncoding, "gzip")
	}
	c.Response().SetBodyRaw(body)
	return nil
}

// send renders a page for one person, with a status of its own.
func (h *Handlers) send(c *fiber.Ctx, status int, page any) error {
	a, err := pageAnswer(page)
	if err != nil {
		return err
	}
	c.Status(status)
	a.life = "private, no-store"
	if status != fiber.StatusOK {
		c.Request().Header.Del(fiber.HeaderIfNoneMatch)
	}
	return a.send(c)
}
