// Command certificates tells Prometheus when the certificates in Secrets of type
// kubernetes.io/tls expire, whoever makes and renews them.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"firedrill/apps/certificates/expiry"
	"firedrill/apps/program"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
)

func main() { program.Main("certificates", configure) }

func configure(set *settings.Set) program.Start {
	web := serve.AddSettings(set)
	namespaces := set.Text("namespaces", "", "whose Secrets to read, separated by commas; empty: those of all namespaces")

	return func(ctx context.Context, log *slog.Logger) error {
		client, err := newClient()
		if err != nil {
			return err
		}
		server := serve.New(web, log)
		watch := expiry.New(client, strings.Split(*namespaces, ","), log)
		server.Registry.MustRegister(watch)

		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return server.Run(ctx) })
		group.Go(func() error { return watch.Run(ctx) })
		return group.Wait()
	}
}

// newClient talks to the API server as the pod's own account.
func newClient() (kubernetes.Interface, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return nil, fmt.Errorf("talk to the API server as a pod does: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("talk to the API server at %s: %w", config.Host, err)
	}
	return client, nil
}
