package event_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// record gives a sink and the events that it took.
func record() (event.Sink, *[]event.Event) {
	var events []event.Event
	return func(e event.Event) { events = append(events, e) }, &events
}

func TestTaskThatPasses(t *testing.T) {
	sink, events := record()
	task := sink.ForStep("images").Start("prometheus")
	task.Progress("building")
	require.NoError(t, task.End(nil, 42))

	var states []event.State
	for _, e := range *events {
		require.Equal(t, "images", e.Step)
		require.Equal(t, "prometheus", e.Item)
		require.False(t, e.Time.IsZero())
		states = append(states, e.State)
	}
	require.Equal(t, []event.State{event.Started, event.Progress, event.Passed}, states)
	last := (*events)[2]
	require.Equal(t, 42, last.Result)
	require.Positive(t, last.Seconds)
}

func TestTaskThatFailsReturnsItsError(t *testing.T) {
	sink, events := record()
	broken := errors.New("no such image")
	require.Equal(t, broken, sink.Start("x").End(broken, nil))
	require.Equal(t, event.Failed, (*events)[1].State)
	require.Equal(t, "no such image", (*events)[1].Message)
}

func TestTaskThatIsSkipped(t *testing.T) {
	sink, events := record()
	sink.Start("dashboards").Skip("no Grafana release")
	require.Equal(t, event.Skipped, (*events)[1].State)
	require.Equal(t, "no Grafana release", (*events)[1].Message)
}

func TestNilSinkSwallows(t *testing.T) {
	var none event.Sink
	require.NoError(t, none.ForStep("x").Start("y").End(nil, nil))
	require.NoError(t, none.Start("y").End(nil, nil))
}

func TestTeeKeepsOneOrderForAll(t *testing.T) {
	first, a := record()
	second, b := record()
	sink := event.Tee(first, nil, second)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { sink.Start("item").Progress("on") })
	}
	wg.Wait()
	require.Len(t, *a, 100)
	require.Equal(t, *a, *b)
}

func TestEnded(t *testing.T) {
	for state, want := range map[event.State]bool{
		event.Started: false, event.Progress: false, event.Passed: true, event.Failed: true, event.Skipped: true,
	} {
		require.Equal(t, want, state.Ended(), state)
	}
}
