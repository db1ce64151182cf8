package pipeline

import (
	"context"
	"errors"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/event"
)

// ImportDashboards brings the files into Grafana and makes sure that an export
// would give the very files again.
func ImportDashboards(ctx context.Context, o DashboardOptions) error {
	return o.step(ctx, importAll)
}

// ExportDashboards writes what Grafana holds into the files. With prune it
// deletes the files whose dashboard is gone.
func ExportDashboards(ctx context.Context, o DashboardOptions, prune bool) (done dashboards.Exported, err error) {
	err = o.step(ctx, func(ctx context.Context, g dashboards.Options) (err error) {
		ctx, cancel := context.WithTimeout(ctx, dashboardsTimeout)
		defer cancel()
		done, err = dashboards.Export(ctx, g, prune)
		return err
	})
	return done, err
}

// prepare reads what must be right before a Grafana is looked for, and gives the
// folder of the dashboards. The state has content only if the Grafana is the one that
// the content names.
func (o DashboardOptions) prepare(ctx context.Context) (s *state, dir string, err error) {
	if o.GrafanaURL != "" && o.Kubeconfig != "" {
		return nil, "", errors.New("--grafana-url and --kubeconfig name two Grafanas: choose")
	}
	if dir, err = o.folder(ctx); err != nil {
		return nil, "", err
	}
	if err := o.check(); err != nil {
		return nil, "", err
	}
	s = &state{options: o.Options}
	if o.GrafanaURL != "" {
		return s, dir, nil
	}
	if s.content, err = o.loadContent(ctx); err != nil {
		return nil, "", err
	}
	if s.content.Grafana == nil {
		return nil, "", errors.New(o.Content + " names no Grafana (key grafana); name one with --grafana-url")
	}
	return s, dir, nil
}

// step does work in the Grafana of the options, as the step dashboards.
func (o DashboardOptions) step(ctx context.Context, work func(context.Context, dashboards.Options) error) error {
	s, dir, err := o.prepare(ctx)
	if err != nil {
		return err
	}
	return o.in(ctx, s, dir, work)
}

// in is step with what prepare has read.
func (o DashboardOptions) in(ctx context.Context, s *state, dir string, work func(context.Context, dashboards.Options) error) error {
	if o.GrafanaURL != "" {
		return s.do(ctx, step{"dashboards", func(ctx context.Context, sink event.Sink) error {
			return work(ctx, dashboards.Options{Dir: dir, URL: o.GrafanaURL, Token: o.GrafanaToken, Sink: sink})
		}})
	}
	if err := s.findCluster(ctx); err != nil {
		return err
	}
	return s.do(ctx, step{"dashboards", func(ctx context.Context, sink event.Sink) error {
		config, err := s.rest()
		if err != nil {
			return err
		}
		return inGrafana(ctx, config, *s.content.Grafana, func(g dashboards.Options) error {
			g.Dir, g.Sink = dir, sink
			return work(ctx, g)
		})
	}})
}
