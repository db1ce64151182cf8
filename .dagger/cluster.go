package main

import (
	"context"
	"errors"
	"time"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// named has a name for the run: the caller's or a new one.
func (m *Firedrill) named() plan.Options {
	o := m.options()
	if o.Name == "" {
		o.Name = plan.NewName(time.Now())
	}
	return o
}

// Do the whole job: images, cluster, releases, drills, report, teardown.
//
// +check
// +cache="never"
func (m *Firedrill) DeployAndTest(
	ctx context.Context,
	// Number of nodes.
	// +optional
	nodes int,
	// Memory that drills may take of this machine, such as 8Gi.
	// +optional
	maxMemory string,
	// CPU that drills may take of this machine, such as 1500m.
	// +optional
	maxCpu string,
	// URL to tell when a run fails or recovers, such as env://FIREDRILL_NOTIFY_URL.
	// +optional
	notify *dagger.Secret,
	// Format of what is told: generic, slack, teams, or auto: by the host of the URL.
	// +optional
	notifyFormat string,
	// Return the report of a failed run too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	o := m.named()
	job := plan.Prepared(o, plan.DeployAndTest(o, plan.Test{Nodes: nodes, MaxMemory: maxMemory, MaxCPU: maxCpu, Format: notifyFormat}))
	return m.run(ctx, ask{o, "deploy-and-test", job, []dagger.WithContainerFunc{telling(notify)}, keepGoing})
}

// Do the whole job twice, compare, and say what got slower.
//
// +cache="never"
func (m *Firedrill) Nightly(
	ctx context.Context,
	// Drop the images and the build caches first.
	// +optional
	fromNothing bool,
	// Folder of history.jsonl of the nights before, and of how the last one ended; the run's `history`, and `history` in its report, have it with this night added.
	// +optional
	history *dagger.Directory,
	// Number of nodes.
	// +optional
	nodes int,
	// Memory that drills may take of this machine, such as 8Gi.
	// +optional
	maxMemory string,
	// CPU that drills may take of this machine, such as 1500m.
	// +optional
	maxCpu string,
	// URL to tell when a run fails or recovers, such as env://FIREDRILL_NOTIFY_URL.
	// +optional
	notify *dagger.Secret,
	// Format of what is told: generic, slack, teams, or auto: by the host of the URL.
	// +optional
	notifyFormat string,
	// Return the report of a failed run too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	o := m.named()
	job := plan.Prepared(o, plan.Nightly(o, plan.Test{
		Nodes: nodes, MaxMemory: maxMemory, MaxCPU: maxCpu, Format: notifyFormat, FromNothing: fromNothing, Remembered: history != nil,
	}))
	if history == nil {
		history = dag.Directory()
	}
	remembering := func(c *dagger.Container) *dagger.Container { return c.WithDirectory(plan.History, history) }
	r, err := m.run(ctx, ask{o, "nightly", job, []dagger.WithContainerFunc{telling(notify), remembering}, keepGoing})
	if err != nil {
		return nil, err
	}
	// One export has both: a history that is exported where it was handed in makes the
	// next call by the name another one, which runs again.
	r.Report = r.Report.WithDirectory("history", r.History())
	return r, nil
}

// Hold the named drills, or all, on the cluster of --kubeconfig, or on one made for that and removed again.
//
// +cache="never"
func (m *Firedrill) Drill(
	ctx context.Context,
	// Names of drills, such as website-down.
	// +optional
	names []string,
	// Hold at most that many drills at once.
	// +optional
	parallel int,
	// Hold each drill that often, and show how it went.
	// +optional
	repeat int,
	// Show what each fault would touch; change nothing.
	// +optional
	dryRun bool,
	// Only mend what killed drills left broken.
	// +optional
	recover bool,
	// Context of --kubeconfig: hold the drills on that cluster, which others use too.
	// +optional
	against string,
	// With --against, the only namespace in which drills may change anything.
	// +optional
	namespace string,
	// With --against, let alarms wake whoever they wake when it is no drill.
	// +optional
	pageForReal bool,
	// Number of nodes of a cluster made for that.
	// +optional
	nodes int,
	// Memory that drills may take of this machine, such as 8Gi.
	// +optional
	maxMemory string,
	// CPU that drills may take of this machine, such as 1500m.
	// +optional
	maxCpu string,
	// URL to tell when a run fails or recovers, such as env://FIREDRILL_NOTIFY_URL.
	// +optional
	notify *dagger.Secret,
	// Format of what is told: generic, slack, teams, or auto: by the host of the URL.
	// +optional
	notifyFormat string,
	// Return the report of a failed run too, and let the call succeed.
	// +optional
	keepGoing bool,
) (*Run, error) {
	if against != "" && m.Kubeconfig == nil {
		return nil, errors.New("--against names a context of --kubeconfig, which is missing")
	}
	o := m.named()
	job := plan.Standing(o, plan.Cluster{Nodes: nodes, Format: notifyFormat}, plan.Drill(o,
		plan.Test{MaxMemory: maxMemory, MaxCPU: maxCpu, Format: notifyFormat},
		plan.Drills{
			Names: names, Parallel: parallel, Repeat: repeat, DryRun: dryRun, Recover: recover,
			Against: against, Namespace: namespace, PageForReal: pageForReal,
		}))
	return m.run(ctx, ask{o, "drill", job, []dagger.WithContainerFunc{telling(notify)}, keepGoing})
}

// Open a terminal in the container with a cluster up and the releases on it; the cluster goes when the terminal is left.
//
// +cache="never"
func (m *Firedrill) Shell(
	ctx context.Context,
	// Number of nodes.
	// +optional
	nodes int,
) (*dagger.Container, error) {
	o := m.named()
	job := plan.Terminal(o, nodes)
	c, err := m.machine(ctx, job)
	if err != nil {
		return nil, err
	}
	return c.Terminal(dagger.ContainerTerminalOpts{Cmd: job.Argv, InsecureRootCapabilities: o.Privileged()}), nil
}
