package indieweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

const sourceTypes = "application/atom+xml,application/rss+xml,application/feed+json,text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.1"

// lookAtSource is the job that looks at the feed of an account's own site. Whatever it finds is an answer: a site that is away is asked
// again by a later sweep.
func (s *Speaker) lookAtSource(ctx context.Context, j models.Job) error {
	src, err := s.store.SourceOf(ctx, j)
	if err != nil || src == nil || !src.StoppedAt.IsZero() {
		return err
	}
	seen, err := s.seeSource(ctx, src)
	if ctx.Err() != nil {
		return ctx.Err() // we are the ones who went away
	}
	if err != nil {
		return err
	}
	return s.store.NoteSource(ctx, src, seen)
}

// seeSource fetches a source and reads it. Errors are ours; what the web says is in what was seen.
func (s *Speaker) seeSource(ctx context.Context, src *models.Source) (seen models.SourceSight, err error) {
	got, problem, wait := s.fetchSource(ctx, src)
	if problem != "" {
		return models.SourceSight{Problem: problem, Wait: wait}, nil
	}
	if src.Feed == "" && IsHTML(got.Header.Get("Content-Type")) {
		if feeds := alternateFeeds(got); len(feeds) > 0 {
			return s.seeAlternates(ctx, src, got, feeds)
		}
	}
	return s.readSource(ctx, src, cmp.Or(src.Feed, src.Address), got, nil)
}

// seeAlternates looks at the feeds that a page leads to, until there is one; when there is none, it is the first that counts.
func (s *Speaker) seeAlternates(ctx context.Context, src *models.Source, page *safe.Fetched, feeds []string) (first models.SourceSight, err error) {
	for place, feed := range feeds {
		if s.fetcher.Ours(feed) {
			return models.SourceSight{Problem: models.SourceOurs}, nil
		}
		got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: feed, Accept: sourceTypes})
		seen := models.SourceSight{Problem: sourceProblem(got, err), Wait: waitOf(got, s.store.Now())}
		if seen.Problem == "" {
			if seen, err = s.readSource(ctx, src, feed, got, page); err != nil {
				return seen, err
			}
		}
		if !slices.Contains([]string{models.SourceFeedless, models.SourceMissing, models.SourceGone}, seen.Problem) {
			return seen, nil
		}
		if place == 0 {
			first = seen
		}
	}
	return first, nil
}

// readSource reads what was fetched as the feed; page is the one that led there, if any.
func (s *Speaker) readSource(ctx context.Context, src *models.Source, feed string, got, page *safe.Fetched) (seen models.SourceSight, err error) {
	seen = models.SourceSight{Feed: feed, Title: src.Title, Wait: waitOf(got, s.store.Now())}
	var f *Feed
	if got.Status == http.StatusNotModified {
		seen.Same = true
	} else if f, err = ReadFeed(got); err != nil {
		seen.Feed, seen.Problem = "", models.SourceBroken
		if errors.Is(err, errNoFeed) {
			seen.Problem = models.SourceFeedless
		}
		return seen, nil
	} else if s.ownFeed(f) {
		return models.SourceSight{Problem: models.SourceOurs}, nil
	}
	err = s.judge(ctx, src, &seen, f, got, page)
	return seen, err
}

// judge looks for the proof of what was fetched, and takes what it says when there is one. f is nil when it has not changed.
func (s *Speaker) judge(ctx context.Context, src *models.Source, seen *models.SourceSight, f *Feed, got, page *safe.Fetched) (err error) {
	if seen.Proof, seen.Proven, err = s.prove(ctx, src, f, got, page); err != nil {
		return err
	}
	if f != nil {
		seen.Title = cmp.Or(f.Title, siteOf(got.URL))
	}
	if seen.Proof == "" {
		seen.Problem = models.SourceUnproven
		return nil
	}
	if got.Moved {
		seen.Feed = got.URL
	}
	if f == nil {
		return nil
	}
	site, err := s.store.Site(ctx)
	if err != nil {
		return err
	}
	seen.ETag, seen.Modified = got.Header.Get("ETag"), got.Header.Get("Last-Modified")
	seen.Protocol, seen.Hub, seen.Topic = s.heardBy(f, got.URL)
	proven := *src
	proven.Feed, proven.Proof = got.URL, seen.Proof
	seen.Items = s.imports(f, &proven, site.TextLimit)
	return nil
}

