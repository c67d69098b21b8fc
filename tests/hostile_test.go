package tests

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// nasty tries to get out of whatever it stands in, and to reach PEER.
const nasty = `hostile"'></title></textarea></style><script>document.title="ran";alert(1)</script><img src="PEER/leak.gif" onerror="alert(2)"><svg onload="alert(3)"><iframe srcdoc="<script>alert(4)</script>"></iframe><link rel=stylesheet href="PEER/leak.css"><meta http-equiv=refresh content="0;url=PEER/leak"><a href="javascript:alert(5)" style="background:url(PEER/leak)">hostile link</a>{{.Home}}`

// hostilePeer is a site that says such things in every field that anybody reads of it; leaked counts what a browser would fetch there.
func hostilePeer(t *testing.T, site *kit.Site, target string) (address string, leaked *atomic.Int32) {
	t.Helper()
	leaked = new(atomic.Int32)
	var escaped string // as text
	pages := map[string]func() string{
		"/": func() string {
			return `<title>` + escaped + `</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"><a rel="me" href="` + site.URL + `/~ada">me</a>`
		},
		"/feed.xml": func() string {
			said := "<title>" + escaped + "</title><link>PEER/one?%22%3E%3Cscript%3E</link><guid>one</guid><description>" + escaped + `</description><category>` + escaped + `</category>`
			return `<?xml version="1.0"?><rss version="2.0"><channel><title>` + escaped + `</title><link>PEER/</link><item>` + said + `<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>`
		},
		"/note": func() string {
			return `<div class="h-entry"><a class="p-author h-card" href="javascript:alert(6)">` + escaped + `<img class="u-photo" src="javascript:alert(7)"></a><h1 class="p-name">a title ` + escaped +
				`</h1><a class="u-in-reply-to" href="` + target + `">x</a><div class="e-content">words ` + nasty + escaped + `</div></div>`
		},
		"/client": func() string {
			return `<div class="h-app"><img class="u-logo" src="PEER/leak.png"><a class="u-url p-name" href="PEER/client">` + escaped + `</a></div>`
		},
	}
	peer := httptest.NewUnstartedServer(nil)
	peer.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := pages[r.URL.Path]
		if page == nil {
			leaked.Add(1)
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.HasSuffix(r.URL.Path, ".xml") {
			w.Header().Set("Content-Type", "application/rss+xml")
		}
		_, _ = w.Write([]byte(strings.ReplaceAll(page(), "PEER", peer.URL)))
	})
	escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(nasty)
	peer.Start()
	t.Cleanup(peer.Close)
	return peer.URL, leaked
}

// undisturbed fails the test when the page that a tab shows holds something that could run, tried to run, or asked for anything that is
// not the site's.
func undisturbed(t *testing.T, b *kit.Tab, home, path string) {
	t.Helper()
	if held := kit.Eval[float64](b, `document.querySelectorAll("script:not([src]), iframe[srcdoc], svg, [onerror], [onload], [onclick], [style], a[href^='javascript:'], meta[http-equiv], main link").length`); held != 0 {
		t.Errorf("%s holds %v things of theirs", path, held)
	}
	requests, errors := b.Heard()
	for _, request := range requests {
		if !strings.HasPrefix(request, home+"/") && !strings.HasPrefix(request, "data:") {
			t.Errorf("%s asks for %s", path, request)
		}
	}
	for _, complaint := range errors {
		t.Errorf("%s: %s", path, complaint)
	}
	if title := kit.Eval[string](b, `document.title`); title == "ran" {
		t.Errorf("a script ran on %s", path)
	}
}

// hostileProgram says such words by Micropub, with a key of such a name: HTML that likes something, and an answer to the peer.
func hostileProgram(t *testing.T, site *kit.Site, ada *models.Account, peer, words string) (marked, replied string) {
	t.Helper()
	key, err := site.CreateToken(t.Context(), ada, "hostile <script>alert(8)</script>", models.Scopes)
	if err != nil {
		t.Fatal(err)
	}
	program := site.Guest(t)
	makes := func(form url.Values) string {
		form.Set("access_token", key)
		made := program.Post("/micropub", form)
		if made.Status != 201 {
			t.Fatalf("micropub: %d %s", made.Status, made.Body)
		}
		return strings.TrimPrefix(made.Header.Get("Location"), site.URL)
	}
	marked = makes(url.Values{"content[html]": {words}, "name": {"hostile"}, "category[]": {`a"><script>alert(9)</script>`}, "like-of": {peer + `/note?"onclick=alert(10)`, peer + "/note"}, "rsvp": {words}})
	replied = makes(url.Values{"content": {words}, "in-reply-to": {peer + "/note"}})
	return marked, replied
}

// TestNothingFromElsewhereRuns: whatever other sites and programs say, on every page that shows it no script runs or even tries to, no
// dialog opens, and nothing is fetched from anywhere else.
func TestNothingFromElsewhereRuns(t *testing.T) {
	site := kit.Town(t)
	ada := kit.SignUp(t, site.Store, "ada")
	asked, err := site.Publish(t.Context(), ada, models.Draft{Text: "tea?"})
	if err != nil {
		t.Fatal(err)
	}
	peer, leaked := hostilePeer(t, site, site.URL+asked.Path())
	words := strings.ReplaceAll(nasty, "PEER", peer)
	marked, replied := hostileProgram(t, site, ada, peer, words)
	if err := site.AddSource(t.Context(), ada, peer); err != nil {
		t.Fatal(err)
	}
	mention, err := site.TakeMention(t.Context(), models.NewMention{Source: peer + "/note", Target: site.URL + asked.Path(), Network: "net"})
	if err != nil {
		t.Fatal(err)
	}
	site.Work(t)
	waiting, err := site.Mentions(t.Context(), ada, models.MentionHeld, 0)
	if err != nil || len(waiting.Mentions) != 1 {
		t.Fatalf("%d mentions wait (%v)", len(waiting.Mentions), err)
	}
	m := waiting.Mentions[0]
	leaked.Store(0) // the server itself looks for pictures of authors

	b := site.Browser(t).As(ada)
	calm := func(path, sees string) {
		t.Helper()
		b.Open(path)
		b.See(sees)
		undisturbed(t, b, site.URL, path)
	}
	calm("/settings/mentions", "hostile")
	if err := site.ShowMention(t.Context(), ada, m.ID, m.Read()); err != nil {
		t.Fatal(err)
	}
	consent := "/indieauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {peer + "/client"}, "redirect_uri": {peer + "/back"}, "state": {words}, "scope": {"create <script>"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}.Encode()
	for _, path := range []string{
		"/", "/~ada", asked.Path(), marked, replied, marked + "/sent", marked + "/embed", "/settings/mentions", "/settings/sources", "/settings/apps", "/notices", consent, "/~ada/widget",
	} {
		calm(path, "hostile")
	}
	calm("/~ada", "from 127.0.0.1") // the item of the feed
	calm(replied, "a title hostile")
	calm(mention.Path(), "It is shown")
	if n := leaked.Load(); n != 0 {
		t.Errorf("browsers went %d times to the other site", n)
	}
}
