package pipeline

import (
	"context"
	"errors"
	"fmt"

	"firedrill/pipeline/dashboards"
)

// DashboardOptions are Options for work on dashboards, in whichever Grafana.
type DashboardOptions struct {
	Options
	// Dir holds the dashboards; "": the folder that firedrill.yaml names.
	Dir string
	// GrafanaURL and GrafanaToken reach a Grafana that is not of a cluster.
	GrafanaURL, GrafanaToken string
}

// folder needs firedrill.yaml only when no folder is given.
func (o DashboardOptions) folder(ctx context.Context) (string, error) {
	if o.Dir != "" {
		return o.Dir, nil
	}
	c, err := o.loadContent(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w; or name the folder of the dashboards with --dir", err)
	case c.Dashboards == "":
		return "", errors.New(o.Content + " names no dashboards; name their folder with --dir")
	}
	return c.Dashboards, nil
}

// LintDashboards checks the dashboards' files and says how many there are. With
// fix it brings them into normal form before.
func LintDashboards(ctx context.Context, o DashboardOptions, fix bool) (count int, rewritten []string, err error) {
	dir, err := o.folder(ctx)
	if err != nil {
		return 0, nil, err
	}
	var fixing error
	if fix {
		rewritten, fixing = dashboards.Fix(dir)
	}
	found, err := dashboards.Load(dir)
	if err == nil {
		// What is wrong with a text, both say.
		err = fixing
	}
	return len(found), rewritten, err
}
