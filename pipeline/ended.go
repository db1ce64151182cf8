package pipeline

import (
	"context"
	"errors"
)

// Ended is the cause of a context that was ended from outside, by SIGTERM: so a CI
// system, or timeout(1), ends what takes longer than it may. By SIGHUP a terminal ends
// that is gone. Whoever presses Ctrl-C knows that the run failed; of this one nobody
// may know.
type Ended struct {
	// Cause says which signal it was.
	Cause error
}

// Error names the signal.
func (e Ended) Error() string { return e.Cause.Error() }

// Unwrap gives the cause, by which this is a cancellation like any other.
func (e Ended) Unwrap() error { return e.Cause }

// ended tells whether the context was ended from outside, and by what.
func ended(ctx context.Context) (Ended, bool) {
	var e Ended
	is := errors.As(context.Cause(ctx), &e)
	return e, is
}

// lasting is the context for what must still be done behind a run that was ended
// from outside. After Ctrl-C it is as ended as before.
func lasting(ctx context.Context) context.Context {
	if _, is := ended(ctx); is {
		return context.WithoutCancel(ctx)
	}
	return ctx
}
