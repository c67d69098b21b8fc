package safe

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Why an address was not fetched; errors.Is finds them in what Fetch returns.
var (
	// ErrFetchURL says that the address is none we fetch: of another kind than http and https, malformed, ours, on an odd port.
	ErrFetchURL = errors.New("not an address that may be fetched")
	// ErrFetchPrivate says that the address leads into a private network.
	ErrFetchPrivate = errors.New("leads to a private address")
	// ErrFetchHeavy says that the answer has more bytes than were asked for, as sent or unpacked.
	ErrFetchHeavy = errors.New("the answer is too long")
	// ErrFetchPacked says that the answer is there, but packed in a way that nobody asked for.
	ErrFetchPacked = errors.New("the answer is packed in a way that nobody asked for")
	// ErrFetchRedirects says that the address leads on more than three times, or from https to http.
	ErrFetchRedirects = errors.New("redirects too often, or out of https")
	// ErrFetchTime says that the answer took too long; it may come another time.
	ErrFetchTime = errors.New("the answer takes too long")
)

const (
	maxRedirects   = 3
	maxFetchBody   = 1 << 20          // bytes, where the request names no other bound
	maxFetchHeader = 32 << 10         // bytes
	maxFetch       = 10 * time.Second // all of it, from waiting for one's turn to the last byte
	maxStep        = 5 * time.Second  // finding and connecting, shaking hands, awaiting the header
	maxIdle        = 30 * time.Second
	maxPerHost     = 2   // requests at once
	maxOpen        = 128 // connections that wait for another request, each for as long as maxIdle
)

// FetchOptions says who we are and which of our neighbours we visit.
type FetchOptions struct {
	Agent string         // what we call ourselves: "Marquee/0.1 (+https://example.org)"
	Own   string         // our own host, which is never fetched. It may have a port, and is then only that port
	Allow []netip.Prefix // networks that may be reached although private, on any port
}

// FetchRequest is what is asked of another site.
type FetchRequest struct {
	Method string      // GET when empty, POST or HEAD
	URL    string      // http or https, at most 2,048 bytes
	Accept string      // the types of content that are understood
	Header http.Header // for this host. Another one, behind a redirect, gets only what is in carried
	Body   []byte
	Most   int64 // bytes of the answer's body; 1 MiB when 0
	Cut    bool  // a longer one is cut there, instead of being an error
	Stay   bool  // a redirect is not followed: it is the answer, without its body
}

// Fetched is the answer of another site, whatever its status.
type Fetched struct {
	URL    string   // where it was in the end
	Chain  []string // every address that was asked on the way, as it was asked; URL is the last
	Moved  bool     // the one that was asked for led there for good: every redirect says so (301, 308)
	Status int
	Header http.Header
	Body   []byte // unpacked. Only that of a 2xx is sure to be whole, and only without Cut: others are cut at Most
}

// Fetcher is the one client for everything that goes out. It may be used by many at once, and asks no host for more than
// two things at a time. It has no proxy and no cookies.
type Fetcher struct {
	agent     string
	site      string // our own host as it was given
	own       string // the same as it would be fetched
	allow     []netip.Prefix
	public    *ssrf.Guardian
	dialer    *net.Dialer
	transport *http.Transport
	whole     time.Duration
}

// NewFetcher returns a Fetcher that reaches public addresses on ports 80 and 443, and what o allows.
func NewFetcher(o FetchOptions) *Fetcher {
	f := &Fetcher{agent: o.Agent, site: o.Own, allow: slices.Clone(o.Allow), public: ssrf.New(), whole: maxFetch}
	if u, ok := fetchURL("http://" + o.Own); ok {
		f.own = u.Host
	}
	f.dialer = &net.Dialer{Timeout: maxStep, Control: f.guard}
	// Without HTTP/2, a connection is a request: bounding the ones bounds the others.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	f.transport = &http.Transport{
		Protocols:              protocols,
		DialContext:            f.dialer.DialContext,
		TLSHandshakeTimeout:    maxStep,
		ResponseHeaderTimeout:  maxStep,
		IdleConnTimeout:        maxIdle,
		MaxConnsPerHost:        maxPerHost,
		MaxIdleConnsPerHost:    maxPerHost,
		MaxIdleConns:           maxOpen,
		MaxResponseHeaderBytes: maxFetchHeader,
		DisableCompression:     true, // it would unpack without counting
	}
	return f
}

