package bench

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

const subscribers = 1000

// BenchmarkSpread finds out whom a status is to be told to, when a thousand have subscribed to it: a row for each.
func BenchmarkSpread(b *testing.B) {
	site, ada := readBy(b, subscribers, "http://127.0.0.1:9/")
	var took time.Duration
	for i := range b.N {
		say(b, site, ada, i)
		took += spread(b, site)
	}
	b.ReportMetric(float64(took.Microseconds())/float64(b.N*subscribers), "µs/subscriber")
}

// readBy is a site with an account that some subscribers listen to.
func readBy(b *testing.B, n int, callback string) (*kit.Site, *models.Account) {
	b.Helper()
	site := kit.Town(b)
	ada := kit.SignUp(b, site.Store, "ada")
	for i := range n {
		_, err := site.Subscribe(b.Context(), models.Subscription{
			Protocol: models.WebSub, Topic: "/~ada/rss.xml", Callback: callback + fmt.Sprint(i), Secret: "secret", ExpiresAt: models.At(site.Now().Add(models.LeaseMost)),
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return site, ada
}

func say(b *testing.B, site *kit.Site, by *models.Account, i int) {
	b.Helper()
	if _, err := site.Publish(b.Context(), by, models.Draft{Text: text(i), Face: "🍲"}); err != nil {
		b.Fatal(err)
	}
}

// spread does the jobs that find out whom to tell, and says how long they took; nobody is told.
func spread(b *testing.B, site *kit.Site) (took time.Duration) {
	b.Helper()
	for told := 0; told < subscribers; {
		jobs, err := site.ClaimJobs(b.Context(), subscribers)
		if err != nil || len(jobs) == 0 {
			b.Fatalf("%d told, %v", told, err)
		}
		for _, j := range jobs {
			if j.Kind == models.JobSpread {
				began := time.Now()
				err = site.Speaker.Spread(b.Context(), j)
				took += time.Since(began)
			} else {
				told++
			}
			if err := cmp.Or(err, site.FinishJob(b.Context(), j, nil)); err != nil {
				b.Fatal(err)
			}
		}
	}
	return took
}
