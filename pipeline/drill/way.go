package drill

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
)

// way is one way by which the alarm travels, being watched.
type way struct {
	// rules evaluates the rule, alertmanager, which messages call by its name,
	// notifies the receiver in inbox; nil where who evaluates does so itself.
	rules        Ruler
	alertmanager Alertmanager
	name         string
	receiver     string
	prometheus   Prometheus
	inbox        Inbox
	// drill is the drill with what is expected of this way.
	drill Drill
	// marked tells that notifications must say that they are of a drill.
	marked bool
	task   *event.Task
	result WayResult
	seen   seen
	// arrived is the alarm as its Alertmanager first had it.
	arrived server.Held
	// scrape is known before the fault, which may be the end of who tells it.
	scrape *time.Duration
	errs   []error
	// lost is set once the alarm missed a hop: what follows is not watched.
	lost bool
}

// ways are those of these names, ready to be watched.
func (r *run) ways(names []string) []*way {
	var ways []*way
	rulers := r.rulers()
	for _, name := range names {
		w := &way{
			rules: rulers[name], alertmanager: r.Alertmanager, name: "Alertmanager", receiver: receiverOf(name),
			prometheus: r.Prometheus, inbox: r.Inbox, drill: r.drill.timed(), marked: r.marked, task: r.task,
			result: WayResult{Way: name, Notifications: []Notification{}, Links: []Link{}},
		}
		w.drill.Channels = r.drill.channelsOf(name)
		switch name {
		case WayGrafana:
			w.alertmanager, w.name = r.Grafana, "Grafana's Alertmanager"
		case WayInbox:
			w.alertmanager, w.name = nil, "inbox"
		}
		ways = append(ways, w)
	}
	return ways
}

// timed is the drill with the standard for each time that its file leaves out.
func (d Drill) timed() Drill {
	for _, t := range []struct {
		given    *strict.Duration
		standard time.Duration
	}{
		{&d.Within.Quiet, quietWithin},
		{&d.Within.Alarm, alarmWithin},
		{&d.Within.Notification, notificationWithin},
		{&d.Within.Repair, repairWithin},
		{&d.Within.End, endWithin},
	} {
		t.given.Duration = t.given.Or(t.standard)
	}
	return d
}

// each lets every way that is not lost go one leg further, side by side, and
// returns when all have: a way that fails does not end the others. It tells
// whether a way is left.
func each(ways []*way, leg func(*way) error) bool {
	var group sync.WaitGroup
	for _, w := range ways {
		if w.lost {
			continue
		}
		group.Go(func() {
			if err := leg(w); err != nil {
				w.lost = true
				w.errs = append(w.errs, err)
			}
		})
	}
	group.Wait()
	for _, w := range ways {
		if !w.lost {
			return true
		}
	}
	return false
}

// close completes the way's result and returns what failed.
func (w *way) close() error {
	w.result.Seconds = w.result.Times.measure()
	if took, floor := w.result.Seconds.FaultToNotification, w.result.FloorSeconds; took != nil && floor != nil && *floor > 0 {
		ratio := *took / *floor
		w.result.Ratio = &ratio
	}
	w.errs = append(w.errs, w.checkMarks())
	w.result.Status = Passed
	err := errors.Join(w.errs...)
	if err != nil || w.result.Times.Resolved == nil {
		w.result.Status = Failed
	}
	if err == nil {
		return nil
	}
	w.result.Error = err.Error()
	return fmt.Errorf("way %s: %w", w.result.Way, err)
}

// progress reports how far this way has got.
func (w *way) progress(format string, args ...any) {
	w.task.Progress(w.result.Way + ": " + fmt.Sprintf(format, args...))
}
