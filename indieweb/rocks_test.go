package indieweb_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// told is one Webmention as a peer got it.
type told struct {
	path, source, target string
	found                int  // status of the source, when the peer went to see
	linked               bool // the source shows the target
}

// rocks is another site that behaves as webmention.rocks does: every page has its own way to name the endpoint.
type rocks struct {
	*httptest.Server
	t     *testing.T
	mu    sync.Mutex
	told  []told
	spent map[string]bool // addresses and keys that were used: each is for one time
	keys  int
}

// endpoints are the ways to name one: how the page N answers, {at} being the address of its folder.
var endpoints = map[string]func(header http.Header) (body string){
	"1":  inHeader("Link", `<webmention>; rel=webmention`),
	"2":  inHeader("Link", `<{at}/webmention>; rel=webmention`),
	"3":  inBody(`<link rel="webmention" href="webmention">`),
	"4":  inBody(`<link rel="webmention" href="{at}/webmention">`),
	"5":  inBody(`<a rel="webmention" href="webmention">`),
	"6":  inBody(`<a rel="webmention" href="{at}/webmention">`),
	"7":  inHeader("LinK", `<{at}/webmention>; rel=webmention`),
	"8":  inHeader("Link", `<{at}/webmention>; rel="webmention"`),
	"9":  inBody(`<link rel="webmention somethingelse" href="{at}/webmention">`),
	"10": inHeader("Link", `<{at}/webmention>; rel="webmention somethingelse"`),
	"11": func(header http.Header) string {
		header.Set("Link", `<{at}/webmention>; rel=webmention`)
		return `<link rel="webmention" href="{at}/wrong"><a href="{at}/wrong" rel="webmention">`
	},
	"12": inBody(`<link rel="not-webmention" href="{at}/wrong"><a href="{at}/webmention" rel="webmention">`),
	"13": inBody(`<!-- <a href="{at}/wrong" rel="webmention"></a> --><a href="{at}/webmention" rel="webmention">`),
	"14": inBody(`<code>&lt;a href="{at}/wrong" rel="webmention"&gt;&lt;/a&gt;</code><a href="{at}/webmention" rel="webmention">`),
	"15": inBody(`<link rel="webmention" href="">`),
	"16": inBody(`<a href="{at}/webmention" rel="webmention"></a><link rel="webmention" href="{at}/wrong">`),
	"17": inBody(`<link rel="webmention" href="{at}/webmention"><a href="{at}/wrong" rel="webmention"></a>`),
	"18": func(header http.Header) string {
		header.Add("Link", `<{at}/wrong>; rel="other"`)
		header.Add("Link", `<{at}/webmention>; rel="webmention"`)
		return ""
	},
	"19": inHeader("Link", `<{at}/wrong>; rel="other", <{at}/webmention>; rel="webmention"`),
	"20": inBody(`<link rel="webmention"><a href="{at}/webmention" rel="webmention">`),
	"21": inBody(`<link rel="webmention" href="{at}/webmention?query=yes&amp;and=more">`),
	"22": inBody(`<link rel="webmention" href="22/webmention">`),
}

func inHeader(name, value string) func(http.Header) string {
	return func(header http.Header) string { header[name] = []string{value}; return "" }
}

func inBody(body string) func(http.Header) string {
	return func(http.Header) string { return body }
}

