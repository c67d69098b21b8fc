package bench

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// BenchmarkPublishSubscribed compares publishing while nobody subscribes with publishing while 1,000 do, in turn: what is
// delivered to them is the worker's business.
func BenchmarkPublishSubscribed(b *testing.B) {
	var publish [2]func(int)
	for i, subscriptions := range []int{0, 1000} {
		database := filepath.Join(b.TempDir(), "marquee.db")
		publish[i] = publisherAt(b, database)
		write(b, kit.Behind(b, database), func(do func(string, ...any)) {
			for n := range subscriptions {
				subscribe(do, n, "127.0.0.1:9")
			}
		})
	}
	var took [2]time.Duration
	b.ResetTimer()
	for i := range b.N {
		for who := range publish {
			began := time.Now()
			publish[who](i)
			took[who] += time.Since(began)
		}
	}
	b.ReportMetric(float64(took[0].Microseconds())/float64(b.N), "µs-with-none")
	b.ReportMetric(float64(took[1].Microseconds())/float64(b.N), "µs-with-1000")
	b.ReportMetric(float64(took[1])/float64(took[0]), "times")
}

// peers is what other sites are played by: one listener at every address of loopback. The quick one answers at once, all others
// after ten seconds.
type peers struct {
	port    string
	mu      sync.Mutex
	arrived map[string]time.Time // path to when it was asked for first, of the quick one
}

func meet(b *testing.B) *peers {
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	p := &peers{port: port, arrived: map[string]time.Time{}}
	server := &http.Server{Handler: p}
	go server.Serve(listener)
	b.Cleanup(func() { server.Close() })
	return p
}

const quickHost = "127.0.0.1"

// ServeHTTP is part of http.Handler.
func (p *peers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Host, quickHost+":") {
		select {
		case <-time.After(10 * time.Second):
		case <-r.Context().Done():
		}
	} else {
		_, _ = io.Copy(io.Discard, r.Body)
		p.mu.Lock()
		p.arrived[r.URL.Path] = time.Now()
		p.mu.Unlock()
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *peers) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.arrived)
}

// write does something in one transaction.
func write(b *testing.B, db *sql.DB, what func(do func(string, ...any))) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	what(func(statement string, args ...any) {
		if _, err := tx.ExecContext(b.Context(), statement, args...); err != nil {
			b.Fatal(err)
		}
	})
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// subscribe writes the subscription i of somebody at a peer to what person1 says.
func subscribe(do func(string, ...any), i int, peer string) {
	do(`INSERT INTO subscriptions (id, key, protocol, topic, account_id, callback, peer, secret, sent, failures, expires_at, created_at)
		SELECT $1, $2, 'websub', '/~person1/rss.xml', id, $3, $4, 'secret', '', 0, $5, 0 FROM accounts WHERE name = 'person1'`,
		i, fmt.Sprint(i), fmt.Sprintf("http://%s/%d", peer, i), peer, int64(models.At(time.Now().Add(time.Hour))))
}

// send has n subscribers at a host told what person1 says: a read, a request that is signed and a transaction each. host may number them.
func (p *peers) send(b *testing.B, db *sql.DB, first, n int, host func(i int) string) {
	b.Helper()
	now := int64(models.At(time.Now()))
	write(b, db, func(do func(string, ...any)) {
		for i := first; i < first+n; i++ {
			peer := host(i) + ":" + p.port
			subscribe(do, i, peer)
			do("INSERT INTO jobs (kind, peer, payload, attempts, due_at, dead_at, reason, created_at) VALUES ($1, $2, $3, 0, $4, 0, '', $5)",
				models.JobDeliver, peer, fmt.Sprintf(`{"Subscription":%d}`, i), now, now)
			do(`INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until) VALUES ($1, $2, '', 0, 1, 0, 0, 0)
				ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE peers.due_at > excluded.due_at AND peers.rests_until = 0`, peer, now)
		}
	})
}

func quickly(int) string { return quickHost }

// BenchmarkDeliver has the real program tell 5,000 WebSub subscribers at a quick peer: alone, then while 10,000 wait at one slow peer,
// then while each of 10,000 slow peers has one. It reports how many a second, how late the latest of 20 more was that came one by
// one, from another process, which the worker sees within a second at best, and the most memory the process ever held.
func BenchmarkDeliver(b *testing.B) {
	b.Setenv("MARQUEE_FETCH_ALLOW", "127.0.0.0/8")
	for _, c := range []struct {
		name string
		slow func(i int) string
	}{
		{"alone", nil},
		{"beside-one-slow", func(int) string { return "127.0.0.2" }},
		{"beside-many-slow", func(i int) string { return fmt.Sprintf("127.9.%d.%d", i%10_000/100, 1+i%100) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				deliver(b, c.slow)
			}
		})
	}
}

func deliver(b *testing.B, slow func(int) string) {
	const quick = 5000
	database, p := filepath.Join(b.TempDir(), "marquee.db"), meet(b)
	publisherAt(b, database)
	db := kit.Behind(b, database)
	if slow != nil {
		p.send(b, db, 100_000, 10_000, slow)
	}
	pid, _, _ := launch(b, database)
	if slow != nil {
		time.Sleep(3 * time.Second) // all the room for the slow is taken by then
	}
	p.send(b, db, 1000, quick, quickly)
	p.wait(b, 1)
	began := time.Now()
	p.wait(b, quick)
	b.ReportMetric(quick/time.Since(began).Seconds(), "deliveries/s")
	var latest time.Duration
	for i := range 20 {
		sent := time.Now()
		p.send(b, db, 10_000+i, 1, quickly)
		p.wait(b, quick+i+1)
		latest = max(latest, time.Since(sent))
	}
	b.ReportMetric(float64(latest.Milliseconds()), "ms-latest")
	b.ReportMetric(memory(b, pid, "VmHWM:"), "MB-at-most")
}

func (p *peers) wait(b *testing.B, n int) {
	b.Helper()
	for began := time.Now(); p.count() < n; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			b.Fatalf("%d of %d arrived", p.count(), n)
		}
	}
}
