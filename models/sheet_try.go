package models

import (
	"context"

	"gorm.io/gorm"

	"marquee/safe"
)

// Judge says what would be left out of a stylesheet, and what would be hard to read. It changes nothing and refuses nothing.
func (s *Store) Judge(ctx context.Context, by *Account, source string) ([]safe.CSSProblem, []safe.Contrast, error) {
	own, err := s.layoutPaths(ctx, by)
	if err != nil {
		return nil, nil, err
	}
	sheet := Sheet{Source: source}
	sheet.clean(own)
	return sheet.Problems, safe.CSSContrasts(sheet.CSS, SheetScope), nil
}

// ForgetTry throws away what was tried and never worn.
func (s *Store) ForgetTry(ctx context.Context, by *Account) error {
	return s.exec(ctx, "DELETE FROM sheets WHERE account_id = ? AND state = ?", by.ID, sheetDraft)
}

// PutAside keeps what somebody has written, but never worn, as a version, before something else takes its place. What was
// drawn from choices, or is kept already, needs no keeping.
func (s *Store) PutAside(ctx context.Context, by *Account, source string) error {
	sheet, err := s.makeSheet(ctx, by, NewSheet{Source: source})
	if err != nil || sheet.Source == "" {
		return err
	}
	sheet.State = sheetKept
	return s.tx(ctx, func(tx *gorm.DB) error {
		var known int
		err := tx.Raw("SELECT COUNT(*) FROM sheets WHERE account_id = ? AND source = ? AND (state <> ? OR choices <> '')",
			by.ID, sheet.Source, sheetDraft).Scan(&known).Error
		if err != nil || known > 0 {
			return err
		}
		sheet.ID = 0
		return tx.Table("sheets").Create(sheet).Error
	})
}

// putTryAside keeps what the preview shows.
func (s *Store) putTryAside(ctx context.Context, by *Account) error {
	tried, err := s.TriedSheet(ctx, by)
	if err != nil || tried == nil {
		return err
	}
	return s.PutAside(ctx, by, tried.Source)
}
