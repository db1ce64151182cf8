package fault

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Words for which node a fault means.
const (
	reservedNode = "reserved"
	anyNode      = "any"
)

// nodeList returns the nodes by name; selector may be empty.
func nodeList(ctx context.Context, c Cluster, selector string) ([]corev1.Node, error) {
	list, err := c.Kubernetes.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, fmt.Errorf("look for nodes: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b corev1.Node) int { return strings.Compare(a.Name, b.Name) })
	return list.Items, nil
}

// reserved is the first node that is kept free for drills.
func reserved(ctx context.Context, c Cluster) (corev1.Node, error) {
	nodes, err := nodeList(ctx, c, Reserved)
	if err != nil {
		return corev1.Node{}, err
	}
	if len(nodes) == 0 {
		return corev1.Node{}, fmt.Errorf("no node has the label %s: write `reserved: 1` under `cluster` in firedrill.yaml, "+
			"or, in a cluster of your own, label and taint (NoSchedule) a node that may fail", Reserved)
	}
	return nodes[0], nil
}

// condition is the status of a node's condition, and what it says.
func condition(node corev1.Node, kind corev1.NodeConditionType) (status corev1.ConditionStatus, text string) {
	for _, c := range node.Status.Conditions {
		if c.Type == kind {
			return c.Status, fmt.Sprintf("node %s: %s is %s (%s)", node.Name, kind, c.Status, c.Reason)
		}
	}
	return corev1.ConditionUnknown, fmt.Sprintf("node %s has no condition %s", node.Name, kind)
}

// conditionIs waits until a condition of a node has that status.
func conditionIs(ctx context.Context, c Cluster, what, name string, kind corev1.NodeConditionType, want corev1.ConditionStatus) error {
	return await(ctx, what, "kubectl describe node "+name, func(ctx context.Context) (bool, string, error) {
		node, err := c.Kubernetes.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		status, text := condition(*node, kind)
		return status == want, text, nil
	})
}

// heartbeat is when a node's kubelet last said that it lives.
func heartbeat(ctx context.Context, c Cluster, node string) (time.Time, error) {
	lease, err := c.Kubernetes.CoordinationV1().Leases(corev1.NamespaceNodeLease).Get(ctx, node, metav1.GetOptions{})
	if err != nil || lease.Spec.RenewTime == nil {
		return time.Time{}, err
	}
	return lease.Spec.RenewTime.Time, nil
}

// free is what can still be requested on a node.
type free struct {
	node        corev1.Node
	memory, cpu resource.Quantity
}

// requestable lists what can still be requested on each node that pods may go
// to: tainted ones only if they are reserved for drills.
func requestable(ctx context.Context, c Cluster) ([]free, error) {
	nodes, err := nodeList(ctx, c, "")
	if err != nil {
		return nil, err
	}
	pods, err := c.Kubernetes.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("look for what pods request: %w", err)
	}
	var all []free
	for _, node := range nodes {
		if !takesPods(node) {
			continue
		}
		f := free{node, node.Status.Allocatable.Memory().DeepCopy(), node.Status.Allocatable.Cpu().DeepCopy()}
		for _, pod := range pods.Items {
			if pod.Spec.NodeName != node.Name || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
				continue
			}
			memory, cpu := requests(pod)
			f.memory.Sub(memory)
			f.cpu.Sub(cpu)
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("none of %d nodes takes pods; see kubectl describe nodes", len(nodes))
	}
	return all, nil
}

// takesPods tells whether the pods of drills can go to a node.
func takesPods(node corev1.Node) bool {
	return !node.Spec.Unschedulable && !slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool {
		return t.Effect != corev1.TaintEffectPreferNoSchedule && t.Key != Reserved
	})
}

func isReserved(node corev1.Node) bool {
	_, ok := node.Labels[Reserved]
	return ok
}

// requests of a pod as the scheduler counts them: its containers side by side,
// or one of its init containers if that wants more.
func requests(pod corev1.Pod) (memory, cpu resource.Quantity) {
	for _, container := range pod.Spec.Containers {
		memory.Add(*container.Resources.Requests.Memory())
		cpu.Add(*container.Resources.Requests.Cpu())
	}
	for _, init := range pod.Spec.InitContainers {
		m, p := *init.Resources.Requests.Memory(), *init.Resources.Requests.Cpu()
		if init.RestartPolicy != nil { // it stays and runs beside the others
			memory.Add(m)
			cpu.Add(p)
			continue
		}
		if m.Cmp(memory) > 0 {
			memory = m
		}
		if p.Cmp(cpu) > 0 {
			cpu = p
		}
	}
	memory.Add(*pod.Spec.Overhead.Memory())
	cpu.Add(*pod.Spec.Overhead.Cpu())
	return memory, cpu
}
