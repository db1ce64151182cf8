package drill

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/server"
)

func TestBothWaysPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		result, events, err := hold(t.Context(), w, bothWays())
		require.NoError(t, err)
		golden.Equal(t, "testdata/both-ways.json", encoded(result))
		golden.Equal(t, "testdata/both-ways.txt", messagesOf(events))
		require.Equal(t, 1, w.upAttempts, "one fault for both, undone once")
	})
}

// A failure by one way is its own, and the other is watched to its end.
func TestOneWayFails(t *testing.T) {
	tests := map[string]func(w *world){
		"grafana-never-fires":       func(w *world) { w.grafana.firing, w.grafana.held = never, never; w.grafana.silence() },
		"grafana-never-mails":       func(w *world) { w.grafana.mailed = never },
		"grafana-never-resolves":    func(w *world) { w.grafana.resolved = never },
		"grafana-is-not-ready":      func(w *world) { w.grafanaErr = errors.New("Grafana: connection refused") },
		"prometheus-never-notifies": func(w *world) { w.silence() },
		"grafana-webhook-too-late":  func(w *world) { w.grafana.notified = 41 * time.Second },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				change(w)
				result, _, err := hold(t.Context(), w, bothWays())
				golden.Equal(t, "testdata/ways/"+name+".txt", err.Error()+"\n")
				require.Equal(t, Failed, result.Status)

				lost, other := result.Ways[1], result.Ways[0]
				if name == "prometheus-never-notifies" {
					lost, other = other, lost
				}
				require.Equal(t, Failed, lost.Status)
				require.Equal(t, "way "+lost.Way+": "+lost.Error, err.Error())
				require.Equal(t, Passed, other.Status)
				require.Empty(t, other.Error)
				require.NotNil(t, other.Times.Resolved, "watched to its end")
				require.Equal(t, 1, w.upAttempts)
			})
		})
	}
}

// silence keeps a way from notifying anybody.
func (c *course) silence() { c.notified, c.mailed, c.resolved = never, never, never }

// What one channel received is told also when another lacks it.
func TestChannelsAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.grafana.mailed = never
		result, _, err := hold(t.Context(), w, bothWays())
		require.Error(t, err)
		got := result.Ways[1].Notifications
		require.Len(t, got, 1)
		require.Equal(t, "webhook", got[0].Channel)
		require.InDelta(t, 17, *got[0].FaultToNotification, 0.001)
		require.Len(t, result.Ways[1].Links, 1, "and its link is opened")
	})
}

// Both must fail for the fault not to be set.
func TestNoWayIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.prometheusErr, w.grafanaErr = errors.New("no endpoints"), errors.New("connection refused")
		result, _, err := hold(t.Context(), w, bothWays())
		require.ErrorContains(t, err, "way prometheus: not ready for the fault: after 1m0s no endpoints")
		require.ErrorContains(t, err, "way grafana: not ready for the fault: after 1m0s connection refused")
		require.True(t, w.down.IsZero())
		require.Len(t, result.Ways, 2)
	})
}

func TestDrillWithGrafanaWantsOne(t *testing.T) {
	w := newWorld()
	servers := w.servers()
	servers.Grafana = nil
	both := bothWays()
	both.Ways = []string{WayPrometheus, WayGrafana}
	result, err := Run(t.Context(), Options{Servers: servers}, both)
	require.ErrorContains(t, err, "firedrill.yaml names no grafana")
	require.Equal(t, Failed, result.Status)
	require.True(t, w.down.IsZero(), "nothing was broken")

	d, err := LoadFile("testdata/good-everything.yaml")
	require.NoError(t, err)
	require.EqualError(t, WithoutGrafana([]Drill{d}), "testdata/good-everything.yaml:4:8: ways[0]: the drill watches "+
		"the way grafana, but firedrill.yaml names no grafana; name it there, or leave this way out")
	require.NoError(t, WithoutGrafana([]Drill{websiteDown()}))
}

// The way is told by the receiver alone.
func TestSentByWay(t *testing.T) {
	w := way{receiver: "grafana"}
	for receiver, want := range map[string]bool{
		"grafana": true, "grafana@firedrill.example": true,
		"alertmanager": false, "grafana2": false, "x@grafana": false, "": false,
	} {
		require.Equal(t, want, w.sent(server.Notification{Receiver: receiver}), receiver)
	}
}
