package models

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

const (
	reportMost  = 2000 // graphemes
	reportsMost = 100  // shown at once, oldest first
)

// Report is what somebody thinks the webmaster should look at.
type Report struct {
	ID         int64
	AccountID  int64
	ReporterID *int64 // nil: a guest
	Path       string // of the page
	Text       string
	CreatedAt  Instant
	DoneAt     Instant

	Name     string `gorm:"->"` // whose page it is
	Reporter string `gorm:"->"` // who reported; empty: a guest
}

// NewReport is what somebody sends to report a page.
type NewReport struct{ Path, Text, Network string }

// Report tells the webmaster that something is wrong with the account's page. Guests may report too, within a budget.
func (s *Store) Report(ctx context.Context, by, about *Account, n NewReport) error {
	text := safe.Text(n.Text)
	if text == "" {
		return invalid("text", "error.report_empty")
	}
	if err := checkWords("text", text, reportMost, reportMost*bytesPerChar); err != nil {
		return err
	}
	if n.Path != about.Path() && !strings.HasPrefix(n.Path, about.Path()+"/") || len(n.Path) > 200 {
		n.Path = about.Path()
	}
	if err := s.spend(ctx, budgetReport, n.Network); err != nil {
		return err
	}
	if err := s.spend(ctx, budgetReported, about.Name); err != nil {
		return err
	}
	var reporter *int64
	if by != nil {
		reporter = &by.ID
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		err := tx.Exec("INSERT INTO reports (account_id, reporter_id, path, text, created_at, done_at) VALUES (?, ?, ?, ?, ?, 0)",
			about.ID, reporter, safe.Line(n.Path), text, s.instant()).Error
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE accounts SET noticed_at = ? WHERE role = 'webmaster'", s.instant()).Error
	})
}

// Waits is how much waits for an account to decide.
type Waits struct{ Entries, Mentions, Knocks, Reports int }

// Any reports whether anything waits.
func (w Waits) Any() bool { return w != Waits{} }

// WaitsFor counts the entries in the account's guestbook, the mentions by other sites, the pages at the doors of its rings and, for the webmaster, the reports.
func (s *Store) WaitsFor(ctx context.Context, by *Account) (w Waits, err error) {
	db := s.read.WithContext(ctx)
	err = db.Raw(`SELECT (SELECT COUNT(*) FROM entries WHERE account_id = ? AND shown_at = 0) AS entries,
		(SELECT COUNT(*) FROM mentions WHERE account_id = ? AND state = ?) AS mentions,
		(SELECT COUNT(*) FROM rings r JOIN ring_members m ON m.ring_id = r.id AND m.joined_at = 0 WHERE r.account_id = ?) AS knocks`,
		by.ID, by.ID, MentionHeld, by.ID).Scan(&w).Error
	if err == nil && by.Role == RoleWebmaster {
		err = db.Raw("SELECT COUNT(*) FROM reports WHERE done_at = 0").Scan(&w.Reports).Error
	}
	return w, err
}

// Reports is what the webmaster has not looked at yet, oldest first.
func (s *Store) Reports(ctx context.Context, by *Account) (list []Report, err error) {
	if by.Role != RoleWebmaster {
		return nil, errWebmasterOnly
	}
	return list, s.read.WithContext(ctx).Raw(`SELECT r.*, a.name, COALESCE(b.name, '') AS reporter FROM reports r
		JOIN accounts a ON a.id = r.account_id LEFT JOIN accounts b ON b.id = r.reporter_id
		WHERE r.done_at = 0 ORDER BY r.id LIMIT ?`, reportsMost).Scan(&list).Error
}

// CloseReport marks a report as looked at.
func (s *Store) CloseReport(ctx context.Context, by *Account, id int64) error {
	if by.Role != RoleWebmaster {
		return errWebmasterOnly
	}
	return s.exec(ctx, "UPDATE reports SET done_at = ? WHERE id = ? AND done_at = 0", s.instant(), id)
}
