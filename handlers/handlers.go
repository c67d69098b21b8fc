// Package handlers holds every door of the site: decode, one verb of models, encode.
package handlers

import (
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"marquee/indieweb"
	"marquee/models"
)

// Limits of what one request may take.
const (
	prefetched   = 1         // bytes of a body that the server waits for before it asks us; body.go has the true limits
	formLimit    = 256 << 10 // bytes of a form: the longest status fits four times, percent-encoded
	headerLimit  = 8 << 10   // bytes of a request's headers
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 60 * time.Second
	workTimeout  = 20 * time.Second // what a handler may take in all
	connections  = 4096
)

// Options is what the doors need to know of the house.
type Options struct {
	Store          *models.Store
	Speaker        *indieweb.Speaker // asks other sites whose an address is
	Base           *url.URL          // public address of the site, without a path
	TrustedProxies []netip.Prefix    // whose X-Forwarded-For is believed
	Log            *slog.Logger      // nil: silent
	Version        string
}

// Handlers answers requests. It is safe for concurrent use.
type Handlers struct {
	store    *models.Store
	speaker  *indieweb.Speaker
	base     *url.URL
	home     string // the base as a string, no slash at its end
	proxies  []netip.Prefix
	log      *slog.Logger
	version  string
	answers  *answers
	headers  [][2][]byte   // of every answer
	spools   chan struct{} // a place for each file that waits to be squeezed
	draining atomic.Bool
	ready    readiness
}

// New makes the doors.
func New(o Options) *Handlers {
	h := &Handlers{
		store: o.Store, speaker: o.Speaker, base: o.Base, home: o.Base.Scheme + "://" + o.Base.Host, proxies: o.TrustedProxies,
		log: o.Log, version: o.Version, answers: newAnswers(), spools: make(chan struct{}, spoolsMost), headers: protections(o.Base.Scheme == "https"),
	}
	if h.log == nil {
		h.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return h
}

// App is the server with every route in place.
func (h *Handlers) App() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName: "Marquee", DisableStartupMessage: true,
		Immutable: true, CaseSensitive: true, StrictRouting: true,
		StreamRequestBody: true, DisablePreParseMultipartForm: true,
		BodyLimit: prefetched, ReadBufferSize: headerLimit, Concurrency: connections,
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		RequestMethods: []string{"GET", "HEAD", "POST", "OPTIONS"},
		ErrorHandler:   h.fail, DisableDefaultContentType: true,
	})
	app.Server().Name = ""
	app.Server().NoDefaultServerHeader = true
	app.Server().Logger = quietLogger{h.log}
	app.Server().Handler = closeUnread(app.Server().Handler)
	app.Use(h.begin, h.guard, h.canonical)
	for _, r := range h.routes() {
		app.Add(r.method, r.path, r.handle)
		if r.method == fiber.MethodGet {
			app.Add(fiber.MethodHead, r.path, r.handle)
		}
	}
	return app
}

// Drain makes readyz say no, so that a balancer sends nobody here any more.
func (h *Handlers) Drain() { h.draining.Store(true) }

// quietLogger keeps what fasthttp says of broken clients out of the people's sight.
type quietLogger struct{ log *slog.Logger }

// Printf takes fasthttp's own messages.
func (q quietLogger) Printf(format string, args ...any) {
	q.log.Debug("http", "message", format, "args", args)
}

var _ fasthttp.Logger = quietLogger{}
