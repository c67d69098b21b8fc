package indieweb_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// hub is a hub on loopback: it asks callbacks whether they want what they asked for before it answers, and keeps what it was sent.
type hub struct {
	forms   []url.Values
	answers []int // of the callbacks
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	h.forms = append(h.forms, form)
	status, echo := ask(form.Get("hub.callback"), url.Values{
		"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {"say <this>"}, "hub.lease_seconds": {"86400"},
	})
	if status == 200 && echo != "say <this>" {
		status = -1
	}
	h.answers = append(h.answers, status)
	w.WriteHeader(http.StatusAccepted)
}

func ask(callback string, query url.Values) (status int, body string) {
	got, err := http.Get(callback + "?" + query.Encode()) //nolint
	if err != nil {
		return 0, err.Error()
	}
	defer got.Body.Close()
	text, _ := io.ReadAll(got.Body)
	return got.StatusCode, string(text)
}

// deliver is a hub that delivers a feed, signed or not.
func deliver(t *testing.T, callback, kind, body, signature string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, callback, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", kind)
	if signature != "" {
		r.Header.Set("X-Hub-Signature", signature)
	}
	got, err := http.DefaultClient.Do(r)
	must(t, err)
	must(t, got.Body.Close())
	return got.StatusCode
}

func signed(make func() hash.Hash, name, secret, body string) string {
	mac := hmac.New(make, []byte(secret))
	mac.Write([]byte(body))
	return name + "=" + hex.EncodeToString(mac.Sum(nil))
}

// TestHubsAreFound: in headers, HTML, Atom, RSS and JSON; a header counts before the body; the feed's own address of itself is what is
// subscribed to; hubs that moved get the same form (the subscriber tests 100 to 104 and 200 to 204 of websub.rocks).
func TestHubsAreFound(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := kit.Crowd(t, site.Store, "ada")[0], newBlog(t)
	h := &hub{}
	b.put("/hub", h.serve)
	for _, status := range []int{301, 302, 307, 308} {
		b.put(fmt.Sprint("/hub/", status), func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/hub", status) })
	}
	b.put("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/atom", http.StatusFound) })
	b.put("/gone-to", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/atom", http.StatusMovedPermanently)
	})
	me := `<a rel="me" href="` + site.URL + `/~ada">x</a>`
	b.put("/", text("text/html", me))
	const entry = `<div class="h-entry"><a class="u-url" href="/x">*</a><p class="e-content">words</p></div>`
	atom := func(hub, self string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title><id>x</id><link href="/"/><link rel="hub" href="` + hub + `"/><link rel="self" href="` + self + `"/></feed>`
	}
	for _, c := range []struct{ path, kind, body, link, topic string }{
		{"/headers", "text/html", me + entry, `</hub>; rel="hub", </headers>; rel="self"`, "/headers"},
		{"/html", "text/html", me + entry + `<link rel="hub" href="/hub"><link rel="self" href="/html">`, "", "/html"},
		{"/atom", "application/atom+xml", atom("/hub", "/atom"), "", "/atom"},
		{"/rss", "application/rss+xml", strings.Replace(rss(), "<link>", `<atom:link rel="hub" href="/hub"/><atom:link rel="self" href="/rss"/><link>`, 1), "", "/rss"},
		{"/json", "application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"j","home_page_url":"/","feed_url":"` + b.URL + `/json","hubs":[{"type":"rssCloud","url":"/no"},{"type":"WebSub","url":"` + b.URL + `/hub"}],"items":[]}`, "", "/json"},
		{"/both", "application/atom+xml", atom("/nohub", "/noself"), `</hub>; rel="hub", </both>; rel="self"`, "/both"},
		{"/other", "application/atom+xml", atom("/hub", "/elsewhere"), "", "/elsewhere"},
		{"/moved", "", "", "", "/atom"},
		{"/gone-to", "", "", "", "/atom"},
		{"/301", "application/atom+xml", atom("/hub/301", "/301"), "", "/301"},
		{"/307", "application/atom+xml", atom("/hub/307", "/307"), "", "/307"},
		{"/308", "application/atom+xml", atom("/hub/308", "/308"), "", "/308"},
	} {
		t.Run(strings.TrimPrefix(c.path, "/"), func(t *testing.T) {
			if c.kind != "" {
				headers := []string{"Link", c.link}
				b.put(c.path, text(c.kind, c.body, headers[:2*min(len(c.link), 1)]...))
			}
			h.forms, h.answers = nil, nil
			must(t, site.AddSource(t.Context(), ada, b.URL+c.path))
			work(t, site)
			src := source(t, site, ada)
			same(t, "problem", src.Problem, "")
			if len(h.forms) != 1 || h.forms[0].Get("hub.topic") != b.URL+c.topic || len(h.forms[0].Get("hub.secret")) < 20 || h.forms[0].Get("hub.callback") != site.URL+src.Path() {
				t.Fatalf("the hub got %v", h.forms)
			}
			same(t, "answers", h.answers, []int{200})
			same(t, "heard", src.Heard(site.Clock.Now()), true)
			must(t, site.StopSource(t.Context(), ada, src.ID))
			work(t, site)
			same(t, "answers at the end", h.answers, []int{200, 200})
			same(t, "the last form", h.forms[1].Get("hub.mode"), "unsubscribe")
			status, _ := ask(site.URL+src.Path(), url.Values{"hub.mode": {"subscribe"}, "hub.topic": {src.Topic}, "hub.challenge": {"x"}})
			same(t, "asked afterwards", status, 404)
		})
	}
}

