package bench

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"marquee/tests/kit"
)

// sizes are the sites that are compared.
var sizes = []struct {
	name               string
	accounts, statuses int
}{{"10k", 100, 10_000}, {"1M", 10_000, 1_000_000}}

// BenchmarkScale makes pages anew over a small and a large site, never from what is kept: the answer's
// cost must not grow with the table. The two are asked in turn, so the machine's moods hit both alike.
func BenchmarkScale(b *testing.B) {
	var sites []*kit.Site
	for _, size := range sizes {
		s := open(b, filepath.Join(b.TempDir(), "marquee.db"))
		if err := s.Seed(b.Context(), size.accounts, size.statuses, func(int) {}); err != nil {
			b.Fatal(err)
		}
		sites = append(sites, kit.Serve(b, s))
	}
	for _, path := range []string{"/", "/~seed%05d", "/~seed%05d/rss.xml", "/rss.xml", "/tag/soup", "/mood/cosy"} {
		b.Run(path, func(b *testing.B) {
			took := make([]time.Duration, len(sites))
			client := &fasthttp.Client{}
			b.ResetTimer()
			for i := range b.N {
				for j, site := range sites {
					address := site.URL + path
					if strings.Contains(path, "%") {
						address = fmt.Sprintf(address, rand.IntN(sizes[j].accounts))
					}
					began := time.Now()
					fetch(b, client, fmt.Sprintf("%s?before=%d", address, sizes[j].statuses-i)) // another key each time
					took[j] += time.Since(began)
				}
			}
			b.ReportMetric(float64(took[0].Microseconds())/float64(b.N), "µs/small")
			b.ReportMetric(float64(took[1].Microseconds())/float64(b.N), "µs/large")
			b.ReportMetric(float64(took[1])/float64(took[0]), "large/small")
		})
	}
}

func fetch(b *testing.B, client *fasthttp.Client, address string) {
	status, _, err := client.Get(nil, address)
	if err != nil || status != fasthttp.StatusOK {
		b.Fatalf("%s: %d %v", address, status, err)
	}
}
