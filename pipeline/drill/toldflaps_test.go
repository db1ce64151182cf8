package drill

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// An Alertmanager that is told too late of an alarm tells people that it has ended,
// and then that it fires, while the rule's evaluator has it firing all the time.
func TestWhatPeopleAreToldFlaps(t *testing.T) {
	const notices = 10 * time.Second
	tests := map[string]struct {
		status   string
		repaired bool // since the repair, else since the fault
		change   func(*Drill)
		want     string // part of the error; "" for none
	}{
		"ends before the repair":       {"resolved", false, nil, "has ended, before the repair began"},
		"fires after its end":          {"firing", true, nil, "fires, after they were told of its end"},
		"is told once more to fire":    {"firing", false, nil, ""},
		"Alertmanager is disturbed":    {"resolved", false, func(d *Drill) { d.Disturbs = append(d.Disturbs, keyAlertmanager) }, ""},
		"the processors are disturbed": {"resolved", false, func(d *Drill) { d.Disturbs = append(d.Disturbs, keyCPU) }, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, d := newWorld(), bothWays()
				if test.change != nil {
					test.change(&d)
				}
				w.besides = func() []server.Notification {
					since := w.down
					if test.repaired {
						since = w.up
					}
					if !w.since(since, notices) {
						return nil
					}
					a := server.Notified{Status: test.status, Labels: alarmLabels, Annotations: w.annotations, StartsAt: w.down.Add(w.firing)}
					return []server.Notification{{Channel: "webhook", Receiver: "alertmanager", Received: since.Add(notices), Alarms: []server.Notified{a}}}
				}
				result, _, err := hold(t.Context(), w, d)
				if test.want == "" {
					require.NoError(t, err)
					require.Empty(t, result.Flaps)
					return
				}
				require.ErrorContains(t, err, "the alarm flaps: by way prometheus, people were told at ")
				require.ErrorContains(t, err, test.want)
				require.Len(t, result.Flaps, 1)
				require.Equal(t, test.repaired, result.Flaps[0].Again != nil)
			})
		})
	}
}
