package main

import (
	"context"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// Run is what a run leaves behind, whether it passed or failed.
type Run struct {
	// Name of the run: the same call with --name NAME gives the same results without running it again.
	Name string
	// Whether all of it passed.
	Passed bool
	// Steps and drills in lines, with how each ended and how long it took.
	Summary string
	// The folder of the report: report.html, junit.xml, summary.json, events.jsonl, scan.sarif if it scanned, and of a night the folder history.
	Report *dagger.Directory
	// +private
	Place *dagger.Container
}

// The results, for a CI system.
func (r *Run) Junit() *dagger.File { return r.Report.File("junit.xml") }

// What was found, for a code scanning service, of a run that scanned.
func (r *Run) Sarif() *dagger.File { return r.Report.File("scan.sarif") }

// The folder with history.jsonl, of a nightly run.
func (r *Run) History() *dagger.Directory { return r.Place.Directory(plan.History) }

// The container as the run left it; the cluster is gone.
func (r *Run) Container() *dagger.Container { return r.Place }

// ask is one run that is wanted.
type ask struct {
	o         plan.Options
	function  string // as its caller names it
	job       plan.Job
	given     []dagger.WithContainerFunc // to this function alone
	keepGoing bool
}

// telling hands the URL in that is told how a run ended.
func telling(notify *dagger.Secret) dagger.WithContainerFunc {
	return func(c *dagger.Container) *dagger.Container {
		if notify == nil {
			return c
		}
		return c.WithSecretVariable("FIREDRILL_NOTIFY_URL", notify)
	}
}

// run does what is asked, afresh unless the run's name is known. A run that
// fails is an error with its summary, or, to go on, a result like any other.
func (m *Firedrill) run(ctx context.Context, a ask) (*Run, error) {
	c, err := m.machine(ctx, a.job, a.given...)
	if err != nil {
		return nil, err
	}
	c = c.WithEnvVariable(plan.Once, a.o.Name).
		WithDirectory(plan.Out, dag.Directory()).
		WithExec(a.job.Argv, dagger.ContainerWithExecOpts{
			InsecureRootCapabilities: a.o.Privileged(), Expect: dagger.ReturnTypeAny,
		})
	status, err := c.ExitCode(ctx)
	if err != nil {
		return nil, err
	}
	r := &Run{Name: a.o.Name, Passed: status == 0, Report: c.Directory(plan.Out), Place: c}
	if r.Summary, err = r.summarize(ctx); err != nil {
		return nil, err
	}
	if !r.Passed && !a.keepGoing {
		return nil, plan.Failed(a.function, a.o, status, r.Summary)
	}
	return r, nil
}

// summarize reads the report, or, if the run came to none, what it has said.
func (r *Run) summarize(ctx context.Context) (string, error) {
	there, err := r.Report.Glob(ctx, "summary.json")
	if err != nil {
		return "", err
	}
	if len(there) == 0 {
		return r.said(ctx)
	}
	text, err := r.Report.File("summary.json").Contents(ctx)
	if err != nil {
		return "", err
	}
	return plan.Summary(text)
}

func (r *Run) said(ctx context.Context) (string, error) {
	found, err := r.Place.Stdout(ctx)
	if err != nil {
		return "", err
	}
	log, err := r.Place.Stderr(ctx)
	return plan.Said(found, log), err
}
