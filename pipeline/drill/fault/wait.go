package fault

import (
	"context"
	"fmt"
	"time"

	"firedrill/pipeline/poll"
)

// look is how often a thing is looked at until it works again.
const look = 250 * time.Millisecond

// await asks state again and again until it says that all is done. An error of
// state is a state like any other: a server that is away for a moment may be
// what is waited for. what is for the error, and see tells where to look then.
func await(ctx context.Context, what, see string, state func(context.Context) (done bool, now string, err error)) error {
	last := "never read"
	err := poll.Until(ctx, look, func() bool {
		done, now, err := state(ctx)
		switch {
		case err == nil:
			last = now
		case ctx.Err() == nil:
			last = err.Error()
		}
		return done && err == nil
	})
	if err != nil {
		return fmt.Errorf("%s: not done in time (%w); last state: %s; see %s", what, err, last, see)
	}
	return nil
}

// setWithin bounds how long a fault is tried that cannot be set at once.
const setWithin = 30 * time.Second

// insist tries until there is no error, which on a busy machine may be the second
// time. what and see are as await's.
func insist(ctx context.Context, what, see string, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, setWithin, fmt.Errorf("a fault must be set within %s", setWithin))
	defer cancel()
	return await(ctx, what, see, func(ctx context.Context) (bool, string, error) { return true, "", try(ctx) })
}
