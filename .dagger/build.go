package main

import (
	"context"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// Compile firedrill and return the program.
func (m *Firedrill) Build(ctx context.Context) (*dagger.File, error) {
	c, err := m.workplace(ctx, plan.ToBuild, false)
	if err != nil {
		return nil, err
	}
	return c.WithExec([]string{"make", "bin/firedrill"}).File(plan.Program).Sync(ctx)
}

// says is what a target of make says.
func (m *Firedrill) says(ctx context.Context, target string) (string, error) {
	c, err := m.workplace(ctx, plan.ToBuild, false)
	if err != nil {
		return "", err
	}
	// Not beside a run, whose alarms it would delay: `dagger check` asks for all at once.
	c = c.WithMountedCache(plan.Alone, dag.CacheVolume(m.Storage), dagger.ContainerWithMountedCacheOpts{Sharing: dagger.CacheSharingModeLocked})
	return c.WithExec([]string{"make", target}).Stdout(ctx)
}

// Look for faults in the code and in the workflows, and return what the tools say.
//
// +check
func (m *Firedrill) Lint(ctx context.Context) (string, error) {
	return m.says(ctx, "lint")
}

// Run the tests that need no cluster, and return what they say.
//
// +check
func (m *Firedrill) Test(ctx context.Context) (string, error) {
	return m.says(ctx, "unit-test")
}

// Get every image, built from source or pulled, and return the store of them: an OCI layout, fit for --store.
func (m *Firedrill) Images(ctx context.Context) (*dagger.Directory, error) {
	o := m.options()
	job := plan.Prepared(o, plan.ImagesBuild(o))
	c, err := m.machine(ctx, job)
	if err != nil {
		return nil, err
	}
	return c.WithExec(job.Argv, as(o.Privileged())).
		WithExec([]string{"cp", "-r", plan.Store, plan.Copy}).Directory(plan.Copy), nil
}
