// Package poll asks again and again until something is so. What it was not, the
// caller knows: it keeps the last state that it saw.
package poll

import (
	"context"
	"time"
)

// Until asks at once and then at every interval until done is true, or ctx ends:
// the error is then the cause of that. Without a deadline in ctx it goes on for
// ever.
func Until(ctx context.Context, interval time.Duration, done func() bool) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if done() {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Changes passes on what is said unless it was said just before, so that
// waiting does not fill the progress.
func Changes(say func(string)) func(string) {
	last := ""
	return func(now string) {
		if now != last {
			say(now)
		}
		last = now
	}
}
