package models

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// PictureFile is what a picture is made of: bytes that safe made, under the hash of them.
type PictureFile struct {
	Hash          string // the first half of SHA-256, in hexadecimal
	Type          string
	Width, Height int
	Size          int64
	Object        string // its name in the bucket; empty: the bytes are in the database
	GoneAt        Instant
	Body          []byte
	Public        bool `gorm:"-"` // something that everybody may see shows it

	intent int64 // the job that erases Object unless saveFile takes it back
}

// extensions are those of the addresses of pictures, by media type.
var extensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}

const picturesPath = "/pictures/"

func filePath(hash, kind string) string { return picturesPath + hash + extensions[kind] }

// Path is the address of the file on this site.
func (f *PictureFile) Path() string { return filePath(f.Hash, f.Type) }

var (
	errNoPicture   = &Error{Kind: Missing, Text: "error.no_picture"}
	errGonePicture = &Error{Kind: Gone, Text: "error.gone_picture"}
)

// hashOf is the first half of SHA-256, in hexadecimal.
func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// newFile is the file of a squeezed picture, its bytes in the bucket already when there is one.
func (s *Store) newFile(ctx context.Context, p safe.Squeezed) (*PictureFile, error) {
	file := &PictureFile{Hash: hashOf(p.Body), Type: p.Type, Width: p.Width, Height: p.Height, Size: int64(len(p.Body)), Body: p.Body}
	if s.bucket == nil {
		return file, nil
	}
	return file, s.upload(ctx, file)
}

// saveFile writes a file, brings it back when it was gone, and leaves one alone that is there: an object that was uploaded for
// nothing is then erased by the job that was written before it.
func (s *Store) saveFile(tx *gorm.DB, f *PictureFile) error {
	var object string
	err := tx.Raw(`INSERT INTO picture_files (hash, type, width, height, size, object, gone_at, body) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
		ON CONFLICT (hash) DO UPDATE SET gone_at = 0,
			object = CASE WHEN picture_files.gone_at > 0 THEN excluded.object ELSE picture_files.object END,
			body = CASE WHEN picture_files.gone_at > 0 THEN excluded.body ELSE picture_files.body END
		RETURNING object`, f.Hash, f.Type, f.Width, f.Height, f.Size, f.Object, f.Body).Scan(&object).Error
	if err != nil || f.Object == "" || object != f.Object {
		return err
	}
	return s.claimObject(tx, f)
}

// releaseAtOnce is how many files one statement lets go.
const releaseAtOnce = 500

// release lets go of the files that nothing uses any more. It takes their rows first: a use that another
// transaction adds meanwhile is seen, because the rows are looked at only after it has ended.
func (s *Store) release(tx *gorm.DB, hashes []string) error {
	slices.Sort(hashes)
	for batch := range slices.Chunk(slices.Compact(hashes), releaseAtOnce) {
		var held []PictureFile
		err := tx.Raw("SELECT hash, object FROM picture_files WHERE hash IN ? ORDER BY hash"+s.locking("UPDATE"), batch).Scan(&held).Error
		if err != nil {
			return err
		}
		var gone []string
		err = tx.Raw(`UPDATE picture_files SET gone_at = ?, object = '', body = ? WHERE hash IN ? AND gone_at = 0
			AND NOT EXISTS (SELECT 1 FROM pictures p WHERE p.hash = picture_files.hash) RETURNING hash`, s.instant(), []byte{}, batch).Scan(&gone).Error
		if err != nil {
			return err
		}
		for _, file := range held {
			if file.Object == "" || !slices.Contains(gone, file.Hash) {
				continue
			}
			if err := s.enqueue(tx, JobErase, eraseJob{file.Object}); err != nil {
				return err
			}
		}
	}
	return nil
}

// PictureFile is the file of that name ("HASH.jpg"), without its bytes, if the viewer (nil: a guest) may see it: Missing when
// not, Gone when it was taken down.
func (s *Store) PictureFile(ctx context.Context, viewer *Account, name string) (*PictureFile, error) {
	hash, extension, _ := strings.Cut(name, ".")
	file := &PictureFile{}
	err := s.marks.read(s.marks.picture, []any{
		&file.Hash, &file.Type, &file.Width, &file.Height, &file.Size, &file.Object, &file.GoneAt, &file.Public,
	}, storable(hash))
	if errors.Is(err, sql.ErrNoRows) || err == nil && extensions[file.Type] != "."+extension {
		return nil, errNoPicture
	}
	if err != nil {
		return nil, err
	}
	if !file.GoneAt.IsZero() {
		return nil, errGonePicture
	}
	if file.Public {
		return file, nil
	}
	return file, s.mustOwn(ctx, viewer, file)
}

// mustOwn is Missing unless the file is in use by the account itself, and Gone when all that uses it was withdrawn.
func (s *Store) mustOwn(ctx context.Context, viewer *Account, file *PictureFile) error {
	var own int64
	if viewer != nil {
		own = viewer.ID
	}
	var uses struct{ Living, Own int }
	err := s.read.WithContext(ctx).Raw(`SELECT COUNT(*) AS living, COALESCE(SUM(CASE WHEN p.account_id = ? THEN 1 ELSE 0 END), 0) AS own
		FROM pictures p LEFT JOIN statuses s ON s.id = p.status_id WHERE p.hash = ? AND COALESCE(s.withdrawn_at, 0) = 0`, own, file.Hash).Scan(&uses).Error
	switch {
	case err != nil || uses.Own > 0:
		return err
	case uses.Living == 0:
		return errGonePicture
	}
	return errNoPicture
}

var errDamaged = errors.New("its bytes are not those it was made of")

// ReadPicture fills in the file's bytes and where they are. Gone when it was taken down in between; an error rather than other
// bytes than those that were kept.
func (s *Store) ReadPicture(ctx context.Context, f *PictureFile) error {
	tried := ""
	for {
		row := s.read.WithContext(ctx).Raw("SELECT size, object, gone_at, body FROM picture_files WHERE hash = ?", f.Hash).Row()
		if err := row.Scan(&f.Size, &f.Object, &f.GoneAt, &f.Body); err != nil {
			return err
		}
		if !f.GoneAt.IsZero() {
			return errGonePicture
		}
		var err error
		if f.Object != "" {
			f.Body, err = s.readObject(ctx, f)
		}
		// An object that is not there may just have been moved: then the row says something else by now.
		if errors.Is(err, errNoObject) && f.Object != tried {
			tried = f.Object
			continue
		}
		if errors.Is(err, errNoObject) || err == nil && (int64(len(f.Body)) != f.Size || hashOf(f.Body) != f.Hash) {
			err = fmt.Errorf("picture %s: %w", f.Hash, errDamaged)
		}
		return err
	}
}

func (s *Store) readObject(ctx context.Context, f *PictureFile) ([]byte, error) {
	if s.bucket == nil {
		return nil, errNoBucket
	}
	return s.bucket.get(ctx, f.Object, f.Size)
}
