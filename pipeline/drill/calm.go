package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"firedrill/pipeline/poll"
)

// calm waits, after the repair, until none of the alarms that the drill has
// announced is left anywhere: the next drill would take them for its own, and
// they would be noise to the others.
func (r *run) calm(ctx context.Context, ways []*way) error {
	within := r.drill.Within.End.Or(endWithin)
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var left, watching []string
	for _, w := range ways {
		if !w.lost {
			watching = append(watching, w.result.Way)
		}
	}
	since := r.alarms.now()
	err := poll.Until(waiting, pollInterval, func() bool {
		done := false
		left, done = r.alarms.left(r.seen, watching, since)
		return done && len(left) == 0
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return nil // the interruption was told by the ways
	case len(left) == 0:
		left = []string{"nobody's rules could be read"}
	}
	return fmt.Errorf("not quiet again within %s of the end: %s", within, join(left))
}

// now counts the looks that have begun.
func (w *watch) now() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looks + 1 // one may be under way
}

// left describes what is left of the alarms that the drill announced and no
// other one does. done tells whether it was looked at since, with the answers
// of those ways and of whom the drill has broken.
func (w *watch) left(x *watched, ways []string, since int) (left []string, done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.looks <= since {
		return nil, false
	}
	for _, by := range allWays() {
		// Others may be what another drill has broken.
		if err := w.answered[by]; err != nil && (slices.Contains(ways, by) || slices.Contains(x.drill.Disturbs, by)) {
			left = append(left, err.Error())
		}
	}
	for _, a := range w.alarms {
		others := func(other *watched) bool { return other != x && other.announces(a) }
		if x.announces(a) && !slices.ContainsFunc(w.running, others) {
			left = append(left, fmt.Sprintf("%s is %s in %s", name(a.rule, a.alarm.Labels), a.alarm.State, a.by))
		}
	}
	return left, true
}

// finished adds to the result what the watch has seen, and returns what of it
// fails the drill.
func (r *run) finished(ways []*way) error {
	seen := r.alarms.end(r.seen)
	r.result.Also = append(r.result.Also, seen.also...)
	r.result.Noise = append(r.result.Noise, seen.noise...)
	r.result.Flaps = append(r.result.Flaps, seen.flaps...)
	errs := []error{seen.err()}
	for _, w := range ways {
		r.result.Duplicates = append(r.result.Duplicates, w.duplicates()...)
		if slices.ContainsFunc(seen.flaps, func(f Flap) bool { return f.Way == w.result.Way }) {
			continue // it is known already, from who evaluates the rule
		}
		for _, f := range w.toldFlaps() {
			r.result.Flaps = append(r.result.Flaps, f)
			errs = append(errs, f.toldError(r.drill.Rule))
		}
	}
	r.result.Duplicates = unique(r.result.Duplicates)
	return errors.Join(append(errs, r.forgotten())...)
}

// waitAgain gives every way the notifications that came while it was calm.
func (r *run) waitAgain(ctx context.Context, ways []*way) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
	for _, w := range ways {
		if w.result.Times.Fault != nil {
			w.lookInbox(ctx)
		}
	}
}
