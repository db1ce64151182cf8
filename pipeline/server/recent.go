package server

import (
	"context"
	"fmt"
	"time"
)

// glance is for how long an answer about all rules is passed on to others who
// ask the same: a fifth of a second is what a drill waits between two looks.
const glance = 200 * time.Millisecond

// recent holds an answer for a moment, so that drills that are held side by
// side make one request instead of one each.
type recent[T any] struct {
	// turn has room for one: who has put something in may read and write the rest.
	turn  chan struct{}
	asked time.Time
	value T
}

func newRecent[T any]() *recent[T] { return &recent[T]{turn: make(chan struct{}, 1)} }

// get returns the answer that somebody has had just now, or asks. Errors are
// not kept. What it returns is shared and must not be changed.
func (r *recent[T]) get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("wait for somebody else's question: %w", context.Cause(ctx))
	}
	defer func() { <-r.turn }()
	if !r.asked.IsZero() && time.Since(r.asked) < glance {
		return r.value, nil
	}
	value, err := ask(ctx)
	if err == nil {
		r.value, r.asked = value, time.Now()
	}
	return value, err
}
