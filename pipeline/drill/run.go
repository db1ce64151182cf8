package drill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

// duringLasts is how long what is broken during the alarm stays so at least:
// what is mended at once may never have been broken.
const duringLasts = 3 * time.Second

// run is one drill on its way.
type run struct {
	Servers
	drill  Drill
	rules  []Rule
	marked bool
	task   *event.Task
	result Result
	fault  *time.Time // nil until it was set
	// alarms looks at everybody's alarms, seen is what it saw of this drill.
	alarms *watch
	seen   *watched
}

// Run holds one drill, which Validate has found right. The faults are undone
// whatever happens, also when ctx ends, before Run returns.
func Run(ctx context.Context, o Options, d Drill) (Result, error) {
	alarms := newWatch(o.Servers, o.namespace())
	defer alarms.start(ctx)()
	return o.run(ctx, d, d.Name, alarms)
}

// run holds a drill as the item of that name.
func (o Options) run(ctx context.Context, d Drill, item string, alarms *watch) (Result, error) {
	r := &run{
		Servers: o.Servers, drill: d, rules: o.Rules, marked: o.marks(), task: o.Sink.Start(item), alarms: alarms,
		result: Result{
			Name: d.Name, About: d.About, Rule: d.Rule, Status: Passed, Began: time.Now(),
			Disturbs: append([]string{}, d.Disturbs...), Faults: described(d.Faults), During: described(d.During),
			Ways: []WayResult{}, Also: []SeenAlarm{}, Noise: []SeenAlarm{}, Flaps: []Flap{}, Duplicates: []Duplicate{},
		},
	}
	r.Cluster.Drill = d.Name
	if d.Onset != nil {
		r.result.Onset = &OnsetTaken{Seconds: d.Onset.Takes.Seconds(), Because: d.Onset.Because}
	}
	err := errors.Join(r.play(ctx), r.draw(ctx))
	r.result.Ended = time.Now()
	if err != nil {
		r.result.Status, r.result.Error = Failed, err.Error()
	}
	return r.result, r.task.End(err, r.result)
}

// play is the drill's course, watched from all sides.
func (r *run) play(ctx context.Context) error {
	names, err := r.drill.waysWhere(r.rules, r.Servers)
	if err != nil {
		return err
	}
	ways := r.ways(names)
	r.seen = r.alarms.begin(r.drill, names)
	err = r.watch(ctx, ways)
	if r.fault != nil && err == nil {
		err = r.calm(ctx, ways)
		r.waitAgain(ctx, ways)
	}
	err = errors.Join(err, r.finished(ways))
	errs := []error{}
	for _, w := range ways {
		errs = append(errs, w.close())
		r.result.Ways = append(r.result.Ways, w.result)
	}
	return errors.Join(append(errs, err)...)
}

// watch sets the faults once and undoes them once every way has notified, or
// failed to.
func (r *run) watch(ctx context.Context, ways []*way) (err error) {
	all := r.damage()
	defer func() { err = errors.Join(err, all.ledger.close(context.WithoutCancel(ctx))) }()
	stage := r.damage()
	stage.ledger = all.ledger
	defer func() { err = errors.Join(err, stage.undo(ctx)) }()
	if err := stage.set(ctx, r.drill.Setup); err != nil {
		return fmt.Errorf("set up: %w", err)
	}
	if !each(ways, func(w *way) error { return w.untilQuiet(ctx) }) && r.drill.Rule != "" {
		return nil
	}
	visiting, err := r.visit(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.visited(visiting)) }()
	mend := &repair{undo: func(ctx context.Context) error {
		r.alarms.repairs(r.seen)
		return all.undo(ctx)
	}}
	defer func() { err = errors.Join(err, mend.finish(ctx)) }()
	all.struck = func(now time.Time) {
		r.fault = &now
		for _, w := range ways {
			w.result.Times.Fault = &now
		}
	}
	if err := all.set(ctx, r.drill.Faults); err != nil {
		return err
	}
	if r.drill.Rule == "" {
		return visiting.untilShown(ctx, r.task.Progress)
	}
	if each(ways, func(w *way) error { return w.untilNotified(ctx) }) {
		r.delay(ctx, ways, all)
		if err := r.during(ctx, all); err != nil {
			return err
		}
		r.untilDrawn(ctx)
		r.repair(ctx, ways, mend)
	}
	// What was broken may be what links lead to.
	if err := mend.finish(ctx); err != nil {
		return nil // told by the deferred one
	}
	r.openLinks(ctx, ways)
	return nil
}

// delay adds to the floors how long the faults took until they had their effect.
// Like all of the floor it is a yardstick: what cannot be told is left out.
func (r *run) delay(ctx context.Context, ways []*way, all *damage) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	at, err := all.effect(ctx)
	if err != nil {
		r.task.Progress(fmt.Sprintf("the floor is without the time that the fault took: %v", err))
		return
	}
	for _, w := range ways {
		w.delayed(at)
	}
}

// damage is nothing yet.
func (r *run) damage() *damage {
	within := r.drill.Within.Repair.Or(repairWithin)
	return &damage{cluster: r.Cluster, ledger: newLedger(r.Cluster, within), within: within, say: r.task.Progress}
}

// repair undoes the faults and watches the alarm end.
func (r *run) repair(ctx context.Context, ways []*way, mend *repair) {
	now := time.Now()
	r.task.Progress("repair begins")
	mend.begin(ctx)
	for _, w := range ways {
		w.result.Times.Repair = &now
	}
	each(ways, func(w *way) error { return w.untilEnded(ctx, mend) })
}

// during breaks and mends what the drill wants broken while the alarm fires.
func (r *run) during(ctx context.Context, all *damage) error {
	if len(r.drill.During) == 0 {
		return nil
	}
	d := r.damage()
	d.ledger = all.ledger
	err := d.set(ctx, r.drill.During)
	if err == nil {
		lasting, cancel := context.WithTimeout(ctx, duringLasts)
		defer cancel()
		_ = poll.Until(lasting, pollInterval, func() bool { return false })
	}
	r.task.Progress("what was broken during the alarm is mended")
	return errors.Join(err, d.undo(ctx))
}
