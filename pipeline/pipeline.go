// Package pipeline knows the order of the steps. Each step is a package below
// it, takes plain values, returns plain values and knows nothing of the
// others; what one hands to the next is seen here and nowhere else.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"firedrill/pipeline/command"
	"firedrill/pipeline/content"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/report"
	"firedrill/pipeline/runs"
)

// Options are what a person, a CI system or the Dagger module can ask for.
type Options struct {
	Content string // path of firedrill.yaml
	Name    string // of the run; "" makes one up
	Cache   string // folder of images, build caches and runs
	Engine  string // docker, podman, nerdctl or auto
	Images  string // registry, source or auto
	Mirror  string // registry to use in place of all others
	Pins    string // file with digests that take the place of image.yaml's
	Nodes   int    // 0: as firedrill.yaml says
	// Kubeconfig names an existing cluster: none is created, none deleted.
	Kubeconfig      string
	KubeconfigMerge bool // add the run's cluster to the user's kubeconfig
	Keep            bool // leave the cluster standing
	Sink            event.Sink
}

// CacheDir is where images, build caches and runs are kept if the user says
// nothing: FIREDRILL_CACHE, or a folder in the user's cache.
func CacheDir() (string, error) {
	if dir := os.Getenv("FIREDRILL_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache folder (FIREDRILL_CACHE names another): %w", err)
	}
	return filepath.Join(dir, "firedrill"), nil
}

func (o Options) runs() runs.Folders { return runs.Folders(filepath.Join(o.Cache, "runs")) }

// engineDir holds engine configuration. It belongs to all runs, so that a
// later one can clean up after one whose folder is gone.
func (o Options) engineDir() string { return filepath.Join(o.Cache, "engine") }

// step is one line of the table of contents below.
type step struct {
	name string
	do   func(context.Context, event.Sink) error
}

// DeployAndTest does the whole job: from an empty machine to proven alarms,
// and back to an empty machine.
func DeployAndTest(ctx context.Context, o Options) error {
	return session(ctx, o, func(s *state) []step {
		return []step{
			{"machine", s.inspectMachine},
			{"images", s.ensureImages},
			{"cluster", s.createCluster},
			{"deploy", s.deployReleases},
			{"dashboards", s.importDashboards},
			{"drill", s.holdDrills},
		}
	})
}

// Up creates a cluster with the images in it, and leaves it standing.
func Up(ctx context.Context, o Options) error {
	o.Keep = true
	return session(ctx, o, func(s *state) []step {
		return []step{
			{"machine", s.inspectMachine},
			{"images", s.ensureImages},
			{"cluster", s.createCluster},
		}
	})
}

// Deploy installs the releases and dashboards on a cluster that stands.
func Deploy(ctx context.Context, o Options) error {
	return onCluster(ctx, o, func(s *state) []step {
		return []step{
			{"deploy", s.deployReleases},
			{"dashboards", s.importDashboards},
		}
	})
}

// Drill holds the named drills, all of them if none is named, on a cluster
// where the releases are deployed.
func Drill(ctx context.Context, o Options, names ...string) error {
	return onCluster(ctx, o, func(s *state) []step {
		return []step{{"drill", func(ctx context.Context, sink event.Sink) error {
			if err := s.choose(names); err != nil {
				return err
			}
			return s.holdDrills(ctx, sink)
		}}}
	})
}

// state is what the steps of a run hand on.
type state struct {
	options Options
	runner  command.Runner
	loaded
	made
}

// loaded is what was read before anything was done.
type loaded struct {
	content *content.Content
	specs   images.Specs
	pins    images.Pins
	drills  []drill.Drill
	rules   []drill.Rule
}

// load reads and checks all configuration, so that nobody waits for a cluster
// to learn of a typo.
func load(o Options) (l loaded, err error) {
	if l.content, err = content.Load(o.Content); err != nil {
		return l, err
	}
	var errs [4]error
	l.specs, errs[0] = images.Load(l.content.Images)
	l.rules, errs[1] = drill.Rules(l.content.Rules...)
	if l.content.Smoketests != "" {
		l.drills, errs[2] = drill.Load(l.content.Smoketests)
	}
	if o.Pins != "" {
		l.pins, errs[3] = images.LoadPins(o.Pins)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return l, err
	}
	return l, drill.Validate(l.drills, l.rules)
}

// session runs steps that make a cluster, and the teardown behind them.
func session(ctx context.Context, o Options, plan func(*state) []step) error {
	l, err := load(o)
	if err != nil {
		return err
	}
	run, err := o.runs().New(o.Name)
	if err != nil {
		return err
	}
	s := &state{options: o, runner: command.OS{}, loaded: l, made: made{run: run}}
	task := s.start(run.Name)
	err = s.play(ctx, plan(s))
	return task.End(errors.Join(err, s.end(ctx, err)), nil)
}

// onCluster runs steps on the cluster of an earlier command, or of the user.
func onCluster(ctx context.Context, o Options, plan func(*state) []step) error {
	l, err := load(o)
	if err != nil {
		return err
	}
	s := &state{options: o, runner: command.OS{}, loaded: l}
	if err := s.findCluster(); err != nil {
		return err
	}
	task := s.start(s.run.Name)
	return task.End(s.play(ctx, plan(s)), nil)
}

// start opens the run in the stream of events.
func (s *state) start(name string) *event.Task {
	sink := s.options.Sink.ForStep("run")
	named := event.Sink(func(e event.Event) {
		e.Result = report.Run{Name: name, HostCores: runtime.NumCPU()}
		sink(e)
	})
	return named.Start("")
}

// play does the steps in order. After one that failed the rest is skipped.
func (s *state) play(ctx context.Context, steps []step) error {
	for i, step := range steps {
		err := s.do(ctx, step)
		if err == nil {
			continue
		}
		for _, rest := range steps[i+1:] {
			s.options.Sink.ForStep(rest.name).Start("").Skip("step " + step.name + " failed")
		}
		return fmt.Errorf("%s: %w", step.name, err)
	}
	return nil
}

// do runs one step. A step that has nothing to do says so by a skipped error;
// one that knows more than its items say ends with a result.
func (s *state) do(ctx context.Context, step step) error {
	sink := translate(s.options.Sink.ForStep(step.name))
	task := sink.Start("")
	err := context.Cause(ctx)
	if err == nil {
		err = step.do(ctx, sink)
	}
	var reason skipped
	if errors.As(err, &reason) {
		task.Skip(string(reason))
		return nil
	}
	return task.End(err, s.results[step.name])
}

// skipped is the reason why a step has nothing to do.
type skipped string

func (s skipped) Error() string { return string(s) }
