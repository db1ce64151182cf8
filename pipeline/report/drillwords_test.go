package report

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

func TestAlertCoverageInWords(t *testing.T) {
	for want, c := range map[string]AlertCoverage{
		"27 of 28 rules seen to fire and end (96 %)":                             {Seen: 27, Shipped: 28},
		"27 of 28 rules seen to fire and end (96 %), BELOW the goal of 96.5 %":   {Seen: 27, Shipped: 28, Goal: ptr(96.5)},
		"27 of 28 rules seen to fire and end (96 %), goal 96.4 %":                {Seen: 27, Shipped: 28, Goal: ptr(96.4)},
		"999 of 1000 rules seen to fire and end (99 %), BELOW the goal of 100 %": {Seen: 999, Shipped: 1000, Goal: ptr(100.0)},
		"1000 of 1000 rules seen to fire and end (100 %), goal 100 %":            {Seen: 1000, Shipped: 1000, Goal: ptr(100.0)},
		"0 of 0 rules seen to fire and end (0 %), goal 100 %":                    {Goal: ptr(100.0)},
	} {
		require.Equal(t, want, c.String())
	}
	require.Empty(t, unseen([]RuleSummary{{Rule: "A", Fired: true, Ended: true}, {Rule: "B", Otherwise: ptr("it always fires")}}))
	require.Equal(t, "; not seen: C", unseen([]RuleSummary{{Rule: "C", Fired: true}}))
}

// What took longer than the configuration explains is named, with what nobody can tell it of.
func TestOverTheFloorInWords(t *testing.T) {
	m := &Model{}
	held := func(name, item string, state event.State, ways ...Way) {
		m.Add(event.Event{Step: stepDrill, Item: item, State: state, Result: &Drill{Name: name, Rule: "R", Ways: ways}})
	}
	held("a", "a (1 of 2)", event.Passed, Way{Way: "grafana", Ratio: ptr(1.4)}, Way{Way: "prometheus", Ratio: ptr(1.25)})
	held("a", "a (2 of 2)", event.Passed, Way{Way: "grafana", Ratio: ptr(1.494)})
	held("b", "b", event.Passed, Way{Way: "loki"})
	held("c", "c", event.Failed, Way{Way: "loki", Ratio: ptr(9.0)})
	require.Equal(t, []string{"over 1.25 times the floor: a by grafana 1.49", "no floor is known: b by loki"}, overFloor(m, 1.25))
	require.Empty(t, overFloor(m, 0), "nobody wants to know")

	m.Add(event.Event{Step: stepDrill, State: event.Passed, Result: &Coverage{Alerts: &AlertCoverage{}, Ratio: 1.25}})
	require.Contains(t, alarmLines(m), "over 1.25 times the floor: a by grafana 1.49")
}

func TestBesidesAreToldOnce(t *testing.T) {
	at := time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)
	d := Drill{
		Noise:      []SeenAlarm{{By: "loki", Rule: "A", Labels: map[string]string{"b": "2", "alertname": "A", "a": "1"}, Value: "3"}},
		Flaps:      []Flap{{Way: "grafana", Ended: at}},
		Duplicates: []Duplicate{{Channel: "mail", Status: "resolved", Alarms: []string{"A{}", "B{}"}, Count: 3}},
	}
	require.Equal(t, []beside{
		{"noise", `A{a="1", b="2"} by loki, value 3`},
		{"flap", "grafana ended at 05:00:00, before the repair"},
		{"duplicate", "resolved A{}, B{} came 3 times by mail"},
	}, d.besides())
	require.Len(t, d.besides("failed: A{a=\"1\", b=\"2\"} by loki, value 3\nand more"), 2)
}

func TestFloorInWords(t *testing.T) {
	f := Floor{Onset: 2, Scrape: 5, Evaluation: 5, GroupWait: 1}
	require.Equal(t, "grafana 13.0 s: onset (it drains) 2.0 s + scrape 5.0 s + evaluation 5.0 s + group_wait 1.0 s", f.text("grafana", &Onset{Because: "it drains"}))
	require.Equal(t, "inbox 0.0 s", Floor{}.text("inbox", nil))
}

func TestVisitsInWords(t *testing.T) {
	require.Equal(t, "1 request for https://a/, none failed; 1 certificate: 1f", Visits{URL: "https://a/", Requests: 1, Certificates: []string{"1f"}}.String())
	require.Equal(t, "612 requests for https://a/, 2 FAILED; 2 certificates: 1f, 2e", Visits{URL: "https://a/", Requests: 612, Failed: 2, Certificates: []string{"1f", "2e"}}.String())
}

func TestQuietIsNoDrill(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: stepDrill, Item: quietBefore, State: event.Failed, Message: "X fires"})
	m.Add(event.Event{Step: stepDrill, Item: "a", State: event.Skipped, Message: "it was not quiet before the drills"})
	m.Add(event.Event{Step: stepDrill, State: event.Failed, Message: "no drill was held: X fires"})
	m.Add(event.Event{Step: stepRun, State: event.Failed, Message: "drill: no drill was held: X fires"})
	require.Equal(t, "No alarm proven: it was not quiet before the drills.", m.Verdict())
	require.Equal(t, "1 drill, 1 skipped, not quiet", tally(m.Step(stepDrill)))
	require.Equal(t, []string{"1 drill not held: it was not quiet before the drills"}, alarmLines(m))
	require.Empty(t, newAlarms(m))
	require.Nil(t, newSideBySide(m))
}

func TestLimitIsDrawnBesideTheValues(t *testing.T) {
	at := time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)
	g := &Graph{
		Query: "used", Unit: "bytes", Samples: []Sample{{at, ptr(20.0 * (1 << 20))}, {at.Add(time.Second), ptr(50.0 * (1 << 20))}},
		Limit: "max", LimitSamples: []Sample{{at, ptr(64.0 * (1 << 20))}, {at.Add(time.Second), ptr(64.0 * (1 << 20))}}, Threshold: ptr(63.0 * (1 << 20)),
	}
	c := newChart(Drill{Graph: g})
	require.Equal(t, "80 MiB", c.Levels[len(c.Levels)-1].Label, "the axis takes in the limit")
	require.Equal(t, "limit 64 MiB", c.LimitLabel.Label)
	require.GreaterOrEqual(t, c.Threshold.Y-c.LimitLabel.Y, 14.0, "the labels do not overlap")
	require.Equal(t, 1, strings.Count(c.Limit, "M"))
	require.Contains(t, c.Alt, "beside max")
	require.Empty(t, c.Unit, "it is in the labels already")
}
