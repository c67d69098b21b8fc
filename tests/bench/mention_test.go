package bench

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkMentions sends a thousand Webmentions from a hundred sites, one every 20 ms (three thousand a minute), to the real program,
// while two visitors read as fast as they are answered, and reports the median and the slowest tenth beside those of the reading.
func BenchmarkMentions(b *testing.B) {
	database := filepath.Join(b.TempDir(), "marquee.db")
	s := open(b, database)
	if err := s.Seed(b.Context(), 10, 1000, func(int) {}); err != nil {
		b.Fatal(err)
	}
	_, site, _ := launch(b, database)
	for b.Loop() {
		var ended atomic.Bool
		var readers sync.WaitGroup
		var reading [2][]time.Duration
		for i := range reading {
			readers.Go(func() {
				for !ended.Load() {
					reading[i] = append(reading[i], timed(b, func() (*http.Response, error) { return http.Get(site + "/~seed00001") }, http.StatusOK))
				}
			})
		}
		taken := mention(b, site, b.N)
		ended.Store(true)
		readers.Wait()
		report(b, "mention", taken)
		report(b, "read", slices.Concat(reading[:]...))
	}
}

// mention sends the mentions and returns how long each answer took.
func mention(b *testing.B, site string, turn int) []time.Duration {
	b.Helper()
	var mutex sync.Mutex
	var senders sync.WaitGroup
	var taken []time.Duration
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for i := range 1000 {
		<-ticks.C
		senders.Go(func() {
			form := url.Values{"source": {fmt.Sprintf("http://site%d.example/%d/%d", i%100, turn, i)}, "target": {site + "/~seed00001"}}
			took := timed(b, func() (*http.Response, error) {
				return http.Post(site+"/webmention", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
			}, http.StatusCreated)
			mutex.Lock()
			defer mutex.Unlock()
			taken = append(taken, took)
		})
	}
	senders.Wait()
	return taken
}

// timed is how long an answer takes.
func timed(b *testing.B, ask func() (*http.Response, error), want int) time.Duration {
	began := time.Now()
	answer, err := ask()
	if err != nil {
		b.Error(err)
		return 0
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		b.Errorf("answered %d", answer.StatusCode)
	}
	return time.Since(began)
}

func report(b *testing.B, what string, taken []time.Duration) {
	slices.Sort(taken)
	b.ReportMetric(float64(taken[len(taken)/2].Microseconds()), "µs/"+what+"-median")
	b.ReportMetric(float64(taken[len(taken)*9/10].Microseconds()), "µs/"+what+"-p90")
}
