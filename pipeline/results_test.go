package pipeline

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/report"
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
	rules := []drill.Rule{{Name: "Proven"}, {Name: "Undrilled"}, {Name: "NeverEnded"}, {Name: "Failed"}, {Name: "Twice"}}
	results := []drill.Result{
		{Name: "one", Rule: "Proven", Status: drill.Passed, Ways: at(true, true)},
		{Name: "two", Rule: "NeverEnded", Status: drill.Passed, Ways: at(true, false)},
		{Name: "three", Rule: "Failed", Status: drill.Failed, Ways: at(true, true)},
		{Name: "four", Rule: "Twice", Status: drill.Passed, Ways: at(true, true)},
		{Name: "five", Rule: "Twice", Status: drill.Failed, Ways: at(false, false)},
		{Name: "six", Rule: "ShippedByNobody", Status: drill.Passed, Ways: at(true, true)},
	}
	require.Equal(t, report.Coverage{
		Alerts: &report.AlertCoverage{Seen: 2, Shipped: 5},
		Rules: []report.RuleCoverage{
			{Rule: "Proven", Drill: "one", Fired: true, Ended: true},
			{Rule: "Undrilled"},
			{Rule: "NeverEnded", Drill: "two", Fired: true},
			{Rule: "Failed", Drill: "three"},
			{Rule: "Twice", Drill: "five", Fired: true, Ended: true},
		},
	}, coverage(rules, results))
	require.Equal(t, report.Coverage{Alerts: &report.AlertCoverage{}}, coverage(nil, nil), "none of none is 0 of 0, not null")
}

func TestTranslateKnowsEveryResultOfAStep(t *testing.T) {
	for name, c := range map[string]struct{ from, to any }{
		"nothing":       {nil, nil},
		"anything else": {"as it is", "as it is"},
		"the gravest check": {
			[]machine.Check{
				{Name: "a", Status: machine.OK}, {Name: "b", Status: machine.Lack, Found: "none", Fix: "get one"}, {Name: "c", Status: machine.Warning},
			},
			report.Check{Name: "b", Status: "lack", Found: "none", Fix: "get one"},
		},
		"the first of good checks": {[]machine.Check{{Name: "a", Status: machine.OK}, {Name: "b", Status: machine.OK}}, report.Check{Name: "a", Status: "ok"}},
		"no check":                 {[]machine.Check(nil), nil},
		"an image built":           {images.Image{Name: "web:1", Digest: "sha256:1", Source: images.FromSource, Seconds: 2, Bytes: 3}, report.Image{Name: "web:1", Digest: "sha256:1", Source: "built", Seconds: 2, Bytes: 3}},
		"an image pulled":          {images.Image{Source: images.Registry}, report.Image{Source: "pulled"}},
		"an image from the store":  {images.Image{Source: images.Registry, Cached: true}, report.Image{Source: "cached"}},
		"a release": {
			deploy.Result{Name: "web", Namespace: "shop", Chart: "charts/web", Seconds: 4},
			report.Release{Name: "web", Namespace: "shop", Chart: "charts/web", Seconds: 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got any
			translate(func(e event.Event) { got = e.Result })(event.Event{Result: c.from})
			require.Equal(t, c.to, got)
		})
	}
}

func TestDrilledKeepsWhatWasNotReachedNull(t *testing.T) {
	five := 5.0
	require.Equal(t, report.Drill{Name: "web-down", Rule: "WebDown", Ways: []report.Way{{Way: "prometheus", Status: report.Failed, Error: "late"}}},
		drilled(drill.Result{Name: "web-down", Rule: "WebDown", Ways: []drill.WayResult{{Way: "prometheus", Status: drill.Failed, Error: "late"}}}))

	got := drilled(drill.Result{
		Graph: &drill.Drawn{Query: "up", Unit: "s", Threshold: &five, Samples: []server.Sample{
			{Time: noon, Value: 1}, {Time: noon.Add(time.Second), Value: math.NaN()},
		}},
		Ways: []drill.WayResult{{
			Way: "grafana", Status: drill.Passed,
			Times: drill.Times{Fault: &noon}, Seconds: drill.Seconds{FaultToFiring: &five}, FloorSeconds: &five,
			Notifications: []drill.Notification{{Channel: "webhook", Receiver: "shop", Summary: "down", RunbookURL: "r", DashboardURL: "d", Received: &noon, RepairToResolved: &five}},
			Links:         []drill.Link{{Channel: "mail", URL: "u", Dashboard: "Web", Panel: "Up", Outcome: drill.Broken, Error: "gone"}},
		}},
	})
	one := 1.0
	require.Equal(t, report.Drill{
		Graph: &report.Graph{Query: "up", Unit: "s", Threshold: &five, Samples: []report.Sample{
			{Time: noon, Value: &one}, {Time: noon.Add(time.Second)},
		}},
		Ways: []report.Way{{
			Way: "grafana", Status: report.Passed,
			Times: report.Times{Fault: &noon}, Seconds: report.Latencies{FaultToFiring: &five}, FloorSeconds: &five,
			Notifications: []report.Notification{{Channel: "webhook", Receiver: "shop", Summary: "down", RunbookURL: "r", DashboardURL: "d", Received: &noon, RepairToResolved: &five}},
			Links:         []report.Link{{Channel: "mail", URL: "u", Dashboard: "Web", Panel: "Up", Outcome: report.LinkBroken, Error: "gone"}},
		}},
	}, got)
}
