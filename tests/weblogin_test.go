package tests

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

func TestAddressWithScript(t *testing.T) { withAddress(t, true) }

func TestAddressWithoutScript(t *testing.T) { withAddress(t, false) }

// withAddress signs up with an address of one's own, goes, and comes back with it: all through the real policies of a browser, which
// lets no form lead to another site.
func withAddress(t *testing.T, script bool) {
	site, there := kit.Town(t), kit.NewProvider(t)
	tr := &traveller{Tab: site.Browser(t), t: t, site: site, script: script}
	tr.Script(script)
	away := func() {
		tr.Open("/login")
		tr.Fill("me", strings.TrimPrefix(there.Me, "http://"))
		tr.Follow("form[action='/login/web'] button")
		tr.Text("#yes") // by itself
		tr.See(site.URL + "/client asks.")
	}
	away()
	tr.gets(tr.Follow("#no"), 422, tr.Here())
	tr.See("You said no over there. Nothing has happened.")
	if got := tr.Value("me"); got != there.Me {
		t.Errorf("the address is %q", got)
	}
	away()
	tr.gets(tr.Follow("#yes"), 200, "/signup/web")
	tr.See(there.Me+" is yours.", "No password")
	tr.Fill("name", "ada")
	tr.gets(tr.Follow("form[action='/signup/web'] button"), 200, "/signup/web")
	tr.See("Welcome, ~ada!", "you are the webmaster", "If your address ever fails you")
	tr.gets(tr.Open("/~ada"), 200, "/~ada")
	tr.See(strings.TrimPrefix(there.Me, "http://"))
	tr.gets(tr.Follow("form[action='/logout'] button"), 200, "/")
	tr.See("log in")
	away()
	tr.gets(tr.Follow("#yes"), 200, "/")
	tr.See("~ada")
	site.Clock.Add(time.Hour)
	tr.Open("/settings/security")
	tr.See("You have no password")
	tr.Follow("main form[action='/login/web'] button")
	tr.Text("#yes")
	tr.gets(tr.Follow("#yes"), 200, "/settings/security")
	tr.Fill("password", kit.Password)
	tr.gets(tr.Follow("form[action='/settings/password'] button"), 200, "/settings/security?saved=1")
	tr.gets(tr.Open("/settings/addresses"), 200, "/settings/addresses")
	tr.gets(tr.Follow("form[action='/settings/addresses/unlink'] button"), 200, "/settings/addresses?saved=unlinked")
	tr.See("None yet.")
}

// TestAddressInLynx: the way to the other site is a link that says where it goes.
func TestAddressInLynx(t *testing.T) {
	site, there := kit.Town(t), kit.NewProvider(t)
	inOrder(t, dump(t, "lynx", "-dump", "-nolist", site.URL+"/login"), "Back again?", "Password", "Or with your own address", "Your address on the web", "and you come straight back.")
	file := filepath.Join(t.TempDir(), "onward.html")
	page := site.Guest(t).Post("/login/web", url.Values{"me": {there.Me}})
	if err := os.WriteFile(file, []byte(page.Body), 0o600); err != nil {
		t.Fatal(err)
	}
	inOrder(t, dump(t, "lynx", "-dump", "-nolist", file), "On your way", "knows whether the address is yours", "Go to "+strings.TrimPrefix(there.URL, "http://"))
}
