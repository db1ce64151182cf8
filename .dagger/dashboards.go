package main

import (
	"context"
	"time"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// Ask every query of every panel, name the panels without data, and return the coverage.
//
// It works on the Grafana of --grafana-url, or that in the cluster of
// --kubeconfig, or in a cluster made for that and removed again.
//
// +cache="never"
func (m *Firedrill) DashboardsCheck(
	ctx context.Context,
	// Folder of the dashboards in the source.
	// +optional
	dir string,
	// Time from which to look, such as now-1h.
	// +optional
	from string,
	// Time until which to look.
	// +optional
	to string,
	// NAME=VALUE to choose for variables; the same name may come several times.
	// +optional
	vars []string,
	// Ask empty panels again for that long, such as 1m.
	// +optional
	within string,
	// File that lists the panels which may be empty.
	// +optional
	allowed *dagger.File,
	// Address of a Grafana that is not in a cluster.
	// +optional
	grafanaUrl string,
	// The token for that.
	// +optional
	grafanaToken *dagger.Secret,
) (string, error) {
	o := m.named()
	command := plan.DashboardsCheck(o, plan.Panels{
		Dir: dir, From: from, To: to, Within: within, GrafanaURL: grafanaUrl, Variables: vars, Allowed: allowed != nil,
	})
	job := plan.Only(command)
	if grafanaUrl == "" {
		job = plan.Standing(o, plan.Cluster{}, command)
	}
	c, err := m.machine(ctx, job, func(c *dagger.Container) *dagger.Container {
		if allowed != nil {
			c = c.WithMountedFile(plan.PathOf("allowed"), allowed)
		}
		if grafanaToken != nil {
			c = c.WithSecretVariable("GRAFANA_TOKEN", grafanaToken)
		}
		return c
	})
	if err != nil {
		return "", err
	}
	return c.WithEnvVariable(plan.Once, time.Now().String()).WithExec(job.Argv, as(o.Privileged())).Stdout(ctx)
}
