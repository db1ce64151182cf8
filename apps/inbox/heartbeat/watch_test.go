package heartbeat_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/heartbeat"
	"firedrill/apps/inbox/mailbox"
)

const orders = `
receiver: heartbeat
rule:
  alert: HeartbeatMissing
  expr: absent(heartbeat)
  for: 10s
  labels: {severity: critical}
  annotations: {summary: No heartbeat}
`

// watched runs a test with a watch on a clock that jumps.
func watched(t *testing.T, test func(t *testing.T, w *heartbeat.Watch, box *mailbox.Box, forwarded *[]json.RawMessage)) {
	o := load(t, orders)
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewRegistry()
		box := mailbox.New(mailbox.Limits{Notifications: 100, Bytes: 1 << 20}, time.Now, registry)
		var forwarded []json.RawMessage
		w := heartbeat.New(o, box, func(b json.RawMessage) { forwarded = append(forwarded, b) }, slog.New(slog.DiscardHandler), registry)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		test(t, w, box, &forwarded)
		cancel()
		require.NoError(t, <-ended)
	})
}

// pass lets time go by, and everything happen that is due.
func pass(d time.Duration) {
	time.Sleep(d) // of the bubble's clock: it takes no time
	synctest.Wait()
}

func beat(w *heartbeat.Watch, status string) bool { return of(w, "Watchdog", status) }

// of has the watch take a webhook about that alarm.
func of(w *heartbeat.Watch, alert, status string) bool {
	body := `{"alerts":[{"labels":{"alertname":"` + alert + `"}}]}`
	return w.Take(mailbox.Notification{Channel: mailbox.Webhook, Receiver: "heartbeat", Status: status, Body: []byte(body)})
}

func statuses(box *mailbox.Box) []string {
	var all []string
	for _, n := range box.Since(0).Notifications {
		all = append(all, n.Status)
	}
	return all
}

func TestTheFirstHeartbeatHasToComeToo(t *testing.T) {
	watched(t, func(t *testing.T, _ *heartbeat.Watch, box *mailbox.Box, _ *[]json.RawMessage) {
		pass(9 * time.Second)
		require.Empty(t, statuses(box))
		pass(1250 * time.Millisecond)
		require.Equal(t, []string{"firing"}, statuses(box))
	})
}

func TestSilenceIsNotifiedOnceAndEndsWithAHeartbeat(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, box *mailbox.Box, forwarded *[]json.RawMessage) {
		for range 20 {
			pass(3 * time.Second)
			require.True(t, beat(w, mailbox.Firing))
		}
		require.Empty(t, statuses(box), "heartbeats are no news")
		pass(time.Hour)
		require.Equal(t, []string{"firing"}, statuses(box))
		require.True(t, beat(w, mailbox.Firing))
		require.Equal(t, []string{"firing", "resolved"}, statuses(box))
		require.Len(t, *forwarded, 2)
		pass(9 * time.Second)
		require.Len(t, statuses(box), 2)
	})
}

func TestTheEndOfTheHeartbeatsAlarmIsNoHeartbeat(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, box *mailbox.Box, _ *[]json.RawMessage) {
		pass(9 * time.Second)
		require.True(t, beat(w, mailbox.Resolved))
		pass(2 * time.Second)
		require.Equal(t, []string{"firing"}, statuses(box))
	})
}

func TestOthersWebhooksAreLeft(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, box *mailbox.Box, _ *[]json.RawMessage) {
		pass(9 * time.Second)
		require.False(t, w.Take(mailbox.Notification{Receiver: "alertmanager", Body: []byte(`{"alerts":[{"labels":{"alertname":"Watchdog"}}]}`)}))
		require.False(t, of(w, "FiredrillChannelTest", mailbox.Firing))
		for _, body := range []string{`{}`, `[]`, `{"alerts":"Watchdog"}`} {
			require.False(t, w.Take(mailbox.Notification{Receiver: "heartbeat", Status: mailbox.Firing, Body: []byte(body)}), body)
		}
		pass(2 * time.Second)
		require.Equal(t, []string{"firing"}, statuses(box), "none of them was a heartbeat")
	})
}

func TestTheHeartbeatsAlarmMayHaveAnotherName(t *testing.T) {
	require.Equal(t, "Watchdog", load(t, orders).Alert)
	named := load(t, "alert: DeadMansSwitch"+orders)
	require.Equal(t, "DeadMansSwitch", named.Alert)
	w := heartbeat.New(named, nil, nil, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.False(t, of(w, "Watchdog", mailbox.Firing))
	require.True(t, of(w, "DeadMansSwitch", mailbox.Firing))
}

func TestTheNotificationIsOneOfAlertmanager(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, box *mailbox.Box, forwarded *[]json.RawMessage) {
		pass(11 * time.Second)
		beat(w, "")
		all := box.Since(0).Notifications
		require.Equal(t, heartbeat.Receiver, all[0].Receiver)
		require.Equal(t, mailbox.Webhook, all[0].Channel)
		require.Equal(t, all[0].Body, (*forwarded)[0])
		require.JSONEq(t, `{
			"version": "4", "groupKey": "{}:{alertname=\"HeartbeatMissing\"}", "truncatedAlerts": 0,
			"status": "resolved", "receiver": "inbox", "groupLabels": {"alertname": "HeartbeatMissing"},
			"commonLabels": {"alertname": "HeartbeatMissing", "severity": "critical"},
			"commonAnnotations": {"summary": "No heartbeat"}, "externalURL": "",
			"alerts": [{
				"status": "resolved", "labels": {"alertname": "HeartbeatMissing", "severity": "critical"},
				"annotations": {"summary": "No heartbeat"},
				"startsAt": "2000-01-01T00:00:10Z", "endsAt": "2000-01-01T00:00:11Z",
				"generatorURL": "", "fingerprint": "bc7e3e51ef0d042c"
			}]
		}`, string(all[1].Body))
	})
}
