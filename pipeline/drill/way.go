package drill

import (
	"errors"
	"fmt"
	"sync"

	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
)

// way is one way by which the alarm travels, being watched.
type way struct {
	// rules evaluates the rule, alertmanager, which messages call by its name,
	// notifies the receiver in inbox.
	rules        Ruler
	alertmanager Alertmanager
	name         string
	receiver     string
	prometheus   Prometheus
	inbox        Inbox
	// drill is the drill with what is expected of this way.
	drill  Drill
	task   *event.Task
	result WayResult
	seen   seen
	// arrived is the alarm as its Alertmanager first had it.
	arrived server.Held
	errs    []error
	// lost is set once the alarm missed a hop: what follows is not watched.
	lost bool
}

// ways are those by which the drill's alarm is expected.
func (r *run) ways() []*way {
	prometheus := &way{
		rules: r.Prometheus, alertmanager: r.Alertmanager, name: "Alertmanager", receiver: "alertmanager",
		result: WayResult{Way: WayPrometheus}, drill: r.drill,
	}
	ways := []*way{prometheus}
	if g := r.drill.Grafana; g != nil {
		grafana := &way{
			rules: r.Grafana, alertmanager: r.Grafana, name: "Grafana's Alertmanager", receiver: "grafana",
			result: WayResult{Way: WayGrafana}, drill: r.drill,
		}
		grafana.drill.Alarm.Within, grafana.drill.Notification, grafana.drill.End = g.Alarm.Within, g.Notification, g.End
		ways = append(ways, grafana)
	}
	for _, w := range ways {
		w.prometheus, w.inbox, w.task = r.Prometheus, r.Inbox, r.task
		w.result.Notifications, w.result.Links = []Notification{}, []Link{}
	}
	return ways
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
