package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/event"
	"firedrill/pipeline/forward"
	"firedrill/pipeline/kube"
)

const (
	// dashboardsTimeout is for all dashboards, imported or exported; each takes
	// a few requests.
	dashboardsTimeout = time.Minute
	// credentialsTimeout is for one Secret.
	credentialsTimeout = 15 * time.Second
)

func (s *state) importDashboards(ctx context.Context, sink event.Sink) error {
	c := s.content
	switch {
	case c.Grafana == nil:
		return skipped("no Grafana release")
	case c.Dashboards == "":
		return skipped("firedrill.yaml names no dashboards")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	return inGrafana(ctx, config, *c.Grafana, func(g dashboards.Options) error {
		g.Dir, g.Sink = c.Dashboards, sink
		return importAll(ctx, g)
	})
}

// importAll imports a folder and makes sure that an export would give the very
// files again.
func importAll(ctx context.Context, g dashboards.Options) error {
	ctx, cancel := context.WithTimeout(ctx, dashboardsTimeout)
	defer cancel()
	if _, err := dashboards.Import(ctx, g); err != nil {
		return err
	}
	return dashboards.Verify(ctx, g)
}

// inGrafana reaches Grafana through a port-forward: the API server's service
// proxy would keep the password to itself.
func inGrafana(ctx context.Context, config *rest.Config, g content.Grafana, work func(dashboards.Options) error) error {
	user, password, err := credentials(ctx, config, g)
	if err != nil {
		return err
	}
	tunnel, err := forward.Open(ctx, config, forward.Target{Namespace: g.Namespace, Service: g.Service, Port: g.Port})
	if err != nil {
		return err
	}
	return errors.Join(work(dashboards.Options{URL: tunnel.URL, User: user, Password: password}), tunnel.Close())
}

func credentials(ctx context.Context, config *rest.Config, g content.Grafana) (user, password string, err error) {
	client, err := kube.Client(config)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, credentialsTimeout)
	defer cancel()
	secret, err := client.CoreV1().Secrets(g.Namespace).Get(ctx, g.Secret, metav1.GetOptions{})
	if err != nil {
		return "", "", fmt.Errorf("read Grafana's user and password from secret %s/%s: %w", g.Namespace, g.Secret, err)
	}
	user, password = string(secret.Data["admin-user"]), string(secret.Data["admin-password"])
	if user == "" || password == "" {
		return "", "", fmt.Errorf("secret %s/%s: wanted the keys admin-user and admin-password", g.Namespace, g.Secret)
	}
	return user, password, nil
}
