// Package static holds the assets that pages load, embedded and served under names that carry a hash
// of their content, so that a browser may keep them for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed *.css *.js *.svg *.txt
var files embed.FS

// types is every kind of asset there is.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
}

// Asset is one embedded file.
type Asset struct {
	Type string // Content-Type
	Body []byte
}

var byName, byPath = index()

func index() (names map[string]string, assets map[string]Asset) {
	names, assets = map[string]string{}, map[string]Asset{}
	list, err := fs.Glob(files, "*")
	if err != nil {
		panic(err)
	}
	for _, name := range list {
		body, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		hashed := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		names[name] = hashed
		assets[hashed] = Asset{types[ext], body}
	}
	return names, assets
}

// Path is the address of an asset; it panics when there is none of that name, which is a bug of ours.
func Path(name string) string {
	hashed, ok := byName[name]
	if !ok {
		panic("static: there is no asset " + name)
	}
	return hashed
}

// ByPath finds the asset that is served at an address.
func ByPath(address string) (Asset, bool) {
	a, ok := byPath[address]
	return a, ok
}

// Named is an asset by its plain name, for the few that the world expects at a fixed address.
func Named(name string) Asset { return byPath[Path(name)] }
