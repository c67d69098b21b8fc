package models

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of stylesheets.
const (
	SheetMost  = 64 << 10 // bytes of one, as written
	sheetsMost = 30       // versions that an account keeps
)

// SheetScope is what every rule of a layout is put under: the part of a page that is its owner's.
const SheetScope = ".dressed"

// What a version of a stylesheet is to its account.
const (
	sheetWorn  = "worn"
	sheetKept  = "kept"  // an earlier version
	sheetDraft = "draft" // what the preview shows
)

// Sheet is one version of an account's stylesheet: as written, and as it was made harmless.
type Sheet struct {
	ID        int64
	AccountID int64
	State     string
	Source    string
	Choices   string // JSON of the choices it was drawn from; empty: written by hand
	LayoutID  *int64 // the layout of the gallery it started from
	CSS       string
	Hash      string // of CSS; empty when nothing of it is left
	Sanitizer int    // the version of safe.CSS that made it
	CreatedAt Instant

	Problems []safe.CSSProblem `gorm:"-"` // what was left out
}

// Worn reports whether the account wears it.
func (h *Sheet) Worn() bool { return h.State == sheetWorn }

// NewSheet is what somebody sends to dress their page.
type NewSheet struct {
	Source  string
	Choices string // JSON
	From    int64  // the layout of the gallery it started from, 0: none
}

var (
	errSheetLong = &Error{Kind: Invalid, Field: "css", Text: "error.css_long", Args: map[string]any{"Most": SheetMost >> 10}}
	errNoSheet   = &Error{Kind: Missing, Text: "error.no_sheet"}
)

// Wear dresses the account's page; what was worn before is kept as a version. The answer names what was left out.
func (s *Store) Wear(ctx context.Context, by *Account, n NewSheet) (*Sheet, error) {
	sheet, err := s.makeSheet(ctx, by, n)
	if err != nil {
		return nil, err
	}
	return sheet, s.tx(ctx, func(tx *gorm.DB) error {
		worn, err := sheetIn(tx, by, sheetWorn)
		if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM sheets WHERE account_id = ? AND state = ?", by.ID, sheetDraft).Error; err != nil {
			return err
		}
		if worn != nil && worn.Source == sheet.Source && worn.Hash == sheet.Hash {
			return nil
		}
		sheet.ID, sheet.State = 0, sheetWorn
		return s.putOn(tx, by, sheet)
	})
}

// TryOn keeps what the preview shows, until it is worn or tried anew.
func (s *Store) TryOn(ctx context.Context, by *Account, n NewSheet) (*Sheet, error) {
	sheet, err := s.makeSheet(ctx, by, n)
	if err != nil {
		return nil, err
	}
	sheet.State = sheetDraft
	return sheet, s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM sheets WHERE account_id = ? AND state = ?", by.ID, sheetDraft).Error; err != nil {
			return err
		}
		sheet.ID = 0
		return tx.Table("sheets").Create(sheet).Error
	})
}

// makeSheet makes a stylesheet harmless.
func (s *Store) makeSheet(ctx context.Context, by *Account, n NewSheet) (*Sheet, error) {
	source := strings.ReplaceAll(storable(n.Source), "\r\n", "\n")
	if len(source) > SheetMost {
		return nil, errSheetLong
	}
	sheet := &Sheet{AccountID: by.ID, Source: source, Choices: n.Choices, CreatedAt: s.instant()}
	if n.From != 0 {
		layout, err := s.Layout(ctx, n.From)
		if err != nil {
			return nil, err
		}
		sheet.LayoutID = &layout.ID
	}
	own, err := s.layoutPaths(ctx, by)
	if err != nil {
		return nil, err
	}
	sheet.clean(own)
	return sheet, nil
}

// clean makes the harmless form anew; own are the addresses of the account's pictures.
func (h *Sheet) clean(own map[string]bool) {
	h.CSS, h.Problems = safe.CSS(h.Source, SheetScope, func(path string) bool { return own[path] || retro.MatchString(path) })
	h.Sanitizer, h.Hash = safe.CSSVersion, ""
	if h.CSS != "" {
		h.Hash = hashOf([]byte(h.CSS))
	}
}

// retro is the address of a tile that comes with the site.
var retro = regexp.MustCompile(`^/static/retro/[a-z0-9-]+\.gif$`)

// putOn makes a sheet the one that is worn.
func (s *Store) putOn(tx *gorm.DB, by *Account, sheet *Sheet) error {
	if err := tx.Exec("UPDATE sheets SET state = ? WHERE account_id = ? AND state = ?", sheetKept, by.ID, sheetWorn).Error; err != nil {
		return err
	}
	if sheet.ID == 0 {
		if err := tx.Table("sheets").Create(sheet).Error; err != nil {
			return err
		}
	} else if err := tx.Exec("UPDATE sheets SET state = ?, created_at = ? WHERE id = ?", sheetWorn, s.instant(), sheet.ID).Error; err != nil {
		return err
	}
	err := tx.Exec(`DELETE FROM sheets WHERE account_id = ? AND state = ? AND id NOT IN (SELECT id FROM sheets WHERE account_id = ? AND state = ?
		ORDER BY created_at DESC, id DESC LIMIT ?)`, by.ID, sheetKept, by.ID, sheetKept, sheetsMost).Error
	if err != nil {
		return err
	}
	return s.showLayout(tx, by.ID, sheet.Hash)
}

