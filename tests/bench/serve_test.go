package bench

import (
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"marquee/models"
	"marquee/tests/kit"
)

// BenchmarkServe compares what a guest gets, kept and fresh, with a bare Fiber handler that sends the
// same bytes to the same client.
func BenchmarkServe(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "marquee.db"))
	ada := kit.SignUp(b, s, "ada")
	for i := range 20 {
		if _, err := s.Publish(b.Context(), ada, models.Draft{Text: fmt.Sprintf("Soup number %d. The cat has opinions. #soup", i), Face: "🍲", Mood: "cosy"}); err != nil {
			b.Fatal(err)
		}
	}
	hung, err := s.Publish(b.Context(), ada, models.Draft{Mood: "cosy", Pictures: []models.DraftPicture{s.Take(b, ada, kit.Drawing(b, 1), "")}})
	if err != nil {
		b.Fatal(err)
	}
	site := kit.Serve(b, s)
	for _, path := range []string{
		"/", "/~ada", "/~ada/rss.xml", "/~ada/status.json",
		"/~ada/button.gif", "/~ada/mood.gif", "/faces/cosy-16.gif", hung.Pictures[0].Path(),
	} {
		bare := serveBare(b, site.Guest(b).Get(path))
		b.Run("bare"+path, func(b *testing.B) { hammer(b, bare+"/bare") })
		b.Run("marquee"+path, func(b *testing.B) { hammer(b, site.URL+path) })
	}
}

// serveBare sends the same body by a handler that does nothing else.
func serveBare(b *testing.B, answer kit.Answer) string {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	body, kind := []byte(answer.Body), answer.Header.Get("Content-Type")
	app.Get("/bare", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, kind)
		return c.Send(body)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go app.Listener(listener)
	b.Cleanup(func() { app.Shutdown() })
	return "http://" + listener.Addr().String()
}

// hammer asks for an address from 64 connections at once.
func hammer(b *testing.B, address string) {
	client := &fasthttp.Client{}
	defer client.CloseIdleConnections()
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		request.SetRequestURI(address)
		for pb.Next() {
			if err := client.Do(request, response); err != nil || response.StatusCode() != 200 {
				b.Errorf("%s: %v %d", address, err, response.StatusCode())
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
