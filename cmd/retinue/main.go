// Command retinue is the people-and-access server for conversational-AI
// platforms, and the tool of those who run it: see retinue --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/retinue/retinue/internal/app"
	"github.com/retinue/retinue/internal/iam"
)

// version is set when a release is built.
var version = "dev"

func main() {
	// The first signal asks to stop; from then on a second one ends the process
	// at once, as signals do by themselves.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := app.Main(ctx, &app.Process{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
		Version: version, Clock: app.NewClock(), IDs: &iam.RandomIDs{},
	})
	stop()
	os.Exit(code)
}
