package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"firedrill/pipeline/drill/server"
	"firedrill/pipeline/event"
)

// Options say what drills act on and who hears of their course.
type Options struct {
	Servers Servers
	Sink    event.Sink
}

// RunAll runs drills one after another, also after one that failed, and
// returns the results of all that ran and the errors of all that failed. Once
// ctx ends, the rest is skipped.
func RunAll(ctx context.Context, o Options, drills []Drill) ([]Result, error) {
	var results []Result
	var errs []error
	for _, d := range drills {
		if ctx.Err() != nil {
			o.Sink.Start(d.Name).Skip("the run was interrupted before this drill")
			errs = append(errs, fmt.Errorf("drill %s: not run: %w", d.Name, context.Cause(ctx)))
			continue
		}
		result, err := Run(ctx, o, d)
		results = append(results, result)
		if err != nil {
			errs = append(errs, fmt.Errorf("drill %s: %w", d.Name, err))
		}
	}
	return results, errors.Join(errs...)
}

// Run holds one drill, which Validate has found right. The fault is undone
// whatever happens, also when ctx ends, before Run returns.
func Run(ctx context.Context, o Options, d Drill) (Result, error) {
	r := &run{
		Servers: o.Servers,
		drill:   d,
		task:    o.Sink.Start(d.Name),
		result:  Result{Name: d.Name, About: d.About, Rule: d.Rule, Way: "alertmanager", Status: Passed},
	}
	err := r.play(ctx)
	err = errors.Join(err, r.draw(ctx))
	r.result.Seconds = r.result.Times.measure()
	if err != nil {
		r.result.Status, r.result.Error = Failed, err.Error()
	}
	return r.result, r.task.End(err, r.result)
}

// run is one drill on its way.
type run struct {
	Servers
	drill  Drill
	task   *event.Task
	result Result
	seen   seen
	// arrived is the alarm as Alertmanager first had it.
	arrived server.Held
}

// play is the drill's course.
func (r *run) play(ctx context.Context) (err error) {
	if err := r.untilQuiet(ctx); err != nil {
		return err
	}
	mend, err := r.setFault(ctx)
	defer func() { err = errors.Join(err, mend.finish(ctx)) }()
	if err != nil {
		return err
	}
	if err := r.untilFiring(ctx); err != nil {
		return err
	}
	if err := r.untilNotified(ctx); err != nil {
		return err
	}
	r.readFloor(ctx)
	// What the notification lacks fails the drill, but its end is watched all
	// the same: one run then tells everything, and leaves no alarm behind.
	return errors.Join(r.checkNotification(), r.untilEnded(ctx, mend))
}

// setFault breaks what the drill wants broken. The repair that it returns
// does nothing when nothing was changed.
func (r *run) setFault(ctx context.Context) (*repair, error) {
	mend := &repair{within: r.drill.Repair.Within.or(repairWithin)}
	given := r.drill.Fault.Given()
	if len(given) != 1 {
		return mend, fmt.Errorf("the drill has %d faults instead of one; validate it before it is run", len(given))
	}
	broken := slices.Collect(maps.Values(given))[0]
	// The clock starts before the fault: what it takes to set counts too.
	now := time.Now()
	r.result.Times.Fault = &now
	r.task.Progress("fault: " + broken.String())
	undo, err := broken.Set(ctx, r.Cluster)
	mend.undo = undo
	if err != nil {
		if undo == nil { // nothing was changed, so there was no fault
			r.result.Times.Fault = nil
		}
		return mend, fmt.Errorf("set the fault: %w", err)
	}
	return mend, nil
}

// draw reads the graph's data from a little before the fault until now.
func (r *run) draw(ctx context.Context) error {
	const before, most = 15 * time.Second, 600
	g, start := r.drill.Graph, r.result.Times.Fault
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
	r.result.Graph = &Drawn{Query: g.Query, Threshold: g.Threshold, Unit: g.Unit, Samples: samples}
	return nil
}
