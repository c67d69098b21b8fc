package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"marquee/models"
)

type accountCommand struct {
	List      accountList      `cmd:"" help:"List everybody who is here."`
	Reset     accountReset     `cmd:"" help:"Give somebody a new password, shown once, and end all their sessions."`
	Webmaster accountWebmaster `cmd:"" help:"Make somebody webmaster."`
}

type accountList struct{}

// Run prints the name, the role and the first day of every account.
func (accountList) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return withStore(ctx, cfg, func(store *models.Store) error {
		people, err := store.Accounts(ctx)
		if err != nil {
			return err
		}
		return printPeople(k.Stdout, people)
	})
}

func printPeople(out io.Writer, people []models.Account) error {
	if len(people) == 0 {
		_, err := fmt.Fprintln(out, "Nobody is here yet. The first account that signs up is the webmaster.")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tROLE\tSINCE")
	for _, a := range people {
		role := a.Role
		if role == "" {
			role = "-"
		}
		fmt.Fprintf(table, "~%s\t%s\t%s\n", a.Name, role, a.CreatedAt.Time().Format("2006-01-02"))
	}
	return table.Flush()
}

type accountReset struct {
	Name string `arg:"" help:"Whose."`
}

// Run sets a random password and prints it, this once.
func (r accountReset) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return withStore(ctx, cfg, func(store *models.Store) error {
		name, password := plainName(r.Name), newPassword()
		if err := store.ResetPassword(ctx, name, password); err != nil {
			return err
		}
		_, err := fmt.Fprintf(k.Stdout, "The new password of ~%s is %s\nIt is not shown again. Every session of ~%s has ended.\n", name, password, name)
		return err
	})
}

type accountWebmaster struct {
	Name string `arg:"" help:"Who."`
}

// Run makes the account webmaster.
func (w accountWebmaster) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return withStore(ctx, cfg, func(store *models.Store) error {
		name := plainName(w.Name)
		if err := store.Promote(ctx, name); err != nil {
			return err
		}
		_, err := fmt.Fprintf(k.Stdout, "~%s is webmaster now.\n", name)
		return err
	})
}

// withStore lends the existing database to f.
func withStore(ctx context.Context, cfg *Config, f func(*models.Store) error) error {
	store, err := openExisting(ctx, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	return f(store)
}

// plainName forgives what people write around a name.
func plainName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "~"))
}

// passwordLetters are 32, so that a random byte chooses evenly, and none is taken for another.
const passwordLetters = "abcdefghijkmnpqrstuvwxyz23456789"

// newPassword is 20 random letters and digits, 100 bits, in four groups that can be read out aloud.
func newPassword() string {
	random := make([]byte, 20)
	rand.Read(random)
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(passwordLetters[int(r)%len(passwordLetters)])
	}
	return b.String()
}