// Fetch asks another site for something and follows up to three redirects. It takes ten seconds at most, including the
// wait for a turn at a busy host. A status other than 2xx is no error. Errors are ErrFetchURL, ErrFetchPrivate,
// ErrFetchHeavy, ErrFetchPacked, ErrFetchRedirects and ErrFetchTime, or what else went wrong on the way.
func (f *Fetcher) Fetch(ctx context.Context, r FetchRequest) (*Fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, f.whole)
	defer cancel()
	r.Method, r.Most, r.Header = cmp.Or(r.Method, http.MethodGet), cmp.Or(r.Most, maxFetchBody), r.Header.Clone()
	u, err := f.address(r.URL)
	if err != nil {
		return nil, err
	}
	var chain []string
	for moved := true; len(chain) <= maxRedirects; {
		got, err := f.ask(ctx, u, r)
		if err != nil {
			return nil, explainFetch(err)
		}
		chain = append(chain, got.URL)
		got.Chain = chain
		to := leadsTo(got.Status, got.Header)
		if to == "" || r.Stay {
			got.Moved = moved && len(chain) > 1
			return got, nil
		}
		moved = moved && (got.Status == http.StatusMovedPermanently || got.Status == http.StatusPermanentRedirect)
		if u, err = f.follow(u, to, got.Status, &r); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %.200q", ErrFetchRedirects, r.URL)
}

// ask makes one request. The body of a redirect is left unread.
func (f *Fetcher) ask(ctx context.Context, u *url.URL, r FetchRequest) (*Fetched, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, r.Header)
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept-Encoding", "identity")
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
	}
	resp, err := f.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	got := &Fetched{URL: u.String(), Status: resp.StatusCode, Header: resp.Header}
	if leadsTo(got.Status, got.Header) != "" {
		return got, nil
	}
	got.Body, err = readBody(resp, r.Most)
	_, heavy := errors.AsType[*http.MaxBytesError](err)
	if (heavy || errors.Is(err, ErrFetchPacked)) && (got.Status/100 != 2 || r.Cut) {
		err = nil // the status says it all, whatever the excuses
	}
	return got, err
}

// readBody returns the body, of which neither the bytes that travel nor the unpacked ones may be more than most. What is packed
// otherwise than with gzip is an error: its bytes say nothing.
func readBody(resp *http.Response, most int64) ([]byte, error) {
	body := http.MaxBytesReader(nil, resp.Body, most)
	// We ask for no packing; some pack all the same.
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err == io.EOF {
			return nil, nil // HEAD, or nothing to pack
		}
		if err != nil {
			return nil, err
		}
		body = http.MaxBytesReader(nil, unpacked, most)
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
	default:
		read, err := io.ReadAll(body)
		if err == nil && len(read) > 0 {
			err = ErrFetchPacked
		}
		return nil, err
	}
	return io.ReadAll(body)
}

// leadsTo returns where an answer sends us, if it is a redirect.
func leadsTo(status int, header http.Header) string {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return header.Get("Location")
	}
	return ""
}

// carried is what another host may see of a request's header: credentials and signatures are for the one that was asked.
var carried = []string{"Content-Type", "If-Modified-Since", "If-None-Match"}

// follow returns where a redirect from u leads, and makes of r what is asked there.
func (f *Fetcher) follow(u *url.URL, to string, status int, r *FetchRequest) (*url.URL, error) {
	target, err := u.Parse(to)
	if err != nil {
		return nil, fmt.Errorf("%w: %.200q", ErrFetchURL, to)
	}
	next, err := f.address(target.String())
	if err != nil {
		return nil, err
	}
	if u.Scheme == "https" && next.Scheme == "http" {
		return nil, fmt.Errorf("%w: %.200q", ErrFetchRedirects, to)
	}
	if next.Host != u.Host {
		maps.DeleteFunc(r.Header, func(key string, _ []string) bool { return !slices.Contains(carried, key) })
	}
	// Only 307 and 308 ask the same question again; the others say where to look.
	if status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect && r.Method != http.MethodHead {
		r.Method, r.Body = http.MethodGet, nil
		maps.DeleteFunc(r.Header, func(key string, _ []string) bool { return strings.HasPrefix(key, "Content-") })
	}
	return next, nil
}

// explainFetch gives the errors of the library our names.
func explainFetch(err error) error {
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return fmt.Errorf("%w: %w", ErrFetchTime, err)
	}
	if _, heavy := errors.AsType[*http.MaxBytesError](err); heavy {
		return fmt.Errorf("%w: %w", ErrFetchHeavy, err)
	}
	return err
}
