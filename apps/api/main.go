// Command api is the back of the demo: it answers quotes as JSON.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"firedrill/apps/api/quote"
	"firedrill/apps/program"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
	"firedrill/apps/trace"
)

func main() { program.Main("api", configure) }

func configure(set *settings.Set) program.Start {
	http := serve.AddSettings(set)
	return func(ctx context.Context, log *slog.Logger) error {
		pod, err := os.Hostname() // in a pod, its name
		if err != nil {
			return fmt.Errorf("find out the pod's name: %w", err)
		}
		tracer, err := trace.Open(ctx, "api", log)
		if err != nil {
			return err
		}
		defer tracer.Close(ctx)
		server := serve.New(http, log)
		server.Trace(tracer)
		server.Handle("GET "+quote.Path, quote.New(pod, time.Now))
		return server.Run(ctx)
	}
}
