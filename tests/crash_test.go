package tests

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestNothingAcknowledgedIsLost kills the site under posting load, again and again.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		database func(t *testing.T) string
		cycles   int
	}{
		{"sqlite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "marquee.db") }, 50},
		{"postgres", func(t *testing.T) string { return kit.EmptyPostgresDatabase(t) }, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			cycles := c.cycles
			if testing.Short() || os.Getenv("MARQUEE_TEST_ALL") != "1" {
				cycles = min(cycles, 8)
			}
			database := c.database(t)
			session := inhabit(t, database)
			acknowledged := map[string]string{} // permalink to text
			var slowest time.Duration
			for cycle := range cycles {
				slowest = max(slowest, crashOnce(t, database, session, cycle, acknowledged))
			}
			if len(acknowledged) < cycles*5 {
				t.Errorf("only %d statuses were acknowledged in %d cycles: there was no load", len(acknowledged), cycles)
			}
			checkAll(t, database, acknowledged)
			t.Logf("%d cycles, %d acknowledged statuses; ready again after %v at the slowest", cycles, len(acknowledged), slowest.Round(time.Millisecond))
		})
	}
}

// hung is how the text of a status ends that has a picture.
const hung = " with a picture"

// crashOnce returns how long the site took to be ready.
func crashOnce(t *testing.T, database, session string, cycle int, acknowledged map[string]string) time.Duration {
	p, before := launch(t, database), len(acknowledged)
	drawings := [][]byte{kit.Drawing(t, cycle), kit.Drawing(t, cycle+1), kit.Drawing(t, 1)}
	var mutex sync.Mutex
	var posters sync.WaitGroup
	for i := range 4 {
		posters.Go(func() {
			o, err := newPoster(p, session)
			for n := 0; err == nil; n++ {
				text := fmt.Sprintf("cycle %d, poster %d, status %d #crash", cycle, i, n)
				path, ok := "", false
				if n%4 == 3 {
					path, ok = o.hang(p, text+hung, drawings[n%len(drawings)])
				}
				if ok {
					text += hung
				} else { // also when there were too many pictures for now
					path, ok = o.post(p, text)
				}
				if !ok {
					return
				}
				mutex.Lock()
				acknowledged[path] = text
				mutex.Unlock()
			}
		})
	}
	time.Sleep(time.Duration(50+rand.IntN(350)) * time.Millisecond)
	said := func() int {
		mutex.Lock()
		defer mutex.Unlock()
		return len(acknowledged)
	}
	for began := time.Now(); said() < before+5 && time.Since(began) < 10*time.Second; { // however slow the machine is, there is a load
		time.Sleep(time.Millisecond)
	}
	p.kill()
	posters.Wait()
	return p.took
}

// checkAll opens the database once more and looks for every status that the site had said was published.
func checkAll(t *testing.T, database string, acknowledged map[string]string) {
	s, err := models.Open(t.Context(), models.Options{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	problems, err := s.Integrity(t.Context())
	if err != nil || len(problems) > 0 {
		t.Errorf("integrity: %v %v", problems, err)
	}
	for path, text := range acknowledged {
		id, err := strconv.ParseInt(strings.TrimPrefix(path, "/~ada/"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		st, err := s.Status(t.Context(), nil, "ada", id)
		if err != nil || st.Text != text {
			t.Errorf("%s is lost: %v", path, err)
		} else if strings.HasSuffix(text, hung) != (len(st.Pictures) == 1) {
			t.Errorf("%q has %d pictures", text, len(st.Pictures))
		}
	}
	pictures, err := s.CheckPictures(t.Context(), func() {})
	if err != nil || len(pictures.Damaged) > 0 {
		t.Errorf("pictures: %+v %v", pictures, err)
	}
}

// TestStopsInOrder asks a busy site to end: what it acknowledged is there, and it exits with 0.
func TestStopsInOrder(t *testing.T) {
	database := filepath.Join(t.TempDir(), "marquee.db")
	session := inhabit(t, database)
	p := launch(t, database)
	o, err := newPoster(p, session)
	if err != nil {
		t.Fatal(err)
	}
	path, ok := o.post(p, "the last word")
	if !ok {
		t.Fatal("not published")
	}
	if err := p.stop(); err != nil {
		t.Errorf("it did not exit with 0: %v\n%s", err, p.said)
	}
	checkAll(t, database, map[string]string{path: "the last word"})
}

// TestTwoProcessesOneSite publishes by one process and reads by the other: never stale, on both databases.
func TestTwoProcessesOneSite(t *testing.T) {
	for name, database := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "marquee.db"), "postgres": ""} {
		t.Run(name, func(t *testing.T) {
			if database == "" {
				database = kit.EmptyPostgresDatabase(t)
			}
			session := inhabit(t, database)
			first, second := launch(t, database), launch(t, database)
			a, err := newPoster(first, session)
			if err != nil {
				t.Fatal(err)
			}
			b, err := newPoster(second, session)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				at, other, writer := first, second, a
				if i%2 == 1 {
					at, other, writer = second, first, b
				}
				text := fmt.Sprintf("status number %d", i)
				if _, ok := writer.post(at, text); !ok {
					t.Fatalf("status %d was not published", i)
				}
				for _, page := range []string{"/", "/~ada", "/~ada/rss.xml", "/~ada/status.json", "/mood/cosy"} {
					if _, body, err := (&poster{client: a.client}).send("GET", other.url+page, nil); err != nil || !strings.Contains(body, text) {
						t.Errorf("%s is stale at the other process (%v)", page, err)
					}
				}
			}
			for _, p := range []*process{first, second} {
				if err := p.stop(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
