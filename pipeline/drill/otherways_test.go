package drill

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// evaluatedBy is a drill whose rule that one evaluates, and its world.
func evaluatedBy(by string) (*world, Options, Drill) {
	w, d := newWorld(), bothWays()
	w.by = by
	return w, Options{Servers: w.servers(), Rules: []Rule{{Name: "WebsiteDown", By: by}}}, d
}

// A rule of Loki's ruler notifies through the same Alertmanager; nothing is
// scraped for it, and its window is written in LogQL.
func TestWayLokiPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, o, d := evaluatedBy(ByLoki)
		result, err := Run(t.Context(), o, d)
		require.NoError(t, err)
		require.Len(t, result.Ways, 1)
		way := result.Ways[0]
		require.Equal(t, WayLoki, way.Way)
		require.NotNil(t, way.Times.Alertmanager)
		require.Equal(t, []string{"webhook", "mail"}, []string{way.Notifications[0].Channel, way.Notifications[1].Channel})
		require.Equal(t, "alertmanager", way.Notifications[0].Receiver)
		require.Equal(t, Floor{Range: 10, Evaluation: 2, For: 4, GroupWait: 1}, *way.Floor)
		require.InDelta(t, 17, *way.FloorSeconds, 0)
		require.NotNil(t, way.Times.Resolved)
	})
}

// inbox judges and tells by itself, by webhook alone, and there is no
// Alertmanager between.
func TestWayInboxPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, o, d := evaluatedBy(ByInbox)
		w.mailed = never
		result, err := Run(t.Context(), o, d)
		require.NoError(t, err)
		require.Len(t, result.Ways, 1)
		way := result.Ways[0]
		require.Equal(t, WayInbox, way.Way)
		require.Nil(t, way.Times.Alertmanager, "nobody holds it")
		require.Len(t, way.Notifications, 1)
		require.Equal(t, "webhook", way.Notifications[0].Channel)
		require.Equal(t, "inbox", way.Notifications[0].Receiver)
		require.Zero(t, way.Floor.GroupWait)
		require.Zero(t, way.Floor.Scrape)
		require.InDelta(t, 7, *way.Seconds.FaultToNotification, 0.3)
	})
}

// What comes from another receiver is none of the way's notifications.
func TestWayInboxWantsItsOwnReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, o, d := evaluatedBy(ByInbox)
		w.silence()
		_, err := Run(t.Context(), o, d)
		require.ErrorContains(t, err, "way inbox: WebsiteDown{namespace=\"demo\"} fired and inbox had it, but it was not received by webhook for receiver inbox within 20s")
	})
}

func TestWayLokiWantsARuler(t *testing.T) {
	_, o, d := evaluatedBy(ByLoki)
	o.Servers.Loki = nil
	_, err := Run(t.Context(), o, d)
	require.ErrorContains(t, err, "rule WebsiteDown is evaluated by loki, but firedrill.yaml does not say where that is")
}
