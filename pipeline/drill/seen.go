package drill

import (
	"context"
	"time"

	"firedrill/pipeline/drill/server"
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
	// notes are the notifications received since the drill began, last the
	// highest id of any.
	notes    []server.Notification
	last     int64
	notesErr error
}

func (r *run) lookAll(ctx context.Context) {
	r.lookRule(ctx)
	r.lookAlertmanager(ctx)
	r.lookInbox(ctx)
	if g := r.drill.Graph; g != nil {
		r.seen.values, r.seen.valuesErr = r.Prometheus.Values(ctx, g.Query)
	}
}

func (r *run) lookRule(ctx context.Context) {
	rule, err := r.Prometheus.Rule(ctx, r.drill.Rule)
	r.seen.ruleErr = err
	if err == nil {
		r.seen.rule = rule
	}
}

func (r *run) lookAlertmanager(ctx context.Context) {
	held, err := r.Alertmanager.Alarms(ctx, r.drill.Rule)
	r.seen.heldErr = err
	if err == nil {
		r.seen.held = held
	}
}

func (r *run) lookInbox(ctx context.Context) {
	s := &r.seen
	more, err := r.Inbox.Since(ctx, s.last)
	s.notesErr = err
	for _, n := range more {
		s.notes = append(s.notes, n)
		s.last = max(s.last, n.ID)
	}
}

// alarm is the drill's alarm in Prometheus as last seen, nil for none. Of
// several with the labels expected, a firing one goes first.
func (r *run) alarm() *server.Alarm {
	var found *server.Alarm
	for i, a := range r.seen.rule.Alarms {
		if r.expects(a.Labels) && (found == nil || a.State == "firing" && found.State != "firing") {
			found = &r.seen.rule.Alarms[i]
		}
	}
	return found
}

// held is the drill's alarm in Alertmanager as last seen, nil for none.
func (r *run) held() *server.Held {
	for i, h := range r.seen.held {
		if r.expects(h.Labels) {
			return &r.seen.held[i]
		}
	}
	return nil
}

// expects tells whether labels include all that the alarm must carry.
func (r *run) expects(labels map[string]string) bool {
	for k, v := range r.drill.Alarm.Labels {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}
