package bench

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// BenchmarkPublish compares the whole verb, rules and jobs included, with one prepared INSERT of the
// same text in a transaction of its own, both with synchronous=FULL, on the same kind of file.
func BenchmarkPublish(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		insert := bareInsert(b)
		for i := range b.N {
			if _, err := insert.Exec(i%1000, text(i)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("marquee/alone", func(b *testing.B) {
		publish := publisher(b)
		for i := range b.N {
			publish(i)
		}
	})
	b.Run("marquee/together", func(b *testing.B) { // 16 people at once
		publish := publisher(b)
		var turn atomic.Int64
		b.SetParallelism(16 / runtime.GOMAXPROCS(0))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				publish(int(turn.Add(1)))
			}
		})
	})
}

// publisher says something on a site with ten people; every fifth time it answers, so its job is written too.
func publisher(b *testing.B) func(i int) {
	return publisherAt(b, filepath.Join(b.TempDir(), "marquee.db"))
}

func publisherAt(b *testing.B, database string) func(i int) {
	s := open(b, database)
	var people []*models.Account
	for i := range 10 {
		a, _, err := s.SignUp(b.Context(), models.Newcomer{Name: fmt.Sprintf("person%d", i), Password: kit.Password})
		if err != nil {
			b.Fatal(err)
		}
		people = append(people, a)
	}
	first, err := s.Publish(b.Context(), people[0], models.Draft{Text: "Who makes soup?"})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	return func(i int) {
		d := models.Draft{Text: text(i), Face: "🍲", Mood: "cosy"}
		if i%5 == 0 {
			d.ReplyToID = first.ID
		}
		if _, err := s.Publish(b.Context(), people[i%len(people)], d); err != nil {
			b.Error(err)
		}
	}
}

func text(i int) string {
	return fmt.Sprintf("Soup number %d. The cat has opinions about it. #soup", i)
}

func bareInsert(b *testing.B) *sql.Stmt {
	path := (&url.URL{Path: filepath.Join(b.TempDir(), "bare.db")}).EscapedPath()
	driver, source := "sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL"
	if slices.Contains(sql.Drivers(), "sqlite") { // only without cgo
		driver, source = "sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE statuses (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, text TEXT NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare("INSERT INTO statuses (account_id, text) VALUES (?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	return insert
}
