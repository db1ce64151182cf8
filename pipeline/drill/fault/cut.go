package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Cut drops what goes to and from the pods of an app, on the nodes that they
// run on. The kubelet's own probes still reach them, as they would on a node
// that is cut off. Pods that start later are not cut.
type Cut struct {
	// Namespace of the pods.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Value of the label app.kubernetes.io/name on them.
	App string `yaml:"app" json:"app"`
	// Only what goes to and from this app of the same namespace; everything
	// unless given.
	From string `yaml:"from,omitempty" json:"from,omitempty"`
}

// wire is one direction that is cut on a node.
type wire struct {
	Node string `json:"node"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

func (c *Cut) program() program { return program{c.Namespace, c.App} }

// String is part of Fault.
func (c *Cut) String() string {
	if c.From != "" {
		return fmt.Sprintf("cut %s off from %s", c.program(), c.From)
	}
	return fmt.Sprintf("cut %s off", c.program())
}

// Check is part of Fault.
func (c *Cut) Check(report func(at, format string, args ...any)) { checkProgram(c.program(), report) }

// Touches is part of Fault.
func (c *Cut) Touches(ctx context.Context, in Cluster) ([]Object, error) {
	if _, err := in.nodes(c); err != nil {
		return nil, err
	}
	pods, err := c.program().ready(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, err)
	}
	var objects []Object
	for _, pod := range pods {
		objects = append(objects, podObject(pod, "its traffic is dropped on node "+pod.Spec.NodeName))
	}
	return objects, nil
}

func (c *Cut) target() Object { return c.program().object("its traffic is dropped on its node") }

// Prepare is part of Fault.
func (c *Cut) Prepare(ctx context.Context, in Cluster) (json.RawMessage, error) {
	if _, err := in.nodes(c); err != nil {
		return nil, err
	}
	pods, err := c.program().ready(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, err)
	}
	others := []corev1.Pod{{}} // one without an address stands for everybody
	if c.From != "" {
		if others, err = (program{c.Namespace, c.From}).ready(ctx, in); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	var wires []wire
	for _, pod := range pods {
		if pod.Spec.HostNetwork {
			return nil, fmt.Errorf("%s: Pod %s/%s has its node's address, so the node would be cut off too", c, pod.Namespace, pod.Name)
		}
		for _, other := range others {
			wires = append(wires,
				wire{pod.Spec.NodeName, other.Status.PodIP, pod.Status.PodIP}, wire{pod.Spec.NodeName, pod.Status.PodIP, other.Status.PodIP})
		}
	}
	return record(wires)
}

// Set is part of Fault.
func (c *Cut) Set(ctx context.Context, in Cluster, before json.RawMessage) error {
	return c.each(before, func(w wire) error { return c.apply(ctx, in, w, true) })
}

// Undo is part of Fault.
func (c *Cut) Undo(ctx context.Context, in Cluster, before json.RawMessage) error {
	if err := c.each(before, func(w wire) error { return c.apply(ctx, in, w, false) }); err != nil {
		return err
	}
	return c.program().recovers(ctx, in, "connect "+c.program().String()+" again")
}

// apply has exactly one rule for the wire, or none. Asking first makes both
// harmless to run again; the comment keeps others' rules out of it. There is no
// rule to remove if the answer is 1: any other failure says nothing of it.
func (c *Cut) apply(ctx context.Context, in Cluster, w wire, cut bool) error {
	engine, err := in.nodes(c)
	if err != nil {
		return err
	}
	rule := strings.Join(w.rule(in.Drill), " ") // addresses and a drill's name: nothing that a shell reads
	script := "iptables -w -C " + rule + " && exec iptables -w -D " + rule + "; [ $? = 1 ]"
	if cut {
		script = "iptables -w -C " + rule + " 2>/dev/null || iptables -w -I " + rule
	}
	if _, err := engine.Exec(ctx, w.Node, "sh", "-c", script); err != nil {
		return fmt.Errorf("%s: on node %s: %w", c, w.Node, err)
	}
	return nil
}

func (w wire) rule(drill string) []string {
	rule := []string{"FORWARD"}
	if w.From != "" {
		rule = append(rule, "-s", w.From)
	}
	if w.To != "" {
		rule = append(rule, "-d", w.To)
	}
	return append(rule, "-m", "comment", "--comment", "firedrill:"+drill, "-j", "DROP")
}

func (c *Cut) each(before json.RawMessage, f func(wire) error) error {
	wires, err := recall[[]wire](before)
	if err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	var errs []error
	for _, w := range wires {
		errs = append(errs, f(w))
	}
	return errors.Join(errs...)
}
