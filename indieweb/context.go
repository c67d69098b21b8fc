package indieweb

import (
	"cmp"
	"context"
	"errors"
	"html"

	"marquee/models"
	"marquee/safe"
)

// ReadContext is the job that reads the page that a status answers: who says what there.
func (s *Speaker) ReadContext(ctx context.Context, j models.Job) error {
	status, address, err := s.store.ContextToRead(ctx, j)
	if err != nil || address == "" {
		return err
	}
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: address, Accept: pageTypes, Cut: true})
	if ctx.Err() != nil {
		return ctx.Err() // we are the ones who went away
	}
	if err != nil || got.Status/100 != 2 {
		problem, again := trouble(got, err)
		err = explained(got, err)
		if !again {
			err = nil
		}
		return errors.Join(err, s.store.KeepContext(ctx, models.Context{StatusID: status, Problem: problem}, nil))
	}
	found, photo := contextOf(got)
	found.StatusID = status
	var face *models.PictureFile
	if photo != "" {
		if face, err = s.store.FetchFace(ctx, photo); err != nil {
			return err
		}
	}
	return s.store.KeepContext(ctx, found, face)
}

// contextOf is what a page says: its h-entry, or else what its head says of it, and its first words. photo is the address of the
// author's picture, empty when there is none.
func contextOf(got *safe.Fetched) (c models.Context, photo string) {
	kind := got.Header.Get("Content-Type")
	entry, _ := ReadEntry(got.URL, kind, got.Body)
	if entry.Gone {
		return models.Context{Problem: problemGone}, ""
	}
	c = models.Context{Author: entry.Author.Name, AuthorURL: entry.Author.URL, Title: entry.Name, HTML: entry.HTML}
	if c.HTML == "" {
		c.HTML = html.EscapeString(cmp.Or(entry.Text, entry.Summary))
	}
	if !entry.Published.IsZero() {
		c.PublishedAt = models.At(entry.Published)
	}
	if c.Author == "" {
		c.Author = siteOf(c.AuthorURL)
	}
	if !IsHTML(kind) || c.HTML != "" && c.Author != "" {
		return c, entry.Author.Photo
	}
	p := readPreview(decoded(kind, got.Body))
	if c.HTML == "" {
		c.Title, c.HTML = cmp.Or(p.title, c.Title), html.EscapeString(cmp.Or(p.description, p.words))
	}
	c.Author = cmp.Or(c.Author, p.author, p.site)
	return c, entry.Author.Photo
}
