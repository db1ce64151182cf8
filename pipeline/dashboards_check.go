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
	if p.Policy == "" {
		if p.Policy, err = o.policy(ctx); err != nil {
			return c, err
		}
	}
	if err := o.checkPanels(ctx, p); err != nil || o.CheckOnly {
		return c, err
	}
	err = o.step(ctx, func(ctx context.Context, g dashboards.Options) error {
		found, err := askPanels(ctx, g, p)
		var all []report.Dashboard
		for _, d := range found {
			all = append(all, dashboard(d, ""))
		}
		c = report.CountPanels(all...)
		return err
	})
	return c, err
}

// checkPanels finds what is wrong with the options and the files before a Grafana
// is looked for.
func (o DashboardOptions) checkPanels(ctx context.Context, p PanelOptions) error {
	_, dir, err := o.prepare(ctx)
	if err != nil {
		return err
	}
	_, _, err = readPanels(dir, p.Policy)
	return errors.Join(panels.CheckTime(p.From, p.To, time.Now()), err)
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

// readPanels reads a folder's dashboards, and the list of those of their panels that
// may be empty if there is one.
func readPanels(dir, policy string) (found []dashboards.Dashboard, allowed []panels.Allowance, err error) {
	if found, err = dashboards.Load(dir); err != nil || policy == "" {
		return found, nil, err
	}
	allowed, err = panels.LoadAllowed(policy, found)
	return found, allowed, err
}

// askPanels asks the panels of a folder's dashboards in a Grafana.
func askPanels(ctx context.Context, g dashboards.Options, p PanelOptions) ([]panels.Dashboard, error) {
	found, allowed, err := readPanels(g.Dir, p.Policy)
	if err != nil {
		return nil, err
	}
	sources, err := dashboards.Sources(ctx, g)
	if err != nil {
		return nil, err
	}
	return panels.Check(ctx, panels.Options{
		Dashboards: found, Querier: panels.Server(g), Sources: sources, Allowed: allowed,
		Variables: p.Variables, From: p.From, To: p.To, Within: p.Within, Sink: g.Sink,
	})
}
