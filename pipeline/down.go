package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// Down removes the named run, or with all every run that no living process
// works with: also those that were killed, and those whose folder is lost. With a
// run's cluster goes whatever drills have broken in it. A cluster of the user's
// stays, and what killed drills have left broken there is undone.
func Down(ctx context.Context, o Options, all bool) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.Kubeconfig != "" {
		return mend(ctx, o, all)
	}
	s := &state{options: o, runner: command.OS{}}
	return s.do(ctx, step{"teardown", func(ctx context.Context, sink event.Sink) (err error) {
		if s.machine, err = machine.Inspect(ctx, o.machine(nil), nil); err != nil {
			return err
		}
		return s.down(ctx, sink, all)
	}})
}

// mend undoes what killed drills have left on the cluster of the kubeconfig.
func mend(ctx context.Context, o Options, all bool) error {
	if all || o.Name != "" {
		return fmt.Errorf("down with --kubeconfig only mends what killed drills left on that cluster, which is not a run's; leave --name and --all out")
	}
	s := &state{options: o}
	return s.do(ctx, step{"teardown", func(ctx context.Context, sink event.Sink) error {
		config, err := s.rest()
		if err != nil {
			return err
		}
		target, err := drill.Cluster(config)
		if err != nil {
			return err
		}
		return drill.Recover(ctx, target, sink)
	}})
}

func (s *state) down(ctx context.Context, sink event.Sink, all bool) error {
	names, err := s.left(ctx, all)
	if err != nil {
		return err
	}
	if len(names) > 0 && s.machine.Engine.Name == "" {
		return fmt.Errorf("no container engine works, so there is no removing what %s left: `firedrill doctor` says what to do", strings.Join(names, ", "))
	}
	var errs []error
	for _, name := range names {
		run := s.options.runs().Open(name)
		if run.Busy() {
			errs = append(errs, fmt.Errorf("run %s: another process works with it; end that first", name))
			continue
		}
		errs = append(errs, s.remove(ctx, run, sink))
	}
	if all {
		errs = append(errs, s.removeRemains(ctx))
	}
	if err := errors.Join(errs...); err != nil || len(names) > 0 {
		return err
	}
	return skipped("there is no run to remove")
}

// left gives the names of the runs to remove.
func (s *state) left(ctx context.Context, all bool) ([]string, error) {
	folders, err := s.options.runs().List()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, run := range folders {
		names = append(names, run.Name)
	}
	if !all && s.options.Name != "" {
		return s.named(ctx, names)
	}
	if !all && len(names) > 1 {
		return nil, fmt.Errorf("there are %d runs: choose one with --name, or --all: %s", len(names), strings.Join(names, ", "))
	}
	if all && s.machine.Engine.Name != "" {
		lost, err := cluster.Left(ctx, s.runner, s.engine(), s.options.runs().Owner())
		if err != nil {
			return nil, err
		}
		names = append(names, lost...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// named gives the run of --name if it is one of those with a folder, or has lost
// that and left something in the engine. One that is gone already is no mistake;
// it may also be mistyped, so those that there are are named.
func (s *state) named(ctx context.Context, folders []string) ([]string, error) {
	name := s.options.Name
	if slices.Contains(folders, name) || s.machine.Engine.Name == "" {
		return []string{name}, nil
	}
	lost, err := cluster.Left(ctx, s.runner, s.engine(), runs.Label+"="+name)
	switch {
	case err != nil || slices.Contains(lost, name):
		return []string{name}, err
	case len(folders) > 0:
		return nil, skipped(fmt.Sprintf("there is no run %s; there are: %s", name, strings.Join(folders, ", ")))
	}
	return nil, skipped(fmt.Sprintf("there is no run %s, nor any other", name))
}

// removeRemains removes what belongs to no run: the machine step's probes and
// half-made files of the image store.
func (s *state) removeRemains(ctx context.Context) error {
	_, err := images.Open(s.options.Cache).Collect()
	if s.machine.Engine.Name == "" {
		return err
	}
	return errors.Join(err, machine.RemoveProbes(ctx, s.runner, s.machine.Engine))
}
