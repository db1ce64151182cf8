package fault

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// plan says what is used where. It is measured now: what others use counts, and
// so does what other faults may still take.
func (h *Hog) plan(ctx context.Context, c Cluster) ([]load, error) {
	nodes, err := h.where(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h, err)
	}
	set, err := takings(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h, err)
	}
	var loads []load
	for _, f := range nodes {
		l, err := h.size(ctx, c, f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h, err)
		}
		l.others = l.taking(l.Amount).besides(set)
		if bound := c.Ceiling.of(l.Resource); l.Most > 0 && bound > 0 {
			l.Most = min(l.Most, bound-l.others)
		}
		loads = append(loads, l)
	}
	h.name(loads, set)
	return loads, h.within(c, loads)
}

// where lists the nodes to go to. A quantity that goes anywhere has one that
// is no node, and the scheduler chooses.
func (h *Hog) where(ctx context.Context, c Cluster) ([]free, error) {
	all, err := requestable(ctx, c)
	if err != nil {
		return nil, err
	}
	switch {
	case h.Node == reservedNode:
		node, err := reserved(ctx, c)
		return slices.DeleteFunc(all, func(f free) bool { return f.node.Name != node.Name }), err
	case h.Node == anyNode:
		return []free{emptiest(all)}, nil
	case h.amount().percent() == 0:
		return []free{{}}, nil
	case h.Request:
		return all, nil
	}
	return machines(all), nil
}

// emptiest is the node with most memory left to request.
func emptiest(all []free) free {
	return slices.MaxFunc(all, func(a, b free) int { return a.memory.Cmp(b.memory) })
}

// machines keeps one node of each machine, for nodes that are containers of one
// machine share its memory and CPU, and leaves the reserved one to drills that
// pause or fill it. They can be told by the machine's boot.
func machines(all []free) []free {
	var found []free
	for _, f := range all {
		boot := f.node.Status.NodeInfo.BootID
		i := slices.IndexFunc(found, func(o free) bool { return boot != "" && o.node.Status.NodeInfo.BootID == boot })
		switch {
		case i < 0:
			found = append(found, f)
		case !isReserved(f.node) && isReserved(found[i].node):
			found[i] = f
		}
	}
	return found
}

// size says what to use on a node.
func (h *Hog) size(ctx context.Context, c Cluster, f free) (load, error) {
	l := load{Node: f.node.Name, Machine: machineOf(f.node), Resource: h.resource(), Request: h.Request}
	if h.Limits != nil {
		l.LimitMemory, l.LimitCPU = h.Limits.Memory.text, h.Limits.CPU.text
	}
	share := int64(h.amount().percent())
	if share == 0 {
		l.Amount = l.units(h.amount().quantity())
		return l, nil
	}
	now, err := h.now(ctx, c, f)
	if err != nil {
		return l, err
	}
	l.Amount = now.total*share/100 - now.used
	if l.Amount <= 0 {
		return l, fmt.Errorf("node %s has %s of its %s in use already, which is %s or more: an alarm would prove nothing",
			f.node.Name, format(l.Resource, now.used), format(l.Resource, now.total), h.amount())
	}
	if !h.Request {
		// Others give some back while it takes the rest: a virtual machine's host up
		// to a tenth of all, which it had borrowed (its balloon).
		l.Percent, l.Most = share, l.Amount+now.total/8
		if l.Resource == string(corev1.ResourceCPU) {
			l.Most = now.total // what others use of it comes and goes within a second
		}
	}
	return l, nil
}

// now is what the node has, and what is used or requested of it.
func (h *Hog) now(ctx context.Context, c Cluster, f free) (use, error) {
	switch {
	case h.Request && h.resource() == "cpu":
		total := f.node.Status.Allocatable.Cpu().MilliValue()
		return use{total, total - f.cpu.MilliValue()}, nil
	case h.Request:
		total := f.node.Status.Allocatable.Memory().Value()
		return use{total, total - f.memory.Value()}, nil
	case h.resource() == "cpu":
		return cpuUse(ctx, c, f.node)
	}
	return memoryUse(ctx, c, f.node)
}

// within refuses to use more than the ceiling allows. What is only requested
// costs nobody anything, and a limit is a ceiling of its own.
func (h *Hog) within(c Cluster, loads []load) error {
	for _, l := range loads {
		if h.Request {
			continue
		}
		if err := l.taking(l.Amount).below(c.Ceiling, h, l.others); err != nil {
			return err
		}
	}
	return nil
}

// limit of the container in the load's units; 0 is none.
func (l load) limit() int64 {
	text := l.LimitMemory
	if l.Resource == string(corev1.ResourceCPU) {
		text = l.LimitCPU
	}
	if text == "" {
		return 0
	}
	return l.units(resource.MustParse(text)) // checked with the drill
}
