package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// stripes is how many rows carry the site's mark of freshness: writers of different accounts seldom
// meet on the same row, and the sum over all of them still changes with every commit.
const stripes = 16

// markTime is how long a reading of a mark may take from a server far away.
const markTime = 5 * time.Second

// Mark says how fresh an answer is: equal marks, equal content. It costs one indexed read.
type Mark struct {
	Site     int64   // revision of the site's settings
	Revision int64   // of the account, or of everything that the whole site shows
	Posted   Instant // when the account last said something in public; zero for the whole site
}

// markReader keeps the statements of the hot path prepared, beside GORM: they decide whether
// a kept answer may go out (docs/decisions/0006-cache.md has the figures).
type markReader struct {
	account, site *sql.Stmt
	ring          *sql.Stmt
	settings      *sql.Stmt // the revision of the site's settings alone
	picture       *sql.Stmt // what is known of a picture's file, and whether everybody may see it
	local         bool
	together      together
}

// context is what a reading of a mark obeys: its own deadline, because several requests may share it.
// SQLite answers from memory in microseconds, and watching a deadline would cost it a goroutine each time.
func (r *markReader) context() (context.Context, context.CancelFunc) {
	if r.local {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), markTime)
}

// read runs one of the statements.
func (r *markReader) read(statement *sql.Stmt, into []any, args ...any) error {
	ctx, cancel := r.context()
	defer cancel()
	return statement.QueryRowContext(ctx, args...).Scan(into...)
}

func newMarkReader(ctx context.Context, db *sql.DB, dialect string) (*markReader, error) {
	placeholder := "?"
	if dialect == postgresDialect {
		placeholder = "$1"
	}
	// Subqueries, not joins: SQLite plans a join anew each time it is bound to another name.
	account, err := db.PrepareContext(ctx, `SELECT (SELECT revision FROM site WHERE id = 1), revision, posted_at
		FROM accounts WHERE host = '' AND name = `+placeholder)
	if err != nil {
		return nil, err
	}
	site, err := db.PrepareContext(ctx, `SELECT (SELECT revision FROM site WHERE id = 1), CAST(SUM(revision) AS BIGINT), 0 FROM marks`)
	if err != nil {
		return nil, err
	}
	ring, err := db.PrepareContext(ctx, `SELECT (SELECT revision FROM site WHERE id = 1), revision, 0 FROM rings WHERE key = `+placeholder)
	if err != nil {
		return nil, err
	}
	settings, err := db.PrepareContext(ctx, "SELECT revision FROM site WHERE id = 1")
	if err != nil {
		return nil, err
	}
	picture, err := db.PrepareContext(ctx, `SELECT hash, type, width, height, size, object, gone_at, EXISTS (
			SELECT 1 FROM pictures p LEFT JOIN statuses s ON s.id = p.status_id WHERE p.hash = f.hash
			AND (p.kind IN ('`+strings.Join([]string{pictureAvatar, pictureButton, pictureLayout, pictureAuthor}, "', '")+`') OR p.kind = '`+pictureMention+`' AND EXISTS
			(SELECT 1 FROM mentions m WHERE m.picture_id = p.id AND m.state = '`+MentionShown+`') OR s.visibility = 'public' AND s.withdrawn_at = 0))
		FROM picture_files f WHERE hash = `+placeholder)
	return &markReader{
		account: account, site: site, ring: ring, settings: settings, picture: picture, local: dialect == sqliteDialect, together: together{open: map[string]*reading{}},
	}, err
}

func (r *markReader) close() {
	r.account.Close()
	r.site.Close()
	r.ring.Close()
	r.settings.Close()
	r.picture.Close()
}

// SiteMark is the freshness of what the whole site shows.
func (s *Store) SiteMark(ctx context.Context) (Mark, error) {
	if err := ctx.Err(); err != nil {
		return Mark{}, err
	}
	return s.marks.together.do("", func() (m Mark, err error) {
		err = s.marks.read(s.marks.site, []any{&m.Site, &m.Revision, &m.Posted})
		return m, err
	})
}

// AccountMark is the freshness of what the site shows of a local account; Missing or Gone when there is none.
func (s *Store) AccountMark(ctx context.Context, name string) (Mark, error) {
	if !nameForm.MatchString(name) {
		return Mark{}, errNoAccount
	}
	m, err := s.marks.together.do("~"+name, func() (m Mark, err error) {
		err = s.marks.read(s.marks.account, []any{&m.Site, &m.Revision, &m.Posted}, name)
		return m, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return m, s.noAccount(ctx, name)
	}
	return m, err
}

// StreamChanged is when anything in the public stream last changed.
func (s *Store) StreamChanged(ctx context.Context) (at Instant, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT MAX(streamed_at) FROM marks").Scan(&at).Error
	return at, err
}