// followed is ada with a blog whose hub tells us.
func followed(t *testing.T, site *kit.Site) (*models.Account, *blog, *hub, models.Source) {
	t.Helper()
	h := &hub{}
	ada, b := athome(t, site, rss())
	b.put("/hub", h.serve)
	b.put("/feed.xml", text("application/rss+xml", rss(note(1, "one", kit.Start)), "Link", `</hub>; rel="hub", </feed.xml>; rel="self"`))
	look(t, site, ada)
	return ada, b, h, source(t, site, ada)
}

// TestDeliveries: what is signed well is taken at once, by each method; what is signed wrongly is not, without a word; what is not
// signed is refused; so is what nobody asked for (the subscriber tests 205 and 300 to 302).
func TestDeliveries(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada, b, _, src := followed(t, site)
		callback, n := site.URL+src.Path(), b.times("GET /feed.xml")
		for _, query := range []url.Values{
			{"hub.mode": {"subscribe"}, "hub.topic": {"https://other.example/"}, "hub.challenge": {"x"}},
			{"hub.mode": {"unsubscribe"}, "hub.topic": {src.Topic}, "hub.challenge": {"x"}},
			{"hub.mode": {"publish"}, "hub.topic": {src.Topic}, "hub.challenge": {"x"}},
			{"hub.mode": {"subscribe"}, "hub.topic": {src.Topic}},
			{"url": {src.Topic}, "challenge": {"x"}},
			{},
		} {
			if status, body := ask(callback, query); status != 404 {
				t.Errorf("asked %v, we say %d %q", query, status, body)
			}
		}
		for i, s := range []struct {
			name string
			make func() hash.Hash
		}{{"sha1", sha1.New}, {"sha256", sha256.New}, {"sha384", sha512.New384}, {"sha512", sha512.New}} {
			body := rss(note(10+i, s.name, kit.Start.Add(time.Duration(i+1)*time.Minute)))
			same(t, s.name, deliver(t, callback, "application/rss+xml", body, signed(s.make, s.name, src.Secret, body)), 202)
			work(t, site)
			same(t, s.name, words(said(t, site, ada))[0], s.name)
		}
		bad := rss(note(20, "bad", kit.Start.Add(time.Hour)))
		for _, signature := range []string{signed(sha256.New, "sha256", "guess", bad), "sha256=", "md5=abc", "x", signed(sha256.New, "sha1", src.Secret, bad)} {
			same(t, signature, deliver(t, callback, "application/rss+xml", bad, signature), 202)
		}
		same(t, "unsigned", deliver(t, callback, "application/rss+xml", bad, ""), 403)
		same(t, "to nobody", deliver(t, site.URL+"/sources/NOBODY", "application/rss+xml", bad, ""), 404)
		large := rss(note(21, strings.Repeat("x", 1<<20), kit.Start))
		same(t, "too large, unsigned", deliver(t, callback, "application/rss+xml", large, ""), 403)
		work(t, site)
		same(t, "statuses", words(said(t, site, ada)), []string{"sha512", "sha384", "sha256", "sha1", "one"})
		same(t, "the feed was asked", b.times("GET /feed.xml"), n)
		same(t, "what is no feed", deliver(t, callback, "text/plain", "hm", signed(sha256.New, "sha256", src.Secret, "hm")), 202)
		work(t, site)
		same(t, "the feed was asked for itself", b.times("GET /feed.xml"), n+1)
		same(t, "too large", deliver(t, callback, "application/rss+xml", large, signed(sha256.New, "sha256", src.Secret, large)), 202)
		work(t, site)
		same(t, "the feed was asked instead", b.times("GET /feed.xml"), n+2)
	})
}

