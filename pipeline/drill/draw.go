package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

const (
	// drawnTo is the share of its limit that the graph is wanted to have shown.
	drawnTo = 0.9
	// drawnWithin is how long the repair waits for that: cAdvisor looks at a
	// container every 10 to 20 s, and then comes a scrape.
	drawnWithin = 30 * time.Second
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
	var lacks error
	err := poll.Until(waiting, time.Second, func() bool {
		lacks = r.lacksLimit(waiting, g)
		return lacks == nil
	})
	if err != nil && ctx.Err() == nil {
		r.task.Progress(fmt.Sprintf("the graph did not come near its limit within %s: %v", drawnWithin, lacks))
	}
}

// lacksLimit says why the graph has not come near its limit since the fault, nil if
// it has.
func (r *run) lacksLimit(ctx context.Context, g *Graph) error {
	now := time.Now()
	samples, err := r.Prometheus.Range(ctx, g.Query, *r.fault, now, time.Second)
	limits, limitErr := r.Prometheus.Range(ctx, g.Limit, *r.fault, now, time.Second)
	if err := errors.Join(err, limitErr); err != nil {
		return err
	}
	if len(samples) == 0 || len(limits) == 0 {
		return fmt.Errorf("it has %d samples, and the limit %d", len(samples), len(limits))
	}
	if most, limit := peak(samples), peak(limits); most < drawnTo*limit {
		return fmt.Errorf("%g of %g", most, limit)
	}
	return nil
}

func peak(samples []server.Sample) float64 {
	return slices.MaxFunc(samples, func(a, b server.Sample) int { return cmp.Compare(a.Value, b.Value) }).Value
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
