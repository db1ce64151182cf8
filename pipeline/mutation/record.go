package mutation

import (
	"context"
	"maps"
	"slices"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// Prometheus is asked for the mutants' alarms.
type Prometheus interface {
	Series(ctx context.Context, query string) ([]server.Labelled, error)
}

// Record looks at the mutants' alarms, at every step, until ctx ends. Prometheus
// could be asked for all of it in the end, were there no drill that kills it with
// all it knows.
func Record(ctx context.Context, p Prometheus) Recorded {
	var r Recorded
	var last []server.Labelled
	at := map[string]int{} // of each alarm, among the series
	_ = poll.Until(ctx, Step, func() bool {
		// What could not be asked is taken for unchanged: it has not ended.
		if now, err := p.Series(ctx, Query); err == nil {
			last = now
		} else if ctx.Err() != nil {
			return false
		}
		r.Until = time.Now()
		for _, one := range last {
			key := keyOf(one.Labels)
			i, known := at[key]
			if !known {
				i = len(r.Series)
				at[key] = i
				r.Series = append(r.Series, Series{Mutant: one.Labels[Label], Labels: one.Labels})
			}
			r.Series[i].Times = append(r.Series[i].Times, r.Until)
		}
		return false
	}) // its error is that ctx ended, which is the only end
	return r
}

// keyOf is the same for the same labels.
func keyOf(labels map[string]string) string {
	key := ""
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key += name + "\x00" + labels[name] + "\x00"
	}
	return key
}
