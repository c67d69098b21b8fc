// Package models holds the nouns of Marquee, their rules and their storage. Every act is one verb on
// Store; GORM and SQL live here and nowhere else.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"marquee/safe"
)

const (
	sqliteDialect       = "sqlite"
	postgresDialect     = "postgres"
	sqliteReaders       = 4
	postgresConnections = 16
)

// Options say which database a Store opens and what a new site starts with.
type Options struct {
	Database string                 // a file, or postgres://…
	Host     string                 // host of the public address, written into the site's permanent tag
	Home     string                 // the public address, such as https://social.example; empty: no address is ours
	Name     string                 // first name of a new site
	Language string                 // first language of a new site
	Signups  string                 // first sign-up mode of a new site
	Fetch    safe.FetchOptions      // how other sites are asked for things
	Pictures *BucketAddress         // the bucket for pictures; nil: they are in the database
	Now      func() time.Time       // the clock; nil is time.Now
	Trace    func(statement string) // told every statement that GORM has run; nil outside of tests
}

// Store is the database of one site and every act upon it. It is safe for concurrent use.
type Store struct {
	write, read *gorm.DB // write only through tx and exec
	writer      *writer  // SQLite's one writing connection; nil on PostgreSQL
	dialect     string
	now         func() time.Time
	marks       *markReader
	site        atomic.Pointer[Site] // as last read, good while its revision is
	secret      []byte
	tag         string
	home        *url.URL
	fetcher     *safe.Fetcher
	bucket      *bucket       // where new pictures go; nil: into the database
	enqueued    atomic.Int64  // jobs written, whether their transactions came through or not
	stirred     chan struct{} // full when jobs were written that nobody has looked for yet
	hashing     chan struct{}
	hashWaiting atomic.Int32
}

// Open opens the database, brings its schema up to date and makes the site's row when there is none.
// A schema newer than this program is refused, and so is a bucket that cannot be used.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{now: o.Now, stirred: make(chan struct{}, 1), hashing: make(chan struct{}, hashesAtOnce), fetcher: safe.NewFetcher(o.Fetch)}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.home, err = url.Parse(o.Home); err != nil {
		return nil, err
	}
	if err := s.connect(ctx, o.Database); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if o.Trace != nil {
		s.trace(o.Trace)
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, o Options) error {
	if err := s.found(ctx, o); err != nil {
		return err
	}
	if o.Pictures != nil {
		var err error
		if s.bucket, err = openBucket(ctx, o.Pictures); err != nil {
			return err
		}
	}
	db, err := s.read.DB()
	if err == nil {
		s.marks, err = newMarkReader(ctx, db, s.dialect)
	}
	return err
}

func (s *Store) connect(ctx context.Context, database string) error {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		s.dialect = postgresDialect
		return s.connectPostgres(ctx, database)
	}
	s.dialect = sqliteDialect
	return s.connectSQLite(ctx, database)
}

func (s *Store) connectPostgres(ctx context.Context, address string) (err error) {
	// pgx keeps the statements of each connection prepared itself.
	if s.write, err = openGORM(postgres.Open(address), false); err != nil {
		return err
	}
	s.read = s.write
	pool, err := s.write.DB()
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	return migrate(ctx, pool, s.dialect)
}

// connectSQLite opens one writer and a few readers: SQLite has one write lock, and waiting for it in Go
// is cheaper than in SQLite.
func (s *Store) connectSQLite(ctx context.Context, path string) error {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("cannot make the folder of the database: %w", err)
		}
	}
	if err := makeFile(path); err != nil {
		return fmt.Errorf("cannot open the database: %w", err)
	}
	pool, err := openSQLite(path, false, 1)
	if err != nil {
		return err
	}
	if err := migrate(ctx, pool, s.dialect); err != nil {
		return errors.Join(err, pool.Close())
	}
	if s.writer, err = newWriter(ctx, pool); err != nil {
		return errors.Join(err, pool.Close())
	}
	for _, setting := range writerSettings {
		if err := s.writer.simply(setting); err != nil {
			return err
		}
	}
	if s.write, err = openGORM(sqlite.New(sqlite.Config{Conn: s.writer}), false); err != nil {
		return err
	}
	readers, err := openSQLite(path, true, sqliteReaders)
	if err != nil {
		return err
	}
	s.read, err = openGORM(sqlite.New(sqlite.Config{Conn: readers}), true)
	return err
}

// makeFile makes the file of a new database. Private statuses and password hashes will be in it: nobody else on the machine may read it. One
// that is there is not touched: whoever closes a file gives up the locks that SQLite holds on it in this process.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// writerSettings are those that only the writing connection needs: the log is cut back to 64 MB, copied
// into the database every 16 MB rather than 4 (most pages in it are the same few), and the ends of all
// indexes stay in memory.
var writerSettings = []string{"PRAGMA journal_size_limit = 67108864", "PRAGMA wal_autocheckpoint = 4000", "PRAGMA cache_size = -8000"}

func openSQLite(path string, reader bool, connections int) (*sql.DB, error) {
	pool, err := sql.Open(sqliteDriver, sqliteDSN(path, reader))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return pool, nil
}

func openGORM(dialector gorm.Dialector, prepare bool) (*gorm.DB, error) {
	// Errors come back to whoever asked, who logs them once with the request: GORM has nothing to add.
	db, err := gorm.Open(dialector, &gorm.Config{PrepareStmt: prepare, SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return nil, fmt.Errorf("cannot open the database: %w", err)
	}
	return db, nil
}

// Close ends the store's connections.
func (s *Store) Close() error {
	var problems []error
	if s.marks != nil {
		s.marks.close()
	}
	if s.bucket != nil {
		s.bucket.close()
	}
	if s.read != nil {
		pool, err := s.read.DB()
		if err == nil {
			err = pool.Close()
		}
		problems = append(problems, err)
	}
	if s.writer != nil {
		problems = append(problems, s.writer.close())
	}
	return errors.Join(problems...)
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

// Writable reports whether the database takes a write now: a full disk or a lost lock shows here. The row
// it writes changes each time, since SQLite writes nothing for one that stays the same.
func (s *Store) Writable(ctx context.Context) error {
	return s.spend(ctx, budgetProbe, "")
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

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) instant() Instant { return At(s.now()) }
