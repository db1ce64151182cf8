package drill

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// Only the drill's own alarm counts: its rule, its labels, since the fault.
func TestFirstMessage(t *testing.T) {
	fault := time.Unix(1000, 0)
	mine := map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "severity": "critical"}
	note := func(at time.Duration, status string, labels map[string]string) server.Notification {
		return server.Notification{
			Channel: "webhook", Receiver: "alertmanager", Received: fault.Add(at),
			Alarms: []server.Notified{{Status: status, Labels: labels}},
		}
	}
	w := way{drill: websiteDown(), receiver: "alertmanager"}
	w.seen.notes = []server.Notification{
		note(-time.Second, "firing", mine),
		note(time.Second, "resolved", mine),
		note(2*time.Second, "firing", map[string]string{"alertname": "WebsiteDown", "namespace": "shop"}),
		note(3*time.Second, "firing", map[string]string{"alertname": "WebsiteSlow", "namespace": "demo"}),
		{Channel: "mail", Receiver: "alertmanager@firedrill.example", Received: fault.Add(4 * time.Second)},
	}
	require.Nil(t, w.firstMessage("webhook", "firing", fault))

	w.seen.notes = append(w.seen.notes, note(5*time.Second, "firing", mine), note(6*time.Second, "firing", mine))
	require.Equal(t, fault.Add(5*time.Second), w.firstMessage("webhook", "firing", fault).note.Received)
	require.Nil(t, w.firstMessage("mail", "firing", fault))
}

func TestReceivedOnEveryChannel(t *testing.T) {
	w := way{drill: websiteDown(), receiver: "alertmanager"}
	w.drill.Channels = []string{"webhook", "mail"}
	alarms := []server.Notified{{Status: "firing", Labels: alarmLabels}}
	w.seen.notes = []server.Notification{{Channel: "webhook", Receiver: "alertmanager", Received: time.Unix(5, 0), Alarms: alarms}}
	require.False(t, w.complete(w.received("firing", time.Unix(0, 0))), "mail has not got it yet")
	require.Equal(t, "mail for receiver alertmanager", w.lacking(w.received("firing", time.Unix(0, 0))))

	w.seen.notes = append(w.seen.notes, server.Notification{Channel: "mail", Receiver: "alertmanager@firedrill.example", Received: time.Unix(9, 0), Alarms: alarms})
	got := w.received("firing", time.Unix(0, 0))
	require.True(t, w.complete(got))
	require.Equal(t, time.Unix(9, 0), last(got), "the last channel's time counts")
	require.Equal(t, "webhook", got[0].note.Channel)
}

func TestAlarmOfTheDrill(t *testing.T) {
	w := way{drill: websiteDown(), receiver: "alertmanager"}
	w.seen.rule.Alarms = []server.Alarm{{State: "firing", Labels: map[string]string{"namespace": "shop"}}}
	w.seen.held = []server.Held{{Labels: map[string]string{"namespace": "shop"}}}
	require.Nil(t, w.alarm())
	require.Nil(t, w.held())

	for _, state := range []string{"pending", "firing", "pending"} {
		w.seen.rule.Alarms = append(w.seen.rule.Alarms, server.Alarm{State: state, Labels: alarmLabels})
	}
	require.Equal(t, "firing", w.alarm().State)
}
