package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// say publishes a public text.
func say(t *testing.T, s *kit.Store, by *models.Account, text string) *models.Status {
	t.Helper()
	return publish(t, s, by, models.Draft{Text: text})
}

// answer publishes a public answer.
func answer(t *testing.T, s *kit.Store, by *models.Account, to *models.Status, text string) *models.Status {
	t.Helper()
	return publish(t, s, by, models.Draft{Text: text, ReplyToID: to.ID})
}

func publish(t *testing.T, s *kit.Store, by *models.Account, d models.Draft) *models.Status {
	t.Helper()
	st, err := s.Publish(t.Context(), by, d)
	if err != nil {
		t.Fatalf("%s cannot say %+v: %v", by.Name, d, err)
	}
	return st
}

func edit(t *testing.T, s *kit.Store, by *models.Account, st *models.Status, d models.Draft) *models.Status {
	t.Helper()
	edited, err := s.Edit(t.Context(), by, st.ID, d)
	ok(t, err)
	return edited
}

// takeDown withdraws a status and lets the day go by after which it is erased.
func takeDown(t *testing.T, s *kit.Store, by *models.Account, id int64) {
	t.Helper()
	ok(t, s.Withdraw(t.Context(), by, id))
	s.Clock.Add(24 * time.Hour)
	ok(t, s.Sweep(t.Context()))
}

// again reads an account anew.
func again(t *testing.T, s *kit.Store, a *models.Account) *models.Account {
	t.Helper()
	found, err := s.Account(t.Context(), a.Name)
	ok(t, err)
	return found
}

func read(t *testing.T, s *kit.Store, viewer *models.Account, stream models.Stream) []models.Status {
	t.Helper()
	page, err := s.Read(t.Context(), viewer, stream)
	ok(t, err)
	return page.Statuses
}

func texts(list []models.Status) []string {
	said := []string{}
	for _, st := range list {
		said = append(said, st.Text)
	}
	return said
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants a refusal of the kind with the sentence; an empty text takes any.
func refused(t *testing.T, err error, kind models.Kind, text string) {
	t.Helper()
	var e *models.Error
	if !errors.As(err, &e) || e.Kind != kind || text != "" && e.Text != text {
		t.Errorf("the error is %v (%T), want a refusal of kind %d with %q", err, err, kind, text)
	}
}

// same wants two values to print alike.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: got %.300s, want %.300s", what, g, w)
	}
}

// count reads one number from behind the store's back.
func count(t *testing.T, s *kit.Store, query string, args ...any) (n int64) {
	t.Helper()
	if err := s.DB.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// together runs f n times at once and waits for all.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// columns lists every column of every table of ours, as table to columns.
func columns(t *testing.T, s *kit.Store) map[string][]string {
	t.Helper()
	query := `SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'`
	if s.IsPostgres() {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'`
	}
	rows, err := s.DB.QueryContext(t.Context(), query)
	ok(t, err)
	defer rows.Close()
	found := map[string][]string{}
	for rows.Next() {
		var table, column string
		ok(t, rows.Scan(&table, &column))
		found[table] = append(found[table], column)
	}
	ok(t, rows.Err())
	if len(found) < 10 {
		t.Fatalf("only %d tables are found", len(found))
	}
	return found
}
