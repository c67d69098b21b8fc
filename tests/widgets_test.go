package tests

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// home is ada's home page: on another origin than the site, and dressed with the site's widgets.
type home struct {
	*kit.Tab
	t    *testing.T
	site *kit.Site
	ada  *models.Account
	URL  string
	body string // what every page of it has in it, now
}

func newHome(t *testing.T) *home {
	t.Helper()
	h := &home{t: t, site: kit.Serve(t, kit.SQLite(t))}
	h.ada = kit.SignUp(t, h.site.Store, "ada")
	h.Tab = h.site.Browser(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!DOCTYPE html><title>ada's home</title><link rel=icon href=data:,><p>before</p>"+h.body+"<p>after</p>")
	}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

func (h *home) say(d models.Draft) {
	h.t.Helper()
	if _, err := h.site.Publish(h.t.Context(), h.ada, d); err != nil {
		h.t.Fatalf("ada cannot say %+v: %v", d, err)
	}
}

// snippets are those that the site offers to ada, read from the page as she would copy them.
func (h *home) snippets() map[string]string {
	h.t.Helper()
	owner := h.Another().As(h.ada)
	owner.Open("/settings/widgets")
	return kit.Eval[map[string]string](owner, `Object.fromEntries([...document.querySelectorAll("textarea.code")].map(a => [a.id.replace("snippet-", ""), a.value]))`)
}

// wear puts HTML into the home page and opens it.
func (h *home) wear(body string) {
	h.t.Helper()
	h.body = body
	if got := h.Open(h.URL + "/"); got != 200 {
		h.t.Fatalf("the home page answers %d", got)
	}
}

// html is what stands in an element of the home page.
func (h *home) html(id string) string {
	h.t.Helper()
	return kit.Eval[string](h.Tab, `document.getElementById("`+id+`").innerHTML`)
}

// strangers are the addresses asked for outside of the two origins.
func (h *home) strangers() (list []string) {
	requests, _ := h.Heard()
	for _, address := range requests {
		if !strings.HasPrefix(address, h.site.URL+"/") && !strings.HasPrefix(address, h.URL+"/") && address != "data:," {
			list = append(list, address)
		}
	}
	return list
}

var soup = models.Draft{Text: "Made soup.", Face: "🍲", Mood: "cosy", MoodText: "rain on the roof"}

func TestWidgetsOnAnotherOrigin(t *testing.T) {
	h := newHome(t)
	h.say(soup)
	snippets := h.snippets()

	h.wear(snippets["iframe"])
	if got := h.Frame("iframe"); !strings.Contains(got, "Made soup.") || !strings.Contains(got, "just now") {
		t.Errorf("the iframe shows %q", got)
	}
	h.wear(snippets["script"])
	if got := h.Text("#marquee"); !strings.Contains(got, "Made soup.") || !strings.Contains(got, "feeling cosy") {
		t.Errorf("#marquee shows %q", got)
	}
	h.wear(strings.Replace(snippets["script"], `<div id="marquee"></div>`, "", 1))
	shown := h.Text("body")
	before, status, after := strings.Index(shown, "before"), strings.Index(shown, "Made soup."), strings.Index(shown, "after")
	if status < 0 || status < before || status > after {
		t.Errorf("the script does not write where it stands: %q", shown)
	}
	h.wear(snippets["link"])
	if got := h.Follow("a"); got != 200 || !strings.HasSuffix(h.Here(), "/~ada") {
		t.Errorf("the link leads to %s: %d", h.Here(), got)
	}
	if list := h.strangers(); list != nil {
		t.Errorf("the widgets ask for %v", list)
	}
}

func TestStatusCafeOnAnotherOrigin(t *testing.T) {
	h := newHome(t)
	h.say(soup)
	snippets := h.snippets()
	h.wear(snippets["statuscafe"])
	want := fmt.Sprintf(`<a href="%s/users/ada" target="_blank">ada</a> 🍲 just now`, h.site.URL)
	if got := h.html("statuscafe-username"); got != want {
		t.Errorf("statuscafe-username has\n%s, want\n%s", got, want)
	}
	if got := h.html("statuscafe-content"); got != "Made soup." {
		t.Errorf("statuscafe-content has %s", got)
	}
	type last struct{ Author, Content, Face, TimeAgo string }
	cafe := kit.Eval[last](h.Tab, `fetch("`+h.site.URL+`/users/ada/status.json").then(r => r.json()).then(j => ({Author: j.author, Content: j.content, Face: j.face, TimeAgo: j.timeAgo}))`)
	if cafe != (last{"ada", "Made soup.", "🍲", "just now"}) {
		t.Errorf("status.cafe's JSON is %+v", cafe)
	}
	if got := kit.Eval[string](h.Tab, `fetch("`+snippets["json"]+`").then(r => r.json()).then(j => j.text)`); got != "Made soup." {
		t.Errorf("status.json says %q", got)
	}
	if got := kit.Eval[string](h.Tab, `fetch("`+h.site.URL+`/~ada").then(() => "read it", () => "refused")`); got != "refused" {
		t.Error("any site may read a page, which may be a member's own")
	}
}

func TestOnlyWidgetsCanBeFramed(t *testing.T) {
	h := newHome(t)
	h.say(soup)
	for _, path := range []string{"/", "/~ada", "/~ada/1", "/login", "/post?popup=1"} {
		h.wear(`<iframe src="` + h.site.URL + path + `" width="300" height="300"></iframe>`)
		_, complaints := h.Heard()
		if !strings.Contains(strings.Join(complaints, "\n"), "frame-ancestors") {
			t.Errorf("%s can be framed: %q", path, complaints)
		}
	}
	h.wear(`<iframe src="` + h.site.URL + `/~ada/widget"></iframe>`)
	if _, complaints := h.Heard(); len(complaints) > 0 {
		t.Errorf("the widget in a frame complains: %v", complaints)
	}
}

// attacks would set a flag on the window if anything of them ran.
var attacks = []string{
	`<img src=x onerror="top.hacked=1">`, `"><svg onload=top.hacked=1>`, `</script><script>top.hacked=1</script>`,
	`</textarea></style></title><script>top.hacked=1</script>`, `';top.hacked=1;//`, `\";top.hacked=1;//`, "`${top.hacked=1}`",
	`{{constructor.constructor('top.hacked=1')()}}`, `<!--<script>top.hacked=1//-->`, `&lt;img src=x onerror=top.hacked=1&gt;`,
}

func (h *home) hacked() bool { return kit.Eval[bool](h.Tab, "window.hacked === 1") }

func TestNothingRunsFromWords(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.wear(attacks[0])
	if !h.hacked() {
		t.Fatal("even a page that is wide open is not hacked, so this test proves nothing")
	}
	snippets := h.snippets()
	h.Heard()
	for _, attack := range attacks {
		h.say(models.Draft{Text: attack, MoodText: attack, Mood: "cosy"})
		for _, name := range []string{"iframe", "script", "statuscafe"} {
			h.wear(snippets[name])
			h.harmless(name, attack)
		}
		if got := h.Text("#statuscafe-content"); got != attack {
			t.Errorf("status.cafe's snippet shows %q for %q", got, attack)
		}
		for _, path := range []string{"/", "/~ada", "/~ada/moods", "/~ada/widget"} {
			h.Open(path)
			h.harmless(path, attack)
			if path != "/~ada/moods" {
				h.See(attack)
			}
		}
	}
	if list := h.strangers(); list != nil {
		t.Errorf("the words ask for %v", list)
	}
}

func (h *home) harmless(where, attack string) {
	h.t.Helper()
	if h.hacked() {
		h.t.Errorf("%s runs %s", where, attack)
	}
}

// TestNothingRunsFromAddresses holds the same of what stands in an address and comes back on the page.
func TestNothingRunsFromAddresses(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.say(soup)
	h.As(h.ada)
	for _, attack := range attacks {
		for _, path := range []string{"/~ada/widget?template=", "/~ada/widget?fg=", "/settings/widgets?template=", "/settings/widgets?fg=", "/post?text=", "/reading?back=", "/tag/", "/directory?sort="} {
			h.Open(path + strings.ReplaceAll(strings.NewReplacer("%", "%25", "#", "%23", "&", "%26", "+", "%2B", " ", "%20").Replace(attack), "/", "%2F"))
			h.harmless(path, attack)
		}
	}
}

// The preview and the snippets follow one's choices while one types, and nothing else on the page moves.
func TestPreviewFollowsTheChoices(t *testing.T) {
	h := newHome(t)
	h.say(models.Draft{Text: "Made soup.", Face: "🍲"})
	owner := h.Another().As(h.ada)
	owner.Open("/settings/widgets")
	owner.Fill("template", "{face} says {text}")
	asked := "template=" + url.QueryEscape("{face} says {text}")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		snippet := kit.Eval[string](owner, `document.getElementById("snippet-iframe").value`)
		preview := kit.Eval[string](owner, `document.getElementById("widget-preview").src`)
		if strings.Contains(snippet, asked) && strings.Contains(preview, asked) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the snippet is %q and the preview shows %q", snippet, preview)
		}
	}
	if typed := owner.Value("template"); typed != "{face} says {text}" || owner.Here() != "/settings/widgets" {
		t.Errorf("the field holds %q at %s: the page was loaded anew", typed, owner.Here())
	}
}
