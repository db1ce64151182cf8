package pipeline

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/history"
	"firedrill/pipeline/report"
	"firedrill/pipeline/snapshot"
)

func aNight(t *testing.T) (*night, *told) {
	t.Helper()
	s, events := running(t, "one", holding("one"))
	return &night{state: s, o: NightlyOptions{Options: s.options, History: s.options.Out}}, events
}

func TestANightNeedsAClusterOfItsOwn(t *testing.T) {
	o, _ := site(t)
	o.Kubeconfig = "theirs"
	require.ErrorContains(t, Nightly(t.Context(), NightlyOptions{Options: o}), "leave out --kubeconfig")
}

// TestAHistoryThatTakesNoNightIsFoundBeforeTheNight, not at its end.
func TestAHistoryThatTakesNoNightIsFoundBeforeTheNight(t *testing.T) {
	o, events := site(t)
	file := filepath.Join(t.TempDir(), history.File)
	require.NoError(t, os.WriteFile(file, []byte("=======\n"), 0o600))
	for _, folder := range []string{filepath.Dir(file), file} {
		require.ErrorContains(t, Nightly(t.Context(), NightlyOptions{Options: o, History: folder}), file)
	}
	require.Empty(t, events.lines)
	require.Empty(t, runsOf(t, o))
}

func TestTwoDeploymentsAlike(t *testing.T) {
	n, events := aNight(t)
	n.first = snapshot.Snapshot{"objects": {"a": "1\n"}, "rules": {"b": "2\n"}}
	n.second = snapshot.Snapshot{"objects": {"a": "1\n"}, "rules": {"b": "2\n"}}
	require.NoError(t, n.do(t.Context(), step{"drift", n.compare}))
	require.Equal(t, 0, *n.differences)
	require.Equal(t, []string{
		"drift: started", "drift/objects: started", "drift/objects: passed", "drift/rules: started", "drift/rules: passed", "drift: passed",
	}, events.lines)
}

func TestDriftIsAnErrorThatShowsTheDifference(t *testing.T) {
	n, _ := aNight(t)
	n.policy = []snapshot.Exclusion{{Object: "a/Secret/b", Field: "data.c", Reason: "random"}}
	n.first = snapshot.Snapshot{"objects": {"a": "replicas: 1\n", "b": "x\n"}}
	n.second = snapshot.Snapshot{"objects": {"a": "replicas: 2\n", "b": "x\n"}}
	err := n.do(t.Context(), step{"drift", n.compare})
	require.ErrorContains(t, err, "drift: 1 of 2 differ between the first deployment and the second:\na\n")
	require.ErrorContains(t, err, "-replicas: 1\n+replicas: 2")
	require.Equal(t, 1, *n.differences)
	require.Equal(t, report.Drift{
		Parts:    []report.DriftPart{{Name: "objects", Compared: 2, Different: []string{"a"}}},
		Excluded: []report.Exclusion{{Object: "a/Secret/b", Field: "data.c", Reason: "random"}},
	}, n.result)
}

func TestWhatARedeploymentDoesIsBelowItsPart(t *testing.T) {
	var events told
	sink := below(events.sink, "deploy")
	_ = sink.Start("monitoring").End(nil, nil)
	require.Equal(t, []string{"/deploy monitoring: started", "/deploy monitoring: passed"}, events.lines)
}

// TestTheSecondTeardownLeavesTheRun: its name and lock are needed again.
func TestTheSecondTeardownLeavesTheRun(t *testing.T) {
	n, events := aNight(t)
	engine := n.runner.(*fakeEngine)
	n.images = nil // the cluster step fails for want of a node image
	err := n.do(t.Context(), step{"redeploy", n.redeploy})
	require.ErrorContains(t, err, "redeploy: cluster: no image")
	require.Empty(t, engine.networks)
	require.Equal(t, []string{"one"}, runsOf(t, n.options))
	require.Contains(t, events.lines, "redeploy/teardown: passed")
}

func TestFromNothingLeavesOtherRunsTheirImages(t *testing.T) {
	n, _ := aNight(t)
	require.ErrorContains(t, n.prune(t.Context(), nil), "--from-nothing drops them")
	n.o.FromNothing = true
	file := filepath.Join(n.options.Cache, "go", "mod", "module")
	require.NoError(t, os.MkdirAll(file, 0o700))
	require.NoError(t, n.prune(t.Context(), nil))
	require.NoDirExists(t, file)

	require.NoError(t, os.MkdirAll(file, 0o700))
	_, err := n.options.runs().New("other")
	require.NoError(t, err)
	require.ErrorContains(t, n.prune(t.Context(), nil), "run other works with them")
	require.DirExists(t, file)
}

// TestANightIsRemembered whatever became of it.
func TestANightIsRemembered(t *testing.T) {
	o, events := site(t)
	o.Name = "one"
	n := &night{o: NightlyOptions{Options: o, History: o.Out}}
	plan := func(s *state) []step {
		n.state = s
		s.behind = []step{{stepHistory, n.remember}}
		return withSteps(holding("one"), step{"deploy", succeeds}, step{"drill", fails})(s)
	}
	require.Error(t, session(t.Context(), o, plan))
	require.Contains(t, events.lines, "history: passed")
	nights, warning, err := history.Read(o.Out)
	require.NoError(t, err)
	require.Empty(t, warning)
	require.Len(t, nights, 1)
	require.Equal(t, "failed", nights[0].Status)
	require.Equal(t, "one", nights[0].Run)
	require.Contains(t, nights[0].Steps, "deploy")
	require.Contains(t, nights[0].Steps, "teardown")
	require.NotContains(t, nights[0].Steps, "drill", "it failed")
	require.NotContains(t, nights[0].Steps, stepHistory)
	require.Nil(t, nights[0].Drift)
}

// TestANightAtItsLimitIsRemembered as one that failed; one that somebody
// interrupted is not.
func TestANightAtItsLimitIsRemembered(t *testing.T) {
	o, _ := site(t)
	o.Name = "one"
	n := &night{o: NightlyOptions{Options: o, History: o.Out}}
	remembered := func(cause error) []history.Night {
		ctx, stop := endedBy(t, cause)
		require.ErrorIs(t, session(ctx, o, func(s *state) []step {
			n.state = s
			s.behind = []step{{stepHistory, n.remember}}
			return withSteps(holding("one"), stop)(s)
		}), cause)
		nights, _, err := history.Read(o.Out)
		require.NoError(t, err)
		return nights
	}
	require.Empty(t, remembered(errors.New("interrupt signal received")))
	nights := remembered(Ended{errors.New("terminated signal received")})
	require.Len(t, nights, 1)
	require.Equal(t, "failed", nights[0].Status)
}

func TestWhatANightKeepsOfItsSummary(t *testing.T) {
	text, err := os.ReadFile("report/testdata/events/summary.json")
	require.NoError(t, err)
	var s report.Summary
	require.NoError(t, json.Unmarshal(text, &s))
	n := nightOf(s, 61)
	require.Equal(t, "passed", n.Status)
	require.Equal(t, *s.Run.Started, n.Time)
	require.Equal(t, s.Coverage.Alerts.Seen, n.Coverage.AlarmsSeen)
	d := s.Drills[1]
	require.InDelta(t, *d.Seconds.FaultToNotification, n.Latencies[d.Name+" by "+*d.Way+": fault to notification"], 1e-9)

	failed := *s.Drills[1].Seconds.FaultToNotification
	s.Drills[1].Status = report.Failed
	require.NotZero(t, failed)
	require.NotContains(t, nightOf(s, 61).Latencies, d.Name+" by "+*d.Way+": fault to notification")
}
