package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/schollz/progressbar/v3"

	"marquee/models"
)

type picturesCommand struct {
	Move  picturesMove  `cmd:"" help:"Carry every picture to where MARQUEE_PICTURES says. The site may stay open."`
	Check picturesCheck `cmd:"" help:"Read every picture where it is, and name those that are damaged."`
}

type picturesMove struct {
	From string `placeholder:"BUCKET" help:"When MARQUEE_PICTURES is empty: the bucket from which they come back into the database."`
}

// Run moves what is not there yet. Interrupted, it goes on from there when it is called again.
func (m picturesMove) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	from, err := parseBucket("--from", m.From)
	switch {
	case err != nil:
		return err
	case cfg.bucket == nil:
		return m.fromBucket(ctx, cfg.withBucket(from), k)
	case from != nil:
		return errors.New("--from brings pictures back into the database, but MARQUEE_PICTURES says that they live in a bucket: empty it first")
	}
	return withStore(ctx, cfg, func(store *models.Store) error {
		total, _, err := store.PictureCounts(ctx)
		if err != nil {
			return err
		}
		return eachPicture(k, total, "moved into the bucket "+cfg.bucket.String(), func(progress func()) (models.PictureReport, error) {
			return store.MovePictures(ctx, true, progress)
		})
	})
}

func (picturesMove) fromBucket(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return withStore(ctx, cfg, func(store *models.Store) error {
		_, total, err := store.PictureCounts(ctx)
		switch {
		case err != nil:
			return err
		case cfg.bucket != nil:
			return eachPicture(k, total, "moved into the database", func(progress func()) (models.PictureReport, error) {
				return store.MovePictures(ctx, false, progress)
			})
		case total > 0:
			return fmt.Errorf("there are pictures in a bucket (%d): name it, with --from s3://KEY:SECRET@host/bucket", total)
		}
		_, err = fmt.Fprintln(k.Stdout, "All pictures are in the database.")
		return err
	})
}

type picturesCheck struct{}

// Run reads every picture and compares it with its hash.
func (picturesCheck) Run(ctx context.Context, cfg *Config, k *kong.Kong) error {
	return withStore(ctx, cfg, func(store *models.Store) error {
		database, bucket, err := store.PictureCounts(ctx)
		if err != nil {
			return err
		}
		return eachPicture(k, database+bucket, "whole", func(progress func()) (models.PictureReport, error) {
			return store.CheckPictures(ctx, progress)
		})
	})
}

// eachPicture does something to all pictures under a bar that says how far it is, and tells what it came to.
func eachPicture(k *kong.Kong, total int, done string, do func(progress func()) (models.PictureReport, error)) error {
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(k.Stderr), progressbar.OptionSetDescription("pictures"),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(30))
	// A bar that cannot be drawn is no reason to stop.
	report, err := do(func() { _ = bar.Add(1) })
	fmt.Fprintln(k.Stderr)
	if err := tellPictures(k.Stdout, report, total, done); err != nil {
		return err
	}
	if err == nil && len(report.Damaged) > 0 {
		err = errors.New("the bytes of damaged pictures are lost: take them from your last good copy")
	}
	return err
}

func tellPictures(out io.Writer, report models.PictureReport, total int, done string) error {
	_, err := fmt.Fprintf(out, "%d of %d pictures %s.\n", report.Done, total, done)
	if err == nil && len(report.Damaged) > 0 {
		_, err = fmt.Fprintf(out, "%d damaged: %s\n", len(report.Damaged), strings.Join(report.Damaged, ", "))
	}
	return err
}
