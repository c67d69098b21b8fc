package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

const subscribers = 1000

// BenchmarkSubscribers compares publishing when nobody has subscribed and when a thousand have, and then tells them all: a delivery is
// the job from its reading to its end, over HTTP to one reader on loopback.
func BenchmarkSubscribers(b *testing.B) {
	for _, n := range []int{0, subscribers} {
		b.Run(fmt.Sprintf("publish/%d", n), func(b *testing.B) {
			site, ada := readBy(b, n, "https://reader.example/")
			b.ResetTimer()
			for i := range b.N {
				say(b, site, ada, i)
			}
		})
	}
	reader := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	b.Cleanup(reader.Close)
	b.Run("spread", func(b *testing.B) {
		site, ada := readBy(b, subscribers, reader.URL+"/")
		for i := range b.N {
			b.StopTimer()
			say(b, site, ada, i)
			b.StartTimer()
			deliveries := spread(b, site)
			b.StopTimer()
			work(b, site, deliveries)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*subscribers), "µs/subscriber")
	})
	b.Run("deliver", func(b *testing.B) {
		site, ada := readBy(b, subscribers, reader.URL+"/")
		for i := range b.N {
			b.StopTimer()
			say(b, site, ada, i)
			deliveries := spread(b, site)
			b.StartTimer()
			work(b, site, deliveries)
		}
		b.ReportMetric(float64(b.N*subscribers)/b.Elapsed().Seconds(), "deliveries/s")
	})
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

// spread does the jobs that find out whom to tell, and returns those that tell them.
func spread(b *testing.B, site *kit.Site) (deliveries []models.Job) {
	b.Helper()
	for {
		jobs, err := site.ClaimJobs(b.Context(), 10*subscribers)
		if err != nil {
			b.Fatal(err)
		}
		if len(jobs) == 0 && len(deliveries) == subscribers {
			return deliveries
		}
		var spreading []models.Job
		for _, j := range jobs {
			if j.Kind == models.JobSpread {
				spreading = append(spreading, j)
			} else {
				deliveries = append(deliveries, j)
			}
		}
		if len(spreading) == 0 && len(jobs) == 0 {
			b.Fatalf("%d deliveries", len(deliveries))
		}
		work(b, site, spreading)
	}
}

// work does jobs, four at a time.
func work(b *testing.B, site *kit.Site, jobs []models.Job) {
	b.Helper()
	todo, kinds := make(chan models.Job), site.Speaker.Jobs()
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for j := range todo {
				if err := site.FinishJob(b.Context(), j, kinds[j.Kind](b.Context(), j)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, j := range jobs {
		todo <- j
	}
	close(todo)
	workers.Wait()
}
