// Command firedrill holds fire drills for Kubernetes monitoring. See README.md.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/klog/v2"

	"firedrill/cli"
	"firedrill/pipeline"
)

// echo is how long after the first signal another one means the same.
const echo = time.Second

// quiet keeps libraries from printing across the progress. Helm and client-go
// log what they return as errors too. What client-go only logs, such as a
// browser that hangs up on a forwarded connection, breaks nothing: what it does
// break, the request that went through there says.
//
// A writer for klog would not do: errors go to the standard error beside it.
func quiet() {
	log.SetOutput(io.Discard)
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
}

// outside are the signals by which others than its user end the program: SIGHUP comes
// when its terminal is gone. nohup(1) has that ignored, which holds.
func outside() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{syscall.SIGTERM}
	}
	return []os.Signal{syscall.SIGTERM, syscall.SIGHUP}
}

// signalled is a context that the first Ctrl-C, SIGTERM or SIGHUP ends. The run ends in
// an orderly way then: what it made is removed, and of the latter two, which are
// pipeline.Ended, somebody is told. A second one ends the program at once, unless it is
// only the echo of the first: timeout(1) signals the process and then its group.
func signalled() context.Context {
	interrupted, forget := signal.NotifyContext(context.Background(), os.Interrupt)
	terminated, forgetToo := signal.NotifyContext(context.Background(), outside()...)
	ctx, end := context.WithCancelCause(interrupted)
	context.AfterFunc(terminated, func() { end(pipeline.Ended{Cause: context.Cause(terminated)}) })
	context.AfterFunc(ctx, func() { time.AfterFunc(echo, func() { forget(); forgetToo() }) })
	return ctx
}

// outlive has a write that nobody reads any more fail, where it would end the program
// with nothing undone: Ctrl-C ends the tee(1) behind a run at once. The signal is not
// ignored, as the programs that are called would inherit that.
func outlive() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

func main() {
	quiet()
	outlive()
	if err := cli.Run(signalled(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "firedrill:", err)
		os.Exit(1)
	}
}
