package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// stripes is how many rows carry the site's mark of freshness: writers of different accounts seldom
// meet on the same row, and the sum over all of them still changes with every commit.
const stripes = 16

// Mark says how fresh an answer is: equal marks, equal content. It costs one indexed read.
type Mark struct {
	Site     int64   // revision of the site's settings
	Revision int64   // of the account, or of everything that the whole site shows
	Posted   Instant // when the account last said something in public; zero for the whole site
}

// markReader keeps the two statements of the hot path prepared, beside GORM: they decide whether
// a kept answer may go out (docs/decisions/0006-cache.md has the figures).
type markReader struct{ account, site *sql.Stmt }

func newMarkReader(ctx context.Context, db *sql.DB, dialect string) (*markReader, error) {
	placeholder := "?"
	if dialect == postgresDialect {
		placeholder = "$1"
	}
	account, err := db.PrepareContext(ctx, strings.Replace(`SELECT s.revision, a.revision, a.posted_at
		FROM accounts a, site s WHERE a.name = ? AND a.host = '' AND s.id = 1`, "?", placeholder, 1))
	if err != nil {
		return nil, err
	}
	site, err := db.PrepareContext(ctx, `SELECT MAX(s.revision), CAST(SUM(m.revision) AS BIGINT), 0
		FROM marks m, site s WHERE s.id = 1`)
	return &markReader{account, site}, err
}

func (r *markReader) close() {
	r.account.Close()
	r.site.Close()
}

// SiteMark is the freshness of what the whole site shows.
func (s *Store) SiteMark(ctx context.Context) (Mark, error) {
	var m Mark
	err := s.marks.site.QueryRowContext(ctx).Scan(&m.Site, &m.Revision, &m.Posted)
	return m, err
}

// AccountMark is the freshness of what the site shows of a local account; Missing or Gone when there is none.
func (s *Store) AccountMark(ctx context.Context, name string) (Mark, error) {
	var m Mark
	err := s.marks.account.QueryRowContext(ctx, name).Scan(&m.Site, &m.Revision, &m.Posted)
	if errors.Is(err, sql.ErrNoRows) {
		return m, s.noAccount(ctx, name)
	}
	return m, err
}

// touchPage marks that the account's page shows something else now; own is true when the change is
// the account's own doing and therefore its feeds' too.
func touchPage(tx *gorm.DB, account int64, at Instant, own bool) error {
	if !own {
		return tx.Exec("UPDATE accounts SET revision = revision + 1 WHERE id = ?", account).Error
	}
	return tx.Exec("UPDATE accounts SET revision = revision + 1, changed_at = ? WHERE id = ?", at, account).Error
}

// touchSite marks that what the whole site shows has changed by this account's doing.
func touchSite(tx *gorm.DB, account int64, at Instant) error {
	return tx.Exec("UPDATE marks SET revision = revision + 1, streamed_at = ? WHERE stripe = ?", at, account%stripes).Error
}

// StreamChanged is when anything in the public stream last changed.
func (s *Store) StreamChanged(ctx context.Context) (at Instant, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT MAX(streamed_at) FROM marks").Scan(&at).Error
	return at, err
}
