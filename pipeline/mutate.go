package pipeline

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/event"
	"firedrill/pipeline/mutation"
)

// Mutants lists the mutants of the rules, and the rules that are left out.
func Mutants(ctx context.Context, o Options) ([]mutation.Mutant, []string, error) {
	l, err := load(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return mutation.Of(l.rules)
}

// Mutating says how mutants are judged.
type Mutating struct {
	// Release is the one whose chart loads the rules.
	Release string
	// Promtool is the program that runs the unit tests of rules.
	Promtool string
	// TestsOnly leaves the drills out; then no cluster is needed.
	TestsOnly bool
	// Again names the file in which an earlier call has put how the drills went:
	// it is judged anew, without a cluster.
	Again string
}

// courseFile is where in the folder of the report it is kept how the drills went.
const courseFile = "mutants.json"

// MutateRules asks the rules' unit tests of every mutant. It loads the mutants
// beside the rules, by the value rules.extra of the chart of the release, holds
// every drill, takes the mutants out again, and says which of them neither the
// drills nor the unit tests would have noticed.
func MutateRules(ctx context.Context, o Options, how Mutating) (r mutation.Report, err error) {
	s, err := loadedState(ctx, o)
	if err != nil {
		return r, err
	}
	mutants, left, err := mutation.Of(s.rules)
	if err != nil {
		return r, err
	}
	policy, err := mutation.LoadPolicy(policyFile(s.content, "mutants.yaml"), mutants)
	if err != nil {
		return r, err
	}
	var course mutation.Course
	hold := func(context.Context) error { return nil }
	switch {
	case how.Again != "":
		course, err = mutation.LoadCourse(how.Again)
	case !how.TestsOnly:
		hold, err = s.toMutate(ctx, how.Release, mutants, &course)
	}
	if err != nil {
		return r, err
	}
	// The unit tests go first: they are sooner done, and take CPU from drills.
	tested, err := s.testMutants(ctx, how.Promtool, mutants)
	if err == nil {
		err = hold(ctx)
	}
	if err != nil {
		return r, err
	}
	return mutation.Judge(mutants, left, course, tested, policy)
}

// toMutate makes sure of all that the drills with mutants need, and returns how
// to hold them; they are written down in course.
func (s *state) toMutate(ctx context.Context, release string, mutants []mutation.Mutant, course *mutation.Course) (func(context.Context) error, error) {
	mutated, err := withMutants(s.content, release, mutants)
	if err != nil {
		return nil, err
	}
	if err := s.findCluster(ctx); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		m := &mutating{state: s, mutants: mutants, original: s.content, mutated: mutated}
		if err := m.run(ctx); err != nil {
			return err
		}
		*course = mutation.Course{Held: m.held(), Recorded: m.recorded}
		return course.Write(filepath.Join(s.options.Out, courseFile))
	}, nil
}

// testMutants asks the unit tests, as a step of its own.
func (s *state) testMutants(ctx context.Context, promtool string, mutants []mutation.Mutant) (tested map[string]mutation.Tested, err error) {
	tool := mutation.Promtool{Runner: s.runner, Path: promtool}
	err = s.do(ctx, step{"unit tests", func(ctx context.Context, sink event.Sink) (err error) {
		task := sink.Start("mutants")
		tested, err = tool.Test(ctx, mutants, task.Progress)
		return task.End(err, nil)
	}})
	return tested, err
}

// withMutants is the content whose release loads the mutants.
func withMutants(c *content.Content, release string, mutants []mutation.Mutant) (*content.Content, error) {
	i := slices.IndexFunc(c.Releases, func(r deploy.Release) bool { return r.Name == release })
	if i < 0 {
		return nil, fmt.Errorf("there is no release %q whose chart could load the mutants; name it with --release", release)
	}
	values, err := mutation.Values(mutants)
	if err != nil {
		return nil, err
	}
	changed := *c
	changed.Releases = slices.Clone(c.Releases)
	set := maps.Clone(c.Releases[i].Set)
	if set == nil {
		set = map[string]any{}
	}
	if _, taken := set["rules"]; taken {
		return nil, fmt.Errorf("release %s sets rules in firedrill.yaml; give those values in a file, so that rules.extra can be set besides", release)
	}
	maps.Copy(set, values)
	changed.Releases[i].Set = set
	return &changed, nil
}
