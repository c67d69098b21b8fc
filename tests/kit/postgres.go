package kit

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marquee/models"
)

// cluster is the one PostgreSQL of this test process. It is made in a temporary folder, listens on a
// socket in it, and ends with the process.
var cluster postgres

type postgres struct {
	once      sync.Once
	err       error
	folder    string
	process   *os.Process
	ended     chan struct{}
	databases atomic.Int64
	ready     chan copied // fresh databases, made while other tests run: copying one takes a while
}

type copied struct {
	name string
	err  error
}

var errNoPostgres = errors.New("there is no PostgreSQL here (neither on PATH nor in /usr/lib/postgresql)")

func isPostgres(database string) bool { return strings.HasPrefix(database, "postgres://") }

// PostgresDatabase is the address of a fresh database with the newest schema, for models.Options.
func PostgresDatabase(t testing.TB) string {
	t.Helper()
	return freshDatabase(t, func() copied { return <-cluster.ready })
}

// EmptyPostgresDatabase is the address of a fresh database with nothing in it.
func EmptyPostgresDatabase(t testing.TB) string {
	t.Helper()
	return freshDatabase(t, func() copied { return cluster.copy("template0") })
}

func freshDatabase(t testing.TB, next func() copied) string {
	t.Helper()
	cluster.once.Do(func() { cluster.err = cluster.start() })
	if err := cluster.err; errors.Is(err, errNoPostgres) && os.Getenv("MARQUEE_TEST_ALL") != "1" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	fresh := next()
	if fresh.err != nil {
		t.Fatal(fresh.err)
	}
	t.Cleanup(func() { cluster.exec("DROP DATABASE IF EXISTS " + fresh.name + " WITH (FORCE)") })
	return cluster.address(fresh.name)
}

func (p *postgres) copy(template string) copied {
	name := fmt.Sprintf("test_%d", p.databases.Add(1))
	return copied{name, p.exec("CREATE DATABASE " + name + " TEMPLATE " + template)}
}

func (p *postgres) address(database string) string {
	return "postgres://marquee@/" + database + "?host=" + p.folder + "&sslmode=disable"
}

func (p *postgres) exec(statement string) error {
	db, err := sql.Open("pgx", p.address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// start makes the cluster and the database that all others are copied from.
func (p *postgres) start() error {
	bin, err := postgresFolder()
	if err != nil {
		return err
	}
	if p.folder, err = os.MkdirTemp("", "marquee-pg"); err != nil {
		return err
	}
	owner, err := postgresOwner(p.folder)
	if err != nil {
		return err
	}
	data := filepath.Join(p.folder, "data")
	initdb := command(owner, filepath.Join(bin, "initdb"), "-D", data, "-U", "marquee", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	// Nothing here needs to survive a power cut, and 2 test packages may run at once in little memory.
	server := command(owner, filepath.Join(bin, "postgres"), "-D", data, "-k", p.folder, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "dynamic_shared_memory_type=mmap")
	if err := p.run(server); err != nil {
		return err
	}
	if err := p.makeTemplate(); err != nil {
		return err
	}
	p.ready = make(chan copied, 1)
	go func() {
		for {
			p.ready <- p.copy("template_marquee")
		}
	}()
	return nil
}

// run starts the server and waits until it answers.
func (p *postgres) run(server *exec.Cmd) (err error) {
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if p.ended, err = begin(server); err != nil {
		return err
	}
	p.process = server.Process
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case <-p.ended:
			return fmt.Errorf("PostgreSQL ended at once:\n%s", log.String())
		default:
		}
		if p.exec("SELECT 1") == nil {
			return nil
		}
	}
	return errors.New("PostgreSQL does not answer")
}

// begin starts a server from a thread that lives as long as it: the kernel ends the server when the
// thread that started it ends, and so when this process is killed.
func begin(server *exec.Cmd) (ended chan struct{}, err error) {
	started := make(chan error)
	ended = make(chan struct{})
	go func() {
		runtime.LockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			server.Wait()
			close(ended)
		}
	}()
	return ended, <-started
}

func (p *postgres) makeTemplate() error {
	if err := p.exec("CREATE DATABASE template_marquee TEMPLATE template0"); err != nil {
		return err
	}
	s, err := models.Open(context.Background(), Options(p.address("template_marquee"), &Clock{now: Start}))
	if err != nil {
		return err
	}
	return s.Close()
}

func (p *postgres) stop() {
	if p.process != nil {
		p.process.Signal(syscall.SIGINT) // a fast shutdown, in PostgreSQL's words
		<-p.ended
	}
	if p.folder != "" {
		os.RemoveAll(p.folder)
	}
}

// postgresFolder finds the programs: those on PATH, or else the newest of Debian's.
func postgresFolder() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errNoPostgres
	}
	version := func(path string) float64 {
		n, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(filepath.Dir(path))), 64)
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
}

func command(owner *owner, path string, args ...string) *exec.Cmd {
	c := exec.Command(path, args...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	c.Dir = "/"
	c.SysProcAttr = attributes(owner)
	return c
}
