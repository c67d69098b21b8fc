package models

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of the wall of buttons.
const (
	ButtonsMost     = 40
	buttonWordsMost = 100     // graphemes of a button's words
	buttonFileMost  = 1 << 20 // bytes of a button somewhere else
)

// Button is the 88x31 button of a friend that an account keeps on its page. Its picture is ours: it was fetched or sent
// once, checked, squeezed, and is served from here. Until it has arrived there is none, or a Problem instead.
type Button struct {
	ID, AccountID int64
	PictureID     *int64
	Link          string // the friend's page
	Source        string // where the image was; empty: it was sent
	Alt           string
	Problem       string // key of the sentence that says why there is no picture
	Place         int64
	CreatedAt     Instant

	Hash, Type    string `gorm:"->"`
	Width, Height int    `gorm:"->"`
}

// Path is the address of the button's picture on this site; empty when there is none.
func (b *Button) Path() string {
	if b.Hash == "" {
		return ""
	}
	return filePath(b.Hash, b.Type)
}

// NewButton is what somebody sends to hang a friend's button: a file, or the address of the image.
type NewButton struct {
	Link, Source, Alt string
	File              io.ReadSeeker
}

// Buttons is the account's wall, in its order; those without a picture are seen by the account alone (all).
func (s *Store) Buttons(ctx context.Context, a *Account, all bool) (list []Button, err error) {
	query := `SELECT b.*, f.hash, f.type, f.width, f.height FROM buttons b LEFT JOIN pictures p ON p.id = b.picture_id
		LEFT JOIN picture_files f ON f.hash = p.hash WHERE b.account_id = ?`
	if !all {
		query += " AND f.hash IS NOT NULL"
	}
	return list, s.read.WithContext(ctx).Raw(query+" ORDER BY b.place, b.id", a.ID).Scan(&list).Error
}

// AddButton hangs a friend's button. An image somewhere else is fetched by a job.
func (s *Store) AddButton(ctx context.Context, by *Account, n NewButton) error {
	b, err := s.checkButton(ctx, by, n)
	if err != nil {
		return err
	}
	var file *PictureFile
	if n.File != nil {
		if file, err = s.buttonFile(ctx, n.File); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Raw(`INSERT INTO buttons (account_id, link, source, alt, problem, place, created_at) VALUES (?, ?, ?, ?, '',
			(SELECT COALESCE(MAX(place), 0) + 1 FROM buttons WHERE account_id = ?), ?) RETURNING id`,
			by.ID, b.Link, b.Source, b.Alt, by.ID, s.instant()).Scan(&b.ID).Error
		if err != nil {
			return err
		}
		if file == nil {
			_, err := s.enqueueTo(tx, b.Source, JobButton, buttonJob{b.ID}, s.instant())
			return err
		}
		return s.showButton(tx, by.ID, b.ID, file)
	})
}

type buttonJob struct{ Button int64 }

func (s *Store) checkButton(ctx context.Context, by *Account, n NewButton) (*Button, error) {
	b := &Button{Alt: safe.Line(n.Alt)}
	var ok bool
	if b.Link, ok = safe.URL(n.Link); !ok {
		return nil, invalid("link", "error.homepage")
	}
	if n.File == nil {
		if b.Source, ok = safe.URL(n.Source); !ok {
			return nil, invalid("source", "error.button_source")
		}
	}
	if safe.Graphemes(b.Alt) > buttonWordsMost || len(b.Alt) > buttonWordsMost*bytesPerChar || safe.Overstacked(b.Alt) {
		return nil, &Error{Kind: Invalid, Field: "alt", Text: "error.alt_long", Args: map[string]any{"Most": buttonWordsMost}}
	}
	var hung int
	if err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM buttons WHERE account_id = ?", by.ID).Scan(&hung).Error; err != nil {
		return nil, err
	}
	if hung >= ButtonsMost {
		return nil, &Error{Kind: Invalid, Field: "link", Text: "error.buttons_many", Args: map[string]any{"Most": ButtonsMost}}
	}
	return b, s.mayUpload(ctx, by, "")
}

func (s *Store) buttonFile(ctx context.Context, source io.ReadSeeker) (*PictureFile, error) {
	squeezed, err := safe.Button(ctx, source)
	if err != nil {
		return nil, refusedPicture(err)
	}
	return s.newFile(ctx, squeezed)
}

