package models

import (
	"context"
	"crypto/rand"
	"io"
	"regexp"

	"gorm.io/gorm"

	"marquee/safe"
)

// LayoutPicturesMost is how many pictures an account may keep for its layouts.
const LayoutPicturesMost = 24

// AddLayoutPicture squeezes a picture for the account's layouts, where url() then finds it. Small drawings stay as they are.
func (s *Store) AddLayoutPicture(ctx context.Context, by *Account, source io.ReadSeeker) error {
	if err := s.mayUpload(ctx, by, ""); err != nil {
		return err
	}
	squeezed, err := safe.Picture(ctx, source, safe.PictureWish{})
	if err != nil {
		return refusedPicture(err)
	}
	file, err := s.newFile(ctx, squeezed)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var kept int
		err := tx.Raw("SELECT COUNT(*) FROM pictures WHERE account_id = ? AND kind = ?", by.ID, pictureLayout).Scan(&kept).Error
		if err != nil {
			return err
		}
		if kept >= LayoutPicturesMost {
			return &Error{Kind: Invalid, Field: "picture", Text: "error.layout_pictures_many", Args: map[string]any{"Most": LayoutPicturesMost}}
		}
		if err := s.saveFile(tx, file); err != nil {
			return err
		}
		return keepForLayouts(tx, by.ID, file.Hash, s.instant())
	})
	if err != nil {
		return err
	}
	return s.recleanWorn(ctx, by)
}

// recleanWorn lets what is worn show a picture that came, or do without one that went.
func (s *Store) recleanWorn(ctx context.Context, by *Account) error {
	worn, err := sheetIn(s.read.WithContext(ctx), by, sheetWorn)
	if err != nil || worn == nil {
		return err
	}
	return s.cleanSheet(ctx, *worn)
}

// keepForLayouts lets an account's layouts use a file, once.
func keepForLayouts(tx *gorm.DB, account int64, hash string, at Instant) error {
	return tx.Exec(`INSERT INTO pictures (key, kind, account_id, place, hash, alt, created_at) SELECT ?, ?, CAST(? AS BIGINT), 0, ?, '', CAST(? AS BIGINT)
		WHERE NOT EXISTS (SELECT 1 FROM pictures WHERE account_id = ? AND kind = ? AND hash = ?)`,
		rand.Text(), pictureLayout, account, hash, at, account, pictureLayout, hash).Error
}

// LayoutPictures is the pictures that the account keeps for its layouts, newest first.
func (s *Store) LayoutPictures(ctx context.Context, a *Account) (list []Picture, err error) {
	return list, s.read.WithContext(ctx).Raw(`SELECT p.*, f.type, f.width, f.height, f.size FROM pictures p JOIN picture_files f ON f.hash = p.hash
		WHERE p.account_id = ? AND p.kind = ? ORDER BY p.id DESC LIMIT ?`, a.ID, pictureLayout, 2*LayoutPicturesMost).Scan(&list).Error
}

// RemoveLayoutPicture forgets a picture; a layout that shows it goes on without.
func (s *Store) RemoveLayoutPicture(ctx context.Context, by *Account, id int64) error {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		return s.dropPictures(tx, "id = ? AND account_id = ? AND kind = ?", id, by.ID, pictureLayout)
	})
	if err != nil {
		return err
	}
	return s.recleanWorn(ctx, by)
}

// layoutPaths is the addresses of the pictures that the account's layouts may show.
func (s *Store) layoutPaths(ctx context.Context, a *Account) (map[string]bool, error) {
	list, err := s.LayoutPictures(ctx, a)
	paths := map[string]bool{}
	for _, p := range list {
		paths[p.Path()] = true
	}
	return paths, err
}

var pictureAddress = regexp.MustCompile(`/pictures/([0-9a-f]{32})\.`)

// copyPictures lets the account's layouts show what a layout of somebody else shows.
func (s *Store) copyPictures(tx *gorm.DB, by, from int64, source string) error {
	for _, match := range pictureAddress.FindAllStringSubmatch(source, LayoutPicturesMost) {
		var theirs int
		err := tx.Raw("SELECT COUNT(*) FROM pictures WHERE account_id = ? AND kind = ? AND hash = ?", from, pictureLayout, match[1]).Scan(&theirs).Error
		if err != nil {
			return err
		}
		if theirs > 0 {
			if err := keepForLayouts(tx, by, match[1], s.instant()); err != nil {
				return err
			}
		}
	}
	return nil
}
