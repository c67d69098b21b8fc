package indieweb

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

// Where we are as a client of IndieAuth.
const (
	ClientPath   = "/client"         // what says who we are
	RedirectPath = "/login/web/back" // where people come back to
)

const (
	issuerMost   = 2048     // bytes
	metadataMost = 64 << 10 // bytes, as of the answer to a code
	codeMost     = 4096     // bytes
	knockTime    = 15 * time.Second
	jsonType     = "application/json"
)

// Knock is what somebody sends who wants to log in with an address of their own, or to link it to an account.
type Knock struct {
	Me       string          // as typed
	By       *models.Account // who links it; nil: somebody logs in
	Password string          // of that account, once more
	Network  string
	Back     string // what waits behind the log-in
}

// Passage is where a browser goes to say who it is, and the state that it must bring back.
type Passage struct{ Address, State string }

// Leave finds the site that knows whose an address is, and opens a log-in there (IndieAuth §5.2). Refusals are *models.Error.
func (s *Speaker) Leave(ctx context.Context, k Knock) (*Passage, error) {
	tries, err := s.typedMe(k.Me)
	if err != nil {
		return nil, err
	}
	if err := s.store.Knock(ctx, k.By, k.Password, k.Network); err != nil {
		return nil, err
	}
	d, err := s.find(ctx, tries)
	if err != nil {
		return nil, err
	}
	p := models.Passage{
		Me: d.me, Chain: strings.Join(d.chain, "\n"), Verifier: rand.Text() + rand.Text(), Issuer: d.issuer, AuthorizeAt: d.authorizeAt, Back: k.Back,
	}
	if k.By != nil {
		p.AccountID = &k.By.ID
	}
	state, err := s.store.OpenPassage(ctx, p)
	if err != nil {
		return nil, err
	}
	return &Passage{s.question(&p, state), state}, nil
}

// question is the address of the authorization request. What stands in the endpoint's own query stays there.
func (s *Speaker) question(p *models.Passage, state string) string {
	challenge := sha256.Sum256([]byte(p.Verifier))
	asks := url.Values{
		"response_type": {"code"}, "client_id": {s.home + ClientPath}, "redirect_uri": {s.wayBack(p)}, "state": {state},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"}, "me": {p.Me},
	}
	joint := "?"
	if strings.Contains(p.AuthorizeAt, "?") {
		joint = "&"
	}
	return p.AuthorizeAt + joint + asks.Encode()
}

// wayBack is where people are sent back to.
func (s *Speaker) wayBack(p *models.Passage) string {
	if way := wayOf(p); way != "" {
		return s.home + RedirectPath + "/" + way
	}
	return s.home + RedirectPath
}

// wayOf is the last part of the way back. An issuer names itself when people return; an older endpoint, which does not, has a way of
// its own instead, so that none can have us carry the code of another one to it (RFC 9700 §4.4.2).
func wayOf(p *models.Passage) string {
	if p.Issuer != "" {
		return ""
	}
	sum := sha256.Sum256([]byte(p.AuthorizeAt))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Return is what a browser brings back (IndieAuth §5.2.1), and the last part of the way that it came by, see wayOf.
type Return struct{ Way, State, Code, Issuer, Error string }

// Arrive ends a log-in at the other site: it takes the passage of a state, once, checks the answer, exchanges its code and proves the
// address. The secret leads to the passage from then on. With a refusal comes the passage, if there was one: it is over.
func (s *Speaker) Arrive(ctx context.Context, r Return) (p *models.Passage, secret string, err error) {
	p, secret, err = s.store.ReturnPassage(ctx, r.State)
	if err != nil {
		return nil, "", err
	}
	me, err := s.proven(ctx, p, r)
	if err != nil {
		return p, "", errors.Join(err, s.store.EndPassage(ctx, p))
	}
	return p, secret, s.store.ProvePassage(ctx, p, me)
}

// proven is the address that the other site says is its visitor's, if that is its business.
func (s *Speaker) proven(ctx context.Context, p *models.Passage, r Return) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	switch {
	case p.Issuer != "" && r.Issuer != p.Issuer, r.Way != wayOf(p): // RFC 9207 §2.4: also when it is missing
		return "", errMeOther
	case r.Error == "access_denied":
		return "", errMeDenied
	case r.Error != "" || r.Code == "" || len(r.Code) > codeMost:
		return "", errMeNo
	}
	me, err := s.exchange(ctx, p, r.Code)
	if err != nil || p.Met(me) {
		return me, err
	}
	// Another address than those that led here: it must name the same site (IndieAuth §5.3.4).
	if s.fetcher.Ours(me) {
		return "", errMeOther
	}
	d, err := s.find(ctx, []string{me})
	if err != nil || d.authorizeAt != p.AuthorizeAt || !slices.Contains(d.chain, me) {
		return "", cmp.Or(gaveUp(ctx), error(errMeOther))
	}
	return me, nil
}

