package models

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	friendEvery  = 24 * time.Hour     // how often a home page is looked at
	friendSoon   = time.Hour          // how soon again when it has just gone away
	friendSeldom = 7 * 24 * time.Hour // how seldom when it has been away for long
	friendsDue   = 200                // home pages that one sweep sends for
	pageFileMost = 1 << 20            // bytes of a home page, and of its feed
)

type friendJob struct{ Friend int64 }

// sweepFriends sends for the home pages that are due, spread over the time until the next sweep, so that nothing waits behind
// all of them. What is sent for is not due any more: two sweeps at once don't send twice.
func (s *Store) sweepFriends(ctx context.Context) error {
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		var due []Friend
		err := tx.Raw(`UPDATE top_friends SET due_at = ? WHERE friend_id IS NULL AND due_at <= ? AND id IN (
			SELECT id FROM top_friends WHERE friend_id IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING id, address`,
			now.Add(friendEvery), now, now, friendsDue).Scan(&due).Error
		if err != nil {
			return err
		}
		for i, f := range due {
			if _, err := s.enqueueTo(tx, f.Address, JobFriend, friendJob{f.ID}, now.Add(time.Duration(i)*time.Hour/friendsDue)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sight is what was found when a home page was looked at.
type sight struct {
	safe.HomePage
	problem string    // key of the sentence that says why nothing could be seen
	feedAt  time.Time // zero: the feed does not say
	deaf    bool      // there is a feed, but it did not answer
	file    *PictureFile
	keep    bool // the button is the one that we have, or did not answer
}

// SeeFriend is the job that looks at the home page of a top friend: title, feed, button. Whatever it finds is an answer: a page
// that is away is looked at again by a later sweep.
func (s *Store) SeeFriend(ctx context.Context, j Job) error {
	var job friendJob
	if err := j.decode(&job); err != nil {
		return err
	}
	before, err := friendByID(s.read.WithContext(ctx), job.Friend)
	if err != nil || before == nil {
		return err
	}
	seen, err := s.lookAt(ctx, before)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdAccounts(tx, before.AccountID); err != nil {
			return err
		}
		f, err := friendByID(tx, job.Friend)
		if err != nil || f == nil { // taken off meanwhile
			return err
		}
		return s.noteSight(tx, f, seen)
	})
}

// friendByID is a home page among somebody's friends; nil when it is there no more.
func friendByID(db *gorm.DB, id int64) (*Friend, error) {
	var found []Friend
	err := db.Raw(friendColumns+"WHERE t.id = ? AND t.friend_id IS NULL", id).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// lookAt fetches a home page and what it points to. What the web says is no error; what our own house says is.
func (s *Store) lookAt(ctx context.Context, f *Friend) (sight, error) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: f.Address, Accept: "text/html,application/xhtml+xml,*/*;q=0.1", Most: pageFileMost})
	if ctx.Err() != nil {
		return sight{}, ctx.Err() // we are the ones who went away
	}
	if problem := whyAway(got, err); problem != "" {
		return sight{problem: problem}, nil
	}
	seen := sight{HomePage: safe.ReadHomePage(got.URL, got.Header.Get("Content-Type"), got.Body)}
	if seen.Feed != "" {
		seen.feedAt, seen.deaf = s.feedDate(ctx, seen.Feed)
	}
	if seen.Button != "" {
		err = s.fetchFriendButton(ctx, f, &seen)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return seen, err
}

// whyAway is the key of the sentence that says why a home page could not be seen; empty when it was.
func whyAway(got *safe.Fetched, err error) string {
	switch {
	case errors.Is(err, safe.ErrFetchPrivate):
		return "error.friend_private"
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchRedirects):
		return "error.friend_address"
	case errors.Is(err, safe.ErrFetchHeavy):
		return "error.friend_heavy"
	case err != nil:
		return "error.friend_away"
	case got.Status == http.StatusNotFound || got.Status == http.StatusGone:
		return "error.friend_gone"
	case got.Status/100 != 2:
		return "error.friend_away"
	}
	return ""
}

// feedDate asks a feed when it last said something; deaf when it does not answer.
func (s *Store) feedDate(ctx context.Context, address string) (at time.Time, deaf bool) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: address, Accept: "application/rss+xml,application/atom+xml,application/feed+json,*/*;q=0.1", Most: pageFileMost})
	if err != nil || got.Status != http.StatusOK {
		return time.Time{}, true
	}
	at, _ = safe.LastUpdate(got.Header.Get("Content-Type"), got.Body, s.now())
	return at, false
}

// fetchFriendButton brings the button here, unless it is the one that we have. One that cannot be had leaves the one that
// was there.
func (s *Store) fetchFriendButton(ctx context.Context, f *Friend, seen *sight) error {
	seen.keep = true
	body, err := s.fetchImage(ctx, seen.Button)
	if err != nil {
		return nil
	}
	squeezed, err := safe.Button(ctx, bytes.NewReader(body))
	if err != nil || hashOf(squeezed.Body) == f.Hash {
		return nil
	}
	seen.keep = false
	seen.file, err = s.newFile(ctx, squeezed)
	return err
}

// noteSight writes what was found; the page changes when something that it shows does.
func (s *Store) noteSight(tx *gorm.DB, f *Friend, seen sight) error {
	now, before := s.instant(), *f
	if seen.problem != "" {
		f.away(seen.problem, now)
	} else if err := s.present(tx, f, seen, now); err != nil {
		return err
	}
	err := tx.Exec(`UPDATE top_friends SET title = ?, feed = ?, feed_at = ?, picture_id = ?, button = ?, problem = ?, away_at = ?, seen_at = ?, due_at = ?
		WHERE id = ?`, f.Title, f.Feed, f.FeedAt, f.PictureID, f.Button, f.Problem, f.AwayAt, f.SeenAt, f.DueAt, f.ID).Error
	if err != nil || f.Title == before.Title && f.FeedAt == before.FeedAt && f.Hash == before.Hash && f.AwayAt == before.AwayAt {
		return err
	}
	return touchPage(tx, f.AccountID, now, false)
}

// away keeps what was known. The longer a page has been away, the longer nobody asks for it again.
func (f *Friend) away(problem string, now Instant) {
	f.Problem = problem
	if f.AwayAt.IsZero() {
		f.AwayAt = now
	}
	absence := now.Time().Sub(f.AwayAt.Time())
	f.DueAt = now.Add(min(max(absence, friendSoon), friendSeldom))
}

// present takes over what the page says of itself.
func (s *Store) present(tx *gorm.DB, f *Friend, seen sight, now Instant) error {
	switch {
	case !seen.feedAt.IsZero():
		f.FeedAt = At(seen.feedAt)
	case !seen.deaf || seen.Feed != f.Feed:
		f.FeedAt = 0
	}
	f.Title, f.Feed, f.Button = seen.Title, seen.Feed, seen.Button
	f.Problem, f.AwayAt, f.SeenAt, f.DueAt = "", 0, now, now.Add(friendEvery)
	if seen.keep {
		return nil
	}
	former := f.PictureID
	f.PictureID, f.Hash = nil, ""
	if seen.file != nil {
		picture, err := s.hangFile(tx, pictureButton, f.AccountID, seen.file)
		if err != nil {
			return err
		}
		f.PictureID, f.Hash = &picture, seen.file.Hash
	}
	if former == nil {
		return nil
	}
	if err := tx.Exec("UPDATE top_friends SET picture_id = ? WHERE id = ?", f.PictureID, f.ID).Error; err != nil {
		return err
	}
	return s.dropPictures(tx, "id = ?", *former)
}
