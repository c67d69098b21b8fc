package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

const (
	actsAtOnce      = 64  // acts that share one transaction
	statementsAtMax = 300 // prepared at once; a list of another length is another statement
)

// writer is SQLite's one writing connection, as a gorm.ConnPool. Its statements stay prepared, and acts
// that come at the same time share one transaction: one sync of the disk then serves them all
// (docs/decisions/0007-writer.md). Whoever holds the turn serves everybody who waits.
type writer struct {
	pool       *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	turn       chan struct{}
	mutex      sync.Mutex
	waiting    []*act
}

// act is one verb's part of a transaction.
type act struct {
	run  func() error
	done chan error
}

func newWriter(ctx context.Context, pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(ctx)
	return &writer{pool: pool, conn: conn, statements: map[string]*sql.Stmt{}, turn: make(chan struct{}, 1)}, err
}

// do runs one act and returns when it is on the disk, or undone.
func (w *writer) do(run func() error) error {
	a := &act{run, make(chan error, 1)}
	w.mutex.Lock()
	w.waiting = append(w.waiting, a)
	w.mutex.Unlock()
	for {
		select {
		case err := <-a.done:
			return err
		case w.turn <- struct{}{}:
			w.takeTurn()
		}
	}
}

func (w *writer) takeTurn() {
	defer func() { <-w.turn }()
	w.serve(w.next())
}

func (w *writer) next() []*act {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	batch := w.waiting[:min(len(w.waiting), actsAtOnce)]
	w.waiting = w.waiting[len(batch):]
	return batch
}

// serve runs a batch in one transaction. When one of it fails, nothing of it is kept and each is run once
// more, alone: so an act must bear being run twice, as it must on PostgreSQL after a deadlock.
func (w *writer) serve(batch []*act) {
	if len(batch) > 1 {
		err := w.transaction(func() error {
			for _, a := range batch {
				if err := safely(a.run); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			for _, a := range batch {
				a.done <- nil
			}
			return
		}
	}
	for _, a := range batch {
		a.done <- w.transaction(func() error { return safely(a.run) })
	}
}

func (w *writer) transaction(run func() error) error {
	if err := w.simply("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := run()
	if err == nil {
		err = w.simply("COMMIT")
	}
	if err != nil {
		_ = w.simply("ROLLBACK") // SQLite has done so itself after some errors: then there is nothing left to undo
	}
	return err
}

// safely makes an error of a panic: one act must not break those it shares a transaction with.
func safely(run func() error) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	return run()
}

func (w *writer) simply(statement string) error {
	_, err := w.ExecContext(context.Background(), statement)
	return err
}

// prepared is the statement, prepared once. The holder of the turn is alone here.
func (w *writer) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement := w.statements[query]; statement != nil {
		return statement, nil
	}
	if len(w.statements) >= statementsAtMax {
		w.forget()
	}
	statement, err := w.conn.PrepareContext(ctx, query)
	if err == nil {
		w.statements[query] = statement
	}
	return statement, err
}

func (w *writer) forget() {
	for _, statement := range w.statements {
		statement.Close()
	}
	clear(w.statements)
}

// PrepareContext is part of gorm.ConnPool.
func (w *writer) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return w.conn.PrepareContext(ctx, query)
}

// ExecContext is part of gorm.ConnPool.
func (w *writer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// QueryContext is part of gorm.ConnPool.
func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// QueryRowContext is part of gorm.ConnPool.
func (w *writer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return w.conn.QueryRowContext(ctx, query, args...)
}

// close ends the connection; twice is once.
func (w *writer) close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	w.forget()
	if err := w.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return w.pool.Close()
}
