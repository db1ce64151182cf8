package cluster

import (
	"context"
	"fmt"
	"slices"

	"firedrill/pipeline/command"
)

// Free returns an error if the engine has a cluster or a network of that name
// already: kind would take somebody else's containers for nodes of the run.
func Free(ctx context.Context, runner command.Runner, eng Engine, name string) error {
	e := engine{Engine: eng, runner: runner}
	nodes, err := e.lines(ctx, "ps", "--all", "--quiet", "--filter", "label="+kindLabel+"="+name)
	if err != nil {
		return fmt.Errorf("look for a cluster named %s: %w", name, err)
	}
	if len(nodes) > 0 {
		return fmt.Errorf("%s has a cluster named %s, which is not this run's: choose another --name", eng.Name, name)
	}
	networks, err := e.lines(ctx, "network", "ls", "--format", "{{.Name}}")
	if err != nil {
		return fmt.Errorf("look for a network named %s: %w", name, err)
	}
	if slices.Contains(networks, name) {
		return fmt.Errorf("%s has a network named %s, which is not this run's: choose another --name", eng.Name, name)
	}
	return nil
}
