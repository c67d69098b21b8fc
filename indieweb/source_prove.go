package indieweb

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"

	"marquee/models"
	"marquee/safe"
)

const proofPages = 3 // pages that are asked for the proof of one source

// prove finds out whether a feed is the account's own: by an identity of the account that covers it, or because the feed itself, or a page
// that covers it, leads back with rel=me. What proved it lately still does, for what it covers; while its site is away, nobody knows
// better. fresh says that it was looked at now. f is nil when the feed has not changed.
func (s *Speaker) prove(ctx context.Context, src *models.Source, f *Feed, got, page *safe.Fetched) (proof string, fresh bool, err error) {
	if src.ProofHolds(s.store.Now()) && covers(src.Proof, got.URL) {
		return src.Proof, false, nil
	}
	identities, err := s.store.Identities(ctx, &models.Account{ID: src.AccountID})
	if err != nil {
		return "", false, err
	}
	for _, i := range identities {
		if covers(i.Me, got.URL) {
			return i.Me, true, nil
		}
	}
	if f != nil && s.named(f.Rels, src.Name) || f == nil && src.Proof == got.URL {
		return got.URL, true, nil
	}
	if page != nil && covers(page.URL, got.URL) && s.claimedBy(page, src.Name) {
		return page.URL, true, nil
	}
	pages := []string{src.Proof, src.Address}
	if f != nil {
		pages = append(pages, f.Home)
	}
	proof, away := s.provePages(ctx, pages, src, got)
	if proof == "" && away && covers(src.Proof, got.URL) {
		return src.Proof, false, nil
	}
	return proof, proof != "", ctx.Err()
}

// provePages asks the pages that cover a feed whether they lead back. away says that one of them did not answer.
func (s *Speaker) provePages(ctx context.Context, pages []string, src *models.Source, got *safe.Fetched) (proof string, away bool) {
	var asked []string
	for _, address := range pages {
		if safe.SameAddress(address, got.URL) {
			continue // it was asked just now
		}
		known := slices.ContainsFunc(asked, func(a string) bool { return safe.SameAddress(a, address) })
		if known || !covers(address, got.URL) || len(asked) == proofPages || s.fetcher.Ours(address) {
			continue
		}
		asked = append(asked, address)
		page, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: address, Accept: pageTypes, Cut: true})
		switch {
		case err != nil, page.Status >= 500, page.Status == http.StatusTooManyRequests:
			away = true
		case page.Status/100 == 2 && covers(page.URL, got.URL) && s.claimedBy(page, src.Name):
			return page.URL, false
		}
	}
	return "", away
}

// owns reports whether what stands at an address is of who has a source: what proves it covers that, or, where the feed itself proves it,
// the folder that it stands in. All else that a feed leads to was written by others.
func owns(src *models.Source, address string) bool {
	folder, err := url.Parse(src.Feed)
	if err != nil {
		return false
	}
	folder.Path, folder.RawPath, folder.RawQuery = path.Dir(path.Clean("/"+folder.Path)), "", ""
	return covers(src.Proof, address) || safe.SameAddress(src.Proof, src.Feed) && covers(folder.String(), address)
}
