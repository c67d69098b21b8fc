package handlers_test

import (
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// furnished is a house as it is when everybody has moved in. It is built once: to furnish one for each test takes longer than the tests.
var furnished struct {
	once  sync.Once
	house *house
	file  []byte
	now   time.Time
}

// sqliteHouse is the house most tests need.
func sqliteHouse(t *testing.T) *house {
	t.Helper()
	furnished.once.Do(func() {
		h := newHouse(t, kit.SQLite(t))
		furnished.house, furnished.file, furnished.now = h, h.Snapshot(t), h.Clock.Now()
	})
	h := *furnished.house
	h.Site = kit.Serve(t, kit.SQLiteOf(t, furnished.file, furnished.now))
	for _, a := range []**models.Account{&h.ada, &h.bob, &h.eve} {
		*a = copied(*a)
	}
	for _, st := range []**models.Status{&h.said, &h.secret, &h.answer, &h.gone} {
		*st = copied(*st)
		(*st).Account = copied((*st).Account)
	}
	h.ring, h.place = copied(h.ring), copied(h.place)
	return &h
}

func copied[T any](from *T) *T {
	to := *from
	return &to
}
