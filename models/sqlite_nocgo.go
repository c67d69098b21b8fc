//go:build !cgo

package models

import (
	"net/url"

	_ "modernc.org/sqlite" // the same library in Go, for machines without a C compiler
)

const sqliteDriver = "sqlite"

// SQLiteModule is the module that SQLite comes from in this program.
const SQLiteModule = "modernc.org/sqlite"

// sqliteDSN spells our settings for modernc.org/sqlite; see docs/decisions/0002-sqlite.md.
func sqliteDSN(path string, reader bool) string {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-1000)&_txlock=immediate"
	if reader {
		dsn += "&_pragma=query_only(1)"
	}
	return dsn
}
