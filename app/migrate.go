package app

import (
	"context"
	"fmt"

	"github.com/alecthomas/kong"
)

type migrateCommand struct{}

// Run opens the store, which brings the schema up to date.
func (migrateCommand) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, "The schema is up to date.")
	return store.Close()
}
