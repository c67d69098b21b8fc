package kit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Provider is a site elsewhere where ada has a page, and which says to other sites that it is hers: an IndieAuth server written from the
// specification alone, on loopback. What a test changes before it asks, it then says otherwise.
type Provider struct {
	URL string
	Me  string // the address of ada's page

	Legacy    bool                        // only the relations of former times, no metadata
	Issuer    string                      // in its metadata; empty: none
	Iss       func() string               // what it says in its answers; empty: nothing
	Says      func() string               // whose address it says it is
	Pages     map[string]http.HandlerFunc // what it answers at a path in place of what it should
	Exchanged int                         // codes that were redeemed

	t     testing.TB
	mutex sync.Mutex
	codes map[string]url.Values // what was asked, by the code
	faces map[string]func(http.ResponseWriter, *http.Request)
}

// NewProvider opens one until the test ends.
func NewProvider(t testing.TB) *Provider {
	p := &Provider{t: t, codes: map[string]url.Values{}, Pages: map[string]http.HandlerFunc{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	p.Me, p.Issuer = p.URL+"/ada", p.URL+"/"
	p.Iss, p.Says = func() string { return p.Issuer }, func() string { return p.Me }
	p.faces = map[string]func(http.ResponseWriter, *http.Request){
		"GET /ada": p.page, "GET /.well-known/oauth-authorization-server": p.metadata, "GET /auth": p.ask, "POST /auth": p.redeem,
	}
	return p
}

// ServeHTTP is the site.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	serve := p.faces[r.Method+" "+r.URL.Path]
	if other := p.Pages[r.URL.Path]; other != nil {
		serve = other
	}
	if serve == nil {
		http.NotFound(w, r)
		return
	}
	serve(w, r)
}

// Usual is what it answers to a request, whatever Pages says.
func (p *Provider) Usual(r *http.Request) http.HandlerFunc { return p.faces[r.Method+" "+r.URL.Path] }

func (p *Provider) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if p.Legacy {
		fmt.Fprint(w, `<!DOCTYPE html><title>ada</title><link rel="authorization_endpoint" href="/auth"><link rel="token_endpoint" href="/token"><p>hello`)
		return
	}
	w.Header().Add("Link", `</.well-known/oauth-authorization-server>; rel="indieauth-metadata"`)
	fmt.Fprint(w, `<!DOCTYPE html><title>ada</title><link rel="indieauth-metadata" href="/nowhere"><link rel="authorization_endpoint" href="/nowhere"><p>hello`)
}

func (p *Provider) metadata(w http.ResponseWriter, _ *http.Request) {
	said := map[string]any{
		"authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "code_challenge_methods_supported": []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	}
	if p.Issuer != "" {
		said["issuer"] = p.Issuer
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(said)
}

// ask shows ada who wants to know, with a link that says yes.
func (p *Provider) ask(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if wrong := p.wrong(q); wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.codes[code] = q
	back := url.Values{"code": {code}, "state": q["state"]}
	if iss := p.Iss(); iss != "" {
		back.Set("iss", iss)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	yes := q.Get("redirect_uri") + "?" + back.Encode()
	no := q.Get("redirect_uri") + "?" + url.Values{"error": {"access_denied"}, "state": q["state"], "iss": {p.Iss()}}.Encode()
	fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Is it you?</title><p>%s asks.<p><a id="yes" href="%s">yes</a> <a id="no" href="%s">no</a>`,
		html.EscapeString(q.Get("client_id")), html.EscapeString(yes), html.EscapeString(no))
}

// wrong is what is wrong with a request for authorization (IndieAuth §5.2); the client is asked who it is.
func (p *Provider) wrong(q url.Values) string {
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 20 || q.Get("me") == "" || q.Has("scope") {
		return "a parameter is wrong: " + q.Encode()
	}
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, q.Get("client_id"), http.NoBody)
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	var client struct {
		ID           string   `json:"client_id"`
		URI          string   `json:"client_uri"`
		Name         string   `json:"client_name"`
		RedirectURIs []string `json:"redirect_uris"`
	}
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(body, &client)
	}
	if err != nil || client.ID != q.Get("client_id") || !strings.HasPrefix(client.ID, client.URI) || client.Name == "" || !p.takes(q.Get("redirect_uri"), client.URI, client.RedirectURIs) {
		return fmt.Sprintf("the client says %s (%v)", body, err)
	}
	return ""
}

// redeem answers a code, once, to whoever asked for it (IndieAuth §5.3, RFC 7636 §4.6).
func (p *Provider) redeem(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	asked := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	w.Header().Set("Content-Type", "application/json")
	if asked == nil || r.PostForm.Get("grant_type") != "authorization_code" || len(r.PostForm.Get("code_verifier")) < 43 ||
		r.PostForm.Get("client_id") != asked.Get("client_id") || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant"})
		return
	}
	p.Exchanged++
	_ = json.NewEncoder(w).Encode(map[string]any{"me": p.Says(), "profile": map[string]string{"email": "webmaster@marquee.example", "name": "somebody else"}})
}

var answerLink = regexp.MustCompile(`id="(yes|no)" href="([^"]+)"`)

// Answer opens an authorization request, as a browser would, and returns where "yes" or "no" leads.
func (p *Provider) Answer(address, word string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		p.t.Fatalf("%s answers %d: %s (%v)", address, response.StatusCode, body, err)
	}
	links := map[string]string{}
	for _, found := range answerLink.FindAllStringSubmatch(string(body), -1) {
		links[found[1]] = html.UnescapeString(found[2])
	}
	if links[word] == "" {
		p.t.Fatalf("there is no %q among %v", word, slices.Sorted(maps.Keys(links)))
	}
	return links[word]
}

// takes reports whether it sends people back to an address: one that the client lists, or, as older ones do, any on the client's own site
// (IndieAuth §5.2.1).
func (p *Provider) takes(to, home string, listed []string) bool {
	return slices.Contains(listed, to) || p.Legacy && strings.HasPrefix(to, home)
}
