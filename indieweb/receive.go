package indieweb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"marquee/models"
	"marquee/safe"
)

const (
	verifyAccept = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.5, text/plain;q=0.4, */*;q=0.1"

	sourceAway     = "error.mention_away"
	sourceUnlinked = "error.mention_unlinked"
	sourceAddress  = "error.mention_address"
	sourceHeavy    = "error.mention_heavy"
	sourceGone     = "error.mention_gone"
)

// Verify is the job that looks at the source of a mention (Webmention §3.2.2 and §3.2.4). Its words come when it links to what it mentions; it
// goes when it is gone (410, or a page that says so), and when it is there and links no more. Anything else changes nothing and is
// tried again.
func (s *Speaker) Verify(ctx context.Context, j models.Job) error {
	var job models.VerifyJob
	if err := json.Unmarshal([]byte(j.Payload), &job); err != nil {
		return fmt.Errorf("job %d: %w", j.ID, err)
	}
	m, err := s.store.MentionToVerify(ctx, job)
	if err != nil || m == nil {
		return err
	}
	got, err := s.look(ctx, m, job)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchPrivate), errors.Is(err, safe.ErrFetchRedirects):
		return s.store.NoteAway(ctx, m.ID, sourceAddress, true)
	case errors.Is(err, safe.ErrFetchHeavy):
		return s.store.NoteAway(ctx, m.ID, sourceHeavy, true)
	case err != nil:
		return s.lookAgain(ctx, j, m, err)
	case got.Status == http.StatusGone:
		return s.store.NoteGone(ctx, m.ID, sourceGone)
	case got.Status/100 == 4:
		return s.lookAgain(ctx, j, m, fmt.Errorf("%w: %d", models.ErrAnswered, got.Status))
	case got.Status/100 != 2:
		return s.lookAgain(ctx, j, m, fmt.Errorf("it answers %d", got.Status))
	}
	if job.Target != "" && LinksTo(got, job.Target) {
		m.Target = job.Target
	}
	targets := []string{m.Target, s.home + m.PagePath()}
	entry := entryAbout(got, targets)
	switch {
	case entry.Gone:
		return s.store.NoteGone(ctx, m.ID, sourceGone)
	case !LinksTo(got, targets...):
		return s.store.NoteGone(ctx, m.ID, sourceUnlinked)
	}
	return s.hear(ctx, m, got, &entry, entry.KindFor(targets...))
}

// look fetches the source of a mention; when it is not to be had where it was, as it is spelt now.
func (s *Speaker) look(ctx context.Context, m *models.Mention, job models.VerifyJob) (*safe.Fetched, error) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: m.Source, Accept: verifyAccept})
	if job.Source == "" || job.Source == m.Source || ctx.Err() != nil || err == nil && got.Status/100 != 4 {
		return got, err
	}
	m.Source = job.Source
	return s.fetcher.Fetch(ctx, safe.FetchRequest{URL: m.Source, Accept: verifyAccept})
}

// lookAgain leaves a mention for another time, until there is none.
func (s *Speaker) lookAgain(ctx context.Context, j models.Job, m *models.Mention, failure error) error {
	if err := s.store.NoteAway(ctx, m.ID, sourceAway, j.Last()); err != nil || j.Last() {
		return err
	}
	return failure
}

// entryAbout is the entry of a page that is about one of some addresses, else the one that the page is about; of a page without any, the
// words around its link there.
func entryAbout(got *safe.Fetched, targets []string) Entry {
	entries, page := readEntries(got.URL, got.Header.Get("Content-Type"), got.Body)
	if len(entries) == 0 {
		page.Text = wordsAround(got, targets...)
		return page
	}
	at := slices.IndexFunc(entries, func(e Entry) bool {
		return e.KindFor(targets...) != KindMention || markupLinks(got.URL, e.HTML, targets...)
	})
	return entries[max(at, 0)]
}

// hear tells the store what a source says, and brings the picture of its author here unless it is the one that is.
func (s *Speaker) hear(ctx context.Context, m *models.Mention, got *safe.Fetched, e *Entry, kind string) error {
	seen := models.Sight{
		Source: m.Source, Target: m.Target, URL: got.URL, Page: e.URL, Kind: kind, RSVP: e.RSVP, Author: e.Author.Name, AuthorURL: e.Author.URL, Photo: e.Author.Photo,
		Title: e.Name, HTML: e.HTML, Text: e.Text, Summary: e.Summary, Published: e.Published,
	}
	switch {
	case seen.Kind == KindLike || seen.Kind == KindRepost:
		seen.Photo = "" // nobody sees it
	case seen.Photo != "" && (seen.Photo != m.Photo || m.PictureID == nil && m.State != models.MentionShown): // its owner has seen it without
		var err error
		if seen.Face, err = s.store.FetchFace(ctx, seen.Photo); err != nil {
			return err
		}
	}
	return s.store.NoteMention(ctx, m.ID, seen)
}
