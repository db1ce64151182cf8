package rules

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

// way is one that was seen firing, and ending.
func way(name string, fired, ended bool) drill.WayResult {
	at, seconds := time.Now(), 7.5
	w := drill.WayResult{Way: name}
	if fired {
		w.Times.Firing, w.Seconds.FaultToNotification, w.FloorSeconds = &at, &seconds, &seconds
	}
	if ended {
		w.Times.Resolved = &at
	}
	return w
}

func result(name, rule, status string, ways ...drill.WayResult) drill.Result {
	return drill.Result{Name: name, Rule: rule, Status: status, Ways: ways}
}

func TestCover(t *testing.T) {
	rules := []drill.Rule{
		{Name: "Down", By: drill.ByPrometheus, File: "a.yaml", Line: 1},
		{Name: "Slow", By: drill.ByPrometheus, File: "a.yaml", Line: 2},
		{Name: "Stuck", By: drill.ByLoki, File: "b.yaml", Line: 3},
		{Name: "Never", By: drill.ByGrafana, File: "b.yaml", Line: 4},
		{Name: "Watchdog", By: drill.ByPrometheus, File: "c.yaml", Line: 5},
	}
	results := []drill.Result{
		result("down-b", "Down", drill.Failed, way("prometheus", true, false)),
		result("down-a", "Down", drill.Passed, way("prometheus", true, true), way("grafana", true, true)),
		result("slow", "Slow", drill.Passed, way("prometheus", true, true), way("grafana", false, false)),
		result("stuck", "Stuck", drill.Passed, way("loki", true, false)),
	}
	policy := CoveragePolicy{Alarms: 100, Otherwise: []Otherwise{{"Watchdog", "it always fires"}}, path: "policies/coverage.yaml"}
	c := Cover(rules, results, policy)
	require.Equal(t, 2, c.Seen)
	require.Equal(t, []string{"down-a", "down-b"}, []string{c.Rules[0].Drills[0].Drill, c.Rules[0].Drills[1].Drill}, "all of them, not the last only")
	require.InDelta(t, 7.5, *c.Rules[0].Drills[0].Ways[1].LatencySeconds, 0)
	require.EqualError(t, c.Below(policy), `2 of 5 rules were seen firing and ending, which is 40 %; wanted are 100 % (policies/coverage.yaml)
a.yaml:2: rule Slow: no drill that passed saw it fire on every way
b.yaml:3: rule Stuck: it was seen firing, but no drill that passed saw its end
b.yaml:4: rule Never: no drill of it was held`)
	require.NoError(t, c.Below(CoveragePolicy{Alarms: 40}))
	require.Error(t, c.Below(CoveragePolicy{Alarms: 41}))
	require.NoError(t, Cover(nil, nil, policy).Below(policy), "no rules, nothing to see")
}

func TestLoadCoverage(t *testing.T) {
	rules := []drill.Rule{{Name: "Watchdog"}}
	file := filepath.Join(t.TempDir(), "coverage.yaml")
	_, err := LoadCoverage(file, rules)
	require.NoError(t, err, "without a file no share is wanted")
	require.NoError(t, os.WriteFile(file, []byte("alarms: 101\nratio: -1\notherwise:\n  - {rule: Watchdg, reason: ''}\n"), 0o600))
	_, err = LoadCoverage(file, rules)
	require.ErrorContains(t, err, file+":1:9: alarms: 101 is no share in percent")
	require.ErrorContains(t, err, "ratio: -1 is nothing that a drill can take")
	require.ErrorContains(t, err, "there is no rule Watchdg; take the entry out; did you mean Watchdog?")
	require.ErrorContains(t, err, "otherwise[0].reason: is missing")
}
