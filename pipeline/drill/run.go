package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"firedrill/pipeline/event"
)

// Options say what drills act on and who hears of their course.
type Options struct {
	Servers Servers
	// Rules are those that are shipped; messages name the file of a rule that
	// has to be corrected. They may be left out.
	Rules []Rule
	Sink  event.Sink
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
		Servers: o.Servers, drill: d, rules: o.Rules, task: o.Sink.Start(d.Name),
		result: Result{Name: d.Name, About: d.About, Rule: d.Rule, Status: Passed, Ways: []WayResult{}},
	}
	err := r.play(ctx)
	err = errors.Join(err, r.draw(ctx))
	if err != nil {
		r.result.Status, r.result.Error = Failed, err.Error()
	}
	return r.result, r.task.End(err, r.result)
}

// run is one drill on its way.
type run struct {
	Servers
	drill  Drill
	rules  []Rule
	task   *event.Task
	result Result
	fault  *time.Time // nil until it was set
}

// play is the drill's course.
func (r *run) play(ctx context.Context) error {
	if r.Grafana == nil {
		if err := WithoutGrafana([]Drill{r.drill}); err != nil {
			return err
		}
	}
	ways := r.ways()
	err := r.watch(ctx, ways)
	errs := []error{}
	for _, w := range ways {
		errs = append(errs, w.close())
		r.result.Ways = append(r.result.Ways, w.result)
	}
	return errors.Join(append(errs, err)...)
}

// watch sets the fault once and undoes it once every way has notified, or
// failed to.
func (r *run) watch(ctx context.Context, ways []*way) (err error) {
	if !each(ways, func(w *way) error { return w.untilQuiet(ctx) }) {
		return nil
	}
	mend, err := r.setFault(ctx)
	defer func() { err = errors.Join(err, mend.finish(ctx)) }()
	for _, w := range ways {
		w.result.Times.Fault = r.fault
	}
	if err != nil {
		return err
	}
	notified := each(ways, func(w *way) error { return w.untilNotified(ctx) })
	if notified {
		repair := time.Now()
		r.task.Progress("repair begins")
		mend.begin(ctx)
		for _, w := range ways {
			w.result.Times.Repair = &repair
		}
		each(ways, func(w *way) error { return w.untilEnded(ctx, mend) })
	}
	r.openLinks(ctx, ways)
	return nil
}

// setFault breaks what the drill wants broken. The repair that it returns
// does nothing when nothing was changed.
func (r *run) setFault(ctx context.Context) (*repair, error) {
	mend := &repair{within: r.drill.Repair.Within.Or(repairWithin)}
	given := r.drill.Fault.Given()
	if len(given) != 1 {
		return mend, fmt.Errorf("the drill has %d faults instead of one; validate it before it is run", len(given))
	}
	broken := slices.Collect(maps.Values(given))[0]
	// The clock starts before the fault: what it takes to set counts too.
	now := time.Now()
	r.task.Progress("fault: " + broken.String())
	undo, err := broken.Set(ctx, r.Cluster)
	mend.undo = undo
	if undo != nil { // else nothing was changed, so there was no fault
		r.fault = &now
	}
	if err != nil {
		return mend, fmt.Errorf("set the fault: %w", err)
	}
	return mend, nil
}
