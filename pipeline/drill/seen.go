package drill

import (
	"context"
	"time"

	"firedrill/pipeline/server"
)

const (
	// pollInterval is how often servers are asked while a hop is awaited, and
	// so the error of the times that no server tells exactly.
	pollInterval = 250 * time.Millisecond
	// lookWithin bounds one last look at all servers.
	lookWithin = 10 * time.Second
)

// seen is the last state of every hop. A server that does not answer is no
// reason to give up before the deadline: its error is the state then.
type seen struct {
	rule      server.Rule
	ruleErr   error
	values    []float64
	valuesErr error
	held      []server.Held
	heldErr   error
	// notes are the notifications received since the drill began, last the id
	// with which to ask for more.
	notes    []server.Notification
	last     int64
	notesErr error
}

func (w *way) lookAll(ctx context.Context) {
	w.lookRule(ctx)
	w.lookAlertmanager(ctx)
	w.lookInbox(ctx)
	if g := w.drill.Graph; g != nil && !g.Appears {
		w.seen.values, w.seen.valuesErr = w.prometheus.Values(ctx, g.Query)
	}
}

func (w *way) lookRule(ctx context.Context) {
	rule, err := w.rules.Rule(ctx, w.drill.Rule)
	w.seen.ruleErr = err
	if err == nil {
		w.seen.rule = rule
	}
}

func (w *way) lookAlertmanager(ctx context.Context) {
	if w.alertmanager == nil {
		return
	}
	held, err := w.alertmanager.Alarms(ctx, w.drill.Rule)
	w.seen.heldErr = err
	if err == nil {
		w.seen.held = held
	}
}

func (w *way) lookInbox(ctx context.Context) {
	s := &w.seen
	more, last, err := w.inbox.Since(ctx, s.last)
	s.notesErr = err
	if err == nil {
		s.notes, s.last = append(s.notes, more...), last
	}
}

// alarm is the drill's alarm of the rule as last seen, nil for none. Of
// several with the labels expected, a firing one goes first.
func (w *way) alarm() *server.Alarm {
	var found *server.Alarm
	for i, a := range w.seen.rule.Alarms {
		if carries(a.Labels, w.drill.Labels) && (found == nil || a.State == "firing" && found.State != "firing") {
			found = &w.seen.rule.Alarms[i]
		}
	}
	return found
}

// held is the drill's alarm in the Alertmanager as last seen, nil for none. Of
// several with the labels expected, the one goes first that began first.
func (w *way) held() *server.Held {
	var found *server.Held
	for i, h := range w.seen.held {
		if carries(h.Labels, w.drill.Labels) && (found == nil || h.StartsAt.Before(found.StartsAt)) {
			found = &w.seen.held[i]
		}
	}
	return found
}

// carries tells whether labels include all those that are wanted.
func carries(labels, wanted map[string]string) bool {
	for k, v := range wanted {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}
