package pipeline

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/report"
	"firedrill/pipeline/rules"
	"firedrill/pipeline/server"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// TestCoverage: only a drill that passed proves a rule, and only a rule that
// fired and ended is proven.
func TestCoverage(t *testing.T) {
	at := func(firing, resolved bool) []drill.WayResult {
		seen := drill.WayResult{Times: drill.Times{Firing: &noon, Resolved: &noon}}
		way := drill.WayResult{}
		if firing {
			way.Times.Firing = &noon
		}
		if resolved {
			way.Times.Resolved = &noon
		}
		return []drill.WayResult{seen, way}
	}
	shipped := []drill.Rule{{Name: "Proven", By: "loki"}, {Name: "Undrilled"}, {Name: "NeverEnded"}, {Name: "Failed"}, {Name: "Twice"}}
	results := []drill.Result{
		{Name: "one", Rule: "Proven", Status: drill.Passed, Ways: at(true, true)},
		{Name: "two", Rule: "NeverEnded", Status: drill.Passed, Ways: at(true, false)},
		{Name: "three", Rule: "Failed", Status: drill.Failed, Ways: at(true, true)},
		{Name: "four", Rule: "Twice", Status: drill.Passed, Ways: at(true, true)},
		{Name: "five", Rule: "Twice", Status: drill.Failed, Ways: at(false, false)},
		{Name: "five", Rule: "Twice", Status: drill.Failed, Ways: at(false, false)}, // repeated
		{Name: "six", Rule: "ShippedByNobody", Status: drill.Passed, Ways: at(true, true)},
	}
	require.Equal(t, report.Coverage{
		Alerts: &report.AlertCoverage{Seen: 2, Shipped: 5},
		Rules: []report.RuleCoverage{
			{Rule: "Proven", By: "loki", Drills: []string{"one"}, Fired: true, Ended: true},
			{Rule: "Undrilled"},
			{Rule: "NeverEnded", Drills: []string{"two"}, Fired: true},
			{Rule: "Failed", Drills: []string{"three"}},
			{Rule: "Twice", Drills: []string{"five", "four"}, Fired: true, Ended: true},
		},
	}, alertCoverage(rules.Cover(shipped, results, rules.CoveragePolicy{}), rules.CoveragePolicy{}))
	require.Equal(t, report.Coverage{Alerts: &report.AlertCoverage{}}, alertCoverage(rules.Cover(nil, nil, rules.CoveragePolicy{}), rules.CoveragePolicy{}), "none of none is 0 of 0, not null")
}

// What a policy takes as proven counts, and its goal is told.
func TestAlertCoverageTellsTheGoal(t *testing.T) {
	c := rules.Coverage{Seen: 1, Rules: []rules.Covered{{Rule: "Watchdog", By: "prometheus", Otherwise: "it always fires"}}}
	goal := 100.0
	require.Equal(t, report.Coverage{
		Alerts: &report.AlertCoverage{Seen: 1, Shipped: 1, Goal: &goal},
		Rules:  []report.RuleCoverage{{Rule: "Watchdog", By: "prometheus", Otherwise: "it always fires"}},
		Ratio:  1.25,
	}, alertCoverage(c, rules.CoveragePolicy{Alarms: 100, Ratio: 1.25}))
}

func TestDrilledTellsWhatCameBesides(t *testing.T) {
	later := noon.Add(time.Minute)
	labels := map[string]string{"namespace": "demo"}
	got := drilled(drill.Result{
		About: "it breaks", Began: noon, Ended: later, Disturbs: []string{"memory"}, Faults: []string{"hog"}, During: []string{"delete"},
		Onset:      &drill.OnsetTaken{Seconds: 2, Because: "it drains"},
		Also:       []drill.SeenAlarm{{By: "loki", Rule: "A", Labels: labels, Since: noon}},
		Noise:      []drill.SeenAlarm{{By: "inbox", Rule: "B", Summary: "s", Value: "1", Since: later}},
		Flaps:      []drill.Flap{{Way: "grafana", Labels: labels, Ended: noon, Again: &later}},
		Duplicates: []drill.Duplicate{{Receiver: "r", Channel: "mail", Status: "firing", Alarms: []string{"A{}"}, Count: 2}},
	})
	require.Equal(t, report.Drill{
		About: "it breaks", Began: &noon, Ended: &later, Disturbs: []string{"memory"}, Faults: []string{"hog"}, During: []string{"delete"},
		Onset:      &report.Onset{Seconds: 2, Because: "it drains"},
		Also:       []report.SeenAlarm{{By: "loki", Rule: "A", Labels: labels, Since: noon}},
		Noise:      []report.SeenAlarm{{By: "inbox", Rule: "B", Summary: "s", Value: "1", Since: later}},
		Flaps:      []report.Flap{{Way: "grafana", Labels: labels, Ended: noon, Again: &later}},
		Duplicates: []report.Duplicate{{Receiver: "r", Channel: "mail", Status: "firing", Alarms: []string{"A{}"}, Count: 2}},
	}, got)
}

func TestDrilledKeepsWhatWasNotReachedNull(t *testing.T) {
	five := 5.0
	require.Equal(t, report.Drill{Name: "web-down", Rule: "WebDown", Ways: []report.Way{{Way: "prometheus", Status: report.Failed, Error: "late"}}},
		drilled(drill.Result{Name: "web-down", Rule: "WebDown", Ways: []drill.WayResult{{Way: "prometheus", Status: drill.Failed, Error: "late"}}}))

	got := drilled(drill.Result{
		Graph: &drill.Drawn{Query: "up", Unit: "s", Threshold: &five, Samples: []server.Sample{
			{Time: noon, Value: 1}, {Time: noon.Add(time.Second), Value: math.NaN()},
		}, Limit: "max", LimitSamples: []server.Sample{{Time: noon, Value: 1}}},
		Ways: []drill.WayResult{{
			Way: "grafana", Status: drill.Passed,
			Times: drill.Times{Fault: &noon}, Seconds: drill.Seconds{FaultToFiring: &five}, FloorSeconds: &five, Ratio: &five, Floor: &drill.Floor{Onset: 2, Range: 3},
			Notifications: []drill.Notification{{Channel: "webhook", Receiver: "shop", Summary: "down", RunbookURL: "r", DashboardURL: "d", Received: &noon, RepairToResolved: &five}},
			Links:         []drill.Link{{Channel: "mail", URL: "u", Dashboard: "Web", Panel: "Up", Outcome: drill.Broken, Error: "gone"}},
		}},
	})
	one := 1.0
	require.Equal(t, report.Drill{
		Graph: &report.Graph{Query: "up", Unit: "s", Threshold: &five, Samples: []report.Sample{
			{Time: noon, Value: &one}, {Time: noon.Add(time.Second)},
		}, Limit: "max", LimitSamples: []report.Sample{{Time: noon, Value: &one}}},
		Ways: []report.Way{{
			Way: "grafana", Status: report.Passed,
			Times: report.Times{Fault: &noon}, Seconds: report.Latencies{FaultToFiring: &five}, FloorSeconds: &five, Ratio: &five, Floor: &report.Floor{Onset: 2, Range: 3},
			Notifications: []report.Notification{{Channel: "webhook", Receiver: "shop", Summary: "down", RunbookURL: "r", DashboardURL: "d", Received: &noon, RepairToResolved: &five}},
			Links:         []report.Link{{Channel: "mail", URL: "u", Dashboard: "Web", Panel: "Up", Outcome: report.LinkBroken, Error: "gone"}},
		}},
	}, got)
}