// exchange redeems a code at the authorization endpoint, which is for those who want to know no more than who it is (IndieAuth §5.3).
func (s *Speaker) exchange(ctx context.Context, p *models.Passage, code string) (me string, err error) {
	r := formTo(p.AuthorizeAt, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {s.home + ClientPath}, "redirect_uri": {s.wayBack(p)},
		"code_verifier": {p.Verifier},
	})
	r.Accept, r.Most = jsonType, metadataMost
	got, err := s.fetcher.Fetch(ctx, r)
	switch {
	case err != nil || got.Status/100 == 5:
		return "", cmp.Or(gaveUp(ctx), error(errMeAway))
	case got.Status != http.StatusOK:
		return "", errMeNo
	}
	var said struct {
		Me string `json:"me"`
	}
	if json.Unmarshal(got.Body, &said) != nil {
		return "", errMeBent
	}
	me, ok := s.profileURL(said.Me)
	if !ok || !strings.Contains(said.Me, "://") {
		return "", errMeBent
	}
	return me, nil
}

// door is where an address is proven.
type door struct {
	me                  string
	chain               []string // of it and where it leads, in their normal form, those that the last page may say it is
	issuer, authorizeAt string
}

// find discovers the door of the first address that answers (IndieAuth §4.1).
func (s *Speaker) find(ctx context.Context, tries []string) (*door, error) {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	for _, me := range tries {
		got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: me, Accept: pageTypes})
		switch {
		case errors.Is(err, safe.ErrFetchPrivate), errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchRedirects):
			return nil, errMe
		case errors.Is(err, safe.ErrFetchHeavy):
			return nil, errMeBent
		case err != nil:
			continue
		case got.Status == http.StatusNotFound, got.Status == http.StatusGone:
			return nil, errMeMissing
		case got.Status/100 != 2:
			return nil, errMeAway
		}
		return s.enter(ctx, me, got)
	}
	return nil, cmp.Or(gaveUp(ctx), error(errMeAway))
}

// enter reads where the page of an address has it proven: by its metadata, else by the relation of former times.
func (s *Speaker) enter(ctx context.Context, me string, got *safe.Fetched) (*door, error) {
	d, rels := &door{me: me}, ReadRels(got)
	for _, address := range append([]string{me}, got.Chain...) {
		if met, ok := s.profileURL(address); ok && s.speaksFor(got.URL, met) && !slices.Contains(d.chain, met) {
			d.chain = append(d.chain, met)
		}
	}
	if at, ok := rels.First("indieauth-metadata", InHeader, InLink); ok {
		return d, s.readMetadata(ctx, d, at)
	}
	at, ok := rels.First("authorization_endpoint", InHeader, InLink)
	switch {
	case !ok:
		return nil, errMeMute
	case s.fetcher.Ours(at):
		return nil, errMeOurs
	case !s.endpoint(at):
		return nil, errMeBent
	}
	d.authorizeAt = at
	return d, nil
}

// readMetadata reads the metadata of a server (RFC 8414 §2, IndieAuth §4.1.1).
func (s *Speaker) readMetadata(ctx context.Context, d *door, at string) error {
	if s.fetcher.Ours(at) {
		return errMeOurs
	}
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: at, Accept: jsonType, Most: metadataMost})
	switch {
	case errors.Is(err, safe.ErrFetchTime):
		return errMeAway
	case err != nil:
		return cmp.Or(gaveUp(ctx), error(errMeBent))
	case got.Status/100 == 5:
		return errMeAway
	}
	var said struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
	}
	if got.Status != http.StatusOK || json.Unmarshal(got.Body, &said) != nil {
		return errMeBent
	}
	if s.fetcher.Ours(said.Authorize) {
		return errMeOurs
	}
	if !s.endpoint(said.Authorize) {
		return errMeBent
	}
	if said.Issuer != "" && !s.issues(said.Issuer, at) && !s.issues(said.Issuer, got.URL) {
		return errMeBent
	}
	d.issuer, d.authorizeAt = said.Issuer, said.Authorize
	return nil
}

// gaveUp is why we stopped asking, when it was not the other site's doing: nil when it was.
func gaveUp(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return nil
}
