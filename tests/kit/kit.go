// Package kit is what every test starts from: a fresh store on each database that is present, a clock
// that can be moved, a cast of people, and the statements that were run.
//
// A package that uses it has one TestMain: func TestMain(m *testing.M) { kit.Main(m) }.
package kit

import (
	"database/sql"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/safe"
)

// Start is the moment at which every test begins.
var Start = time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)

// Store is a fresh store on a database of its own, with what a test needs around it.
type Store struct {
	*models.Store
	Clock    *Clock
	Database string  // as models.Options takes it
	DB       *sql.DB // another way into the same database, for looking behind the verbs

	trace trace
	turns turns
}

// Main runs a package's tests and ends the servers that they started.
func Main(m *testing.M) {
	code := m.Run()
	cluster.stop()
	gateway.stop()
	os.Exit(code)
}

// Each runs the test on SQLite and on PostgreSQL side by side, each time with a fresh store. Without
// PostgreSQL that half is skipped; it fails instead when MARQUEE_TEST_ALL is 1.
func Each(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, Postgres(t)) })
}

// SQLite is a fresh store on a file in the test's own folder.
func SQLite(t testing.TB) *Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "marquee.db"))
}

// Snapshot is the SQLite file of a store as it is now.
func (s *Store) Snapshot(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snapshot.db")
	if _, err := s.DB.ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// SQLiteOf is a store on a copy of a file, at the time when that was taken.
func SQLiteOf(t testing.TB, file []byte, now time.Time) *Store {
	t.Helper()
	s := &Store{Clock: &Clock{now: now}, Database: filepath.Join(t.TempDir(), "marquee.db")}
	if err := os.WriteFile(s.Database, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return s.open(t, Options(s.Database, s.Clock))
}

// Postgres is a fresh store on a database of its own in PostgreSQL.
func Postgres(t testing.TB) *Store {
	t.Helper()
	return open(t, PostgresDatabase(t))
}

// Options are those that every store of the kit opens with.
func Options(database string, clock *Clock) models.Options {
	return models.Options{
		Database: database, Host: "marquee.example", Home: "http://marquee.example", Name: "Marquee", Language: "en", Signups: models.SignupsOpen, Now: clock.Now,
		Fetch: safe.FetchOptions{Agent: "Marquee/test", Own: "marquee.example", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
}

func open(t testing.TB, database string) *Store {
	t.Helper()
	s := &Store{Clock: &Clock{now: Start}, Database: database}
	return s.open(t, Options(database, s.Clock))
}

func (s *Store) open(t testing.TB, options models.Options) *Store {
	t.Helper()
	options.Trace = s.trace.add
	var err error
	if s.Store, err = models.Open(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.DB = Behind(t, s.Database)
	return s
}

// Behind opens a database without any store.
func Behind(t testing.TB, database string) *sql.DB {
	t.Helper()
	driver, source := "pgx", database
	if !isPostgres(database) {
		driver, source = "sqlite3", "file:"+(&url.URL{Path: database}).EscapedPath()+"?_pragma=busy_timeout(10000)&_busy_timeout=10000"
		if slices.Contains(sql.Drivers(), "sqlite") { // only without cgo: models/sqlite_nocgo.go
			driver = "sqlite"
		}
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// IsPostgres reports whether the store's database is PostgreSQL.
func (s *Store) IsPostgres() bool { return isPostgres(s.Database) }

// Clock is the time of a test; it moves only when told. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock by d.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
