// Command api is the back of the demo: it answers quotes as JSON.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"firedrill/apps/api/quote"
	"firedrill/apps/behave"
	"firedrill/apps/program"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
	"firedrill/apps/trace"
)

func main() { program.Main("api", configure) }

func configure(set *settings.Set) program.Start {
	http := serve.AddSettings(set)
	admin := behave.AddSettings(set)
	return func(ctx context.Context, log *slog.Logger) error {
		pod, err := os.Hostname() // in a pod, its name
		if err != nil {
			return fmt.Errorf("find out the pod's name: %w", err)
		}
		own, err := http.Peer.Open()
		if err != nil {
			return err
		}
		tracer, err := trace.Open(ctx, "api", own, log)
		if err != nil {
			return err
		}
		defer tracer.Close(ctx)
		server := serve.New(http, log)
		server.Trace(tracer)
		behaviour := behave.New(log, server.Registry)
		server.HandlePeers("GET "+quote.Path, behaviour.Wrap(quote.New(pod, time.Now)))
		return behaviour.Beside(ctx, *admin, server.Run)
	}
}
