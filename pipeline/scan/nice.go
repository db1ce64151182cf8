package scan

import (
	"context"

	"firedrill/pipeline/command"
)

// Nice runs programs with the least priority: a scanner that takes all cores is
// nothing that an alarm should tell of.
type Nice struct{ Runner command.Runner }

// Run implements command.Runner.
func (n Nice) Run(ctx context.Context, c command.Command) ([]byte, error) {
	c.Argv = append([]string{"nice", "-n", "19"}, c.Argv...)
	return n.Runner.Run(ctx, c)
}
