package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"firedrill/pipeline/drill/fault"
)

// damage is what a list of faults has broken so far.
type damage struct {
	cluster fault.Cluster
	ledger  *ledger
	// within is how long it may take to set each fault, and to undo it.
	within time.Duration
	broken []broken
	say    func(string)
	// struck is called right before the first fault is set.
	struck func(time.Time)
}

// set breaks what the specs describe, in their order. What was broken before
// an error can be undone.
func (d *damage) set(ctx context.Context, specs []fault.Spec) error {
	for _, spec := range specs {
		if err := d.setOne(ctx, spec); err != nil {
			return err
		}
	}
	return nil
}

func (d *damage) setOne(ctx context.Context, spec fault.Spec) error {
	b := broken{Spec: spec}
	f, err := b.only()
	if err != nil {
		return err
	}
	limited, cancel := d.limited(ctx)
	defer cancel()
	if b.Before, err = f.Prepare(limited, d.cluster); err != nil {
		return fmt.Errorf("prepare the fault: %w", err)
	}
	if err := d.ledger.add(limited, b); err != nil {
		return err
	}
	d.broken = append(d.broken, b)
	d.say("fault: " + f.String())
	if d.struck != nil {
		// The clock starts before the fault: what it takes to set counts too.
		d.struck(time.Now())
		d.struck = nil
	}
	if err := f.Set(limited, d.cluster, b.Before); err != nil {
		return fmt.Errorf("set the fault: %w", err)
	}
	return nil
}

// limited is for one fault to be set, or to be undone.
func (d *damage) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d.within, fmt.Errorf("within.repair is %s", d.within))
}

// effect is when the last of the delayed faults had its effect; none if there is
// no such fault.
func (d *damage) effect(ctx context.Context) (last time.Time, err error) {
	for _, b := range d.broken {
		f, err := b.only()
		if err != nil {
			return last, err
		}
		if delayed, ok := f.(fault.Delayed); ok {
			at, err := delayed.Effect(ctx, d.cluster, b.Before)
			if err != nil {
				return last, err
			}
			if at.After(last) {
				last = at
			}
		}
	}
	return last, nil
}

// undo mends all in the reverse order, the rest also when one cannot be. It
// does not end with ctx, only with its own deadlines: an interrupted drill
// must mend too.
func (d *damage) undo(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, b := range slices.Backward(d.broken) {
		errs = append(errs, d.undoOne(ctx, b))
	}
	d.broken = nil
	return errors.Join(errs...)
}

func (d *damage) undoOne(ctx context.Context, b broken) error {
	f, err := b.only()
	if err != nil {
		return err
	}
	limited, cancel := d.limited(ctx)
	defer cancel()
	if err := f.Undo(limited, d.cluster, b.Before); err != nil {
		return fmt.Errorf("undo the fault: %w", err)
	}
	limited, cancel = context.WithTimeout(ctx, lookWithin)
	defer cancel()
	return d.ledger.done(limited, b)
}

// described says what the specs break, for the report.
func described(specs []fault.Spec) []string {
	texts := []string{}
	for _, spec := range specs {
		if f, err := (broken{Spec: spec}).only(); err == nil {
			texts = append(texts, f.String())
		}
	}
	return texts
}
