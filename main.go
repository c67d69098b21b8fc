// Command marquee is a Web 1.0 micro-social network in one program and one file.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"marquee/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
