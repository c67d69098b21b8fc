package static_test

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"os"
	"path"
	"strings"
	"testing"

	"marquee/static"
)

// TestAssetsAreFoundByTheirHash: every file of the folder is served under a name that changes with it.
func TestAssetsAreFoundByTheirHash(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		ext := path.Ext(file.Name())
		if ext == ".go" || file.IsDir() {
			continue
		}
		found++
		body, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		address := static.Path(file.Name())
		if want := "/static/" + strings.TrimSuffix(file.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext; address != want {
			t.Errorf("%s is at %s, want %s", file.Name(), address, want)
		}
		asset, ok := static.ByPath(address)
		if !ok || string(asset.Body) != string(body) {
			t.Errorf("%s is not served at %s", file.Name(), address)
		}
		if kind, _, err := mime.ParseMediaType(asset.Type); err != nil || kind != types[ext] {
			t.Errorf("%s is a %q (%v), want %q", file.Name(), asset.Type, err, types[ext])
		}
		if plain := static.Named(file.Name()); string(plain.Body) != string(body) {
			t.Errorf("%s by its plain name is another file", file.Name())
		}
	}
	if found < 4 {
		t.Errorf("only %d assets: the test looks in the wrong folder", found)
	}
}

var types = map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}

func TestNothingElseIsServed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "/static/", "/static/site.css", "/static/static.go", "/static/../go.mod", "site.css", "/static/site.0000000000.css"} {
		if _, ok := static.ByPath(address); ok {
			t.Errorf("%q is served", address)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an asset that does not exist has a path")
		}
	}()
	static.Path("nothing.css")
}

// TestAssetsStayHome: no asset loads anything from anywhere, and none is a reason to loosen the policy.
func TestAssetsStayHome(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"site.css", "site.js", "icon.svg"} {
		// The preview of the widgets asks the page it stands on; nothing else is asked for by script.
		body := strings.ReplaceAll(string(static.Named(name).Body), `fetch("/settings/widgets?"`, "")
		for _, bad := range []string{"https://", "url(//", "@import", "eval(", "innerHTML", "document.write", "<script", "localStorage", "fetch("} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
	}
}
