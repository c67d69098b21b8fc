package kit

import (
	"sync"
	"testing"
)

// trace keeps the statements that a store has run since it was last emptied.
type trace struct {
	mu         sync.Mutex
	on         bool
	statements []string
}

func (tr *trace) add(statement string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.on {
		tr.statements = append(tr.statements, statement)
	}
}

func (tr *trace) record(on bool) []string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	list := tr.statements
	tr.on, tr.statements = on, nil
	return list
}

// Queries is the statements that f makes the store run, their values filled in. The one prepared
// statement of a mark of freshness is not among them.
func Queries(t testing.TB, s *Store, f func()) []string {
	t.Helper()
	s.trace.record(true)
	f()
	return s.trace.record(false)
}
