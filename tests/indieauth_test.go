package tests

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// quill is a program elsewhere, with a page of its own. What came back to it leads on to another site, as log-in services do.
func quill(t *testing.T) *httptest.Server {
	t.Helper()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<title>On</title><p>came with %s</p>", strings.Join(keys(r.URL.Query()), " "))
	}))
	t.Cleanup(other.Close)
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, other.URL+"/?"+r.URL.RawQuery, http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<div class="h-app"><a class="u-url p-name" href="/">Quill &amp; &lt;script&gt;alert(1)&lt;/script&gt;</a></div>`)
	}))
	t.Cleanup(program.Close)
	return program
}

// keys are the names in a query that a program may hear.
func keys(query url.Values) (found []string) {
	for _, name := range []string{"code", "error", "iss", "state"} {
		if query.Get(name) != "" {
			found = append(found, name)
		}
	}
	return found
}

// asksFor is the address to which a program sends somebody.
func asksFor(program *httptest.Server) string {
	return "/indieauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {program.URL + "/"}, "redirect_uri": {program.URL + "/back"}, "state": {"xyz"}, "scope": {"create media"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}.Encode()
}

// TestConsentInABrowser: who is not logged in logs in, says yes or no, and lands at the program, although it leads on to a third
// site; the policy of the page must let that through.
func TestConsentInABrowser(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprint("script ", script), func(t *testing.T) {
			site := kit.Serve(t, kit.SQLite(t))
			ada := kit.SignUp(t, site.Store, "ada")
			if _, err := site.Wear(t.Context(), ada, models.NewSheet{Source: "form{display:none}"}); err != nil {
				t.Fatal(err)
			}
			program, b := quill(t), site.Browser(t)
			b.Script(script)
			b.Open(asksFor(program))
			b.See("Back again?")
			b.Fill("name", "ada")
			b.Fill("password", kit.Password)
			b.Follow("main form .main-button")
			b.See(strings.TrimPrefix(program.URL, "http://")+" would like to act for you", "Quill & <script>alert(1)</script>", program.URL+"/", site.URL+"/~ada", "say things on your page", "bring pictures here")
			b.Follow("main .main-button")
			b.See("came with code iss state")
			b.Open(asksFor(program))
			b.Follow("main button[name='deny.1']")
			b.See("came with error iss state")
			_, complaints := b.Heard()
			for _, complaint := range complaints {
				if !strings.Contains(complaint, "favicon") {
					t.Errorf("the browser complains: %s", complaint)
				}
			}
		})
	}
}

// TestKeysInABrowser makes a key by hand, sees it once, and takes it back.
func TestKeysInABrowser(t *testing.T) {
	site := kit.Serve(t, kit.SQLite(t))
	ada := kit.SignUp(t, site.Store, "ada")
	b := site.Browser(t).As(ada)
	b.Open("/settings/apps")
	b.Fill("token_name", "my phone")
	b.Follow("main .main-button")
	b.See("Here is the key")
	secret, command := b.Text("main pre"), kit.Eval[string](b, `document.querySelector("#command").textContent`)
	want := fmt.Sprintf(`curl -H "Authorization: Bearer %s" -d h=entry -d content="Hello from the command line" %s/micropub`, secret, site.URL)
	if command != want {
		t.Errorf("the command is %s, want %s", command, want)
	}
	found, err := site.Token(t.Context(), secret, "net")
	if err != nil || found == nil || found.Scope != "create update delete undelete media" {
		t.Fatalf("%+v %v", found, err)
	}
	b.Follow("main a.button")
	b.See("my phone", "made by hand", "Take back")
	b.SeeNot(secret)
	b.Follow(`main form[action="/settings/apps/end"] button`)
	b.See("That key opens nothing any more.", "No program may do anything")
	if found, err = site.Token(t.Context(), secret, "net"); err != nil || found != nil {
		t.Errorf("it still opens: %+v %v", found, err)
	}
}

// TestKeysInLynx does the same in a terminal.
func TestKeysInLynx(t *testing.T) {
	site := kit.Serve(t, kit.SQLite(t))
	kit.SignUp(t, site.Store, "ada")
	x := newTerminal(t, kit.Tool(t, "lynx"), "-accept_all_cookies", "-display_charset=utf-8", "-number_fields", site.URL+"/settings/apps")
	x.waits("Back again?")
	x.types(`Name \[(\d+)\]_`, "ada")
	x.types(`Password \[(\d+)\]_`, kit.Password)
	x.follows(`\(\[(\d+)\]BUTTON\) Log in`, "Make a key by hand")
	x.types(`Name\s*\[(\d+)\]_`, "terminal")
	x.follows(`\(\[(\d+)\]BUTTON\) Make the key`, "Here is the key")
	inOrder(t, strings.Join(strings.Fields(x.screen()), " "), "It is shown this once", "Try it", "curl -H", "I have put it away")
	x.follows(`\[(\d+)\]I have put it away`, "terminal")
}
