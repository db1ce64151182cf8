package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/event"
	"firedrill/pipeline/forward"
)

// importTimeout is for all dashboards; each is one request.
const importTimeout = time.Minute

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
	ctx, cancel := context.WithTimeout(ctx, importTimeout)
	defer cancel()
	return importInto(ctx, config, *c.Grafana, c.Dashboards, sink)
}

// importInto imports a folder and makes sure that an export would give the very
// files again.
func importInto(ctx context.Context, config *rest.Config, g content.Grafana, dir string, sink event.Sink) error {
	return inGrafana(ctx, config, g, func(o dashboards.Options) error {
		o.Dir, o.Sink = dir, sink
		if _, err := dashboards.Import(ctx, o); err != nil {
			return err
		}
		return dashboards.Verify(ctx, o)
	})
}

// inGrafana reaches Grafana through a port-forward: the API server's service
// proxy would keep the password to itself.
func inGrafana(ctx context.Context, config *rest.Config, g content.Grafana, work func(dashboards.Options) error) error {
	user, password, err := credentials(ctx, config, g)
	if err != nil {
		return err
	}
	way, err := forward.Open(ctx, config, forward.Target{Namespace: g.Namespace, Service: g.Service, Port: g.Port})
	if err != nil {
		return err
	}
	return errors.Join(work(dashboards.Options{URL: way.URL, User: user, Password: password}), way.Close())
}

func credentials(ctx context.Context, config *rest.Config, g content.Grafana) (user, password string, err error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", "", fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	secret, err := client.CoreV1().Secrets(g.Namespace).Get(ctx, g.Secret, metav1.GetOptions{})
	if err != nil {
		return "", "", fmt.Errorf("read Grafana's user and password: %w", err)
	}
	user, password = string(secret.Data["admin-user"]), string(secret.Data["admin-password"])
	if user == "" || password == "" {
		return "", "", fmt.Errorf("secret %s/%s: wanted the keys admin-user and admin-password", g.Namespace, g.Secret)
	}
	return user, password, nil
}
