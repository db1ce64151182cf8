package pipeline

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"firedrill/pipeline/event"
	"firedrill/pipeline/report"
)

// step is one line of a table of contents.
type step struct {
	name string
	do   func(context.Context, event.Sink) error
}

// Failure is what went wrong in a step, or in a run as a whole. The stream of
// events has told it already: who shows that need not repeat it.
type Failure struct {
	Step string // the first step that failed; empty if none did
	Err  error
}

// Error is everything that went wrong.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the reason.
func (f *Failure) Unwrap() error { return f.Err }

// record starts the report: from here on its files are written. It is done
// when nothing is left that could be told to be wrong beforehand, because it
// takes the place of the report of the run before, and of its scans.
func (s *state) record() (err error) {
	if s.output, err = report.Create(s.options.Out); err != nil {
		return err
	}
	s.options.Sink = event.Tee(s.options.Sink, s.output.Sink())
	return forgetScans(s.options.Out)
}

// whole does work as one run of the stream of events, and ends the report.
func (s *state) whole(ctx context.Context, work func() error) error {
	sink := s.options.Sink.ForStep("run")
	named := event.Sink(func(e event.Event) {
		e.Result = report.Run{Name: s.run.Name, HostCores: runtime.NumCPU()}
		sink(e)
	})
	err := named.Start("").End(s.told(ctx, work), nil)
	if err != nil {
		failure := &Failure{Err: err}
		if step := (*Failure)(nil); errors.As(err, &step) {
			failure.Step = step.Step
		}
		err = failure
	}
	return errors.Join(err, s.output.Close())
}

// play does the steps in order. After one that failed the rest is skipped; but
// what is weak keeps no drill from being held.
func (s *state) play(ctx context.Context, steps []step) error {
	var errs []error
	for i, step := range steps {
		err := s.do(ctx, step)
		errs = append(errs, err)
		if err == nil || step.name == stepScan {
			continue
		}
		for _, rest := range steps[i+1:] {
			s.options.Sink.ForStep(rest.name).Start("").Skip("step " + step.name + " failed")
		}
		break
	}
	return errors.Join(errs...)
}

// do runs one step. A step that has nothing to do says so by a skipped error;
// one that knows more than its items say ends with a result. A failure is a
// *Failure.
func (s *state) do(ctx context.Context, step step) error {
	sink := translate(s.options.Sink.ForStep(step.name))
	task := sink.Start("")
	s.result = nil
	err := context.Cause(ctx)
	if err == nil {
		err = step.do(ctx, sink)
	}
	var reason skipped
	if errors.As(err, &reason) {
		task.Skip(string(reason))
		return nil
	}
	if err := task.End(err, s.result); err != nil {
		return &Failure{Step: step.name, Err: fmt.Errorf("%s: %w", step.name, err)}
	}
	return nil
}

// skipped is the reason why a step has nothing to do.
type skipped string

func (s skipped) Error() string { return string(s) }
