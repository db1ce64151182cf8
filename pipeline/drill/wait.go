package drill

import (
	"context"
	"fmt"
	"time"

	"firedrill/pipeline/poll"
)

// until asks done every pollInterval until it says yes. Past the deadline the
// error is what is missing and the last state seen of every hop, so that a
// reader sees which hop broke.
func (w *way) until(ctx context.Context, deadline time.Time, missing func() string, done func(context.Context) bool) error {
	waiting, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	err := poll.Until(waiting, pollInterval, func() bool { return done(waiting) })
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	// Taken before the last look, which may change it.
	what := missing()
	return fmt.Errorf("%s; last seen:\n%s", what, w.lastSeen(ctx))
}