// showButton gives a button its picture.
func (s *Store) showButton(tx *gorm.DB, account, button int64, file *PictureFile) error {
	picture, err := s.hangFile(tx, pictureButton, account, file)
	if err != nil {
		return err
	}
	if err := tx.Exec("UPDATE buttons SET picture_id = ?, problem = '' WHERE id = ?", picture, button).Error; err != nil {
		return err
	}
	return touchPage(tx, account, s.instant(), false)
}

// FetchButton is the job that brings the image of a button here. What will never be a button is noted beside it; what may
// come another time is tried again.
func (s *Store) FetchButton(ctx context.Context, j Job) error {
	var job buttonJob
	if err := j.decode(&job); err != nil {
		return err
	}
	var found []Button
	err := s.read.WithContext(ctx).Raw("SELECT * FROM buttons WHERE id = ? AND picture_id IS NULL", job.Button).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	b := found[0]
	body, err := s.fetchImage(ctx, b.Source)
	var file *PictureFile
	if err == nil {
		file, err = s.buttonFile(ctx, bytes.NewReader(body))
	}
	var refusal *Error
	if errors.As(err, &refusal) {
		return s.exec(ctx, "UPDATE buttons SET problem = ? WHERE id = ?", refusal.Text, b.ID)
	}
	if err != nil {
		return errors.Join(err, s.exec(ctx, "UPDATE buttons SET problem = ? WHERE id = ?", "error.button_away", b.ID))
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var there []int64
		err := tx.Raw("SELECT id FROM buttons WHERE id = ? AND picture_id IS NULL"+s.locking("UPDATE"), b.ID).Scan(&there).Error
		if err != nil || len(there) == 0 { // taken down meanwhile, or done by another worker
			return err
		}
		return s.showButton(tx, b.AccountID, b.ID, file)
	})
}

// fetchImage is the bytes of an image somewhere else; a refusal when there will never be any.
func (s *Store) fetchImage(ctx context.Context, address string) ([]byte, error) {
	got, err := s.fetcher.Fetch(ctx, safe.FetchRequest{URL: address, Accept: "image/gif,image/png,image/jpeg,image/webp", Most: buttonFileMost})
	switch {
	case errors.Is(err, safe.ErrFetchURL), errors.Is(err, safe.ErrFetchPrivate), errors.Is(err, safe.ErrFetchRedirects):
		return nil, invalid("source", "error.button_source")
	case errors.Is(err, safe.ErrFetchHeavy):
		return nil, ErrPictureHeavy
	case err != nil:
		return nil, err
	case got.Status == http.StatusNotFound || got.Status == http.StatusGone:
		return nil, invalid("source", "error.button_missing")
	case got.Status != http.StatusOK:
		return nil, errors.New("the other site answered " + http.StatusText(got.Status))
	}
	return got.Body, nil
}

// RemoveButton takes a button down.
func (s *Store) RemoveButton(ctx context.Context, by *Account, id int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var taken []Button
		err := tx.Raw("DELETE FROM buttons WHERE id = ? AND account_id = ? RETURNING picture_id", id, by.ID).Scan(&taken).Error
		if err != nil || len(taken) == 0 {
			return err
		}
		if picture := taken[0].PictureID; picture != nil {
			if err := s.dropPictures(tx, "id = ?", *picture); err != nil {
				return err
			}
		}
		return touchPage(tx, by.ID, s.instant(), false)
	})
}

// RaiseButton hangs a button one place further to the front.
func (s *Store) RaiseButton(ctx context.Context, by *Account, id int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var pair []Button
		err := tx.Raw(`SELECT * FROM buttons WHERE account_id = ? AND (place, id) <= (SELECT place, id FROM buttons WHERE id = ? AND account_id = ?)
			ORDER BY place DESC, id DESC LIMIT 2`+s.locking("UPDATE"), by.ID, id, by.ID).Scan(&pair).Error
		if err != nil || len(pair) < 2 {
			return err
		}
		for i := range pair {
			if err := tx.Exec("UPDATE buttons SET place = ? WHERE id = ?", pair[1-i].Place, pair[i].ID).Error; err != nil {
				return err
			}
		}
		return touchPage(tx, by.ID, s.instant(), false)
	})
}
