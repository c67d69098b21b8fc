package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"marquee/handlers"
	"marquee/indieweb"
	"marquee/models"
)

// Version is the release this program belongs to.
const Version = "0.1"

// gcPercent lets the heap grow by two fifths, not double, between two collections: the whole site shall fit
// 64 MB, and collecting costs it one percent of a processor.
const gcPercent = 40

// memoryLimit makes the collector work harder before twenty photographs at once take more; in bytes.
const memoryLimit = 256 << 20

// drainTime is how long requests under way may take once the site is asked to end.
const drainTime = 20 * time.Second

// serve runs the site until the context ends, then lets what is under way finish.
func serve(ctx context.Context, cfg *Config, out io.Writer) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (%w): end the other program, or choose another MARQUEE_ADDR", cfg.Addr, err)
	}
	defer listener.Close()
	store, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer store.Close()
	speaker := indieweb.NewSpeaker(store, cfg.BaseURL().String())
	doors := handlers.New(handlers.Options{
		Store: store, Speaker: speaker, Base: cfg.BaseURL(), TrustedProxies: cfg.Proxies(), Log: slog.Default(), Version: Version,
	})
	if err := greet(ctx, cfg, store, out); err != nil {
		return err
	}
	server := doors.App()
	ended := make(chan error, 1)
	go func() { ended <- server.Listener(steady{listener}) }()

	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var workers sync.WaitGroup
	workers.Go(func() { newWorker(store, speaker).run(work) })
	defer workers.Wait()
	defer stopWork()

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	doors.Drain()
	if err := server.ShutdownWithTimeout(drainTime); err != nil {
		return fmt.Errorf("some requests did not end in time: %w", err)
	}
	return <-ended
}

// greet says where the site is, and who will run it.
func greet(ctx context.Context, cfg *Config, store *models.Store, out io.Writer) error {
	site, err := store.Site(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is open at %s\n", site.Name, cfg.URL)
	if !site.Claimed {
		fmt.Fprintf(out, "The first account that signs up at %s/signup is the webmaster.\n", cfg.URL)
	}
	if cfg.BaseURL().Scheme == "https" && len(cfg.Proxies()) == 0 {
		fmt.Fprintln(out, "Name the proxy in front of it in MARQUEE_TRUSTED_PROXIES: until then all visitors count as one, and one who guesses passwords slows down everybody.")
	}
	return nil
}
