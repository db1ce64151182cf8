package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Pause stops every process of a node, as a machine that hangs.
type Pause struct {
	// Which node: reserved, the one that is kept free for drills.
	Node string `yaml:"node" json:"node" jsonschema:"enum=reserved"`
}

// onNode is what Undo needs to know: a name that was found by a label.
type onNode struct {
	Node string `json:"node"`
}

// String is part of Fault.
func (p *Pause) String() string { return "pause the reserved node" }

// Check is part of Fault.
func (p *Pause) Check(report func(at, format string, args ...any)) { checkReserved(p.Node, report) }

// checkReserved takes no other node: one that monitoring runs on would take it
// along, and nobody would be told.
func checkReserved(node string, report func(at, format string, args ...any)) {
	if node != reservedNode {
		report("node", "is %q; the only node that may be broken is %q", node, reservedNode)
	}
}

// Touches is part of Fault.
func (p *Pause) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	node, err := p.find(ctx, c)
	if err != nil {
		return nil, err
	}
	return []Object{{Kind: "Node", Name: node.Name, Change: "its container is paused"}}, nil
}

func (p *Pause) find(ctx context.Context, c Cluster) (corev1.Node, error) {
	if _, err := c.nodes(p); err != nil {
		return corev1.Node{}, err
	}
	node, err := reserved(ctx, c)
	if err != nil {
		return node, fmt.Errorf("%s: %w", p, err)
	}
	return node, nil
}

// Prepare is part of Fault.
func (p *Pause) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	node, err := p.find(ctx, c)
	if err != nil {
		return nil, err
	}
	if status, text := condition(node, corev1.NodeReady); status != corev1.ConditionTrue {
		return nil, fmt.Errorf("%s: %s already, so an alarm would prove nothing", p, text)
	}
	return record(onNode{node.Name})
}

// Set is part of Fault.
func (p *Pause) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[onNode](before)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	engine, err := c.nodes(p)
	if err != nil {
		return err
	}
	// A container in which processes begin faster than they are frozen cannot be
	// paused; a moment later it can.
	return insist(ctx, p.String(), "the container "+was.Node, func(ctx context.Context) error {
		return engine.Pause(ctx, was.Node)
	})
}

// Undo is part of Fault. A node that was paused for a moment may count as ready
// all the time; it works when its kubelet has said so again.
func (p *Pause) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[onNode](before)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	engine, err := c.nodes(p)
	if err != nil {
		return err
	}
	last, err := heartbeat(ctx, c, was.Node)
	if err != nil {
		return fmt.Errorf("%s: read the node's lease: %w", p, err)
	}
	what := fmt.Sprintf("let node %s go on", was.Node)
	if err := engine.Unpause(ctx, was.Node); err != nil {
		return fmt.Errorf("%s: %w; do it by hand: unpause the container %s", what, err, was.Node)
	}
	err = await(ctx, what, "kubectl describe node "+was.Node, func(ctx context.Context) (bool, string, error) {
		now, err := heartbeat(ctx, c, was.Node)
		return now.After(last), "its kubelet has not been heard of since " + last.UTC().Format(time.TimeOnly), err
	})
	if err != nil {
		return err
	}
	return conditionIs(ctx, c, what, was.Node, corev1.NodeReady, corev1.ConditionTrue)
}
