package pipeline

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/machine"
)

// leave makes the folder of a run whose process has ended.
func leave(t *testing.T, o Options, name string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(o.runs().Open(name).Dir, 0o700))
}

// runsOf are the runs that have a folder.
func runsOf(t *testing.T, o Options) []string {
	t.Helper()
	all, err := o.runs().List()
	require.NoError(t, err)
	var names []string
	for _, run := range all {
		names = append(names, run.Name)
	}
	return names
}

func TestARunThatEndsRemovesItsOwnAndNothingElse(t *testing.T) {
	engine := holding("mine", "others")
	s, events := running(t, "mine", engine)
	leave(t, s.options, "others")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // an interrupted run tidies up all the same
	require.NoError(t, s.end(ctx))
	require.Equal(t, map[string]bool{"others": true}, engine.networks)
	require.Equal(t, []string{"others"}, runsOf(t, s.options))
	require.Equal(t, []string{"teardown: started", "teardown/mine: started", "teardown/mine: passed", "teardown: passed"}, events.lines)
}

func TestKeepLeavesAClusterButNoHalfMadeOne(t *testing.T) {
	engine := holding("mine")
	s, events := running(t, "mine", engine)
	s.options.Keep, s.cluster = true, &cluster.Cluster{}
	require.NoError(t, s.end(t.Context()))
	require.True(t, s.run.Kept())
	require.Empty(t, engine.calls)
	require.Equal(t, []string{"teardown: started", "teardown: skipped: kept: `firedrill down --name mine` removes it"}, events.lines)

	engine = holding("half")
	s, _ = running(t, "half", engine)
	s.options.Keep = true
	require.NoError(t, s.end(t.Context()))
	require.Empty(t, engine.networks)
	require.Empty(t, runsOf(t, s.options))
}

func TestWithoutAnEngineNothingWasMadeWithOne(t *testing.T) {
	for name, found := range map[string]*machine.Machine{"not inspected": nil, "none works": {}} {
		t.Run(name, func(t *testing.T) {
			engine := holding()
			s, events := running(t, "mine", engine)
			s.machine = found
			require.NoError(t, s.end(t.Context()))
			require.Empty(t, engine.calls)
			require.Empty(t, events.lines)
			require.Empty(t, runsOf(t, s.options))
		})
	}
}

func TestWithoutAnEngineTheFolderOfAKilledRunStays(t *testing.T) {
	for name, found := range map[string]*machine.Machine{"not inspected": nil, "none works": {}} {
		t.Run(name, func(t *testing.T) {
			s, _ := running(t, "mine", holding("mine"))
			require.NoError(t, s.run.SetEngine("docker")) // by the killed one
			s.machine = found
			require.NoError(t, s.end(t.Context()))
			require.Equal(t, []string{"mine"}, runsOf(t, s.options))
			require.Equal(t, "docker", s.options.runs().Open("mine").Engine())
		})
	}
}

// elsewhere is a run that was made with another engine than the machine's first,
// and a context that ends the look for that one before it has begun.
func elsewhere(t *testing.T, engine *fakeEngine) (context.Context, *state) {
	t.Helper()
	s, _ := running(t, "mine", engine)
	require.NoError(t, s.run.SetEngine("podman"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, s
}

func TestImagesGoIntoTheClusterOfTheRunsEngine(t *testing.T) {
	engine := holding("mine")
	ctx, s := elsewhere(t, engine)
	require.ErrorContains(t, s.openCluster(ctx), "inspect this machine: context canceled", "podman is looked for")
	require.Empty(t, engine.calls, "docker is not asked")
}

// TestWhatCannotBeRemovedIsNotForgotten: the run's folder is what makes a
// later run try again.
func TestWhatCannotBeRemovedIsNotForgotten(t *testing.T) {
	engine := holding("mine")
	s, events := running(t, "mine", engine)
	engine.broken = errors.New("no daemon")
	require.ErrorContains(t, s.end(t.Context()), "teardown: delete cluster mine")
	require.Equal(t, []string{"mine"}, runsOf(t, s.options))
	require.Contains(t, events.lines[len(events.lines)-1], "no daemon")
}

func TestSweepRemovesKilledRunsOnly(t *testing.T) {
	engine := holding("killed", "kept", "busy")
	s, events := running(t, "mine", engine)
	leave(t, s.options, "killed")
	leave(t, s.options, "kept")
	require.NoError(t, s.options.runs().Open("kept").Keep())
	_, err := s.options.runs().New("busy")
	require.NoError(t, err)

	require.NoError(t, s.sweep(t.Context(), events.sink))
	require.Equal(t, map[string]bool{"kept": true, "busy": true}, engine.networks)
	require.Equal(t, []string{"busy", "kept", "mine"}, runsOf(t, s.options))

	leave(t, s.options, "killed")
	engine.broken = errors.New("no daemon")
	require.ErrorContains(t, s.sweep(t.Context(), nil), "remove what the killed run killed left: delete cluster killed")
}

func TestDown(t *testing.T) {
	for name, c := range map[string]struct {
		folders, inEngine []string
		name              string
		all               bool
		left              []string
		wantError         string
	}{
		"the only one":         {folders: []string{"a"}, inEngine: []string{"a"}},
		"one of several":       {folders: []string{"a", "b"}, inEngine: []string{"a"}, wantError: "there are 2 runs: choose one with --name, or --all: a, b", left: []string{"a"}},
		"the named one":        {folders: []string{"a", "b"}, inEngine: []string{"a", "b"}, name: "b", left: []string{"a"}},
		"one without folder":   {inEngine: []string{"lost"}, name: "lost"},
		"a mistyped one":       {folders: []string{"a", "b"}, inEngine: []string{"a", "b"}, name: "c", wantError: "there is no run c; there are: a, b", left: []string{"a", "b"}},
		"one that is gone":     {name: "a", wantError: "there is no run a, nor any other"},
		"all":                  {folders: []string{"a", "b"}, inEngine: []string{"a", "b", "lost"}, all: true},
		"none":                 {wantError: "there is no run to remove"},
		"none by --all either": {all: true, wantError: "there is no run to remove"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := site(t)
			o.Name = c.name
			for _, folder := range c.folders {
				leave(t, o, folder)
			}
			engine := holding(c.inEngine...)
			s := &state{options: o, runner: engine, made: made{machine: working()}}
			err := s.down(t.Context(), nil, c.all)
			if c.wantError != "" {
				require.EqualError(t, err, c.wantError)
			} else {
				require.NoError(t, err)
				require.ElementsMatch(t, c.left, runsOf(t, o))
			}
			require.ElementsMatch(t, c.left, slices.Collect(maps.Keys(engine.networks)))
		})
	}
}

func TestDownLeavesABusyRunAndDoesTheOthers(t *testing.T) {
	s, _ := running(t, "busy", holding("busy", "dead"))
	leave(t, s.options, "dead")
	err := s.down(t.Context(), nil, true)
	require.EqualError(t, err, "run busy: another process works with it; end that first")
	require.Equal(t, []string{"busy"}, runsOf(t, s.options))
}

func TestDownSaysThatItTakesAnEngine(t *testing.T) {
	o, _ := site(t)
	leave(t, o, "a")
	s := &state{options: o, runner: holding(), made: made{machine: &machine.Machine{}}}
	require.ErrorContains(t, s.down(t.Context(), nil, true), "no container engine works, so there is no removing what a left")
	require.Equal(t, []string{"a"}, runsOf(t, o))
}
