// Package app wires the house: its configuration, its commands, the server and the work behind it.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"marquee/models"
	"marquee/safe"
)

// The exit codes of Main.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2 // the command line or the configuration is wrong
)

// commandLine is every word and flag that marquee understands.
type commandLine struct {
	Config `embed:""`

	Serve    serveCommand    `cmd:"" default:"1" help:"Open the doors (this is what marquee does when you say nothing else)."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database's schema up to date."`
	Doctor   doctorCommand   `cmd:"" help:"Look whether all is well, and say what to do when it is not."`
	Account  accountCommand  `cmd:"" help:"List people, give somebody a new password, make somebody webmaster."`
	Pictures picturesCommand `cmd:"" help:"Move pictures between the database and a bucket, check that all are whole."`
	Seed     seedCommand     `cmd:"" help:"Fill an empty site with people who do not exist, for measuring."`
	Version  versionCommand  `cmd:"" help:"Say which Marquee this is."`
}

const welcome = `A small, warm social network for you and your friends, in one program and one file.

Just run it and open the address it prints: the first account that signs up is the webmaster.

Every flag that names a variable can also be set by it, or in marquee.toml beside the program's working
directory (trusted_proxies = ["10.0.0.1"]). A flag comes before a variable, a variable before the file.`

// Main runs one command line, without the program's name, and returns the exit code: 0 when it is
// done, 1 when it failed, 2 when the command line or the configuration is wrong. A failure is one
// sentence on errs. The context ends the command.
func Main(ctx context.Context, args []string, out, errs io.Writer) int {
	var line commandLine
	file, helped := settings{}, false
	// Only the help exits. It must return, so that Main is the one way out.
	parser := newParser(&line, file, kong.Writers(out, errs), kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&line.Config))
	unread := file.read(fileName, parser.Model.Flags)
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return exitOK
	case err != nil:
		fmt.Fprintf(errs, "%s Try: marquee --help\n", sentence(err))
		return exitUsage
	case parsed.Command() == "version":
	case unread != nil:
		return fail(errs, unread, exitUsage)
	default:
		if err := line.Check(); err != nil {
			return fail(errs, err, exitUsage)
		}
	}
	if err := parsed.Run(); err != nil {
		return fail(errs, err, exitFailure)
	}
	return exitOK
}

func newParser(line *commandLine, file settings, options ...kong.Option) *kong.Kong {
	return kong.Must(line, append(options, kong.Name("marquee"), kong.Description(welcome), kong.Resolvers(file),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))...)
}

func fail(errs io.Writer, err error, code int) int {
	fmt.Fprintln(errs, sentence(err))
	return code
}

// sentences are the refusals of models that a command can meet; people read the others in views/locales.
var sentences = map[string]string{
	"error.no_account": "There is no account of that name here.",
	"error.gone":       "That account was closed, and its name is never given out again.",
}

// sentence is what a person reads of an error.
func sentence(err error) string {
	var refusal *models.Error
	switch {
	case errors.As(err, &refusal):
		if text, ok := sentences[refusal.Text]; ok {
			return text
		}
		return "The site refused: " + refusal.Text
	case errors.Is(err, context.Canceled):
		return "Stopped before the end."
	}
	return punctuated(err.Error())
}

// punctuated makes a sentence of an error's text: on one line, with a capital unless it begins with
// the name of something, and a full stop.
func punctuated(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return text
	}
	if !strings.ContainsAny(words[0], "-_./:") {
		words[0] = strings.ToUpper(words[0][:1]) + words[0][1:]
	}
	return strings.TrimSuffix(strings.Join(words, " "), ".") + "."
}

// openStore opens the database of the configuration and brings its schema up to date.
func openStore(ctx context.Context, cfg *Config) (*models.Store, error) {
	return models.Open(ctx, models.Options{
		Database: cfg.Database, Host: cfg.Host(), Home: cfg.URL, Name: cfg.Name, Language: cfg.Lang, Signups: cfg.Signups, Pictures: cfg.Bucket(),
		Fetch: safe.FetchOptions{Agent: "Marquee/" + Version + " (+" + cfg.URL + ")", Own: cfg.BaseURL().Host, Allow: cfg.FetchNetworks()},
	})
}

// openExisting does not make a new database: a command that looks at a site in the wrong folder must say so.
func openExisting(ctx context.Context, cfg *Config) (*models.Store, error) {
	if file := cfg.file(); file != "" {
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("there is no database at %s yet: run marquee serve first, or say with --database where it is", file)
		}
	}
	return openStore(ctx, cfg)
}

type serveCommand struct{}

// Run serves the site until the context ends.
func (serveCommand) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return serve(ctx, cfg, k.Stdout)
}
