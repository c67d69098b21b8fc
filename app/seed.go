package app

import (
	"context"
	"fmt"
	"time"

	"github.com/alecthomas/kong"
	"github.com/schollz/progressbar/v3"
)

type seedCommand struct {
	Accounts int `default:"10000" help:"How many accounts, seed00000 and so on (${default})."`
	Statuses int `default:"1000000" help:"How many statuses, over the last 400 days (${default})."`
}

// Run makes data for measuring, with a bar that says how far it is.
func (s seedCommand) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	bar := progressbar.NewOptions(s.Statuses, progressbar.OptionSetWriter(k.Stderr), progressbar.OptionSetDescription("statuses"),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(30))
	began := time.Now()
	// A bar that cannot be drawn is no reason to stop.
	err = store.Seed(ctx, s.Accounts, s.Statuses, func(done int) { _ = bar.Set(done) })
	fmt.Fprintln(k.Stderr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(k.Stdout, "%d accounts and %d statuses in %s.\n", s.Accounts, s.Statuses, time.Since(began).Round(100*time.Millisecond))
	return err
}
