package drill

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// quietWithin is the deadline for quiet when the drill file gives none.
const quietWithin = time.Minute

// untilQuiet waits until the drill can prove something: the rule is evaluated,
// the graph has data, no earlier alarm of the rule is on its way, and all
// servers answer.
func (r *run) untilQuiet(ctx context.Context) error {
	within := r.drill.Quiet.Within.or(quietWithin)
	reason := ""
	missing := func() string {
		return fmt.Sprintf("the drill cannot begin: after %s %s", within, reason)
	}
	return r.until(ctx, time.Now().Add(within), missing, func(ctx context.Context) bool {
		reason = r.unquiet(ctx)
		return reason == ""
	})
}

// unquiet says why the fault cannot be set yet, or nothing.
func (r *run) unquiet(ctx context.Context) string {
	r.lookAll(ctx)
	s := &r.seen
	if err := errors.Join(s.ruleErr, s.valuesErr, s.heldErr, s.notesErr); err != nil {
		return err.Error()
	}
	if s.rule.Health != "ok" {
		return fmt.Sprintf("rule %s has health %q %s", r.drill.Rule, s.rule.Health, s.rule.LastError)
	}
	if r.drill.Graph != nil && len(s.values) != 1 {
		return fmt.Sprintf("graph.query %s gives %d series instead of one", r.drill.Graph.Query, len(s.values))
	}
	if a := r.alarm(); a != nil {
		return fmt.Sprintf("%s is already %s before the fault", r.alarmName(), a.State)
	}
	if r.held() != nil {
		return fmt.Sprintf("%s is already held by Alertmanager before the fault", r.alarmName())
	}
	// What came before the fault belongs to an earlier drill.
	s.notes = nil
	return ""
}
