//go:build cgo

package models

import (
	"net/url"

	_ "github.com/mattn/go-sqlite3" // the C library, the faster writer beside busy readers
)

const sqliteDriver = "sqlite3"

// SQLiteModule is the module that SQLite comes from in this program.
const SQLiteModule = "github.com/mattn/go-sqlite3"

// sqliteDSN spells our settings for mattn/go-sqlite3; see docs/decisions/0002-sqlite.md.
func sqliteDSN(path string, reader bool) string {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_busy_timeout=10000&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_cache_size=-1000&_txlock=immediate"
	if reader {
		dsn += "&_query_only=1"
	}
	return dsn
}
