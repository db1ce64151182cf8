package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/event"
)

// later is what a release says of its objects if Deploy need not wait for them.
const later = "later"

// Later tells whether the release may become ready after Deploy has returned.
func (r Release) Later() bool { return r.Ready == later }

// Later returns the releases that AwaitLater waits for.
func Later(releases []Release) []Release {
	return slices.DeleteFunc(slices.Clone(releases), func(r Release) bool { return !r.Later() })
}

// AwaitLater returns when all releases are ready that Deploy has installed
// without waiting, or each has had its timeout, which begins now. It returns a
// result for each that is ready, also beside an error.
func AwaitLater(ctx context.Context, o Options) ([]Result, error) {
	o.Releases = Later(o.Releases)
	d, err := newDeployer(o)
	if err != nil {
		return nil, err
	}
	return d.awaitAll(ctx)
}

func (d *deployer) awaitAll(ctx context.Context) ([]Result, error) {
	g := graphOf(d.Releases)
	g.needs = nil // what they need has been ready before they were installed
	return d.each(g, func(task *event.Task, r Release) (Result, error) { return d.await(ctx, task, r) })
}

// await waits for the objects of a release as it stands.
func (d *deployer) await(ctx context.Context, task *event.Task, r Release) (Result, error) {
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	j, err := d.job(ctx, task, r)
	if err != nil {
		return Result{}, err
	}
	last, err := j.config.Releases.Last(r.Name)
	if err != nil {
		return Result{}, fmt.Errorf("read the release's history: %w", err)
	}
	if err := j.waitFor(ctx, last); err != nil {
		return Result{}, j.explain(ctx, err)
	}
	return j.result(last, Unchanged), nil
}

// checkLater makes sure that nothing is installed on top of what is not ready.
func checkLater(at string, releases []Release, mistake report) {
	isLater := map[string]bool{}
	for _, r := range Later(releases) {
		isLater[r.Name] = true
	}
	for i, r := range releases {
		here := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case r.Ready != "" && !r.Later():
			mistake(here+".ready", "%q is unknown; write %s, or leave it out", r.Ready, later)
		case r.Later() && strings.TrimSpace(r.Because) == "":
			mistake(here+".because", "is missing; say why release %s takes so long that nothing should wait for it", r.Name)
		case !r.Later() && r.Because != "":
			mistake(here+".because", "gives a reason for nothing; it belongs to `ready: %s`", later)
		}
		for j, need := range r.Needs {
			if isLater[need] {
				mistake(fmt.Sprintf("%s.needs[%d]", here, j), "release %s may become ready later, so no other can need it; take this or its `ready: %s` out", need, later)
			}
		}
	}
}
