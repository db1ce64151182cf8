package drill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

const (
	// nearLimit is the share of its limit that the graph is wanted to show.
	nearLimit = 0.9
	// drawnWithin is how long the repair waits for that. cAdvisor looks at a
	// container every 10 to 20 s, and less often where nothing changes; then
	// comes a scrape.
	drawnWithin = 40 * time.Second
)

// untilDrawn holds the repair back until the graph has come near its limit: the
// alarm may be faster than who measures, and the report would then show a curve
// that has nothing to do with its limit.
func (r *run) untilDrawn(ctx context.Context) {
	g := r.drill.Graph
	if g == nil || g.Limit == "" {
		return
	}
	waiting, cancel := context.WithTimeout(ctx, drawnWithin)
	defer cancel()
	var last error
	err := poll.Until(waiting, time.Second, func() bool {
		last = r.nearLimit(waiting, g)
		return last == nil
	})
	if err != nil && ctx.Err() == nil {
		r.task.Progress(fmt.Sprintf("the graph did not come near its limit within %s: %v", drawnWithin, last))
	}
}

// nearLimit says what keeps the graph from being near its limit now, nil for nothing.
func (r *run) nearLimit(ctx context.Context, g *Graph) error {
	values, err := r.Prometheus.Values(ctx, g.Query)
	limits, limitErr := r.Prometheus.Values(ctx, g.Limit)
	switch {
	case err != nil || limitErr != nil:
		return errors.Join(err, limitErr)
	case len(values) != 1 || len(limits) != 1:
		return fmt.Errorf("%d series, and %d of the limit", len(values), len(limits))
	case values[0] < nearLimit*limits[0]:
		return fmt.Errorf("%g of %g", values[0], limits[0])
	}
	return nil
}

// draw reads the graph's data from a little before the fault until now.
func (r *run) draw(ctx context.Context) error {
	const before, most = 15 * time.Second, 600
	g, start := r.drill.Graph, r.fault
	if g == nil || start == nil || ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	from, to := start.Add(-before), time.Now()
	// A second is the finest step that is sensible, as no scrape is more
	// frequent; long drills take coarser ones to keep the report small.
	step := max(time.Second, (to.Sub(from) / most).Round(time.Second))
	samples, err := r.Prometheus.Range(ctx, g.Query, from, to, step)
	if err != nil {
		return fmt.Errorf("read the graph's data: %w", err)
	}
	if samples == nil {
		samples = []server.Sample{}
	}
	r.result.Graph = &Drawn{Query: g.Query, Threshold: g.Threshold, Unit: g.Unit, Samples: samples, Limit: g.Limit}
	if g.Limit == "" {
		return nil
	}
	if r.result.Graph.LimitSamples, err = r.Prometheus.Range(ctx, g.Limit, from, to, step); err != nil {
		return fmt.Errorf("read the data of the graph's limit: %w", err)
	}
	return nil
}
