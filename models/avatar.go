package models

import (
	"context"
	"io"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// SetAvatar makes a 48x48 picture of what the account sends and shows it beside everything it says.
func (s *Store) SetAvatar(ctx context.Context, by *Account, source io.ReadSeeker) error {
	if err := s.mayUpload(ctx, by, ""); err != nil {
		return err
	}
	squeezed, err := safe.Avatar(ctx, source)
	if err != nil {
		return refusedPicture(err)
	}
	file, err := s.newFile(ctx, squeezed)
	if err != nil {
		return err
	}
	return s.wear(ctx, by, strings.TrimPrefix(file.Path(), picturesPath), func(tx *gorm.DB) error {
		_, err := s.hangFile(tx, pictureAvatar, by.ID, file)
		return err
	})
}

// RemoveAvatar takes the account's avatar away; its mood's face stands there again.
func (s *Store) RemoveAvatar(ctx context.Context, by *Account) error {
	return s.wear(ctx, by, "", func(*gorm.DB) error { return nil })
}

// wear changes the avatar, and marks every page that shows it: the site's, the account's own, and those of its neighbours.
func (s *Store) wear(ctx context.Context, by *Account, avatar string, keep func(tx *gorm.DB) error) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.dropPictures(tx, "account_id = ? AND kind = ?", by.ID, pictureAvatar); err != nil {
			return err
		}
		if err := keep(tx); err != nil { // brings the file back if it is the same
			return err
		}
		now := s.instant()
		if err := touchSite(tx, by.ID, now); err != nil {
			return err
		}
		var held []int64 // read to the end: SQLite keeps a query open that is only begun, and the writer then stands still in time
		if err := tx.Raw("SELECT id FROM accounts WHERE id = ? OR id IN ("+neighbours+") ORDER BY id"+s.locking("NO KEY UPDATE"), by.neighbourArgs(1)...).Scan(&held).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE accounts SET revision = revision + 1 WHERE id IN ("+neighbours+")", by.neighbourArgs(0)...).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE accounts SET avatar = ? WHERE id = ?", avatar, by.ID).Error; err != nil {
			return err
		}
		if err := touchPage(tx, by.ID, now, true); err != nil {
			return err
		}
		return s.spread(tx, by.ID)
	})
}
