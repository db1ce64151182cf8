package drill

import (
	"context"
	"fmt"
	"time"

	"firedrill/pipeline/server"
)

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
