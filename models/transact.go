package models

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

const deadlockDetected = "40P01" // PostgreSQL, Appendix A

// exec runs one statement that changes something.
func (s *Store) exec(ctx context.Context, statement string, args ...any) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return tx.Exec(statement, args...).Error })
}

// tx runs f in one write transaction. On SQLite nothing interrupts it once it runs: it takes no longer
// than a statement would take to be cancelled, and others share the transaction: when one of them fails,
// each starts again alone. PostgreSQL ends one of two that wait for each other, and that one starts again.
// So f must bear being run twice.
func (s *Store) tx(ctx context.Context, f func(tx *gorm.DB) error) error {
	before := s.enqueued.Load()
	err := s.transact(ctx, f)
	if s.enqueued.Load() != before { // by this one or by one beside it
		select {
		case s.stirred <- struct{}{}:
		default:
		}
	}
	return err
}

func (s *Store) transact(ctx context.Context, f func(tx *gorm.DB) error) error {
	if s.writer != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		return s.writer.do(func() error { return f(s.write.WithContext(context.WithoutCancel(ctx))) })
	}
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

// Stirred is where a worker hears that this process has written jobs: a message comes after their transaction, so they are there.
func (s *Store) Stirred() <-chan struct{} { return s.stirred }
