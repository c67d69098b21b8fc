package kit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marquee/models"
)

// gateway is the one S3 server of this test process: versitygw, whose buckets are folders. It checks signatures.
var gateway s3

type s3 struct {
	once        sync.Once
	err         error
	folder      string
	address     *url.URL
	key, secret string
	process     *os.Process
	ended       chan struct{}
	buckets     atomic.Int64
}

var errNoGateway = errors.New("there is no S3 server here (versitygw is not on PATH)")

// Bucket is a fresh bucket on a real S3 server, behind a door of its own that a test may watch or shut.
type Bucket struct {
	URL     string // as MARQUEE_PICTURES takes it
	Address *models.BucketAddress
	Folder  string // where its objects are files

	door atomic.Pointer[func(*http.Request) bool]
}

// NewBucket is a fresh bucket. Without versitygw the test is skipped; it fails instead when MARQUEE_TEST_ALL is 1.
func NewBucket(t testing.TB) *Bucket {
	t.Helper()
	gateway.once.Do(func() { gateway.err = gateway.start() })
	if err := gateway.err; errors.Is(err, errNoGateway) && os.Getenv("MARQUEE_TEST_ALL") != "1" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("bucket-%d", gateway.buckets.Add(1))
	b := &Bucket{Folder: filepath.Join(gateway.folder, "data", name)}
	if err := os.Mkdir(b.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	b.Door(func(*http.Request) bool { return true })
	proxy := httputil.NewSingleHostReverseProxy(gateway.address)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !(*b.door.Load())(r) {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	address := url.URL{Scheme: "s3", User: url.UserPassword(gateway.key, gateway.secret), Host: server.Listener.Addr().String(), Path: name + "/some/pictures", RawQuery: "insecure=true"}
	b.URL = address.String()
	var err error
	if b.Address, err = models.ParseBucket(b.URL, "", ""); err != nil {
		t.Fatal(err)
	}
	return b
}

// Door is asked before every request that comes: a false one finds nobody there.
func (b *Bucket) Door(open func(*http.Request) bool) { b.door.Store(&open) }

// Away is a door that is shut.
func Away(*http.Request) bool { return false }

// Objects are the files of the bucket's objects, sorted.
func (b *Bucket) Objects(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(b.Folder, "some", "pictures", "*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// WithBucket is another store on the same database, with a bucket for its pictures.
func (s *Store) WithBucket(t testing.TB, b *Bucket) *Store {
	t.Helper()
	other := &Store{Clock: s.Clock, Database: s.Database, DB: s.DB}
	options := Options(s.Database, s.Clock)
	options.Pictures = b.Address
	var err error
	if other.Store, err = models.Open(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	return other
}

func (g *s3) start() error {
	program, err := exec.LookPath("versitygw")
	if err != nil {
		return errNoGateway
	}
	if g.folder, err = os.MkdirTemp("", "marquee-s3"); err != nil {
		return err
	}
	for _, name := range []string{"data", "about"} {
		if err := os.Mkdir(filepath.Join(g.folder, name), 0o700); err != nil {
			return err
		}
	}
	g.key, g.secret = rand.Text(), rand.Text()+"/+%&" // what people forget to write as %XX
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	g.address = &url.URL{Scheme: "http", Host: free.Addr().String()}
	free.Close()
	server := command(nil, program, "--port", g.address.Host, "--quiet", "--keep-alive", "posix", "--sidecar", filepath.Join(g.folder, "about"), filepath.Join(g.folder, "data"))
	server.Env = append(server.Env, "ROOT_ACCESS_KEY="+g.key, "ROOT_SECRET_KEY="+g.secret)
	return g.run(server)
}

func (g *s3) run(server *exec.Cmd) (err error) {
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if g.ended, err = begin(server); err != nil {
		return err
	}
	g.process = server.Process
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case <-g.ended:
			return fmt.Errorf("versitygw ended at once:\n%s", log.String())
		default:
		}
		if answer, err := http.Get(g.address.String()); err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			return errors.Join(err, answer.Body.Close())
		}
	}
	return errors.New("versitygw does not answer")
}

func (g *s3) stop() {
	if g.process != nil {
		g.process.Signal(syscall.SIGTERM)
		<-g.ended
	}
	if g.folder != "" {
		os.RemoveAll(g.folder)
	}
}
