package mutation

import (
	"context"
	"maps"
	"slices"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// Query asks for the alarms that fire, of mutants and of the rules themselves.
const Query = `ALERTS{alertstate="firing"}`

// Span is a time in which an alarm fired.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Series is an alarm while it fired, of a mutant or, where there is none, of the
// rule that its label alertname names.
type Series struct {
	Mutant string            `json:"mutant,omitempty"`
	Labels map[string]string `json:"labels"`
	Spans  []Span            `json:"spans"`
}

// Recorded is all that fired.
type Recorded struct {
	Series []Series `json:"series"`
	// Until is the end of what was read.
	Until time.Time `json:"until"`
}

// Prometheus is asked for the alarms.
type Prometheus interface {
	Series(ctx context.Context, query string) ([]server.Labelled, error)
}

// Record looks at the alarms, at every step, until ctx ends. Prometheus could be
// asked for all of it in the end, were there no drill that kills it with all it
// knows.
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
			r.Series[i].fires(r.Until)
		}
		return false
	}) // its error is that ctx ended, which is the only end
	return r
}

// fires notes that the alarm fires now. A look that was late breaks no span.
func (s *Series) fires(now time.Time) {
	if i := len(s.Spans) - 1; i >= 0 && now.Sub(s.Spans[i].To) <= gap {
		s.Spans[i].To = now
		return
	}
	s.Spans = append(s.Spans, Span{now, now})
}

// keyOf is the same for the same labels.
func keyOf(labels map[string]string) string {
	key := ""
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key += name + "\x00" + labels[name] + "\x00"
	}
	return key
}
