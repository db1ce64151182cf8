// Command firedrill holds fire drills for Kubernetes monitoring. See README.md.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"firedrill/cli"
)

func main() {
	// The first Ctrl-C, or SIGTERM, ends the run in an orderly way: what it
	// made is removed. A second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "firedrill:", err)
		os.Exit(1)
	}
}
