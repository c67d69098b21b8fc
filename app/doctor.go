package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"marquee/models"
)

const diskLeast = 100 << 20 // bytes free below which the doctor worries

type doctorCommand struct{}

// finding is what one look at the site found: Says when all is well, Cure (what to do) when not.
type finding struct{ Says, Cure string }

// Run looks at one thing after the other and prints a line for each.
func (doctorCommand) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	d := doctor{out: k.Stdout}
	d.tell("configuration", finding{Says: fmt.Sprintf("%s, database %s", cfg.URL, databaseName(cfg))})
	store, err := openExisting(ctx, cfg.withBucket(nil)) // it looks at all else when the bucket is away
	if err != nil {
		d.tell("database", finding{Cure: sentence(err)})
		return d.verdict()
	}
	defer store.Close()
	for _, look := range []struct {
		name string
		at   func(context.Context, *models.Store, *Config) finding
	}{
		{"database", lookAtAnswer},
		{"writing", lookAtWriting},
		{"integrity", lookAtIntegrity},
		{"pictures", lookAtPictures},
		{"jobs", lookAtJobs},
		{"webmaster", lookAtWebmaster},
		{"sign-ups", lookAtSignups},
		{"disk", lookAtDisk},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.tell(look.name, look.at(ctx, store, cfg))
	}
	return d.verdict()
}

type doctor struct {
	out   io.Writer
	wrong int
}

func (d *doctor) tell(name string, f finding) {
	mark, text := "ok", f.Says
	if f.Cure != "" {
		mark, text = "WRONG", f.Cure
		d.wrong++
	}
	fmt.Fprintf(d.out, "%-6s %-14s %s\n", mark, name, text)
}

func (d *doctor) verdict() error {
	switch d.wrong {
	case 0:
		fmt.Fprintln(d.out, "All is well.")
		return nil
	case 1:
		return errors.New("one thing is wrong, see above")
	}
	return fmt.Errorf("%d things are wrong, see above", d.wrong)
}

// databaseName is where the data are, without a password.
func databaseName(cfg *Config) string {
	if file := cfg.file(); file != "" {
		return file
	}
	return "PostgreSQL"
}

func lookAtAnswer(ctx context.Context, store *models.Store, _ *Config) finding {
	if err := store.Ping(ctx); err != nil {
		return finding{Cure: "it does not answer (" + err.Error() + "): is it running, and is MARQUEE_DATABASE right?"}
	}
	return finding{Says: "answers, schema up to date"}
}

func lookAtWriting(ctx context.Context, store *models.Store, _ *Config) finding {
	if err := store.Writable(ctx); err != nil {
		return finding{Cure: "nothing can be written (" + err.Error() + "): is the disk full, and may this user write to the file and its folder?"}
	}
	return finding{Says: "works"}
}

func lookAtIntegrity(ctx context.Context, store *models.Store, _ *Config) finding {
	found, err := store.Integrity(ctx)
	if err != nil {
		found = []string{err.Error()}
	}
	if len(found) > 0 {
		return finding{Cure: "the database is damaged, stop Marquee and put the last good copy in its place: " + strings.Join(found[:min(len(found), 5)], "; ")}
	}
	return finding{Says: "nothing is damaged"}
}

func lookAtPictures(ctx context.Context, store *models.Store, cfg *Config) finding {
	database, bucket, err := store.PictureCounts(ctx)
	switch {
	case err != nil:
		return finding{Cure: "cannot be counted: " + err.Error()}
	case cfg.bucket == nil && bucket > 0:
		return finding{Cure: fmt.Sprintf("%d are in a bucket, but MARQUEE_PICTURES names none: name it, or bring them back with marquee pictures move --from s3://…", bucket)}
	case cfg.bucket == nil:
		return finding{Says: fmt.Sprintf("%d, in the database", database)}
	}
	if err := models.ProbeBucket(ctx, cfg.bucket); err != nil {
		return finding{Cure: strings.TrimSuffix(err.Error(), ".") + ": is it there, may this key read, write and erase in it, and is MARQUEE_PICTURES right?"}
	}
	says := fmt.Sprintf("%d, in the bucket %s, which takes and gives", bucket, cfg.bucket)
	if database > 0 {
		says += fmt.Sprintf("; %d are still in the database: marquee pictures move carries them", database)
	}
	return finding{Says: says}
}

func lookAtJobs(ctx context.Context, store *models.Store, _ *Config) finding {
	waiting, dead, err := store.JobCounts(ctx)
	switch {
	case err != nil:
		return finding{Cure: "cannot be counted: " + err.Error()}
	case dead > 0:
		return finding{Cure: fmt.Sprintf("%d waiting, %d given up: the reason stands in each row of the table jobs that has a dead_at", waiting, dead)}
	}
	return finding{Says: fmt.Sprintf("%d waiting, none given up", waiting)}
}

func lookAtWebmaster(ctx context.Context, store *models.Store, cfg *Config) finding {
	people, err := store.Accounts(ctx)
	if err != nil {
		return finding{Cure: "cannot be looked up: " + err.Error()}
	}
	for i := range people {
		if people[i].Role == models.RoleWebmaster {
			return finding{Says: "~" + people[i].Name}
		}
	}
	site, err := store.Site(ctx)
	if err != nil || site.Claimed {
		return finding{Cure: "there is none: choose somebody with marquee account webmaster NAME"}
	}
	return finding{Cure: "there is none, and the first account that signs up becomes it: sign up at " + cfg.URL + "/signup before somebody else does"}
}

func lookAtSignups(ctx context.Context, store *models.Store, _ *Config) finding {
	site, err := store.Site(ctx)
	if err != nil {
		return finding{Cure: "cannot be looked up: " + err.Error()}
	}
	modes := []string{models.SignupsOpen, models.SignupsClosed}
	if !slices.Contains(modes, site.Signups) {
		return finding{Cure: fmt.Sprintf("the mode is %q, which nobody knows: choose another one in the settings of the site", site.Signups)}
	}
	return finding{Says: site.Signups}
}

func lookAtDisk(_ context.Context, _ *models.Store, cfg *Config) finding {
	file := cfg.file()
	if file == "" {
		return finding{Says: "PostgreSQL has its own"}
	}
	free, err := diskFree(filepath.Dir(file))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return finding{Says: "not measured on this system"}
	case err != nil:
		return finding{Cure: "cannot be measured: " + err.Error()}
	case free < diskLeast:
		return finding{Cure: fmt.Sprintf("only %d MB free beside %s: make room", free>>20, file)}
	}
	return finding{Says: fmt.Sprintf("%.1f GB free beside %s", float64(free)/(1<<30), file)}
}
