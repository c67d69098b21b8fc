package models

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// What uses a picture.
const (
	pictureWaiting = "waiting" // a form that is not finished: swept after pictureWait
	pictureDraft   = "draft"   // the account's kept draft
	pictureStatus  = "status"
	pictureAvatar  = "avatar"
	pictureButton  = "button"
	pictureMention = "mention" // of who wrote a mention
	pictureAuthor  = "author"  // of what was said elsewhere and is shown here
	pictureLayout  = "layout"  // url() of the account's layouts finds it
)

// Limits of pictures.
const (
	PicturesMost = 4              // of one status
	AltMost      = 1000           // graphemes of an alt text
	pictureWait  = 24 * time.Hour // how long an unfinished form may take
	picturesKept = 15_000         // of one account: about 200 MB
)

// Picture is a squeezed picture with its alt text, where it is used.
type Picture struct {
	ID        int64
	Key       string // by which a form names it; nobody else knows it
	Kind      string
	AccountID *int64 // nil: somebody whose session had ended sent it
	StatusID  *int64
	Place     int
	Hash      string
	Alt       string
	CreatedAt Instant

	Type          string `gorm:"->"` // these are of its file
	Width, Height int    `gorm:"->"`
	Size          int64  `gorm:"->"`
}

// Path is the address of the picture's bytes on this site.
func (p *Picture) Path() string { return filePath(p.Hash, p.Type) }

// DraftPicture is a picture that a draft shows: the key of one that TakePicture took, or that the status shows already.
type DraftPicture struct {
	Key  string
	Alt  string
	Path string // where it can be seen meanwhile; only in drafts that come from the store
}

// Refusals of a form that need no look at the pictures themselves.
var (
	ErrPictureHeavy = &Error{Kind: Invalid, Field: "picture", Text: "error.picture_heavy", Args: map[string]any{"Most": safe.PictureSizeMost >> 20}}
	ErrPicturesMany = &Error{Kind: Invalid, Field: "picture", Text: "error.pictures_many", Args: map[string]any{"Most": PicturesMost}}
)

// pictureErrors is what a person reads when a picture is refused.
var pictureErrors = []struct {
	err     error
	refusal *Error
}{
	{safe.ErrPictureEmpty, invalid("picture", "error.picture_empty")},
	{safe.ErrPictureHeavy, ErrPictureHeavy},
	{safe.ErrPictureLarge, invalid("picture", "error.picture_large")},
	{safe.ErrPictureHEIC, invalid("picture", "error.picture_heic")},
	{safe.ErrPictureKind, invalid("picture", "error.picture_kind")},
	{safe.ErrPictureBroken, invalid("picture", "error.picture_broken")},
}

// refusedPicture makes a refusal of what safe says of a picture.
func refusedPicture(err error) error {
	for _, e := range pictureErrors {
		if errors.Is(err, e.err) {
			return e.refusal
		}
	}
	return err
}

// TakePicture squeezes what somebody sent and keeps it for the form that it is part of, for a day: Publish and Edit
// name it by its key. By is nil when the sender's session has ended; network then pays for it.
func (s *Store) TakePicture(ctx context.Context, by *Account, network string, source io.ReadSeeker, wish safe.PictureWish) (*Picture, error) {
	if err := s.mayUpload(ctx, by, network); err != nil {
		return nil, err
	}
	squeezed, err := safe.Picture(ctx, source, wish)
	if err != nil {
		return nil, refusedPicture(err)
	}
	return s.keepWaiting(ctx, by, squeezed)
}

// mayUpload spends one upload of the account, or of the network of somebody without one.
func (s *Store) mayUpload(ctx context.Context, by *Account, network string) error {
	if by == nil {
		return s.spend(ctx, budgetGuestUpload, network)
	}
	var kept int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM pictures WHERE account_id = ?", by.ID).Scan(&kept).Error
	if err == nil && kept >= picturesKept {
		return &Error{Kind: Invalid, Field: "picture", Text: "error.pictures_kept", Args: map[string]any{"Most": picturesKept}}
	}
	if err != nil {
		return err
	}
	return s.spend(ctx, budgetUpload, by.Name)
}

func (s *Store) keepWaiting(ctx context.Context, by *Account, squeezed safe.Squeezed) (*Picture, error) {
	file, err := s.newFile(ctx, squeezed)
	if err != nil {
		return nil, err
	}
	p := &Picture{
		Key: rand.Text(), Kind: pictureWaiting, Hash: file.Hash, CreatedAt: s.instant(),
		Type: file.Type, Width: file.Width, Height: file.Height, Size: file.Size,
	}
	if by != nil {
		p.AccountID = &by.ID
	}
	return p, s.tx(ctx, func(tx *gorm.DB) error {
		return s.useFile(tx, file, p)
	})
}

