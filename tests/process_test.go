package tests

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// program is the real binary, built once for all tests that need a process of its own.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "marquee-bin")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "marquee")
	output, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "marquee").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, output)
	}
	return path, err
})

// process is a running site.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	said *strings.Builder
	took time.Duration // from its start until it was ready
}

// launch starts the site on a database and waits until it is ready.
func launch(t *testing.T, database string, environment ...string) *process {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, exec.Command(path, "serve"), database, environment...)
}

// start runs a command that serves the site, and waits until it is ready.
func start(t *testing.T, command *exec.Cmd, database string, environment ...string) *process {
	t.Helper()
	address := freeAddress(t)
	p := &process{t: t, cmd: command, url: "http://" + address, said: &strings.Builder{}}
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(os.Environ(), "MARQUEE_ADDR="+address, "MARQUEE_URL="+p.url, "MARQUEE_DATABASE="+database)
	p.cmd.Env = append(p.cmd.Env, environment...)
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	for started := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		response, err := http.Get(p.url + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				p.took = time.Since(started)
				return p
			}
		}
		if time.Since(started) > 10*time.Second {
			t.Fatalf("not ready after 10 s: %s", p.said)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	p.cmd.Wait()
}

// stop asks the process to end and returns how it did.
func (p *process) stop() error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	return p.cmd.Wait()
}

var (
	anyToken  = regexp.MustCompile(`name="token" value="([^"]+)"`)
	permalink = regexp.MustCompile(`^/~[a-z0-9_]+/[0-9]+$`)
)

// poster posts by the real form over the real network.
type poster struct {
	client *http.Client
	cookie string
	token  string
}

func newPoster(p *process, session string) (*poster, error) {
	client := &http.Client{
		Timeout:       5 * time.Second,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	poster := &poster{client: client, cookie: "s=" + session}
	_, body, err := poster.send(http.MethodGet, p.url+"/reading", nil)
	if err != nil {
		return nil, err
	}
	found := anyToken.FindStringSubmatch(body)
	if found == nil {
		return nil, fmt.Errorf("no token on /reading")
	}
	poster.token = found[1]
	return poster, nil
}

func (o *poster) send(method, address string, form url.Values) (*http.Response, string, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Cookie", o.cookie)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := o.client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

// post publishes a text and returns its permalink once the site has said so.
func (o *poster) post(p *process, text string) (path string, ok bool) {
	response, _, err := o.send(http.MethodPost, p.url+"/statuses", url.Values{"text": {text}, "mood": {"cosy"}, "token": {o.token}})
	if err != nil || response.StatusCode != http.StatusSeeOther {
		return "", false
	}
	path = strings.TrimPrefix(response.Header.Get("Location"), p.url)
	return path, permalink.MatchString(path)
}

// inhabit makes a site with one person on a database and returns that person's session.
func inhabit(t *testing.T, database string) string {
	t.Helper()
	s, err := models.Open(t.Context(), models.Options{Database: database, Name: "Marquee", Language: "en", Signups: models.SignupsOpen})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ada, _, err := s.SignUp(t.Context(), models.Newcomer{Name: "ada", Password: kit.Password, Network: "test"})
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.StartSession(t.Context(), ada, "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	return session
}
