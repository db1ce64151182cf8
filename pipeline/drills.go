package pipeline

import (
	"context"
	"errors"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/forward"
	"firedrill/pipeline/server"
)

// HoldDrills lets hold work with the servers that drills act on and watch in
// the cluster of config. Grafana is one of them where the content names it; the
// way to it is closed when hold returns, and found again until then whenever a
// drill breaks it. Before there is a way to it, first works with the others: what
// a killed drill has left may be a Grafana that does not run.
func HoldDrills(ctx context.Context, config *rest.Config, c *content.Content, first, hold func(drill.Servers) error) error {
	servers, err := connect(config, c)
	if err == nil {
		err = first(servers)
	}
	if err != nil {
		return err
	}
	if c.Grafana == nil {
		return hold(servers)
	}
	user, password, err := credentials(ctx, config, *c.Grafana)
	if err != nil {
		return err
	}
	return through(ctx, config, c.Grafana.Endpoint, func(url string) error {
		grafana, err := server.NewGrafana(url, user, password)
		if err != nil {
			return err
		}
		servers.Grafana = grafana
		servers.Panels = panelsOf{dashboards.Options{URL: url, User: user, Password: password}}
		return hold(servers)
	})
}

// connect prepares the ways to all servers but Grafana.
func connect(config *rest.Config, c *content.Content) (drill.Servers, error) {
	var loki *server.Endpoint
	if c.Logs != nil {
		loki = &c.Logs.Loki
	}
	servers, err := drill.Connect(config, c.Endpoints, loki)
	servers.Cluster.Ceiling = c.Ceiling.Amounts()
	if c.Addresses != nil {
		servers.Visitor = visitorOf{addresses.Options{Config: *c.Addresses, Names: *c.Names, REST: config}}
	}
	return servers, err
}

// visitorOf visits for drills what firedrill.yaml names as addresses.
type visitorOf struct{ addresses.Options }

// Visit implements drill.Visitor.
func (o visitorOf) Visit(ctx context.Context, v drill.Visits) (url, serial string, err error) {
	seen, err := addresses.Ask(ctx, o.Options, addresses.Visit{App: v.App, Path: v.Path, Contains: v.Contains})
	return seen.URL, seen.Serial, err
}

// through lets work reach a Service on loopback, also after its pod was
// replaced.
func through(ctx context.Context, config *rest.Config, e server.Endpoint, work func(url string) error) error {
	// An interrupted drill still has to see its end.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	kept, err := forward.Listen(ctx, config, forward.Target{Namespace: e.Namespace, Service: e.Service, Port: e.Port}, 0)
	if err != nil {
		return err
	}
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- kept.Serve(ctx, func() { close(ready) }, func(string) {}) }()
	select {
	case err := <-served:
		return err
	case <-ready:
	}
	err = work(kept.URL)
	cancel()
	return errors.Join(err, <-served)
}
