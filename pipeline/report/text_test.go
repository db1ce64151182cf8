package report

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                "plain",
		"two\r\nlines":         "two\nlines",
		"\x1b[31mred\x1b[0m":   "red",
		"title\x1b]0;owned\a!": "title!",
		"bell\a back\b":        "bell� back�",
		"over\rwritten":        "over�written",
		"a\tb":                 "a b",
		"c1 \u009b31m":         "c1 �31m",
		"turned \u202eround":   "turned �round",
		"Zürich ✓ 数":           "Zürich ✓ 数",
	} {
		require.Equal(t, want, clean(in), "%q", in)
	}
	require.Equal(t, "one two", cleanLine("one\n\ntwo\n"))
	require.Equal(t, "one", firstLine("\none\ntwo"))
}

func TestTimesForPeople(t *testing.T) {
	for in, want := range map[float64]string{0: "0.0 s", 6.34: "6.3 s", 99.94: "99.9 s", 99.96: "1 min 40 s", 312: "5 min 12 s", 3599.6: "1 h 00 min", 3725: "1 h 02 min"} {
		require.Equal(t, want, span(in))
	}
	for in, want := range map[float64]string{7.9: "0:07", 760: "12:40", 3727: "1:02:07"} {
		require.Equal(t, want, clock(in))
	}
	require.Equal(t, []string{"512 kB", "52 MB", "1.2 GB"}, []string{size(512e3), size(52e6), size(1.2e9)})
}

func TestSamplesOfNothingAreGaps(t *testing.T) {
	now := time.Now()
	require.Nil(t, NewSample(now, math.NaN()).Value)
	require.Nil(t, NewSample(now, math.Inf(-1)).Value)
	require.Equal(t, 0.5, *NewSample(now, 0.5).Value)
	require.Nil(t, known(time.Time{}))
	require.Equal(t, now, *known(now))
}

func TestVerdict(t *testing.T) {
	drill := func(name string, s event.State, seconds float64) event.Event {
		return event.Event{Step: "drill", Item: name, State: s, Result: &Drill{Rule: name, Ways: []Way{{Seconds: Latencies{FaultToNotification: &seconds}}}}}
	}
	run := func(s event.State) event.Event { return event.Event{Step: "run", State: s, Message: "stopped\nhere"} }
	step := func(name string, s event.State) event.Event { return event.Event{Step: name, State: s, Seconds: 3} }
	for want, stream := range map[string][]event.Event{
		"Passed, with no alarm drilled.":                                             {step("machine", event.Passed), run(event.Passed)},
		"1 alarm of 1 proven: A reached inbox 6.3 s after the fault.":                {drill("A", event.Passed, 6.3), run(event.Passed)},
		"2 alarms of 2 proven: the slowest, B, reached inbox 9.0 s after the fault.": {drill("A", event.Passed, 6.3), drill("B", event.Passed, 9), run(event.Passed)},
		"1 alarm of 1 proven: A reached inbox 6.4 s after the fault.": {
			{Step: "drill", Item: "unnoticed", State: event.Passed, Result: &Drill{Visits: &Visits{}}}, drill("A", event.Passed, 6.4), run(event.Passed),
		},
		"1 alarm of 2 proven: drill B failed.":                           {drill("A", event.Passed, 6.3), drill("B", event.Failed, 9), step("drill", event.Failed), run(event.Failed)},
		"No alarm proven: 2 drills failed.":                              {drill("A", event.Failed, 1), drill("B", event.Failed, 9), step("drill", event.Failed), run(event.Failed)},
		"1 alarm of 1 proven: teardown failed after 3.0 s.":              {drill("A", event.Passed, 6.3), step("teardown", event.Failed), run(event.Failed)},
		"No alarm proven: the run failed.":                               {run(event.Failed)},
		"Nothing was done: stopped.":                                     {run(event.Skipped)},
		"Ended during images, 0.0 s after its start, without finishing.": {step("images", event.Started)},
	} {
		m := &Model{}
		for _, e := range stream {
			m.Add(e)
		}
		require.Equal(t, want, m.Verdict())
	}
}

func TestAFailureIsToldOnce(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: "images", Item: "node", State: event.Failed, Message: "no space left"})
	m.Add(event.Event{Step: "images", State: event.Failed, Message: "images: no space left"})
	m.Add(event.Event{Step: "run", State: event.Failed, Message: "run fd-1: images: no space left"})
	require.Equal(t, []failure{{"images: node", "no space left", ""}}, failures(m))

	m.Add(event.Event{Step: "teardown", State: event.Failed, Message: "cluster fd-1 is still there"})
	m.Add(event.Event{Step: "run", State: event.Failed, Message: "interrupted"})
	require.Equal(t, []failure{
		{"images: node", "no space left", ""},
		{"teardown", "cluster fd-1 is still there", ""},
		{"run", "interrupted", ""},
	}, failures(m))
}