func (s *Store) showLayout(tx *gorm.DB, account int64, hash string) error {
	if err := tx.Exec("UPDATE accounts SET layout = ? WHERE id = ?", hash, account).Error; err != nil {
		return err
	}
	return touchPage(tx, account, s.instant(), false)
}

// Undress takes the account's layout off; it stays as a version.
func (s *Store) Undress(ctx context.Context, by *Account) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Exec("UPDATE sheets SET state = ? WHERE account_id = ? AND state = ?", sheetKept, by.ID, sheetWorn).Error
		if err != nil {
			return err
		}
		return s.showLayout(tx, by.ID, "")
	})
}

// WearAgain puts an earlier version on.
func (s *Store) WearAgain(ctx context.Context, by *Account, id int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		var list []Sheet
		err := tx.Raw("SELECT * FROM sheets WHERE id = ? AND account_id = ? AND state = ?", id, by.ID, sheetKept).Scan(&list).Error
		if err != nil || len(list) == 0 {
			return cmp.Or[error](err, errNoSheet)
		}
		return s.putOn(tx, by, &list[0])
	})
}

// UndoSheet puts on what was worn before.
func (s *Store) UndoSheet(ctx context.Context, by *Account) error {
	list, err := s.Sheets(ctx, by)
	if err != nil {
		return err
	}
	for _, sheet := range list {
		if !sheet.Worn() {
			return s.WearAgain(ctx, by, sheet.ID)
		}
	}
	return errNoSheet
}

// Sheets is the versions of the account's stylesheet, the one it wears first, then the others, last worn first.
func (s *Store) Sheets(ctx context.Context, by *Account) (list []Sheet, err error) {
	return list, s.read.WithContext(ctx).Raw(`SELECT * FROM sheets WHERE account_id = ? AND state <> ?
		ORDER BY CASE WHEN state = ? THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT ?`, by.ID, sheetDraft, sheetWorn, sheetsMost+1).Scan(&list).Error
}

// WornSheet is what the account wears; nil when it wears nothing.
func (s *Store) WornSheet(ctx context.Context, a *Account) (*Sheet, error) {
	return s.freshSheet(ctx, a, sheetWorn)
}

// TriedSheet is what the account's preview shows; nil when there is nothing.
func (s *Store) TriedSheet(ctx context.Context, by *Account) (*Sheet, error) {
	return s.freshSheet(ctx, by, sheetDraft)
}

// freshSheet never hands out what an older sanitizer let through.
func (s *Store) freshSheet(ctx context.Context, a *Account, state string) (*Sheet, error) {
	sheet, err := sheetIn(s.read.WithContext(ctx), a, state)
	if err != nil || sheet == nil || sheet.Sanitizer == safe.CSSVersion {
		return sheet, err
	}
	own, err := s.layoutPaths(ctx, a)
	if err == nil {
		sheet.clean(own)
	}
	return sheet, err
}

func sheetIn(db *gorm.DB, a *Account, state string) (*Sheet, error) {
	var list []Sheet
	err := db.Raw("SELECT * FROM sheets WHERE account_id = ? AND state = ?", a.ID, state).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// cleanSheets makes everything anew that another version of safe.CSS made.
func (s *Store) cleanSheets(ctx context.Context) error {
	for {
		var list []Sheet
		err := s.read.WithContext(ctx).Raw("SELECT * FROM sheets WHERE sanitizer < ? OR sanitizer > ? ORDER BY sanitizer, id LIMIT 20",
			safe.CSSVersion, safe.CSSVersion).Scan(&list).Error
		if err != nil || len(list) == 0 {
			return err
		}
		for _, sheet := range list {
			if err := s.cleanSheet(ctx, sheet); err != nil {
				return err
			}
		}
	}
}

func (s *Store) cleanSheet(ctx context.Context, sheet Sheet) error {
	own, err := s.layoutPaths(ctx, &Account{ID: sheet.AccountID})
	if err != nil {
		return err
	}
	before := sheet.Hash
	sheet.clean(own)
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Exec("UPDATE sheets SET css = ?, hash = ?, sanitizer = ? WHERE id = ?", sheet.CSS, sheet.Hash, sheet.Sanitizer, sheet.ID).Error
		if err != nil || !sheet.Worn() || sheet.Hash == before {
			return err
		}
		return s.showLayout(tx, sheet.AccountID, sheet.Hash)
	})
}
