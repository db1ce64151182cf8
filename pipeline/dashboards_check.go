package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/report"
)

// PanelOptions say how the panels of dashboards are asked.
type PanelOptions struct {
	// From and To are the time to look at; "": as each dashboard says.
	From, To string
	// Variables are values to choose, by name.
	Variables map[string][]string
	// Within is how long empty panels are asked again.
	Within time.Duration
	// Policy lists the panels that may be empty; "": panels.yaml in the policies
	// of firedrill.yaml, if it is there and no other folder of dashboards is named.
	Policy string
}

// CheckDashboards asks every query of every panel, and names the panels without
// data. How many there are comes back also with an error.
func CheckDashboards(ctx context.Context, o DashboardOptions, p PanelOptions) (c report.PanelCoverage, err error) {
	s, dir, err := o.prepare(ctx)
	if err != nil {
		return c, err
	}
	if p.Policy == "" {
		if p.Policy, err = o.policy(ctx); err != nil {
			return c, err
		}
	}
	shipped, err := readPanels(dir, p.Policy)
	if err = errors.Join(panels.CheckTime(p.From, p.To, time.Now()), err); err != nil || o.CheckOnly {
		return c, err
	}
	err = o.in(ctx, s, dir, func(ctx context.Context, g dashboards.Options) error {
		found, err := askPanels(ctx, g, shipped, p)
		var all []report.Dashboard
		for _, d := range found {
			all = append(all, dashboard(d, ""))
		}
		c = report.CountPanels(all...)
		return err
	})
	return c, err
}

// policy is the list that belongs to the folder of dashboards: firedrill.yaml's,
// unless another folder was named.
func (o DashboardOptions) policy(ctx context.Context) (string, error) {
	if o.Dir != "" {
		return "", nil
	}
	c, err := o.loadContent(ctx)
	if err != nil {
		return "", err
	}
	return panelPolicy(c), nil
}

// panelPolicy is the list of the panels that may be empty, "" if there is none.
func panelPolicy(c *content.Content) string { return policyFile(c, "panels.yaml") }

// policyFile is a file in the folder of policies, "" if it is not there.
func policyFile(c *content.Content, name string) string {
	path := filepath.Join(c.Policies, name)
	if _, err := os.Stat(path); c.Policies == "" || errors.Is(err, os.ErrNotExist) {
		return ""
	}
	return path
}

// shippedPanels are a folder's dashboards, and which of their panels may be empty.
type shippedPanels struct {
	dashboards []dashboards.Dashboard
	allowed    []panels.Allowance
}

// readPanels reads a folder, and the list of what may be empty if there is one.
func readPanels(dir, policy string) (p shippedPanels, err error) {
	if p.dashboards, err = dashboards.Load(dir); err != nil || policy == "" {
		return p, err
	}
	p.allowed, err = panels.LoadAllowed(policy, p.dashboards)
	return p, err
}

// askPanels asks the panels in a Grafana.
func askPanels(ctx context.Context, g dashboards.Options, shipped shippedPanels, p PanelOptions) ([]panels.Dashboard, error) {
	sources, err := dashboards.Sources(ctx, g)
	if err != nil {
		return nil, err
	}
	return panels.Check(ctx, panels.Options{
		Dashboards: shipped.dashboards, Querier: panels.Server(g), Sources: sources, Allowed: shipped.allowed,
		Variables: p.Variables, From: p.From, To: p.To, Within: p.Within, Sink: g.Sink,
	})
}
