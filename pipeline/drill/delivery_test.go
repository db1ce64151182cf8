package drill

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/server"
)

// Only the drill's own alarm counts: its rule, its labels, since the fault.
func TestFirstMessage(t *testing.T) {
	fault := time.Unix(1000, 0)
	mine := map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "severity": "critical"}
	note := func(at time.Duration, status string, labels map[string]string) server.Notification {
		return server.Notification{
			Channel: "webhook", Received: fault.Add(at),
			Alarms: []server.Notified{{Status: status, Labels: labels}},
		}
	}
	r := run{drill: websiteDown()}
	r.seen.notes = []server.Notification{
		note(-time.Second, "firing", mine),
		note(time.Second, "resolved", mine),
		note(2*time.Second, "firing", map[string]string{"alertname": "WebsiteDown", "namespace": "shop"}),
		note(3*time.Second, "firing", map[string]string{"alertname": "WebsiteSlow", "namespace": "demo"}),
		{Channel: "mail", Received: fault.Add(4 * time.Second)},
	}
	require.Nil(t, r.firstMessage("webhook", "firing", fault))

	r.seen.notes = append(r.seen.notes, note(5*time.Second, "firing", mine), note(6*time.Second, "firing", mine))
	require.Equal(t, fault.Add(5*time.Second), r.firstMessage("webhook", "firing", fault).note.Received)
	require.Nil(t, r.firstMessage("mail", "firing", fault))
}

func TestReceivedOnEveryChannel(t *testing.T) {
	r := run{drill: websiteDown()}
	r.drill.Notification.Channels = []string{"webhook", "mail"}
	alarms := []server.Notified{{Status: "firing", Labels: alarmLabels}}
	r.seen.notes = []server.Notification{{Channel: "webhook", Received: time.Unix(5, 0), Alarms: alarms}}
	require.Nil(t, r.received("firing", time.Unix(0, 0)), "mail has not got it yet")

	r.seen.notes = append(r.seen.notes, server.Notification{Channel: "mail", Received: time.Unix(9, 0), Alarms: alarms})
	got := r.received("firing", time.Unix(0, 0))
	require.Equal(t, time.Unix(9, 0), got.at, "the last channel's time counts")
	require.Equal(t, "webhook", got.first.note.Channel)
}

func TestAlarmOfTheDrill(t *testing.T) {
	r := run{drill: websiteDown()}
	r.seen.rule.Alarms = []server.Alarm{{State: "firing", Labels: map[string]string{"namespace": "shop"}}}
	r.seen.held = []server.Held{{Labels: map[string]string{"namespace": "shop"}}}
	require.Nil(t, r.alarm())
	require.Nil(t, r.held())

	for _, state := range []string{"pending", "firing", "pending"} {
		r.seen.rule.Alarms = append(r.seen.rule.Alarms, server.Alarm{State: state, Labels: alarmLabels})
	}
	require.Equal(t, "firing", r.alarm().State)
}
