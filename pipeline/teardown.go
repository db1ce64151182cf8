package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// teardownTimeout bounds what is done after a run was interrupted.
const teardownTimeout = 3 * time.Minute

// end leaves the cluster standing if that was asked for and there is one, else
// removes everything that the run made, whatever became of it.
func (s *state) end(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), teardownTimeout)
	defer cancel()
	if s.options.Keep && s.cluster != nil {
		s.options.Sink.ForStep("teardown").Start("").Skip("kept: `firedrill down --name " + s.run.Name + "` removes it")
		return s.run.Keep()
	}
	if s.machine == nil || s.machine.Engine.Name == "" {
		return s.run.Remove() // no engine, so nothing was made with one
	}
	return s.do(ctx, step{"teardown", func(ctx context.Context, sink event.Sink) error {
		return remove(ctx, s.runner, s.engine(), s.run, sink)
	}})
}

// remove deletes one run. Its folder goes last: it is what tells a later run
// that something is left.
func remove(ctx context.Context, runner command.Runner, engine cluster.Engine, run *runs.Run, sink event.Sink) error {
	task := sink.Start(run.Name)
	err := cluster.Delete(ctx, runner, engine, runs.Label, run.Name)
	if err == nil && run.Merged() {
		err = cluster.UnmergeKubeconfig(engine, run.Name)
	}
	if err == nil {
		err = run.Remove()
	}
	return task.End(err, nil)
}

// sweep removes what killed runs have left.
func (s *state) sweep(ctx context.Context, sink event.Sink) error {
	all, err := s.options.runs().List()
	if err != nil {
		return err
	}
	for _, run := range all {
		if run.Name == s.run.Name || run.Kept() || run.Busy() {
			continue
		}
		if err := remove(ctx, s.runner, s.engine(), run, sink); err != nil {
			return fmt.Errorf("remove what the killed run %s left: %w", run.Name, err)
		}
	}
	return nil
}

// Down removes the named run, or with all every run that no living process
// works with: also those that were killed, and those whose folder is lost.
func Down(ctx context.Context, o Options, all bool) error {
	runner := command.OS{}
	m, err := machine.Inspect(ctx, o.machine(nil), nil)
	if err != nil {
		return err
	}
	engine := cluster.Engine{Name: m.Engine.Name, Env: m.Engine.Env}
	names, err := o.left(ctx, runner, engine, all)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		run := o.runs().Open(name)
		if run.Busy() {
			errs = append(errs, fmt.Errorf("run %s: another process works with it; end that first", name))
			continue
		}
		errs = append(errs, remove(ctx, runner, engine, run, o.Sink.ForStep("teardown")))
	}
	if all {
		errs = append(errs, removeRemains(ctx, o, m.Engine))
	}
	return errors.Join(errs...)
}

// left gives the names of the runs to remove.
func (o Options) left(ctx context.Context, runner command.Runner, engine cluster.Engine, all bool) ([]string, error) {
	if !all && o.Name != "" {
		return []string{o.Name}, nil
	}
	folders, err := o.runs().List()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, run := range folders {
		names = append(names, run.Name)
	}
	if !all && len(names) > 1 {
		return nil, fmt.Errorf("there are %d runs: choose one with --name, or --all: %s", len(names), strings.Join(names, ", "))
	}
	if all && engine.Name != "" {
		lost, err := cluster.Left(ctx, runner, engine, runs.Label)
		if err != nil {
			return nil, err
		}
		names = append(names, lost...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// removeRemains removes what belongs to no run: the machine step's probes and
// half-made files of the image store.
func removeRemains(ctx context.Context, o Options, engine machine.Engine) error {
	_, err := images.Open(o.Cache).Collect()
	if engine.Name == "" {
		return err
	}
	return errors.Join(err, machine.RemoveProbes(ctx, engine))
}