// useFile writes a file and a use of it.
func (s *Store) useFile(tx *gorm.DB, file *PictureFile, p *Picture) error {
	if err := s.saveFile(tx, file); err != nil {
		return err
	}
	return tx.Raw(`INSERT INTO pictures (key, kind, account_id, place, hash, alt, created_at) VALUES (?, ?, ?, 0, ?, '', ?) RETURNING id`,
		p.Key, p.Kind, p.AccountID, file.Hash, p.CreatedAt).Scan(&p.ID).Error
}

// hangFile shows a file somewhere on an account's pages.
func (s *Store) hangFile(tx *gorm.DB, kind string, account int64, file *PictureFile) (picture int64, err error) {
	p := &Picture{Key: rand.Text(), Kind: kind, AccountID: &account, CreatedAt: s.instant()}
	err = s.useFile(tx, file, p)
	return p.ID, err
}

const pictureColumns = `p.*, f.type, f.width, f.height, f.size FROM pictures p JOIN picture_files f ON f.hash = p.hash`

// checkPictures sets the pictures of a status from its draft, in the draft's order.
func (s *Store) checkPictures(ctx context.Context, by *Account, st *Status, drafts []DraftPicture) error {
	st.Pictures = nil
	if len(drafts) > PicturesMost {
		return ErrPicturesMany
	}
	for _, d := range drafts {
		var found []Picture
		err := s.read.WithContext(ctx).Raw("SELECT "+pictureColumns+" WHERE p.key = ?", d.Key).Scan(&found).Error
		if err != nil {
			return err
		}
		if len(found) == 0 || !found[0].usableBy(by) {
			return errPictureLost
		}
		p := found[0]
		if p.Alt = safe.Text(d.Alt); safe.Graphemes(p.Alt) > AltMost || len(p.Alt) > AltMost*bytesPerChar || safe.Overstacked(p.Alt) {
			return &Error{Kind: Invalid, Field: "alt", Text: "error.alt_long", Args: map[string]any{"Most": AltMost}}
		}
		if !slices.ContainsFunc(st.Pictures, func(o Picture) bool { return o.Key == p.Key }) {
			st.Pictures = append(st.Pictures, p)
		}
	}
	st.PictureCount = len(st.Pictures)
	return nil
}

var errPictureLost = &Error{Kind: Invalid, Field: "picture", Text: "error.picture_lost"}

// usableBy says whether a status of the account may show the picture.
func (p *Picture) usableBy(by *Account) bool {
	return (p.AccountID == nil || *p.AccountID == by.ID) && (p.Kind == pictureWaiting || p.Kind == pictureDraft || p.Kind == pictureStatus)
}

// hang gives a status its pictures, in their order, and takes away those it showed before and shows no more.
func (s *Store) hang(tx *gorm.DB, st *Status) error {
	keys := make([]string, 0, len(st.Pictures))
	for i := range st.Pictures {
		p := &st.Pictures[i]
		hung := tx.Exec(`UPDATE pictures SET kind = ?, account_id = ?, status_id = ?, place = ?, alt = ? WHERE key = ?
			AND (account_id = ? OR account_id IS NULL) AND (status_id IS NULL OR status_id = ?)`,
			pictureStatus, st.AccountID, st.ID, i, p.Alt, p.Key, st.AccountID, st.ID)
		if hung.Error != nil {
			return hung.Error
		}
		if hung.RowsAffected == 0 {
			return errPictureLost
		}
		p.Kind, p.AccountID, p.StatusID, p.Place = pictureStatus, &st.AccountID, &st.ID, i
		keys = append(keys, p.Key)
	}
	return s.dropPictures(tx, "status_id = ? AND key NOT IN ?", st.ID, append(keys, ""))
}

// dropPictures ends the uses that the condition finds, and the files that nothing uses any more.
func (s *Store) dropPictures(tx *gorm.DB, condition string, args ...any) error {
	var hashes []string
	if err := tx.Raw("DELETE FROM pictures WHERE "+condition+" RETURNING hash", args...).Scan(&hashes).Error; err != nil {
		return err
	}
	return s.release(tx, hashes)
}

// withPictures fills in the pictures of statuses, of which the same one may stand there twice: one query for any number, none when
// there are none.
func withPictures(db *gorm.DB, list []*Status) error {
	var ids []int64
	for _, st := range list {
		if st.PictureCount > 0 {
			ids = append(ids, st.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var found []Picture
	err := db.Raw("SELECT "+pictureColumns+" WHERE p.status_id IN ? ORDER BY p.status_id, p.place", ids).Scan(&found).Error
	byID := map[int64][]Picture{}
	for _, p := range found {
		byID[*p.StatusID] = append(byID[*p.StatusID], p)
	}
	for _, st := range list {
		st.Pictures = byID[st.ID]
	}
	return err
}

// LatestPicture is the first picture of the account's newest public status that has any; nil when none has.
func (s *Store) LatestPicture(ctx context.Context, a *Account) (*Picture, error) {
	page, err := s.readSome(ctx, nil, a.PictureStream(), 1)
	if err != nil || len(page.Statuses) == 0 || len(page.Statuses[0].Pictures) == 0 {
		return nil, err
	}
	return &page.Statuses[0].Pictures[0], nil
}
