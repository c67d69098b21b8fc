package models

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	importsFirst = 10  // items of a feed that is seen for the first time
	importsMost  = 100 // items of one look

	importTime = 30 * time.Second // that the pictures of an item may take
)

// Import is an item of a feed as a status says it.
type Import struct {
	GUID  string // its own name, or else its link, or else a hash of what it says; never empty
	Link  string // its address, empty: it has none
	Out   bool   // it is left out for good: it came from here, or says nothing
	Draft Draft
	Photo []ImportPhoto `json:",omitempty"` // at most PicturesMost
}

// ImportPhoto is a picture of an item, where it is.
type ImportPhoto struct{ URL, Alt string }

type importJob struct {
	Account int64
	Feed    string // see feedKey
	GUID    string // hash
	Hash    string
	Draft   Draft
	Photo   []ImportPhoto `json:",omitempty"`
}

// key names an item in its feed. Addresses have many spellings, and a feed that moves to https has the same items as before.
func (i *Import) key() string {
	if key, ok := safe.AddressKey(i.GUID); ok {
		return TokenHash(key)
	}
	return TokenHash(i.GUID)
}

// linkKey is the same for whatever stands at one address; empty without one.
func (i *Import) linkKey() string {
	if key, ok := safe.AddressKey(i.Link); ok {
		return TokenHash(key)
	}
	return ""
}

// hash is of what the item says; when it says so counts for nothing.
func (i *Import) hash() string {
	body, err := json.Marshal([]any{i.Draft.Text, i.Draft.Markup, i.Draft.Tags, i.Photo})
	if err != nil {
		return ""
	}
	return TokenHash(string(body))
}

// takeItems sees which items of a source are new and which have changed, and writes their jobs, the oldest first. Of a feed that is
// seen for the first time the latest ten are taken; what is older is only noted. The source is held by the transaction.
func (s *Store) takeItems(tx *gorm.DB, src *Source, items []Import) (fresh int, err error) {
	items = slices.Clone(items[:min(len(items), importsMost)])
	now := s.instant()
	slices.SortStableFunc(items, func(a, b Import) int { return int(min(max(b.Draft.date(now)-a.Draft.date(now), -1), 1)) })
	past, err := s.pastImports(tx, src, items)
	if err != nil {
		return 0, err
	}
	for place, item := range slices.Backward(items) {
		late := place >= importsFirst && (past.first || item.Draft.PublishedAt > 0 && item.Draft.PublishedAt < src.CreatedAt)
		hash, link := item.hash(), item.linkKey()
		before, seen, err := past.find(tx, &item)
		if err != nil {
			return 0, err
		}
		if item.Out || !seen && (late || link != "" && len(past.links[link]) > 0) {
			hash = ""
		}
		if seen && (before.Hash == "" || before.Hash == hash || hash == "") {
			continue
		}
		err = tx.Exec(`INSERT INTO imports (account_id, feed, guid, link, status_id, hash) VALUES (?, ?, ?, ?, NULL, ?)
			ON CONFLICT (account_id, feed, guid) DO UPDATE SET hash = excluded.hash`, past.account, past.feed, item.key(), link, hash).Error
		if err != nil {
			return 0, err
		}
		past.add(pastImport{Feed: past.feed, GUID: item.key(), Link: link, Hash: hash})
		if hash == "" {
			continue
		}
		if item.Draft.PublishedAt == 0 {
			item.Draft.PublishedAt = now - Instant(place) // those above are the newer ones
		}
		fresh++
		job := importJob{past.account, past.feed, item.key(), hash, item.Draft, item.Photo}
		if _, err := s.enqueueTo(tx, src.lookedAt(), JobImport, job, now-Instant(place)); err != nil {
			return 0, err
		}
	}
	return fresh, nil
}

// date is when a draft says that it was written, for its place among others; what does not say is as new as can be.
func (d *Draft) date(now Instant) Instant {
	if d.PublishedAt <= 0 || d.PublishedAt > now {
		return now
	}
	return d.PublishedAt
}

// Import makes a status of the item that a job of JobImport is about, or changes the one that was made of it; what its owner has
// deleted stays so. An item that says nothing that may be said here is left out.
func (s *Store) Import(ctx context.Context, j Job) error {
	var job importJob
	if err := j.decode(&job); err != nil {
		return err
	}
	var row []struct {
		Hash     string
		StatusID *int64
	}
	err := s.read.WithContext(ctx).Raw("SELECT hash, status_id FROM imports WHERE account_id = ? AND feed = ? AND guid = ?", job.Account, job.Feed, job.GUID).Scan(&row).Error
	if err != nil || len(row) == 0 || row[0].Hash != job.Hash { // it has changed again since
		return err
	}
	people, err := accountsByID(s.read.WithContext(ctx), []int64{job.Account})
	by := people[job.Account]
	if err != nil || by == nil {
		return err
	}
	var st *Status
	if row[0].StatusID != nil {
		st, err = s.importAgain(ctx, by, *row[0].StatusID, job)
	} else {
		job.Draft.Once = strings.Join([]string{JobImport, job.Feed, job.GUID}, "/") // done twice, it is one status
		if job.Draft.Pictures, err = s.importPhotos(ctx, by, job.Photo); err == nil {
			st, err = s.Publish(ctx, by, job.Draft)
		}
	}
	if IsKind(err, Gone) || IsKind(err, Missing) || IsKind(err, Invalid) {
		return nil // it is deleted, or cannot be said here
	}
	if err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE imports SET status_id = ? WHERE account_id = ? AND feed = ? AND guid = ?", st.ID, job.Account, job.Feed, job.GUID)
}

// importAgain says what an item says now. What is not of it stays; so do the pictures when none of the new ones can be had.
func (s *Store) importAgain(ctx context.Context, by *Account, id int64, job importJob) (*Status, error) {
	before, err := s.own(ctx, by, id)
	if err != nil {
		return nil, err
	}
	d := job.Draft
	d.Face, d.Mood, d.MoodText, d.Visibility, d.PublishedAt = before.Face, before.Mood, before.MoodText, before.Visibility, 0
	if d.Pictures, err = s.importPhotos(ctx, by, job.Photo); err != nil {
		return nil, err
	}
	if len(d.Pictures) == 0 && len(job.Photo) > 0 {
		d.Pictures = DraftPictures(before.Pictures)
	}
	return s.Edit(ctx, by, id, d)
}

// importPhotos brings pictures here. What is none, or cannot be had, is left out; it is our own trouble that is an error.
func (s *Store) importPhotos(ctx context.Context, by *Account, photos []ImportPhoto) (list []DraftPicture, err error) {
	short, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	for _, photo := range photos {
		p, err := s.PictureAt(short, by, "", photo.URL)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case short.Err() != nil:
			return list, nil
		case IsKind(err, Invalid), IsKind(err, Missing), IsKind(err, Gone):
			continue
		case err != nil:
			return nil, err
		}
		alt := safe.Clip(safe.Text(photo.Alt), AltMost-1)
		if safe.Overstacked(alt) || len(alt) > AltMost*bytesPerChar {
			alt = ""
		}
		list = append(list, DraftPicture{Key: p.Key, Alt: alt})
	}
	return list, nil
}
