package drill

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
	"firedrill/pipeline/strict"
)

func within(d time.Duration) strict.Duration { return strict.Duration{Duration: d} }

func websiteDown() Drill {
	none, limit := int32(0), 1.0
	return Drill{
		Name: "website-down", Rule: "WebsiteDown",
		Ways: []string{WayPrometheus}, Labels: map[string]string{"namespace": "demo"}, Channels: []string{"webhook"},
		Faults:   []fault.Spec{{Scale: &fault.Scale{Namespace: "demo", Deployment: "website", Replicas: &none}}},
		Disturbs: []string{"namespace/demo"},
		Within: Within{
			Alarm: within(30 * time.Second), Notification: within(15 * time.Second), End: within(time.Minute),
		},
		Graph: &Graph{Query: "min(probe_success)", Threshold: &limit, Unit: "1 = answers"},
	}
}

// bothWays is websiteDown watched by both ways on both channels.
func bothWays() Drill {
	d := websiteDown()
	d.Ways, d.Channels = nil, nil
	d.Within = Within{Alarm: within(40 * time.Second), Notification: within(20 * time.Second), End: within(90 * time.Second)}
	d.Graph = nil
	return d
}

// hold runs the drill in w and returns its events too.
func hold(ctx context.Context, w *world, d Drill) (Result, []event.Event, error) {
	var events []event.Event
	sink := event.Tee(func(e event.Event) { events = append(events, e) })
	rules := []Rule{{Name: "WebsiteDown", File: "rules/website.yaml", Line: 6}}
	result, err := Run(ctx, Options{Servers: w.servers(), Rules: rules, Sink: sink}, d)
	return result, events, err
}

func messagesOf(events []event.Event) string {
	var messages string
	for _, e := range events {
		messages += string(e.State) + ": " + e.Message + "\n"
	}
	return messages
}

func TestRunPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		result, events, err := hold(t.Context(), newWorld(), websiteDown())
		require.NoError(t, err)
		golden.Equal(t, "testdata/result.json", encoded(result))
		golden.Equal(t, "testdata/events.txt", messagesOf(events))
		require.Equal(t, result, events[len(events)-1].Result)
	})
}

func TestRunFails(t *testing.T) {
	tests := map[string]func(w *world){
		"never-pending":         func(w *world) { w.pending = never },
		"never-firing":          func(w *world) { w.firing, w.held, w.notified = never, never, never },
		"never-held":            func(w *world) { w.held, w.notified = never, never },
		"never-notified":        func(w *world) { w.notified = never },
		"notified-but-not-held": func(w *world) { w.held = never },
		"no-dashboard":          func(w *world) { delete(w.annotations, "dashboard_url") },
		"relative-runbook":      func(w *world) { w.annotations["runbook_url"] = "runbooks/WebsiteDown.md" },
		"no-summary":            func(w *world) { w.annotations["summary"] = " " },
		"never-ended":           func(w *world) { w.ended, w.resolved = never, never },
		"never-resolved":        func(w *world) { w.resolved = never },
		"set-fails":             func(w *world) { w.downErr = errors.New("the server refused") },
		"undo-fails":            func(w *world) { w.upErr = errors.New("the server refused") },
		"never-repaired":        func(w *world) { w.available = never },
		"undo-fails-too":        func(w *world) { w.pending, w.upErr = never, errors.New("the server refused") },
		"already-firing":        func(w *world) { w.down = time.Now().Add(-time.Hour) },
		"prometheus-is-silent":  func(w *world) { w.prometheusErr = errors.New("no endpoints available for service") },
		"no-data":               func(w *world) { w.series = 0 },
		"several-series":        func(w *world) { w.series = 3 },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				change(w)
				began := w.down
				result, events, err := hold(t.Context(), w, websiteDown())
				require.Error(t, err)
				golden.Equal(t, "testdata/fails/"+name+".txt", err.Error()+"\n")
				require.Equal(t, Failed, result.Status)
				require.Equal(t, err.Error(), result.Error)
				require.Equal(t, event.Failed, events[len(events)-1].State)
				if w.down != began || w.downErr != nil {
					require.Equal(t, 1, w.upAttempts, "the fault is undone, once")
				} else {
					require.Zero(t, w.upAttempts, "nothing was broken")
				}
			})
		})
	}
}

// An end that fails must still show how far the alarm got.
func TestTimesNotReachedAreNull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.notified = never
		result, _, err := hold(t.Context(), w, websiteDown())
		require.Error(t, err)
		way := result.Ways[0]
		require.NotNil(t, way.Times.Alertmanager)
		require.Nil(t, way.Times.Receiver)
		require.Nil(t, way.Seconds.FaultToNotification)
		require.InDelta(t, 6, *way.Seconds.FaultToFiring, 0.001)
		require.Nil(t, way.FloorSeconds)
	})
}

func TestInterruptedDrillIsUndone(t *testing.T) {
	for name, after := range map[string]time.Duration{
		"before the alarm": time.Second, "while pending": 3 * time.Second,
		"before the notification": 6500 * time.Millisecond, "during the repair": 8 * time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeoutCause(t.Context(), after, errors.New("ctrl-c"))
				defer cancel()
				w := newWorld()
				_, _, err := hold(ctx, w, websiteDown())
				require.ErrorContains(t, err, "interrupted: ctrl-c")
				require.True(t, w.since(w.up, w.available), "Run returns when the website is available again")
			})
		})
	}
}

func TestInterruptedBeforeTheFaultBreaksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w := newWorld()
		w.series = 0
		_, _, err := hold(ctx, w, websiteDown())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.True(t, w.down.IsZero())
		require.Zero(t, w.upAttempts)
	})
}

func TestRunAllContinuesAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late, good := websiteDown(), websiteDown()
		late.Name, late.Within.Alarm = "too-late", within(time.Second)
		good.Name = "in-time"
		results, err := RunAll(t.Context(), Options{Servers: newWorld().servers()}, []Drill{late, good})
		require.ErrorContains(t, err, "drill too-late: ")
		require.NotContains(t, err.Error(), "in-time")
		require.Len(t, results, 2)
		require.Equal(t, Failed, results[0].Status)
		require.Equal(t, Passed, results[1].Status)
	})
}

func TestRunAllSkipsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var states []event.State
	sink := func(e event.Event) { states = append(states, e.State) }
	results, err := RunAll(ctx, Options{Servers: newWorld().servers(), Sink: sink}, []Drill{websiteDown()})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, results)
	require.Equal(t, []event.State{event.Started, event.Failed, event.Started, event.Skipped}, states, "the wait for quiet, then the drill")
}
