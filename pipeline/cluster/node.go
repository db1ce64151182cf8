package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/cluster/apiserver"
)

// Exec runs a program in a node's container and returns what it printed.
func (c *Cluster) Exec(ctx context.Context, node string, argv ...string) (string, error) {
	if err := c.has(node); err != nil {
		return "", err
	}
	out, err := c.engine.run(ctx, append([]string{"exec", node}, argv...)...)
	if err != nil {
		return out, fmt.Errorf("run %s in node %s: %w", strings.Join(argv, " "), node, err)
	}
	return out, nil
}

// Pause stops every process of a node; that it is paused is not an error.
func (c *Cluster) Pause(ctx context.Context, node string) error {
	return c.turn(ctx, node, "pause", "paused")
}

// Unpause lets a paused node go on; that it does already is not an error.
func (c *Cluster) Unpause(ctx context.Context, node string) error {
	return c.turn(ctx, node, "unpause", "running")
}

func (c *Cluster) turn(ctx context.Context, node, verb, wanted string) error {
	if err := c.has(node); err != nil {
		return err
	}
	status, err := c.engine.run(ctx, "inspect", "--format", "{{.State.Status}}", node)
	if err == nil && status != wanted {
		_, err = c.engine.run(ctx, verb, node)
	}
	if err != nil {
		return fmt.Errorf("%s node %s: %w", verb, node, err)
	}
	return nil
}

// has refuses containers that are not this cluster's.
func (c *Cluster) has(node string) error {
	if slices.Contains(c.Nodes, node) {
		return nil
	}
	return fmt.Errorf("cluster %s has no node %q; it has %s", c.Name, node, strings.Join(c.Nodes, ", "))
}

// limitedMount is where each node has a volume that can be filled without
// harm: volumes of the machine's own disk have no limit, and would be full with it.
const limitedMount = "/var/firedrill/limited"

// limit mounts the limited volume of each node. Memory is used as far as it is
// filled.
func (c *Cluster) limit(ctx context.Context) error {
	return c.onEach(ctx, "mkdir -p "+limitedMount+" && mount -t tmpfs -o size=64m,mode=1777 limited "+limitedMount)
}

// onEach runs a command of the shell in all nodes, side by side.
func (c *Cluster) onEach(ctx context.Context, command string) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range c.Nodes {
		group.Go(func() error {
			_, err := c.Exec(ctx, node, "sh", "-c", command)
			return err
		})
	}
	return group.Wait()
}

// openAuditLog lets root's group read the audit log, as it may containers' logs:
// the API server makes it for root alone, and keeps to the mode that it finds.
func (c *Cluster) openAuditLog(ctx context.Context) error {
	_, err := c.Exec(ctx, c.controlPlane(), "chmod", "640", apiserver.AuditLog)
	return err
}

// controlPlane is the node that the API server runs on; kind names it so.
func (c *Cluster) controlPlane() string { return c.Name + "-control-plane" }
