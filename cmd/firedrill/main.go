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

// signalled is a context that the first Ctrl-C, or SIGTERM, ends. The run ends in an
// orderly way then: what it made is removed, and of SIGTERM, which is pipeline.Ended,
// somebody is told. A second one ends the program at once, unless it is only the
// echo of the first: timeout(1) signals the process and then its group.
func signalled() context.Context {
	interrupted, forget := signal.NotifyContext(context.Background(), os.Interrupt)
	terminated, forgetToo := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	ctx, end := context.WithCancelCause(interrupted)
	context.AfterFunc(terminated, func() { end(pipeline.Ended{Cause: context.Cause(terminated)}) })
	context.AfterFunc(ctx, func() { time.AfterFunc(echo, func() { forget(); forgetToo() }) })
	return ctx
}

func main() {
	quiet()
	if err := cli.Run(signalled(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "firedrill:", err)
		os.Exit(1)
	}
}
