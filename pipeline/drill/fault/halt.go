package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// halting are the components that a cluster lives without for a while, and
// through whose absence it can still be repaired.
var halting = []string{"kube-controller-manager", "kube-scheduler"}

const (
	controlPlane = "node-role.kubernetes.io/control-plane"
	manifests    = "/etc/kubernetes/manifests/"
	// aside is where a manifest waits; the kubelet reads only the folder below.
	aside = "/etc/kubernetes/firedrill-"
)

// Halt ends a part of the control plane on each of its nodes: the kubelet stops
// a static pod whose manifest is gone.
type Halt struct {
	// Which: kube-scheduler or kube-controller-manager.
	Component string `yaml:"component" json:"component" jsonschema:"enum=kube-scheduler,enum=kube-controller-manager"`
}

// String is part of Fault.
func (h *Halt) String() string { return "halt " + h.Component }

// Check is part of Fault.
func (h *Halt) Check(report func(at, format string, args ...any)) {
	if !slices.Contains(halting, h.Component) {
		report("component", "is %q; one of these can be halted: %s", h.Component, strings.Join(halting, ", "))
	}
}

// Touches is part of Fault.
func (h *Halt) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	names, err := h.find(ctx, c)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, name := range names {
		objects = append(objects, Object{Kind: "Pod", Namespace: metav1.NamespaceSystem, Name: h.Component + "-" + name, Change: "stopped"})
	}
	return objects, nil
}

// find names the nodes of the control plane.
func (h *Halt) find(ctx context.Context, c Cluster) ([]string, error) {
	if _, err := c.nodes(h); err != nil {
		return nil, err
	}
	nodes, err := nodeList(ctx, c, controlPlane)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h, err)
	}
	var names []string
	for _, node := range nodes {
		names = append(names, node.Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no node has the label %s", h, controlPlane)
	}
	return names, nil
}

// Prepare is part of Fault.
func (h *Halt) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	names, err := h.find(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if out, err := c.Engine.Exec(ctx, name, "ls", manifests+h.Component+".yaml"); err != nil {
			return nil, fmt.Errorf("%s: it is no static pod of node %s: %w %s", h, name, err, out)
		}
	}
	return record(names)
}

// Set is part of Fault.
func (h *Halt) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	return h.move(ctx, c, before, manifests+h.Component+".yaml", aside+h.Component+".yaml")
}

// Undo is part of Fault.
func (h *Halt) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	if err := h.move(ctx, c, before, aside+h.Component+".yaml", manifests+h.Component+".yaml"); err != nil {
		return err
	}
	names, err := recall[[]string](before)
	errs := []error{err}
	for _, name := range names {
		pod := h.Component + "-" + name
		see := "kubectl -n kube-system describe pod " + pod
		errs = append(errs, await(ctx, "start "+h.Component+" again", see, func(ctx context.Context) (bool, string, error) {
			found, err := c.Kubernetes.CoreV1().Pods(metav1.NamespaceSystem).Get(ctx, pod, metav1.GetOptions{})
			if err != nil {
				return false, "", err
			}
			return found.DeletionTimestamp == nil && isReady(*found), fmt.Sprintf("Pod %s is %s, not ready", pod, found.Status.Phase), nil
		}))
	}
	return errors.Join(errs...)
}

// move moves the manifest on every node where it is not moved yet.
func (h *Halt) move(ctx context.Context, c Cluster, before json.RawMessage, from, to string) error {
	engine, err := c.nodes(h)
	if err != nil {
		return err
	}
	names, err := recall[[]string](before)
	if err != nil {
		return fmt.Errorf("%s: %w", h, err)
	}
	var errs []error
	for _, name := range names {
		if _, err := engine.Exec(ctx, name, "sh", "-c", `if [ -e "$1" ]; then mv "$1" "$2"; fi`, "sh", from, to); err != nil {
			errs = append(errs, fmt.Errorf("%s: move %s to %s on node %s: %w", h, from, to, name, err))
		}
	}
	return errors.Join(errs...)
}
