// Package program starts and ends our programs: it reads their settings, sets
// up the log, turns signals into the end of a context and errors into an exit
// status.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"firedrill/apps/settings"
	"firedrill/apps/trace"
)

// What a program returns to its caller.
const (
	ExitOK     = 0
	ExitFailed = 1
	// ExitUsage says that the settings were wrong and nothing was done.
	ExitUsage = 2
)

// Start runs a program until its context ends.
type Start func(ctx context.Context, log *slog.Logger) error

// Configure names the settings of a program and returns what runs it with
// their values, which are there only after that function was called.
type Configure func(set *settings.Set) Start

// Process is what a program gets from the system.
type Process struct {
	Args   []string // without the program's own name
	Env    func(name string) (string, bool)
	Stdout io.Writer
	Stderr io.Writer
}

// Main runs a program and exits with its status. SIGTERM and the first
// interrupt end it in good order, the second one at once.
func Main(name string, configure Configure) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(Run(ctx, name, configure, Process{
		Args:   os.Args[1:],
		Env:    os.LookupEnv,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}))
}

// Run is Main without the process around it.
func Run(ctx context.Context, name string, configure Configure, p Process) int {
	set := settings.New(name)
	level := set.Level("log-level", slog.LevelInfo, "least level to log: debug, info, warn or error")
	start := configure(set)

	switch err := set.Parse(p.Args, p.Env); {
	case errors.Is(err, settings.ErrHelp):
		set.PrintHelp(p.Stdout)
		return ExitOK
	case err != nil:
		_, _ = fmt.Fprintf(p.Stderr, "%s: %v\n", name, err)
		return ExitUsage
	}

	log := slog.New(trace.Log(slog.NewJSONHandler(p.Stdout, &slog.HandlerOptions{Level: *level}))).With("program", name)
	if err := start(ctx, log); err != nil {
		log.Error("ended by an error", "error", err.Error())
		return ExitFailed
	}
	log.Info("ended")
	return ExitOK
}
