package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"firedrill/pipeline/event"
)

// parallel is how many drills are held at once if nobody says otherwise. On two
// processors most of them can work; the others wait for a clock, as for certificates.
const parallel = 12

// The items that are no drills: nothing may fire before the first drill and after
// the last one.
const (
	QuietBefore = "quiet"
	QuietAfter  = "quiet again"
)

// Options say what drills act on and who hears of their course.
type Options struct {
	Servers Servers
	// Rules are those that are shipped: they tell who evaluates a rule, and
	// messages name the file of one that has to be corrected. Without them,
	// every rule is taken for one of Prometheus.
	Rules []Rule
	// Parallel is how many drills may be held at once; 12 when 0.
	Parallel int
	// Repeat is how often each drill is held; once when 0.
	Repeat int
	// Against says that others use the cluster too; nil for one of the run's own.
	Against *Against
	Sink    event.Sink
}

// RunAll waits until everything is quiet, holds the drills, those side by side
// that do not disturb each other, and sees that everything is quiet again. What
// killed drills have left must have been undone before, by Recover. It returns
// the results of all that ran, in the order of the drills, and the errors of all
// that failed: a drill that fails does not end the others. Once ctx ends, the
// rest is skipped.
func RunAll(ctx context.Context, o Options, drills []Drill) ([]Result, error) {
	turns, err := o.turns(ctx, drills)
	if err != nil {
		return nil, err
	}
	if err := o.quiet(ctx, QuietBefore); err != nil {
		for _, t := range turns {
			o.Sink.Start(t.item).Skip("it was not quiet before the drills")
		}
		return nil, fmt.Errorf("no drill was held: %w", err)
	}
	alarms := newWatch(o.Servers, o.namespace())
	stop := alarms.start(ctx)
	most := o.Parallel
	if most == 0 {
		most = parallel
	}
	schedule(turns, most, func(t *turn) {
		if ctx.Err() != nil {
			o.Sink.Start(t.item).Skip("the run was interrupted before this drill")
			t.err = fmt.Errorf("drill %s: not run: %w", t.item, context.Cause(ctx))
			return
		}
		var result Result
		if result, t.err = o.run(ctx, t.drill, t.item, alarms); t.err != nil {
			t.err = fmt.Errorf("drill %s: %w", t.item, t.err)
		}
		t.result = &result
	})
	stop()
	results, errs := gathered(turns)
	if ctx.Err() == nil {
		errs = append(errs, o.quiet(ctx, QuietAfter))
	}
	return results, errors.Join(errs...)
}

// turns are the drills as often as each is held, round by round. What forbids
// one is found before anything is broken.
func (o Options) turns(ctx context.Context, drills []Drill) ([]*turn, error) {
	drills, left, err := o.refuse(ctx, drills)
	for _, l := range left {
		o.Sink.Start(l.Drill).Skip("left out: " + l.Why.Error())
	}
	if err != nil {
		return nil, err
	}
	rounds := max(1, o.Repeat)
	var turns []*turn
	for round := range rounds {
		for _, d := range drills {
			// One whose ways are not there fails when its turn comes.
			ways, _ := d.waysWhere(o.Rules, o.Servers)
			t := &turn{drill: d, item: d.Name, claim: d.claim(ways), window: o.window(d.Rule)}
			if rounds > 1 {
				t.item = fmt.Sprintf("%s (%d of %d)", d.Name, round+1, rounds)
			}
			turns = append(turns, t)
		}
	}
	return turns, nil
}

// window is the longest one in the expression of the rule, as shipped.
func (o Options) window(rule string) time.Duration {
	i := slices.IndexFunc(o.Rules, func(r Rule) bool { return r.Name == rule })
	if i < 0 {
		return 0
	}
	return window(o.Rules[i].By, o.Rules[i].Expr)
}

func gathered(turns []*turn) (results []Result, errs []error) {
	for _, t := range turns {
		if t.result != nil {
			results = append(results, *t.result)
		}
		errs = append(errs, t.err)
	}
	return results, errs
}
