package drill

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

func TestJobs(t *testing.T) {
	tests := []struct {
		query, label string
		match, other string
	}{
		{`probe_success{job="probe"} == 0`, "", "probe", "probe2"},
		{`up{job=~"api|website"} == 0`, "", "website", "website2"},
		{`a{job="a.b"} / b{job = "c"}`, "", "c", "aXb"},
		{`up == 0`, "node", "node", "probe"},
		{`a{job=~"("}`, "", "anything, as the pattern is none", ""},
		{`website:up == 0`, "", "anything, as no job is named", ""},
	}
	for _, test := range tests {
		w := way{arrived: server.Held{Labels: map[string]string{"job": test.label}}}
		w.seen.rule.Query = test.query
		require.True(t, w.jobs().MatchString(test.match), test.query)
		if test.other != "" {
			require.False(t, w.jobs().MatchString(test.other), test.query)
		}
	}
}

func TestRoundUp(t *testing.T) {
	require.Equal(t, 6*time.Second, roundUp(5*time.Second, 2*time.Second))
	require.Equal(t, 4*time.Second, roundUp(4*time.Second, 2*time.Second))
	require.Zero(t, roundUp(0, 2*time.Second))
	require.Equal(t, time.Second, roundUp(time.Second, 0))
}

// A server's clock may be ahead of ours or behind: no hop may come before the
// one before it, nor in the future.
func TestExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, now := time.Now().Add(-10*time.Second), time.Now()
		require.Equal(t, now.Add(-time.Second), *exact(now.Add(-time.Second), before))
		require.Equal(t, before, *exact(before.Add(-time.Hour), before))
		require.Equal(t, now, *exact(now.Add(time.Hour), before))
		require.Equal(t, now, *exact(time.Time{}, before), "no time is not a time long ago")
	})
}

// A hog that takes a minute to fill the memory leaves the alarm no chance to be
// quick. One that is done after the alarm was pending did not delay it that long, and
// what the floor counts until an alarm is pending has passed since: it is not counted twice.
func TestDelayed(t *testing.T) {
	fault := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	pending := fault.Add(50 * time.Second)
	for effect, want := range map[time.Duration]float64{-time.Second: 0, 48 * time.Second: 48, time.Minute: 50 - 3 - 5 - 20 - 1} {
		sum := 11.0
		floor := Floor{Onset: 3, Scrape: 5, Range: 20, Evaluation: 1, For: 4}
		w := way{result: WayResult{Floor: &floor, FloorSeconds: &sum, Times: Times{Fault: &fault, Pending: &pending}}}
		w.delayed(fault.Add(effect))
		require.InDelta(t, want, w.result.Floor.Effect, 1e-9)
		require.InDelta(t, 11+want, *w.result.FloorSeconds, 1e-9)
	}
	early := fault.Add(10 * time.Second)
	sum := 40.0
	w := way{result: WayResult{Floor: &Floor{Range: 30}, FloorSeconds: &sum, Times: Times{Fault: &fault, Pending: &early}}}
	w.delayed(fault.Add(time.Minute))
	require.Zero(t, w.result.Floor.Effect, "the window need not have filled")
	unknown := way{}
	unknown.delayed(pending)
	require.Nil(t, unknown.result.Floor)
}
