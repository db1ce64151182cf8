// Command website is the front of the demo: a page that shows what the api
// answers, and says so when it doesn't.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"firedrill/apps/behave"
	"firedrill/apps/program"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
	"firedrill/apps/trace"
	"firedrill/apps/website/ask"
	"firedrill/apps/website/page"
)

func main() { program.Main("website", configure) }

func configure(set *settings.Set) program.Start {
	http := serve.AddSettings(set)
	admin := behave.AddSettings(set)
	apiURL := set.URL("api-url", "http://api:8080", "where the api answers")
	timeout := set.Duration("api-timeout", 2*time.Second, 10*time.Millisecond, 10*time.Second,
		"how long to wait for the api before the page says that it does not answer")
	return func(ctx context.Context, log *slog.Logger) error {
		pod, err := os.Hostname() // in a pod, its name
		if err != nil {
			return fmt.Errorf("find out the pod's name: %w", err)
		}
		own, err := http.Peer.Open()
		if err != nil {
			return err
		}
		tracer, err := trace.Open(ctx, "website", own, log)
		if err != nil {
			return err
		}
		defer tracer.Close(ctx)
		server := serve.New(http, log)
		server.Trace(tracer)
		api := ask.New(*apiURL, *timeout, own, tracer, server.Registry)
		behaviour := behave.New(log, server.Registry)
		server.Handle("GET /{$}", behaviour.Wrap(page.New(pod, api, log)))
		return behaviour.Beside(ctx, *admin, server.Run)
	}
}
