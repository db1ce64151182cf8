package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
	"firedrill/pipeline/snapshot"
)

// snapshotTimeout is for one snapshot: some hundred small requests.
const snapshotTimeout = 2 * time.Minute

// take writes down the deployment that stands.
func (n *night) take(ctx context.Context) (s snapshot.Snapshot, err error) {
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	config, err := n.rest()
	if err != nil {
		return nil, err
	}
	o, err := n.snapshotOptions(config)
	if err != nil {
		return nil, err
	}
	if n.content.Grafana == nil {
		return snapshot.Take(ctx, o)
	}
	err = inGrafana(ctx, config, *n.content.Grafana, func(g dashboards.Options) (err error) {
		grafana := g.Server()
		o.Grafana = &grafana
		if s, err = snapshot.Take(ctx, o); err != nil || n.content.Dashboards == "" {
			return err
		}
		s[snapshot.Dashboards], err = exported(ctx, g)
		return err
	})
	return s, err
}

// exported are the dashboards as an export would write them.
func exported(ctx context.Context, g dashboards.Options) (texts map[string]string, err error) {
	if g.Dir, err = os.MkdirTemp("", "firedrill-dashboards-"); err != nil {
		return nil, fmt.Errorf("make room for dashboards: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(g.Dir)) }()
	done, err := dashboards.Export(ctx, g, false)
	if err != nil {
		return nil, err
	}
	texts = map[string]string{}
	for _, file := range done.Written {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read an exported dashboard: %w", err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	return texts, nil
}

func (n *night) snapshotOptions(config *rest.Config) (snapshot.Options, error) {
	config = rest.CopyConfig(config)
	config.QPS = -1 // the API server shares itself out fairly; each kind is a request
	client, err := kube.Client(config)
	if err != nil {
		return snapshot.Options{}, err
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return snapshot.Options{}, fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	o := snapshot.Options{Kubernetes: client, Dynamic: objects, Policy: n.policy, Salt: n.salt}
	for _, r := range n.content.Releases {
		o.Releases = append(o.Releases, snapshot.Release{Name: r.Name, Namespace: r.Namespace})
	}
	o.Rulers = rulers(n.content)
	return o, nil
}

// rulers are the servers besides Grafana that evaluate rules, as far as the
// content names them.
func rulers(c *content.Content) []snapshot.Ruler {
	all := []snapshot.Ruler{
		{Name: "prometheus", Endpoint: c.Endpoints.Prometheus, Path: server.RulesPath},
		{Name: "inbox", Endpoint: c.Endpoints.Inbox, Path: server.RulesPath},
	}
	if c.Logs != nil {
		all = append(all, snapshot.Ruler{Name: "loki", Endpoint: c.Logs.Loki, Path: server.LokiRulesPath})
	}
	return slices.DeleteFunc(all, func(r snapshot.Ruler) bool { return r.Service == "" })
}
