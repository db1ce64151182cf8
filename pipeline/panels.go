package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/dashboards/picture"
	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
	"firedrill/pipeline/usage"
)

// panelsWithin is how long a panel may stay empty after the drills: what a rate
// needs is two scrapes and the minute that it looks back.
const panelsWithin = time.Minute

// checkPanels asks every panel, takes pictures where there are pages to take,
// and measures what the releases use.
func (s *state) checkPanels(ctx context.Context, sink event.Sink) error {
	c := s.content
	if c.Budget == nil && (c.Grafana == nil || c.Dashboards == "") {
		return skipped("firedrill.yaml names no Grafana with dashboards, and no budget")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	// A wrong panel does not keep the figures back.
	return errors.Join(s.askDashboards(ctx, config, sink), s.measureUsage(ctx, config, sink))
}

func (s *state) askDashboards(ctx context.Context, config *rest.Config, sink event.Sink) error {
	c := s.content
	if c.Grafana == nil || c.Dashboards == "" {
		return nil
	}
	shipped, err := readPanels(c.Dashboards, panelPolicy(c))
	if err != nil {
		return err
	}
	return inGrafana(ctx, config, *c.Grafana, func(g dashboards.Options) error {
		camera, err := openCamera(ctx, g, sink)
		if err != nil {
			return err
		}
		defer camera.Close()
		g.Dir, g.Sink = c.Dashboards, s.withPictures(ctx, camera, sink)
		_, err = askPanels(ctx, g, shipped, PanelOptions{Within: panelsWithin})
		return err
	})
}

// openCamera gives nil where there is nothing to take pictures of, or with; the
// report then draws the panels itself.
func openCamera(ctx context.Context, g dashboards.Options, sink event.Sink) (*picture.Camera, error) {
	pages, err := picture.HasPages(ctx, g.URL)
	if err != nil {
		return nil, err
	}
	if !pages {
		sink.Start("pictures").Skip("this Grafana has no web pages: the report draws the panels")
		return nil, nil //nolint:nilnil // No camera is an answer, which Close takes too.
	}
	camera, err := picture.Open(ctx, picture.Options{URL: g.URL, User: g.User, Password: g.Password})
	if err != nil {
		// A browser that is missing, or broken, is no reason to ask no panel.
		sink.Start("pictures").Skip(err.Error() + ": the report draws the panels")
		return nil, nil //nolint:nilnil,nilerr // As above; the reason is told.
	}
	return camera, nil
}

// photographed is a dashboard with the path of its picture in the report's
// folder, empty if there is none.
type photographed struct {
	panels.Dashboard
	Picture string
}

// withPictures puts a picture beside each dashboard's result.
func (s *state) withPictures(ctx context.Context, camera *picture.Camera, sink event.Sink) event.Sink {
	if camera == nil {
		return sink
	}
	return func(e event.Event) {
		if d, ok := e.Result.(panels.Dashboard); ok {
			file, err := s.photograph(ctx, camera, d)
			if err != nil {
				// The panels are drawn instead; what was wrong is told.
				e.Message = fmt.Sprintf("%s (no picture: %v)", e.Message, err)
			}
			e.Result = photographed{Dashboard: d, Picture: file}
		}
		sink(e)
	}
}

func (s *state) photograph(ctx context.Context, camera *picture.Camera, d panels.Dashboard) (string, error) {
	png, err := camera.Take(ctx, picture.View{UID: d.UID})
	if err != nil {
		return "", err
	}
	const folder = "dashboards"
	if err := os.MkdirAll(filepath.Join(s.options.Out, folder), 0o755); err != nil {
		return "", fmt.Errorf("make room for pictures: %w", err)
	}
	file := filepath.Join(folder, d.UID+".png")
	if err := os.WriteFile(filepath.Join(s.options.Out, file), png, 0o644); err != nil { //nolint:gosec // For everybody, as the report is.
		return "", fmt.Errorf("keep the picture: %w", err)
	}
	return file, nil
}

// measureUsage fails when the releases use more than their budget.
func (s *state) measureUsage(ctx context.Context, config *rest.Config, sink event.Sink) error {
	budget := s.content.Budget
	if budget == nil {
		return nil
	}
	client, err := kube.Client(config)
	if err != nil {
		return err
	}
	proxy, err := server.NewProxy(config, s.content.Endpoints.Prometheus)
	if err != nil {
		return err
	}
	prometheus, err := server.NewPrometheus(proxy)
	if err != nil {
		return err
	}
	var releases []usage.Release
	for _, r := range s.content.Releases {
		releases = append(releases, usage.Release{Name: r.Name, Namespace: r.Namespace})
	}
	found, err := usage.Measure(ctx, usage.Options{Releases: releases, Kubernetes: client, Prometheus: prometheus, Sink: sink})
	if err != nil {
		return err
	}
	s.result = used(found, *budget)
	return budget.Exceeded(found)
}
