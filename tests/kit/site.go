package kit

import (
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"marquee/handlers"
	"marquee/indieweb"
	"marquee/models"
)

// Site is a whole running site on loopback over a store.
type Site struct {
	*Store
	URL     string // its public address, no slash at the end
	Base    *url.URL
	Speaker *indieweb.Speaker
}

// Serve opens a site over the store until the test ends.
func Serve(t testing.TB, s *Store) *Site {
	t.Helper()
	return serve(t, s, listen(t))
}

// Town opens a site over a store of its own that knows its address, and may be reached by others on loopback, as they by it.
func Town(t testing.TB) *Site {
	t.Helper()
	listener := listen(t)
	s := &Store{Clock: &Clock{now: Start}, Database: filepath.Join(t.TempDir(), "marquee.db")}
	options := Options(s.Database, s.Clock)
	options.Home, options.Fetch.Own = "http://"+listener.Addr().String(), listener.Addr().String()
	return serve(t, s.open(t, options), listener)
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func serve(t testing.TB, s *Store, listener net.Listener) *Site {
	t.Helper()
	base := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	speaker := indieweb.NewSpeaker(s.Store, base.String())
	app := handlers.New(handlers.Options{Store: s.Store, Speaker: speaker, Base: base, Version: "test"}).App()
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &Site{Store: s, URL: base.String(), Base: base, Speaker: speaker}
}

// Work does the jobs that are due, and those that follow from them, until none is left. It returns why some failed, by kind.
func (s *Site) Work(t testing.TB) map[string]error {
	t.Helper()
	kinds, failed := s.Store.Jobs(), map[string]error{}
	maps.Copy(kinds, s.Speaker.Jobs())
	for range 100 {
		jobs, err := s.ClaimJobs(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs) == 0 {
			return failed
		}
		for _, j := range jobs {
			if kinds[j.Kind] == nil {
				t.Fatalf("nobody knows how to do a %q", j.Kind)
			}
			failure := kinds[j.Kind](t.Context(), j)
			if failure != nil {
				failed[j.Kind] = failure
			}
			if err := s.FinishJob(t.Context(), j, failure); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatal("the jobs never end")
	return nil
}

// Visitor is a browser without a screen: it keeps cookies and follows no redirect.
type Visitor struct {
	t      testing.TB
	site   *Site
	Client *http.Client
}

// Guest is somebody who is not logged in.
func (s *Site) Guest(t testing.TB) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	return &Visitor{t, s, client}
}

// As is somebody who is logged in.
func (s *Site) As(t testing.TB, a *models.Account) *Visitor {
	t.Helper()
	token, err := s.StartSession(t.Context(), a, "a test", "127.0.0.0/24")
	if err != nil {
		t.Fatal(err)
	}
	v := s.Guest(t)
	v.Client.Jar.SetCookies(s.Base, []*http.Cookie{{Name: "s", Value: token, Path: "/"}})
	return v
}

// Answer is what came back, its body read. A Location on this site is shown without the site's address.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Get asks for a path.
func (v *Visitor) Get(path string, headers ...string) Answer {
	v.t.Helper()
	return v.Send(http.MethodGet, path, "", headers...)
}

// Post sends a form with the token of the page it would stand on, unless the form brings its own.
func (v *Visitor) Post(path string, form url.Values, headers ...string) Answer {
	v.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("token") {
		form.Set("token", v.Token())
	}
	return v.Send(http.MethodPost, path, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

var tokenInput = regexp.MustCompile(`name="token" value="([^"]+)"`)

// Token is a form token of this visitor.
func (v *Visitor) Token() string {
	v.t.Helper()
	found := tokenInput.FindStringSubmatch(v.Get("/reading").Body)
	if found == nil {
		v.t.Fatal("/reading has no token")
	}
	return found[1]
}

// Send makes any request; headers are names and values in turn.
func (v *Visitor) Send(method, path, body string, headers ...string) Answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.site.URL+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := v.Client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if to, ok := strings.CutPrefix(response.Header.Get("Location"), v.site.URL); ok {
		response.Header.Set("Location", to)
	}
	return Answer{response.StatusCode, response.Header, string(content)}
}
