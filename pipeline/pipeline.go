// Package pipeline knows the order of the steps. Each step is a package below
// it, takes plain values, returns plain values and runs no other step, though it
// may use another's types; what one hands to the next is seen here and nowhere
// else.
package pipeline

import (
	"context"
	"errors"
	"slices"

	"firedrill/pipeline/command"
	"firedrill/pipeline/report"
)

// DeployAndTest does the whole job: from an empty machine to proven alarms,
// and back to an empty machine.
func DeployAndTest(ctx context.Context, o Options) error {
	return o.attempt(ctx, func() error { return deployAndTest(ctx, o) })
}

func deployAndTest(ctx context.Context, o Options) error {
	s, err := loadedState(ctx, o)
	if err != nil {
		return err
	}
	if err := s.prepareScans(); err != nil {
		return err
	}
	return s.session(ctx, func() []step { return slices.Concat(s.making(), s.deploying(), s.proving()) })
}

// making are the steps to a cluster with the images in it.
func (s *state) making() []step {
	return []step{
		{"machine", s.inspectMachine},
		{"images", s.ensureImages},
		{"cluster", s.createCluster},
	}
}

// deploying are the steps from there to a stack whose logs arrive, and which people
// reach by name.
func (s *state) deploying() []step {
	return []step{
		{"certificates", s.placeCertificates},
		{"deploy", s.deployReleases},
		{"dashboards", s.importDashboards},
		{"logs", s.proveLogs},
		{"addresses", s.visitAddresses},
	}
}

// proving are the steps that look for what is weak, break things, and then ask
// every panel and every rule for its data, and every receiver to deliver. Scanners
// take all of a small machine, so no drill is held meanwhile. What may become ready
// later has had the time of all drills.
func (s *state) proving() []step {
	return []step{
		{stepScan, s.scanStack},
		{"drill", s.holdDrills},
		{"ready", s.awaitLater},
		{"panels", s.checkPanels},
		{"rules", s.askForData},
		{"channels", s.tryChannels},
	}
}

// Up creates a cluster with the images in it, and leaves it standing.
func Up(ctx context.Context, o Options) error {
	o.Keep = true
	return o.attempt(ctx, func() error { return session(ctx, o, (*state).making) })
}

// Deploy installs the releases and dashboards on a cluster that stands, and
// proves that its logs arrive.
func Deploy(ctx context.Context, o Options) error {
	return o.attempt(ctx, func() error {
		return onCluster(ctx, o, func(s *state) []step {
			return append(s.deploying(), step{"ready", s.awaitLater})
		})
	})
}

// state is what the steps of a run hand on.
type state struct {
	options Options
	runner  command.Runner
	output  *report.Output
	// behind are done last, after the teardown and whatever became of the rest.
	behind []step
	// stack is what a whole run scans; nil for nothing.
	stack *scanning
	loaded
	made
}

func loadedState(ctx context.Context, o Options) (*state, error) {
	l, err := load(ctx, o)
	return &state{options: o, runner: command.OS{}, loaded: l}, err
}

// session runs steps that make a cluster, and the teardown behind them.
func session(ctx context.Context, o Options, plan func(*state) []step) error {
	s, err := loadedState(ctx, o)
	if err != nil {
		return err
	}
	return s.session(ctx, func() []step { return plan(s) })
}

func (s *state) session(ctx context.Context, plan func() []step) (err error) {
	if s.options.CheckOnly {
		return nil
	}
	if s.run, err = s.options.runs().New(s.options.Name); err != nil {
		return err
	}
	if err := s.record(); err != nil {
		return errors.Join(err, s.abandon())
	}
	return s.whole(ctx, func() error {
		err := s.play(ctx, plan())
		err = errors.Join(err, s.end(ctx))
		if lasting(ctx).Err() != nil {
			return err
		}
		return errors.Join(err, s.play(lasting(ctx), s.behind))
	})
}

// onCluster runs steps on the cluster of an earlier command, or of the user.
func onCluster(ctx context.Context, o Options, plan func(*state) []step) error {
	s, err := loadedState(ctx, o)
	if err != nil || o.CheckOnly {
		return err
	}
	if err := s.findCluster(ctx); err != nil {
		return err
	}
	if err := s.record(); err != nil {
		return err
	}
	return s.whole(ctx, func() error { return s.play(ctx, plan(s)) })
}
