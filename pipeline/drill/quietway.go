package drill

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// untilQuiet waits until the way can prove something: the rule is evaluated,
// the graph has data, no earlier alarm of the rule is on its way, and all
// servers answer.
func (w *way) untilQuiet(ctx context.Context) error {
	within := w.drill.Within.Quiet.Duration
	reason := ""
	missing := func() string {
		return fmt.Sprintf("not ready for the fault: after %s %s", within, reason)
	}
	return w.until(ctx, time.Now().Add(within), missing, func(ctx context.Context) bool {
		reason = w.unquiet(ctx)
		return reason == ""
	})
}

// unquiet says why the fault cannot be set yet, or nothing.
func (w *way) unquiet(ctx context.Context) string {
	w.lookAll(ctx)
	s := &w.seen
	if err := errors.Join(s.ruleErr, s.valuesErr, s.heldErr, s.notesErr); err != nil {
		return err.Error()
	}
	if s.rule.Health != "ok" {
		return fmt.Sprintf("rule %s has health %q %s", w.drill.Rule, s.rule.Health, s.rule.LastError)
	}
	if g := w.drill.Graph; g != nil && !g.Appears && len(s.values) != 1 {
		return fmt.Sprintf("graph.query %s gives %d series instead of one", w.drill.Graph.Query, len(s.values))
	}
	if a := w.alarm(); a != nil {
		return fmt.Sprintf("%s is already %s before the fault", w.alarmName(), a.State)
	}
	if w.held() != nil {
		return fmt.Sprintf("%s is already held by %s before the fault", w.alarmName(), w.name)
	}
	w.readScrape(ctx)
	// What came before the fault belongs to an earlier drill.
	s.notes = nil
	return ""
}
