package models

import (
	"database/sql"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
)

// The verbs that everybody waits for run their few statements without GORM's builder, which costs more
// than SQLite itself takes (docs/decisions/0007-writer.md). They are the same statements in the same
// transaction.

// exec runs one statement that changes something.
func exec(tx *gorm.DB, statement string, args ...any) error {
	_, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, spelled(tx, statement), args...)
	return err
}

// query runs one statement that answers with rows.
func query(tx *gorm.DB, statement string, args ...any) (*sql.Rows, error) {
	return tx.Statement.ConnPool.QueryContext(tx.Statement.Context, spelled(tx, statement), args...)
}

var dollars sync.Map // statements with ? to the same with $1, $2, …

// spelled writes a statement's placeholders as the database wants them. Our statements hold no other ?.
func spelled(tx *gorm.DB, statement string) string {
	if tx.Name() != postgresDialect {
		return statement
	}
	if known, ok := dollars.Load(statement); ok {
		return known.(string)
	}
	var b strings.Builder
	for i, part := range strings.Split(statement, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	dollars.Store(statement, b.String())
	return b.String()
}
