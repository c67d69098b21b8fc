package bench

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// BenchmarkProcess starts the real program over a million statuses, asks it 10,000 mixed questions from
// eight connections, and reports how long it took to be healthy and what memory it holds (Linux).
func BenchmarkProcess(b *testing.B) {
	database := filepath.Join(b.TempDir(), "marquee.db")
	large := sizes[1]
	s := open(b, database)
	if err := s.Seed(b.Context(), large.accounts, large.statuses, func(int) {}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		runOnce(b, database, large.accounts, large.statuses)
	}
}

// launch starts the real program on a database and waits until it is healthy.
func launch(b *testing.B, database string) (pid int, site string, healthy time.Duration) {
	b.Helper()
	program := filepath.Join(b.TempDir(), "marquee")
	if output, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, "marquee").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, output)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	cmd := exec.Command(program)
	cmd.Dir = b.TempDir()
	cmd.Env = append(os.Environ(), "MARQUEE_ADDR="+address, "MARQUEE_URL=http://"+address, "MARQUEE_DATABASE="+database)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for {
		if status, _, err := fasthttp.Get(nil, "http://"+address+"/healthz"); err == nil && status == fasthttp.StatusOK {
			return cmd.Process.Pid, "http://" + address, time.Since(began)
		}
		if time.Since(began) > 10*time.Second {
			b.Fatal("not healthy after 10 s")
		}
		time.Sleep(time.Millisecond)
	}
}

func runOnce(b *testing.B, database string, accounts, statuses int) {
	pid, site, healthy := launch(b, database)
	client := &fasthttp.Client{}
	var visitors sync.WaitGroup
	for range 8 {
		visitors.Go(func() { visit(b, client, site, accounts, statuses) })
	}
	visitors.Wait()
	b.ReportMetric(float64(healthy.Milliseconds()), "ms/healthz")
	b.ReportMetric(memory(b, pid, "VmRSS:"), "MB-resident")
}

var questions = []string{
	"/", "/?before=%[2]d", "/~seed%05[1]d", "/~seed%05[1]d/rss.xml", "/~seed%05[1]d/atom.xml", "/~seed%05[1]d/status.json",
	"/~seed%05[1]d/widget", "/~seed%05[1]d/moods", "/mood/cosy", "/tag/soup?before=%[2]d", "/rss.xml", "/directory?after=seed%05[1]d",
	"/mood", "/users/seed%05[1]d/status.json",
}

func visit(b *testing.B, client *fasthttp.Client, site string, accounts, statuses int) {
	for range 1250 {
		path := questions[rand.IntN(len(questions))]
		if strings.Contains(path, "%") {
			path = fmt.Sprintf(path+"%.0[3]s", rand.IntN(accounts), 1+rand.IntN(statuses), "")
		}
		if status, _, err := client.Get(nil, site+path); err != nil || status != fasthttp.StatusOK {
			b.Errorf("%s: %d %v", path, status, err)
		}
	}
}

// memory is what a process holds now (VmRSS:) or held at most (VmHWM:), in megabytes.
func memory(b *testing.B, pid int, kind string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	var kilobytes float64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, kind); ok {
			if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
				b.Fatal(err)
			}
		}
	}
	return kilobytes / 1024
}
