package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
)

// Locals of a request.
const (
	requestLocal = "request"
	whoLocal     = "who"
	heldLocal    = "held"
)

const resourcePolicy = "Cross-Origin-Resource-Policy"

const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// begin gives the request its deadline and its protective headers, and logs how it ended.
func (h *Handlers) begin(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), workTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	h.protect(c)
	started := time.Now()
	err := h.recovered(c)
	if err != nil {
		err = h.fail(c, err)
	}
	h.log.Debug("request", "method", c.Method(), "path", c.Path(), "status", c.Response().StatusCode(), "took", time.Since(started))
	return err
}

// protect sets the headers that every answer has.
func (h *Handlers) protect(c *fiber.Ctx) {
	header := &c.Response().Header
	for _, line := range h.headers {
		header.SetCanonical(line[0], line[1])
	}
}

// protections are the headers that every answer has; one that may be framed or read by other sites
// changes some of them (answer.go).
func protections(https bool) [][2][]byte {
	lines := [][2]string{
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{fiber.HeaderReferrerPolicy, "same-origin"},
		{fiber.HeaderXFrameOptions, "DENY"},
		{fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=()"},
		{fiber.HeaderContentSecurityPolicy, pagePolicy},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{resourcePolicy, "same-origin"},
	}
	if https {
		lines = append(lines, [2]string{fiber.HeaderStrictTransportSecurity, "max-age=31536000"})
	}
	headers := make([][2][]byte, len(lines))
	for i, line := range lines {
		headers[i] = [2][]byte{[]byte(line[0]), []byte(line[1])}
	}
	return headers
}

// recovered turns a panic of a handler into an error: one broken page is not a broken site.
func (h *Handlers) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = &panicError{broken}
		}
	}()
	return c.Next()
}

// guard refuses requests that two servers could read in two ways (RFC 9112 §2.2, §5.2, §6.1), compressed
// bodies (no browser sends one, and a small one may unpack to a gigabyte), and hosts that are not ours.
// Loopback names are always ours: only who sits at the machine can use them.
func (h *Handlers) guard(c *fiber.Ctx) error {
	raw := c.Request().Header.RawHeaders()
	if folded(raw) || framedTwice(raw) {
		c.Response().SetConnectionClose()
		return fiber.ErrBadRequest
	}
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		c.Response().SetConnectionClose()
		return fiber.ErrUnsupportedMediaType
	}
	if !h.ours(string(c.Request().Host())) && c.Path() != "/healthz" && c.Path() != "/readyz" {
		return fiber.ErrMisdirectedRequest
	}
	return h.body(c)
}

// folded reports obsolete line folding (RFC 9112 §5.2): a header line that begins with white space.
func folded(raw []byte) bool {
	return bytes.Contains(raw, []byte("\n ")) || bytes.Contains(raw, []byte("\n\t"))
}

// framedTwice reports whether the request says in two ways where it ends (RFC 9112 §6.1). Only its raw bytes
// still know: by now fasthttp has read the body and settled on one.
func framedTwice(raw []byte) bool {
	lines := append([]byte("\n"), bytes.ToLower(raw)...)
	return bytes.Contains(lines, []byte("\ntransfer-encoding:")) && bytes.Contains(lines, []byte("\ncontent-length:"))
}

func (h *Handlers) ours(host string) bool {
	if strings.EqualFold(host, h.base.Host) {
		return true
	}
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	if strings.EqualFold(name, h.base.Hostname()) {
		return true
	}
	return loopback(name)
}

// loopback reports whether a host name is the machine's own.
func loopback(name string) bool {
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return strings.EqualFold(name, "localhost") || err == nil && address.IsLoopback()
}

// canonical sends the other spellings of an address to the one that counts: %7Eada, ~Ada, a slash at the end.
func (h *Handlers) canonical(c *fiber.Ctx) error {
	path := c.Path()
	if strings.Contains(path, "\\") { // some browsers read it as a slash
		return fiber.ErrNotFound
	}
	plain := path
	if strings.Contains(path, "%7") {
		plain = strings.NewReplacer("%7E", "~", "%7e", "~").Replace(path)
	}
	if rest, ok := strings.CutPrefix(plain, "/~"); ok {
		name, after, _ := strings.Cut(rest, "/")
		if after != "" || strings.HasSuffix(rest, "/") {
			after = "/" + after
		}
		plain = "/~" + strings.ToLower(name) + after
	}
	if len(plain) > 1 {
		plain = "/" + strings.Trim(plain, "/")
	}
	if plain == path {
		return c.Next()
	}
	if c.Method() == fiber.MethodPost {
		return fiber.ErrNotFound
	}
	if query := c.Request().URI().QueryString(); len(query) > 0 {
		plain += "?" + string(query)
	}
	return h.redirect(c, plain, fiber.StatusMovedPermanently)
}

// redirect answers with an address on this site. It is absolute: Lynx halts for seconds at a path alone.
// Who came by another name of a site at home is kept there; guard has seen that the name is ours.
func (h *Handlers) redirect(c *fiber.Ctx, path string, status int) error {
	home := h.home
	if host := string(c.Request().Host()); loopback(h.base.Hostname()) && host != "" {
		home = h.base.Scheme + "://" + host
	}
	c.Set(fiber.HeaderLocation, home+path)
	return c.SendStatus(status)
}

// local is a path of this site, or "/" when what was given leads elsewhere.
func local(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") || len(path) > headerLimit {
		return "/"
	}
	return path
}

// requestID names the request in the log and on the page of a breakdown.
func requestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(requestLocal).(string); ok {
		return id
	}
	b := make([]byte, 6)
	rand.Read(b)
	id := hex.EncodeToString(b)
	c.Locals(requestLocal, id)
	return id
}

// network is where the request comes from: a /32 of IPv4 or a /64 of IPv6.
func (h *Handlers) network(c *fiber.Ctx) string {
	address := h.sender(c)
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.WithZone("").Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// sender is the address that the request comes from. Behind a trusted proxy it is the right-most address of X-Forwarded-For that
// is not a trusted proxy itself.
func (h *Handlers) sender(c *fiber.Ctx) netip.Addr {
	address, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	address = address.Unmap()
	if h.trusted(address) {
		hops := bytes.Split(bytes.Join(c.Request().Header.PeekAll(fiber.HeaderXForwardedFor), []byte(",")), []byte(",")) // some proxies add a line of their own
		for i := len(hops) - 1; i >= 0; i-- {
			hop, err := netip.ParseAddr(string(bytes.TrimSpace(hops[i])))
			if err != nil {
				break
			}
			if address = hop.Unmap(); !h.trusted(address) {
				break
			}
		}
	}
	return address
}

// coarse is the network as it is shown in the list of sessions: not more than a person needs to know their own.
func coarse(network string) string {
	if address, err := netip.ParseAddr(network); err == nil {
		if prefix, err := address.Prefix(24); err == nil {
			return prefix.String()
		}
	}
	return network
}

func (h *Handlers) trusted(address netip.Addr) bool {
	for _, proxy := range h.proxies {
		if proxy.Contains(address) {
			return true
		}
	}
	return false
}

var errForm = &models.Error{Kind: models.Forbidden, Text: "error.form"}
