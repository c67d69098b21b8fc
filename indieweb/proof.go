package indieweb

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"marquee/models"
	"marquee/safe"
)

// verifyMe is the job that looks whether a link of an account leads back to its page with rel=me (microformats.org/wiki/rel-me). Whatever
// it finds is an answer: a site that is away is asked again by a later sweep.
func (s *Speaker) verifyMe(ctx context.Context, j models.Job) error {
	p, err := s.store.ProofOf(ctx, j)
	if err != nil || p == nil {
		return err
	}
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: p.Address, Accept: "text/html,application/xhtml+xml,*/*;q=0.1"})
	if ctx.Err() != nil {
		return ctx.Err() // we are the ones who went away
	}
	return s.store.NoteProof(ctx, p, s.meProblem(p, got, err))
}

// meProblem is the key of the sentence that says why the answer of a link proves nothing; empty when it leads back.
func (s *Speaker) meProblem(p *models.Proof, got *safe.Fetched, err error) string {
	switch {
	case err != nil, got.Status >= 500, got.Status == http.StatusTooManyRequests, got.Status == http.StatusRequestTimeout:
		return models.ProofAway
	case got.Status/100 != 2:
		return models.ProofGone
	case !sameSite(p.Address, got.URL) || !s.claimedBy(got, p.Name): // an open redirect proves nothing for the site that has it
		return models.ProofUnlinked
	}
	return ""
}

// claimedBy reports whether an answer says rel=me of the account's page, in any spelling of its address.
func (s *Speaker) claimedBy(got *safe.Fetched, account string) bool {
	return s.named(ReadRels(got), account)
}

// named reports whether relations say rel=me of the account's page.
func (s *Speaker) named(rels Rels, account string) bool {
	for _, address := range rels.All("me") {
		if name, status, ok := s.store.StatusAddress(address); ok && status == 0 && name == account {
			return true
		}
	}
	return false
}

// sameSite reports whether two addresses have the same host, but for a www. before it.
func sameSite(a, b string) bool { return siteOf(a) != "" && siteOf(a) == siteOf(b) }

// siteOf is the host of an address in lower case, without a www. before it; empty when it has none.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