func newRocks(t *testing.T) *rocks {
	t.Helper()
	p := &rocks{t: t, spent: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /test/{n}/{$}", p.page)
	mux.HandleFunc("GET /test/22", p.page)
	mux.HandleFunc("POST /test/{n}/{$}", p.take)
	mux.HandleFunc("POST /test/{n}/webmention", p.take)
	mux.HandleFunc("GET /test/23/page", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("/test/23/page/%d/", p.key()), http.StatusFound)
	})
	mux.HandleFunc("GET /test/23/page/{key}/{$}", p.once(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><link rel="webmention" href="endpoint">`)
	}))
	mux.HandleFunc("POST /test/23/page/{key}/endpoint", p.once(p.take))
	mux.HandleFunc("GET /update/{part}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", fmt.Sprintf(`</update/take?key=%d>; rel=webmention`, p.key()))
	})
	mux.HandleFunc("POST /update/take", p.once(p.take))
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *rocks) key() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys++
	return p.keys
}

// once answers 410 to whoever asks twice.
func (p *rocks) once(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		asked := r.Method + r.URL.String()
		used := p.spent[asked]
		p.spent[asked] = true
		p.mu.Unlock()
		if used {
			w.WriteHeader(http.StatusGone)
			return
		}
		next(w, r)
	}
}

func (p *rocks) page(w http.ResponseWriter, r *http.Request) {
	n := r.PathValue("n")
	if n == "" {
		n = "22"
	}
	at := strings.NewReplacer("{at}", p.URL+"/test/"+n)
	body := endpoints[n](w.Header())
	for name, lines := range w.Header() {
		for i := range lines {
			w.Header()[name][i] = at.Replace(lines[i])
		}
	}
	_, _ = io.WriteString(w, "<!doctype html><title>test</title>"+at.Replace(body))
}

// take takes a Webmention, and goes to see the source as receivers do.
func (p *rocks) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || strings.Contains(string(body), "query") || strings.Count(string(body), "&") != 1 {
		p.t.Errorf("%s got %q %q", r.URL, r.Header.Get("Content-Type"), body)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	m := told{path: r.URL.RequestURI(), source: r.PostFormValue("source"), target: r.PostFormValue("target")}
	answer, err := http.Get(m.source)
	if err != nil {
		p.t.Error(err)
		return
	}
	defer answer.Body.Close()
	shown, _ := io.ReadAll(answer.Body)
	m.found, m.linked = answer.StatusCode, strings.Contains(string(shown), `href="`+m.target+`"`)
	p.mu.Lock()
	p.told = append(p.told, m)
	p.mu.Unlock()
	w.Header().Set("Location", "/done/1")
	w.WriteHeader(http.StatusCreated)
}

// all is what was told since the last time.
func (p *rocks) all() []told {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.told
	p.told = nil
	slices.SortFunc(list, func(a, b told) int { return strings.Compare(a.target, b.target) })
	return list
}

func works(t *testing.T, town *kit.Site) {
	t.Helper()
	for kind, err := range town.Work(t) {
		t.Errorf("%s: %v", kind, err)
	}
}

func say(t *testing.T, town *kit.Site, by *models.Account, text string) *models.Status {
	t.Helper()
	st, err := town.Publish(t.Context(), by, models.Draft{Text: text})
	must(t, err)
	return st
}

// TestDiscovery is the 23 discovery tests of webmention.rocks.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	peer, town := newRocks(t), kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	for n := range 23 {
		n++
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			target, path := fmt.Sprintf("%s/test/%d/", peer.URL, n), fmt.Sprintf("/test/%d/webmention", n)
			switch n {
			case 15:
				path = "/test/15/"
			case 21:
				path += "?query=yes&and=more"
			case 22:
				target = peer.URL + "/test/22"
			case 23:
				target, path = peer.URL+"/test/23/page", "/test/23/page/1/endpoint"
			}
			st := say(t, town, ada, "look "+target+" !")
			works(t, town)
			want := []told{{path, town.URL + st.Path(), target, 200, true}}
			if got := peer.all(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("told %v, want %v", got, want)
			}
			_, sent, err := town.Sent(t.Context(), ada, st.ID)
			must(t, err)
			if len(sent) != 1 || sent[0].State != models.SentTaken || sent[0].Code != 201 || sent[0].Location != peer.URL+"/done/1" || sent[0].Endpoint != peer.URL+path {
				t.Errorf("noted %+v", sent)
			}
		})
	}
}

// TestUpdates is the update and delete tests of webmention.rocks: every endpoint there is for one time.
func TestUpdates(t *testing.T) {
	t.Parallel()
	peer, town := newRocks(t), kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	one, two := peer.URL+"/update/1", peer.URL+"/update/2"
	st := say(t, town, ada, "look "+one)
	heard := func(step string, found int, want map[string]bool) {
		t.Helper()
		works(t, town)
		got := peer.all()
		if len(got) != len(want) {
			t.Errorf("%s: told %v", step, got)
		}
		for _, m := range got {
			if linked, ok := want[m.target]; !ok || m.linked != linked || m.found != found || m.source != town.URL+st.Path() {
				t.Errorf("%s: told %+v", step, m)
			}
		}
	}
	edit := func(d models.Draft) {
		t.Helper()
		_, err := town.Edit(t.Context(), ada, st.ID, d)
		must(t, err)
	}
	heard("said", 200, map[string]bool{one: true})
	edit(models.Draft{Text: "look " + one + " and " + two})
	heard("a second link", 200, map[string]bool{one: true, two: true})
	edit(models.Draft{Text: "look at " + two})
	heard("the first taken out", 200, map[string]bool{one: false, two: true})
	edit(models.Draft{Text: "look away"})
	edit(models.Draft{Text: "look away now"})
	heard("both taken out, edited twice", 200, map[string]bool{one: false, two: false})
	edit(models.Draft{Text: "look away now", Visibility: models.Private})
	heard("private", 410, map[string]bool{one: false, two: false})
	edit(models.Draft{Text: "psst", Visibility: models.Private})
	heard("edited in private", 410, nil)
	edit(models.Draft{Text: "here " + one, Visibility: models.Public})
	heard("public", 200, map[string]bool{one: true, two: false})
	must(t, town.Withdraw(t.Context(), ada, st.ID))
	heard("withdrawn", 410, map[string]bool{one: false, two: false})
}
