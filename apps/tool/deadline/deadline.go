// Package deadline ends what uses a machine, whether or not anybody is left to
// end it: a cluster that nobody reaches any more must give the machine back.
package deadline

import (
	"context"
	"time"

	"firedrill/apps/settings"
)

// Setting adds the time at which to give everything back. It is a time and not
// a length, because a container that is killed and started again would begin
// the length anew.
func Setting(set *settings.Set) *int {
	return set.Int("until", 0, 0, 1<<40, "when to give everything back and only wait: seconds since 1970; 0 is at once")
}

// Context ends with ctx or at the deadline.
func Context(ctx context.Context, until int) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, time.Unix(int64(until), 0))
}