// TestLeases: we ask again before a lease ends, poll daily meanwhile, and go back to polling when the hub says no.
func TestLeases(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b, h, src := followed(t, site)
	same(t, "asked", len(h.forms), 1)
	site.Clock.Add(17 * time.Hour)
	must(t, site.Sweep(t.Context()))
	work(t, site)
	same(t, "asked again", len(h.forms), 2)
	same(t, "with the same secret", h.forms[1].Get("hub.secret"), src.Secret)
	n := b.times("GET /feed.xml")
	for range 8 {
		site.Clock.Add(time.Hour)
		must(t, site.Sweep(t.Context()))
		site.Clock.Add(time.Minute)
		work(t, site)
	}
	same(t, "looks in eight hours", b.times("GET /feed.xml")-n, 1)
	status, _ := ask(site.URL+src.Path(), url.Values{"hub.mode": {"denied"}, "hub.topic": {src.Topic}, "hub.reason": {"no"}})
	same(t, "denied", status, 200)
	if now := source(t, site, ada); now.Heard(site.Clock.Now()) {
		t.Errorf("it is heard of until %v", now.LeaseUntil.Time())
	}
}

// TestClouds: a feed with a cloud is registered, its challenge is answered, and what it calls has the feed looked at.
func TestClouds(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada, b := athome(t, site, rss())
	var forms []url.Values
	answer := 0
	b.put("/please", func(w http.ResponseWriter, r *http.Request) {
		must(t, r.ParseForm())
		forms = append(forms, r.PostForm)
		callback := r.PostFormValue("protocol")[:4] + "://" + r.PostFormValue("domain") + ":" + r.PostFormValue("port") + r.PostFormValue("path")
		var body string
		if answer, body = ask(callback, url.Values{"url": {r.PostFormValue("url1")}, "challenge": {"echo"}}); body != "echo" {
			answer = -1
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<?xml version="1.0"?><notifyResult success="true" msg="Thanks."/>`)
	})
	at, err := url.Parse(b.URL)
	must(t, err)
	cloud := fmt.Sprintf(`<cloud domain="%s" port="%s" path="/please" registerProcedure="" protocol="http-post"/>`, at.Hostname(), at.Port())
	b.put("/feed.xml", text("application/rss+xml", strings.Replace(rss(note(1, "one", kit.Start)), "<item>", cloud+"<item>", 1)))
	look(t, site, ada)
	src := source(t, site, ada)
	if len(forms) != 1 || forms[0].Get("url1") != b.URL+"/feed.xml" || answer != 200 || !src.Heard(site.Clock.Now()) {
		t.Fatalf("registered %v, answered %d, %+v", forms, answer, src)
	}
	b.put("/feed.xml", text("application/rss+xml", strings.Replace(rss(note(2, "two", kit.Start.Add(time.Minute))), "<item>", cloud+"<item>", 1)))
	const form = "application/x-www-form-urlencoded"
	same(t, "another feed", deliver(t, site.URL+src.Path(), form, "url=https%3A%2F%2Fother.example%2F", ""), 400)
	same(t, "called", deliver(t, site.URL+src.Path(), form, url.Values{"url": {src.Topic}}.Encode(), ""), 202)
	work(t, site)
	same(t, "statuses", words(said(t, site, ada)), []string{"two", "one"})
	site.Clock.Add(23 * time.Hour)
	must(t, site.Sweep(t.Context()))
	work(t, site)
	same(t, "registered again", len(forms), 2)
	for range 130 {
		deliver(t, site.URL+src.Path(), form, url.Values{"url": {src.Topic}}.Encode(), "")
	}
	same(t, "called without end", deliver(t, site.URL+src.Path(), form, url.Values{"url": {src.Topic}}.Encode(), ""), 429)
}
