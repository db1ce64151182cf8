package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Hog uses memory or CPU, by pods in a namespace of the drill. They give it
// back by themselves after a while, should nobody be left to end them.
type Hog struct {
	// Namespace of the pods; it is created, and removed in the end, if it is
	// not there.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Where: reserved, the node kept free for drills; any, the one with most to
	// spare. Unless given, a share is reached on every machine, and a quantity
	// used wherever there is room.
	Node string `yaml:"node,omitempty" json:"node,omitempty" jsonschema:"enum=reserved,enum=any"`
	// Memory to use: a quantity, or a share of all there is that is to be in
	// use, by whomever.
	Memory Amount `yaml:"memory,omitempty" json:"memory,omitempty,omitzero"`
	// CPU to use: a quantity, or a share as for memory.
	CPU Amount `yaml:"cpu,omitempty" json:"cpu,omitempty,omitzero"`
	// Limits of the container, which wants more than they allow.
	Limits *Limits `yaml:"limits,omitempty" json:"limits,omitempty"`
	// Only request it, without using it.
	Request bool `yaml:"request,omitempty" json:"request,omitempty"`
}

// Limits of a container.
type Limits struct {
	// Memory over which the container is killed.
	Memory Amount `yaml:"memory,omitempty" json:"memory,omitempty,omitzero"`
	// CPU over which it has to wait.
	CPU Amount `yaml:"cpu,omitempty" json:"cpu,omitempty,omitzero"`
}

// hogging is what Undo needs to know, and Set.
type hogging struct {
	NewNamespace bool   `json:"newNamespace"`
	Loads        []load `json:"loads"`
}

// resource is memory or cpu, whichever is used.
func (h *Hog) resource() string {
	if !h.CPU.IsZero() {
		return "cpu"
	}
	return "memory"
}

// amount is how much of it.
func (h *Hog) amount() Amount {
	if !h.CPU.IsZero() {
		return h.CPU
	}
	return h.Memory
}

// String is part of Fault.
func (h *Hog) String() string {
	verb := "use"
	if h.Request {
		verb = "request"
	}
	where := ""
	if h.Node != "" {
		where = " on node " + h.Node
	}
	return fmt.Sprintf("%s %s of %s%s", verb, h.amount(), h.resource(), where)
}

// Check is part of Fault.
func (h *Hog) Check(report func(at, format string, args ...any)) {
	if h.Namespace == "" {
		report("namespace", "is missing; name a namespace of the drill's own")
	}
	if h.Node != "" && h.Node != reservedNode && h.Node != anyNode {
		report("node", "is %q; it is %s or %s, or not given", h.Node, reservedNode, anyNode)
	}
	switch {
	case h.Memory.IsZero() && h.CPU.IsZero():
		report("memory", "is missing; give an amount of memory or of cpu")
	case !h.Memory.IsZero() && !h.CPU.IsZero():
		report("cpu", "is one thing too many beside memory; use both by two faults")
	default:
		if problem := h.amount().problem(); problem != "" {
			report(h.resource(), "%s", problem)
		}
	}
	h.checkLimits(report)
}

func (h *Hog) checkLimits(report func(at, format string, args ...any)) {
	if h.Limits == nil {
		return
	}
	if h.Request {
		report("limits", "are for what is used; with request nothing is")
	}
	if h.amount().percent() > 0 {
		report("limits", "are for a quantity: a share of the machine would not be reached below them")
	}
	if h.Limits.Memory.IsZero() && h.Limits.CPU.IsZero() {
		report("limits", "are empty; give memory or cpu")
	}
	for _, limit := range []struct {
		at string
		Amount
	}{{"limits.memory", h.Limits.Memory}, {"limits.cpu", h.Limits.CPU}} {
		switch {
		case limit.IsZero():
		case limit.percent() > 0:
			report(limit.at, "is a share; give a quantity such as 64Mi or 200m")
		case limit.problem() != "":
			report(limit.at, "%s", limit.problem())
		}
	}
}

// Touches is part of Fault.
func (h *Hog) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	loads, err := h.plan(ctx, c)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, l := range loads {
		objects = append(objects, Object{Kind: "Deployment", Namespace: h.Namespace, Name: l.Name, Change: "created: " + l.String()})
	}
	return objects, nil
}

// Prepare is part of Fault.
func (h *Hog) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	loads, err := h.plan(ctx, c)
	if err != nil {
		return nil, err
	}
	missing, err := isNew(ctx, c, h.Namespace)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h, err)
	}
	return record(hogging{missing, loads})
}

// Set is part of Fault.
func (h *Hog) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[hogging](before)
	if err == nil {
		err = createNamespace(ctx, c, h.Namespace)
	}
	for _, l := range was.Loads {
		if err == nil {
			err = l.create(ctx, c, h.Namespace)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", h, err)
	}
	return nil
}

// Undo is part of Fault.
func (h *Hog) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[hogging](before)
	if err == nil && was.NewNamespace {
		err = removeNamespace(ctx, c, h.Namespace)
	}
	for _, l := range was.Loads {
		if err == nil && !was.NewNamespace {
			err = l.remove(ctx, c, h.Namespace)
		}
	}
	if err != nil {
		return fmt.Errorf("end: %s: %w", h, err)
	}
	return nil
}

// name gives each load a name that no hog has in that namespace.
func (h *Hog) name(loads []load, set []taking) {
	n := 0
	for i := range loads {
		for used := true; used; {
			n++
			loads[i].Name = "hog-" + h.resource()
			if n > 1 {
				loads[i].Name += fmt.Sprintf("-%d", n)
			}
			used = slices.ContainsFunc(set, func(t taking) bool { return t.namespace == h.Namespace && t.name == loads[i].Name })
		}
	}
}
