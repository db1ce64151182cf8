package pipeline

import (
	"context"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/server"
)

// HoldDrills lets hold work with the servers that drills act on and watch in
// the cluster of config. Grafana is one of them where the content names it; the
// way to it is closed when hold returns.
func HoldDrills(ctx context.Context, config *rest.Config, c *content.Content, hold func(drill.Servers) error) error {
	servers, err := drill.Connect(config, c.Endpoints)
	if err != nil {
		return err
	}
	if c.Grafana == nil {
		return hold(servers)
	}
	return inGrafana(ctx, config, *c.Grafana, func(g dashboards.Options) error {
		grafana, err := server.NewGrafana(g.URL, g.User, g.Password)
		if err != nil {
			return err
		}
		servers.Grafana = grafana
		return hold(servers)
	})
}
