package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

const fileName = "marquee.toml"

// settings are the values of marquee.toml by flag name, as they would be written on the command line.
// They are the kong.Resolver that stands between the environment and the defaults.
type settings map[string]string

// Resolve answers with the file's value, unless the environment has one: kong would let a resolver win.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, variable := range flag.Envs {
		if _, set := os.LookupEnv(variable); set {
			return nil, nil
		}
	}
	if value, ok := s[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}

// Validate is the other half of kong.Resolver; read has already checked the file.
func (settings) Validate(*kong.Application) error { return nil }

// read fills the settings from the file, if there is one. Every key must be one of the flags that
// have a variable.
func (s settings) read(name string, flags []*kong.Flag) error {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	values := map[string]any{}
	if _, err := toml.Decode(string(text), &values); err != nil {
		return notTOML(name, err)
	}
	known := map[string]*kong.Flag{}
	for _, flag := range flags {
		if len(flag.Envs) > 0 {
			known[strings.ReplaceAll(flag.Name, "-", "_")] = flag
		}
	}
	for key, value := range values {
		flag := known[key]
		if flag == nil {
			return fmt.Errorf("%s: there is no setting called %q", name, key)
		}
		word, ok := spell(value, flag.IsSlice())
		if !ok {
			return fmt.Errorf("%s: %s must be text in quotes", name, key)
		}
		s[flag.Name] = word
	}
	return nil
}

func notTOML(name string, err error) error {
	var at toml.ParseError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: line %d is not TOML: %s", name, at.Position.Line, strings.TrimSuffix(at.Message, "."))
	}
	return fmt.Errorf("%s is not TOML: %w", name, err)
}

// spell writes a text, or where it may stand a list of texts, as on the command line.
func spell(value any, list bool) (string, bool) {
	if text, ok := value.(string); ok {
		return text, true
	}
	items, ok := value.([]any)
	if !ok || !list {
		return "", false
	}
	words := make([]string, len(items))
	for i, item := range items {
		if words[i], ok = item.(string); !ok {
			return "", false
		}
	}
	return strings.Join(words, ","), true
}
