// Package wait does nothing for a while and then ends as it is told: for pods
// that only have to be there, and for those that have to fail.
package wait

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"firedrill/apps/program"
	"firedrill/apps/settings"
)

// Configure is the subcommand.
func Configure(set *settings.Set) program.Start {
	how := set.Duration("for", 0, 0, 24*time.Hour, "how long; 0 is until it is told to end")
	fail := set.Int("fail", 0, 0, 1, "1 ends with an error when the time is over")
	return func(ctx context.Context, log *slog.Logger) error {
		log.Info("waiting", "seconds", how.Seconds())
		var over <-chan time.Time
		if *how > 0 || *fail > 0 {
			over = time.After(*how)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-over:
		}
		if *fail > 0 {
			return fmt.Errorf("failing on purpose after %s, as a drill wants it", *how)
		}
		return nil
	}
}
