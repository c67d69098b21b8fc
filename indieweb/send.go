package indieweb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"marquee/models"
	"marquee/safe"
)

const (
	pageTypes    = "text/html,application/xhtml+xml,*/*;q=0.1"
	formType     = "application/x-www-form-urlencoded"
	endpointHops = 3       // redirects of an endpoint
	answerMost   = 4 << 10 // bytes that an endpoint may say of which nothing is read
)

// Why a page elsewhere was not told, or could not be read: keys of sentences.
const (
	problemPrivate = "error.web_private" // its address leads into a private network
	problemAddress = "error.web_address" // its address leads where we don't go
	problemGone    = "error.web_gone"    // there is nothing at its address
	problemRefused = "error.web_refused" // the other site said no
	problemAway    = "error.web_away"    // the other site does not answer
)

// SendMention is the job that tells one page that a status leads to it, or does no more (W3C Webmention §3.1). How it wants to be
// told is asked each time anew.
func (s *Speaker) SendMention(ctx context.Context, j models.Job) error {
	m, err := s.store.MentionToSend(ctx, j)
	if err != nil || m == nil {
		return err
	}
	m.State, m.Endpoint, m.Code, m.Location, m.Problem = models.SentWaiting, "", 0, "", ""
	failure := s.tell(ctx, m)
	if ctx.Err() != nil {
		return ctx.Err() // we are the ones who went away
	}
	if failure != nil && j.Last() {
		m.State = models.SentFailed
	}
	return errors.Join(failure, s.store.NoteSent(ctx, m))
}

// tell finds the endpoint of a page and tells it. An error is one that may not be there another time.
func (s *Speaker) tell(ctx context.Context, m *models.SentMention) error {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: m.Target, Accept: pageTypes, Cut: true})
	if err == nil {
		m.Endpoint = endpointOf(got)
	}
	if m.Endpoint == "" {
		return failed(m, got, err)
	}
	form := url.Values{"source": {s.home + m.Source}, "target": {m.Target}}.Encode()
	got, err = s.post(ctx, m.Endpoint, form)
	if err != nil || got.Status/100 != 2 && got.Status != http.StatusSeeOther {
		return failed(m, got, err)
	}
	m.State, m.Code = models.SentTaken, got.Status
	if got.Status == http.StatusCreated || got.Status == http.StatusSeeOther {
		m.Location = locationOf(got)
	}
	return nil
}

// endpointOf is where a page wants its Webmentions, empty when it says nothing of it. Of a page that is an error, or was not shown to
// us, only the header counts.
func endpointOf(got *safe.Fetched) string {
	rels, places := ReadRels(got), []Place{}
	if got.Status/100 != 2 {
		places = []Place{InHeader}
	}
	endpoint, _ := rels.First("webmention", places...)
	return endpoint
}

// failed notes why a page was not told, and returns an error when it may be told another time.
func failed(m *models.SentMention, got *safe.Fetched, err error) error {
	if got != nil {
		m.Code = got.Status
	}
	if err == nil && got.Status/100 < 4 {
		m.State = models.SentDeaf
		return nil
	}
	again := false
	if m.Problem, again = trouble(got, err); again {
		return explained(got, err)
	}
	m.State = models.SentFailed
	return nil
}

// trouble says why something elsewhere could not be had, and whether it may be had another time.
func trouble(got *safe.Fetched, err error) (problem string, again bool) {
	switch {
	case errors.Is(err, safe.ErrFetchPrivate):
		return problemPrivate, false
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchRedirects), errors.Is(err, safe.ErrFetchHeavy):
		return problemAddress, false
	case err != nil, got.Status/100 == 5, got.Status == http.StatusTooManyRequests, got.Status == http.StatusRequestTimeout:
		return problemAway, true
	case got.Status == http.StatusNotFound, got.Status == http.StatusGone:
		return problemGone, false
	}
	return problemRefused, false
}

// explained is what the webmaster reads of a job that is tried again.
func explained(got *safe.Fetched, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%.200s answered %d", got.URL, got.Status)
}

// post sends a form. A redirect gets the same form where it leads: fetching what is there would tell nobody anything. But 303 is
// the answer itself, which is somewhere else (RFC 9110 §15.4.4).
func (s *Speaker) post(ctx context.Context, address, form string) (*safe.Fetched, error) {
	for range endpointHops + 1 {
		got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{
			Method: http.MethodPost, URL: address, Body: []byte(form), Header: http.Header{"Content-Type": {formType}}, Most: answerMost, Cut: true, Stay: true,
		})
		if err != nil || got.Status/100 != 3 || got.Status == http.StatusSeeOther || got.Header.Get("Location") == "" {
			return got, err
		}
		from, to := address, locationOf(got)
		if u, err := url.Parse(to); err != nil || to == "" || u.Scheme == "http" && isSecure(from) {
			return nil, fmt.Errorf("%w: from %.200q", safe.ErrFetchRedirects, from)
		}
		address = to
	}
	return nil, fmt.Errorf("%w: %.200q", safe.ErrFetchRedirects, address)
}

func isSecure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https"
}

// locationOf is where an answer says that what follows stands: an absolute http or https address, or empty.
func locationOf(got *safe.Fetched) string {
	at, err := url.Parse(got.URL)
	if err != nil {
		return ""
	}
	to, err := at.Parse(got.Header.Get("Location"))
	if err != nil || got.Header.Get("Location") == "" {
		return ""
	}
	address, _ := safe.URL(to.String())
	return address
}
