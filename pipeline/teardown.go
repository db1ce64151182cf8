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
func (s *state) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), teardownTimeout)
	defer cancel()
	if s.machine == nil || s.machine.Engine.Name == "" {
		return s.run.Remove() // no engine, so nothing was made with one
	}
	return s.do(ctx, step{"teardown", func(ctx context.Context, sink event.Sink) error {
		if !s.options.Keep || s.cluster == nil {
			return s.remove(ctx, s.run, sink)
		}
		if err := s.run.Keep(); err != nil {
			return err
		}
		return skipped("kept: `firedrill down --name " + s.run.Name + "` removes it")
	}})
}

// remove deletes one run. Its folder goes last: it is what tells a later run
// that something is left.
func (s *state) remove(ctx context.Context, run *runs.Run, sink event.Sink) error {
	task := sink.Start(run.Name)
	engine, err := s.engineOf(ctx, run)
	if err == nil {
		err = cluster.Delete(ctx, s.runner, engine, runs.Label, run.Name)
	}
	if err == nil && run.Merged() {
		err = cluster.UnmergeKubeconfig(engine, run.Name)
	}
	if err == nil {
		err = run.Remove()
	}
	return task.End(err, nil)
}

// engineOf is the engine that carries what the run has made. A run that was
// told which to use may have used another one than this machine's first.
func (s *state) engineOf(ctx context.Context, run *runs.Run) (cluster.Engine, error) {
	name := run.Engine()
	if name == "" || name == s.machine.Engine.Name {
		return s.engine(), nil
	}
	look := s.options.machine(nil)
	look.Engine = name
	m, err := machine.Inspect(ctx, look, nil)
	if err != nil {
		return cluster.Engine{}, err
	}
	if m.Engine.Name == "" {
		return cluster.Engine{}, fmt.Errorf("run %s uses %s, which does not work now: `firedrill doctor --engine %s` says what to do", run.Name, name, name)
	}
	return cluster.Engine{Name: m.Engine.Name, Env: m.Engine.Env}, nil
}

// sweep removes what killed runs have left, and claims the run's name.
func (s *state) sweep(ctx context.Context, sink event.Sink) error {
	all, err := s.options.runs().List()
	if err != nil {
		return err
	}
	for _, run := range all {
		if run.Name == s.run.Name || run.Kept() || run.Busy() {
			continue
		}
		if err := s.remove(ctx, run, sink); err != nil {
			return fmt.Errorf("remove what the killed run %s left: %w", run.Name, err)
		}
	}
	if !s.run.Mine() {
		return nil
	}
	return s.claim(ctx)
}

// claim makes sure, before anything is made, that what bears the run's name in
// the engine will be the run's: its teardown removes it by that name.
func (s *state) claim(ctx context.Context) error {
	if s.run.Engine() != "" { // a killed run had the same name
		if err := cluster.Delete(ctx, s.runner, s.engine(), runs.Label, s.run.Name); err != nil {
			return fmt.Errorf("remove what the killed run %s left: %w", s.run.Name, err)
		}
	}
	if err := cluster.Free(ctx, s.runner, s.engine(), s.run.Name); err != nil {
		return err
	}
	return s.run.SetEngine(s.machine.Engine.Name)
}

// Down removes the named run, or with all every run that no living process
// works with: also those that were killed, and those whose folder is lost.
func Down(ctx context.Context, o Options, all bool) error {
	if err := o.check(); err != nil {
		return err
	}
	s := &state{options: o, runner: command.OS{}}
	return s.do(ctx, step{"teardown", func(ctx context.Context, sink event.Sink) (err error) {
		if s.machine, err = machine.Inspect(ctx, o.machine(nil), nil); err != nil {
			return err
		}
		return s.down(ctx, sink, all)
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
	if !all && s.options.Name != "" {
		return []string{s.options.Name}, nil
	}
	folders, err := s.options.runs().List()
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

// removeRemains removes what belongs to no run: the machine step's probes and
// half-made files of the image store.
func (s *state) removeRemains(ctx context.Context) error {
	_, err := images.Open(s.options.Cache).Collect()
	if s.machine.Engine.Name == "" {
		return err
	}
	return errors.Join(err, machine.RemoveProbes(ctx, s.runner, s.machine.Engine))
}
