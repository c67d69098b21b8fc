// Package models holds the nouns of Marquee, their rules and their storage. Every act is one verb on
// Store; GORM and SQL live here and nowhere else.
package models

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	sqliteDialect   = "sqlite"
	postgresDialect = "postgres"

	deadlockDetected = "40P01" // PostgreSQL, Appendix A
)

// Options say which database a Store opens and what a new site starts with.
type Options struct {
	Database string                 // a file, or postgres://…
	Host     string                 // host of the public address, written into the site's permanent tag
	Name     string                 // first name of a new site
	Language string                 // first language of a new site
	Signups  string                 // first sign-up mode of a new site
	Now      func() time.Time       // the clock; nil is time.Now
	Trace    func(statement string) // told every statement that GORM has run; nil outside of tests
}

// Store is the database of one site and every act upon it. It is safe for concurrent use.
type Store struct {
	write, read *gorm.DB
	dialect     string
	now         func() time.Time
	marks       *markReader
	secret      []byte
	tag         string
	hashing     chan struct{}
}

// Open opens the database, brings its schema up to date and makes the site's row when there is none.
// A schema newer than this program is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{now: o.Now, hashing: make(chan struct{}, hashesAtOnce)}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.connect(o.Database); err != nil {
		return nil, err
	}
	if o.Trace != nil {
		s.trace(o.Trace)
	}
	if err := s.prepare(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, o Options) error {
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	if err := migrate(ctx, db, s.dialect); err != nil {
		return err
	}
	if err := s.found(ctx, o); err != nil {
		return err
	}
	if db, err = s.read.DB(); err != nil {
		return err
	}
	s.marks, err = newMarkReader(ctx, db, s.dialect)
	return err
}

func (s *Store) connect(database string) (err error) {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		s.dialect = postgresDialect
		s.write, err = openPool(postgres.Open(database), 16)
		s.read = s.write
		return err
	}
	s.dialect = sqliteDialect
	if dir := filepath.Dir(database); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("cannot make the folder of the database: %w", err)
		}
	}
	// One writer and a few readers: SQLite has one write lock, and waiting in Go is cheaper than in it.
	s.write, err = openPool(sqliteDialector(database, false), 1)
	// Whoever opens a new file while another program turns it to WAL is told at once that it is locked.
	for again := 0; again < 20 && IsUnavailable(err); again++ {
		time.Sleep(50 * time.Millisecond)
		s.write, err = openPool(sqliteDialector(database, false), 1)
	}
	if err != nil {
		return err
	}
	if err := s.write.Exec("PRAGMA journal_size_limit = 67108864").Error; err != nil {
		return err
	}
	s.read, err = openPool(sqliteDialector(database, true), 4)
	return err
}

func sqliteDialector(path string, reader bool) gorm.Dialector {
	return sqlite.New(sqlite.Config{DriverName: sqliteDriver, DSN: sqliteDSN(path, reader)})
}

func openPool(dialector gorm.Dialector, connections int) (*gorm.DB, error) {
	log := logger.NewSlogLogger(slog.Default(), logger.Config{
		SlowThreshold: time.Second, IgnoreRecordNotFoundError: true, ParameterizedQueries: true, LogLevel: logger.Error,
	})
	db, err := gorm.Open(dialector, &gorm.Config{
		PrepareStmt: true, SkipDefaultTransaction: true, Logger: log,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot open the database: %w", err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return db, nil
}

// Close ends the store's connections.
func (s *Store) Close() error {
	var first error
	if s.marks != nil {
		s.marks.close()
	}
	for _, db := range []*gorm.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.read.DB()
	if err != nil {
		return err
	}
	var one int
	return pool.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Writable reports whether the database takes a write now: a full disk or a lost lock shows here.
func (s *Store) Writable(ctx context.Context) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE site SET claimed = claimed WHERE id = 1").Error
	})
}

// Integrity is what the database says of its own state: empty when all is well. PostgreSQL checks
// itself as it reads.
func (s *Store) Integrity(ctx context.Context) ([]string, error) {
	if s.dialect != sqliteDialect {
		return nil, s.Ping(ctx)
	}
	var found []string
	if err := s.read.WithContext(ctx).Raw("PRAGMA integrity_check").Scan(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	var broken []struct{ Table string }
	if err := s.read.WithContext(ctx).Raw("PRAGMA foreign_key_check").Scan(&broken).Error; err != nil {
		return nil, err
	}
	for _, b := range broken {
		found = append(found, "a row of "+b.Table+" refers to nothing")
	}
	return found, nil
}

// storable is what strangers sent, without what PostgreSQL refuses: NUL, and bytes that are no UTF-8.
func storable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
}

// tx runs f in one write transaction. PostgreSQL ends one of two that wait for each other: that one
// starts again, so f must bear being run twice.
func (s *Store) tx(ctx context.Context, f func(tx *gorm.DB) error) error {
	for again := 0; ; again++ {
		err := s.write.WithContext(ctx).Transaction(f)
		var refusal *pgconn.PgError
		if again == 3 || !errors.As(err, &refusal) || refusal.Code != deadlockDetected {
			return err
		}
	}
}

// locking is what a query in a transaction ends with so that the rows it reads stay as they are.
// SQLite has one writer and needs no such words.
func (s *Store) locking(words string) string {
	if s.dialect != postgresDialect {
		return ""
	}
	return " FOR " + words
}

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) instant() Instant { return At(s.now()) }