// fetchSource asks for the feed, or for what was given while nobody knows it. What it said before is told, unless that was never taken.
func (s *Speaker) fetchSource(ctx context.Context, src *models.Source) (got *safe.Fetched, problem string, wait time.Duration) {
	r := safe.FetchRequest{URL: cmp.Or(src.Feed, src.Address), Accept: sourceTypes, Header: http.Header{}}
	if src.Proof != "" && src.Feed != "" {
		if src.ETag != "" {
			r.Header.Set("If-None-Match", src.ETag)
		}
		if src.Modified != "" {
			r.Header.Set("If-Modified-Since", src.Modified)
		}
	}
	got, err := s.fetcher.Fetch(ctx, r)
	if err == nil && got.Status == http.StatusNotModified && len(r.Header) > 0 {
		return got, "", 0
	}
	return got, sourceProblem(got, err), waitOf(got, s.store.Now())
}

// sourceProblem is the key of the sentence that says why a feed could not be fetched; empty when it was.
func sourceProblem(got *safe.Fetched, err error) string {
	switch {
	case errors.Is(err, safe.ErrFetchPrivate):
		return models.SourcePrivate
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchRedirects):
		return models.SourceAddress
	case errors.Is(err, safe.ErrFetchHeavy):
		return models.SourceHeavy
	case err != nil, got.Status >= 500, got.Status == http.StatusTooManyRequests, got.Status == http.StatusRequestTimeout:
		return models.SourceAway
	case got.Status == http.StatusGone:
		return models.SourceGone
	case got.Status/100 != 2:
		return models.SourceMissing
	}
	return ""
}

// waitOf is how long an answer wants not to be asked again (RFC 9110 §10.2.3); zero when it does not say.
func waitOf(got *safe.Fetched, now time.Time) time.Duration {
	if got == nil {
		return 0
	}
	said := strings.TrimSpace(got.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

const alternatesMost = 3 // feeds of one page that are tried

// feedTypes are the types of feeds in links. The last is that of any data: WordPress says it of what is no feed.
var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}

// alternateFeeds is the feeds that a page leads to, its header first, and what may be one last.
func alternateFeeds(got *safe.Fetched) (feeds []string) {
	rels, any := ReadRels(got), len(feedTypes)-1
	for _, types := range [][]string{feedTypes[:any], feedTypes[any:]} {
		for _, rel := range rels {
			kind, _, _ := strings.Cut(rel.Type, ";")
			if rel.Token == "alternate" && slices.Contains(types, strings.TrimSpace(kind)) && !slices.Contains(feeds, rel.URL) {
				feeds = append(feeds, rel.URL)
			}
		}
	}
	return feeds[:min(len(feeds), alternatesMost)]
}

// ownFeed reports whether a feed is one of this site, wherever it was found.
func (s *Speaker) ownFeed(f *Feed) bool {
	return s.fetcher.Ours(f.Home) || slices.ContainsFunc(f.Rels.All("self"), s.fetcher.Ours)
}

// heardBy is how a feed tells of changes: by its hub, whose Link header counts before what it says itself (WebSub §4), or else by its
// cloud. topic is its own address of itself.
func (s *Speaker) heardBy(f *Feed, at string) (protocol, hub, topic string) {
	hub, found := f.Rels.First("hub", InHeader)
	topic, named := f.Rels.First("self", InHeader)
	if !named {
		topic, named = f.Rels.First("self")
	}
	if !found {
		hub, found = f.Rels.First("hub")
	}
	if !named {
		topic = at
	}
	if found && s.fetcher.Check(hub) == nil {
		return models.WebSub, hub, topic
	}
	if f.Cloud != "" && s.fetcher.Check(f.Cloud) == nil {
		return models.RSSCloud, f.Cloud, at
	}
	return "", "", ""
}

// covers reports whether who has a page also has what stands at another address: on the same site, below it. An index is the folder it
// stands in; a page with a query has nothing but itself.
func covers(page, address string) bool {
	p, err := url.Parse(page)
	if err != nil {
		return false
	}
	a, err := url.Parse(address)
	if err != nil || p.Host == "" || hostKey(p) != hostKey(a) {
		return false
	}
	if safe.SameAddress(page, address) {
		return true
	}
	folder := path.Clean("/" + p.Path)
	if base := path.Base(folder); strings.HasPrefix(base, "index.") {
		folder = path.Dir(folder)
	}
	return p.RawQuery == "" && (folder == "/" || strings.HasPrefix(path.Clean("/"+a.Path), folder+"/"))
}

// hostKey is a host with its port, however it is spelt, with or without www.
func hostKey(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}
