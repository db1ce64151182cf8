package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// withSteps makes the plan of a session on a machine that works.
func withSteps(engine *fakeEngine, steps ...step) func(*state) []step {
	return func(s *state) []step {
		s.machine, s.runner = working(), engine
		return steps
	}
}

func TestASessionEndsWithTeardownAndReport(t *testing.T) {
	o, events := site(t)
	o.Name = "one"
	engine := holding("one")
	require.NoError(t, session(t.Context(), o, withSteps(engine, step{"deploy", succeeds})))
	require.Equal(t, []string{
		"run: started", "deploy: started", "deploy: passed",
		"teardown: started", "teardown/one: started", "teardown/one: passed", "teardown: passed",
		"run: passed",
	}, events.lines)
	require.Empty(t, engine.networks)
	require.Empty(t, runsOf(t, o))
	for _, file := range []string{"events.jsonl", "junit.xml", "report.html", "summary.json"} {
		require.FileExists(t, filepath.Join(o.Out, file))
	}
}

func TestAFailedSessionNamesTheStepAndTidiesUp(t *testing.T) {
	o, _ := site(t)
	o.Name = "one"
	engine := holding("one")
	err := session(t.Context(), o, withSteps(engine, step{"deploy", fails}, step{"drill", mustNotRun}))
	require.EqualError(t, err, "deploy: out of luck")
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "deploy", failure.Step)
	require.Empty(t, engine.networks)
	require.FileExists(t, filepath.Join(o.Out, "report.html"))
}

// TestWhatIsRefusedCostsNothing: not even the report of the run before.
func TestWhatIsRefusedCostsNothing(t *testing.T) {
	for name, wrong := range map[string]func(*Options){
		"options":           func(o *Options) { o.Engine = "rkt" },
		"content":           func(o *Options) { o.Content = "none.yaml" },
		"drill":             func(o *Options) { o.Drills = []string{"moon-down"} },
		"a kept run's name": func(o *Options) { o.Name = "kept" },
	} {
		t.Run(name, func(t *testing.T) {
			o, events := site(t)
			leave(t, o, "kept")
			require.NoError(t, o.runs().Open("kept").Keep())
			require.NoError(t, os.MkdirAll(o.Out, 0o700))
			before := filepath.Join(o.Out, "report.html")
			require.NoError(t, os.WriteFile(before, nil, 0o600))
			wrong(&o)
			require.Error(t, session(t.Context(), o, func(*state) []step { return []step{{"machine", mustNotRun}} }))
			require.FileExists(t, before)
			require.Equal(t, []string{"kept"}, runsOf(t, o))
			require.Empty(t, events.lines)
		})
	}
}

func TestAReportThatCannotBeWrittenEndsTheSessionAtOnce(t *testing.T) {
	o, events := site(t)
	require.NoError(t, os.WriteFile(o.Out, nil, 0o600))
	err := session(t.Context(), o, func(*state) []step { return []step{{"machine", mustNotRun}} })
	require.ErrorContains(t, err, "make the folder for the report")
	require.Empty(t, runsOf(t, o))
	require.Empty(t, events.lines)
}

func TestAReportThatCannotBeWrittenForgetsNoKilledRun(t *testing.T) {
	o, _ := site(t)
	o.Name = "mine"
	leave(t, o, "mine")
	require.NoError(t, o.runs().Open("mine").SetEngine("docker"))
	require.NoError(t, os.WriteFile(o.Out, nil, 0o600))
	require.Error(t, session(t.Context(), o, func(*state) []step { return []step{{"machine", mustNotRun}} }))
	require.Equal(t, []string{"mine"}, runsOf(t, o))
}

func TestOnClusterLeavesTheRunStanding(t *testing.T) {
	o, events := site(t)
	leave(t, o, "mine")
	require.NoError(t, o.runs().Open("mine").Keep())
	require.NoError(t, onCluster(t.Context(), o, func(*state) []step { return []step{{"deploy", succeeds}} }))
	require.Equal(t, []string{"run: started", "deploy: started", "deploy: passed", "run: passed"}, events.lines)
	require.Equal(t, []string{"mine"}, runsOf(t, o))
	require.FileExists(t, filepath.Join(o.Out, "summary.json"))
}
