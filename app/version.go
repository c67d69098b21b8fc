package app

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"marquee/models"
)

type versionCommand struct{}

// Run prints what this program was built from.
func (versionCommand) Run(k *kong.Kong) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	_, err := fmt.Fprintf(k.Stdout, "Marquee %s\n%s %s/%s\nSQLite by %s\n",
		release(info), runtime.Version(), runtime.GOOS, runtime.GOARCH, sqliteModule(info))
	return err
}

// release is the version, with its commit where Go knows it.
func release(info *debug.BuildInfo) string {
	words := []string{Version}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			words = append(words, s.Value[:min(len(s.Value), 12)])
		case s.Key == "vcs.time":
			words = append(words, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			words = append(words, "(changed)")
		}
	}
	return strings.Join(words, " ")
}

// sqliteModule is the module that SQLite comes from, with its version.
func sqliteModule(info *debug.BuildInfo) string {
	for _, dep := range info.Deps {
		if dep.Path == models.SQLiteModule {
			return dep.Path + " " + dep.Version
		}
	}
	return models.SQLiteModule
}
