package drill

import (
	"testing"
	"testing/synctest"
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

// The end of an alarm of an earlier fault is told for minutes after it, alone or
// beside what fires now: none of that is the end of this fault's alarm.
func TestOnlyTheFaultsOwnEndCounts(t *testing.T) {
	fault := time.Unix(1000, 0)
	repair := fault.Add(20 * time.Second)
	of := func(pod, status string, start, end time.Duration) server.Notified {
		labels := map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "pod": pod}
		return server.Notified{Status: status, Labels: labels, StartsAt: fault.Add(start), EndsAt: fault.Add(end)}
	}
	before, firing := of("before", "resolved", -time.Minute, -30*time.Second), of("now", "firing", 6*time.Second, 0)
	ended := of("now", "resolved", 6*time.Second, 25*time.Second)
	// A crash gives the same drill's alarm another instance while the fault lasts.
	crashed := of("crashed", "resolved", 7*time.Second, 22*time.Second)
	replica := of("now", "resolved", 4*time.Second, 25*time.Second)
	mail := server.Notified{Status: "resolved", Text: "WebsiteDown in demo", StartsAt: before.StartsAt}
	tests := map[string]struct {
		channel string
		alarms  []server.Notified
		want    *server.Notified
	}{
		"an older one beside it": {"webhook", []server.Notified{before, firing}, nil},
		"an older one alone":     {"webhook", []server.Notified{before}, nil},
		"an older one by mail":   {"mail", []server.Notified{mail}, nil},
		"another still fires":    {"webhook", []server.Notified{crashed, firing}, nil},
		"its own after an older": {"webhook", []server.Notified{before, ended}, &ended},
		"another and its own":    {"webhook", []server.Notified{crashed, ended}, &ended},
		"by another replica":     {"webhook", []server.Notified{replica}, &replica},
	}
	for name, test := range tests {
		w := way{drill: websiteDown(), receiver: "alertmanager", arrived: server.Held{StartsAt: fault.Add(6 * time.Second)}}
		w.seen.rule.Interval = time.Second
		w.seen.notes = []server.Notification{{Channel: test.channel, Receiver: "alertmanager", Received: repair.Add(time.Second), Alarms: test.alarms}}
		got := w.firstMessage(test.channel, "resolved", repair)
		if test.want == nil {
			require.Nil(t, got, name)
			continue
		}
		require.Equal(t, *test.want, got.alarm, name)
	}
}

// A drill does not end with what it hears right after the repair of an older
// alarm, nor with the time at which that ended.
func TestOlderAlarmsEndRightAfterTheRepair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.besides = func() []server.Notification {
			if !w.since(w.up, time.Second) {
				return nil
			}
			older := server.Notified{Status: "resolved", Labels: alarmLabels, StartsAt: w.down.Add(-time.Minute), EndsAt: w.down.Add(-30 * time.Second)}
			return []server.Notification{{Channel: "webhook", Receiver: "alertmanager", Received: w.up.Add(time.Second), Alarms: []server.Notified{older}}}
		}
		result, _, err := hold(t.Context(), w, websiteDown())
		require.NoError(t, err)
		times := result.Ways[0].Times
		require.InDelta(t, 5, times.Ended.Sub(*times.Repair).Seconds(), 0.3)
		require.InDelta(t, 8, times.Resolved.Sub(*times.Repair).Seconds(), 0.3)
	})
}
