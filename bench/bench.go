package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// way is one of the two ways of doing the work.
type way struct {
	name string
	run  func(ctx context.Context, dir string) (Run, error)
	to   *[]Run
}

// measure runs both ways, and removes what they leave whatever happens.
func measure(ctx context.Context, o options) (m Measured, err error) {
	m.Machine = thisMachine()
	s, err := open(ctx, o)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	if err := s.createNetwork(ctx); err != nil {
		return m, err
	}
	ours, plain := way{"firedrill", s.firedrill, &m.Firedrill}, way{"plain", s.plain, &m.Plain}
	// The first run makes the rest warm: images are built and in the engine.
	if _, err := o.once(ctx, ours, "warm-up"); err != nil {
		return m, err
	}
	if err := s.prepare(); err != nil {
		return m, err
	}
	m.LeftOut = s.leftOut
	if err := o.inTurn(ctx, ours, plain); err != nil {
		return m, err
	}
	m.compare()
	return m, nil
}

// inTurn runs the ways as often as wanted. Each goes first in every other
// round, so that neither always finds the machine as the other left it.
func (o options) inTurn(ctx context.Context, first, second way) error {
	for i := range o.runs {
		for _, w := range []way{first, second} {
			run, err := o.once(ctx, w, fmt.Sprintf("%s-%d", w.name, i+1))
			if err != nil {
				return err
			}
			*w.to = append(*w.to, run)
		}
		first, second = second, first
	}
	return nil
}

// once runs a way, with a folder for what it leaves.
func (o options) once(ctx context.Context, w way, name string) (Run, error) {
	dir := filepath.Join(o.out, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Run{}, fmt.Errorf("make a folder for the run: %w", err)
	}
	busy := busyCores(ctx, o.calm)
	fmt.Fprintf(os.Stderr, "%s: running\n", name)
	run, err := w.run(ctx, dir)
	if err != nil {
		return run, fmt.Errorf("%s: %w", name, err)
	}
	run.Busy = busy
	fmt.Fprintf(os.Stderr, "%s: %.1f s\n", name, run.Seconds)
	return run, nil
}
