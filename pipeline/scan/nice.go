package scan

import (
	"context"
	"slices"
	"strconv"

	"firedrill/pipeline/command"
)

// Nice runs programs with the least priority, so that drills that are held
// meanwhile are not the slower for it.
type Nice struct {
	Runner command.Runner
	// Cores is how many of them a program in Go may use at once, 0 for all: a CPU
	// that is used up raises an alarm, whatever the priority.
	Cores int
}

// Run implements command.Runner.
func (n Nice) Run(ctx context.Context, c command.Command) ([]byte, error) {
	if n.Cores > 0 {
		c.Env = append(slices.Clip(c.Env), "GOMAXPROCS="+strconv.Itoa(n.Cores))
	}
	c.Argv = append([]string{"nice", "-n", "19"}, c.Argv...)
	return n.Runner.Run(ctx, c)
}
