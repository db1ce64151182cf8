package pipeline

import (
	"context"
	"fmt"
	"time"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/event"
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
		return s.abandon() // no engine, so nothing was made with one
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

// abandon removes the folder of a run that has made nothing. If a killed run of the
// same name has, the folder stays: a later run, or `firedrill down`, finds it by
// that.
func (s *state) abandon() error {
	if s.run.Engine() != "" {
		return nil
	}
	return s.run.Remove()
}

// remove deletes one run. Its folder goes last: it is what tells a later run
// that something is left.
func (s *state) remove(ctx context.Context, run *runs.Run, sink event.Sink) error {
	task := sink.Start(run.Name)
	err := s.deleteCluster(ctx, run)
	if err == nil {
		err = run.Remove()
	}
	return task.End(err, nil)
}

func (s *state) deleteCluster(ctx context.Context, run *runs.Run) error {
	engine, err := s.engineOf(ctx, run)
	if err != nil {
		return err
	}
	if err := cluster.Delete(ctx, s.runner, engine, runs.Label, run.Name); err != nil || !run.Merged() {
		return err
	}
	return cluster.UnmergeKubeconfig(engine, run.Name)
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
		if err := s.deleteCluster(ctx, s.run); err != nil {
			return fmt.Errorf("remove what the killed run %s left: %w", s.run.Name, err)
		}
	}
	if err := cluster.Free(ctx, s.runner, s.engine(), s.run.Name); err != nil {
		return err
	}
	return s.run.SetEngine(s.machine.Engine.Name)
}
