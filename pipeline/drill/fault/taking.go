package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// takingNote is the annotation that says what may be taken: of a hog's
	// Deployment, or of a node whose memory a pressure has taken.
	takingNote = "firedrill.io/taking"
	// takingVariable says it of a container that fills a volume in memory.
	takingVariable = "FIREDRILL_TAKING"
)

// taking is what one fault may take of a machine in one place.
type taking struct {
	// Machine is empty where the scheduler chooses: it may be any.
	Machine  string `json:"machine,omitempty"`
	Resource string `json:"resource"`
	Most     int64  `json:"most"`

	namespace, name string
}

// takings are those of all faults that are set now, also of other drills: they
// share the ceiling.
func takings(ctx context.Context, c Cluster) ([]taking, error) {
	var all []taking
	for _, some := range []func(context.Context, Cluster) ([]taking, error){ofHogs, ofFills, ofPressures} {
		found, err := some(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("look for what drills use already: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func ofHogs(ctx context.Context, c Cluster) (all []taking, err error) {
	list, err := c.Kubernetes.AppsV1().Deployments("").List(ctx, metav1.ListOptions{LabelSelector: drillLabel})
	if err != nil {
		return nil, err
	}
	for _, d := range list.Items {
		if all, err = appendNoted(all, d.ObjectMeta, "Deployment"); err != nil {
			return nil, fmt.Errorf("%w; delete that Deployment", err)
		}
	}
	return all, nil
}

func ofPressures(ctx context.Context, c Cluster) (all []taking, err error) {
	nodes, err := nodeList(ctx, c, Reserved)
	if err != nil {
		return nil, err
	}
	for _, node := range nodes {
		if all, err = appendNoted(all, node.ObjectMeta, "Node"); err != nil {
			return nil, fmt.Errorf("%w; remove that annotation", err)
		}
	}
	return all, nil
}

// appendNoted adds what the object's annotation says, if it has one.
func appendNoted(all []taking, o metav1.ObjectMeta, kind string) ([]taking, error) {
	text, noted := o.Annotations[takingNote]
	if !noted {
		return all, nil
	}
	t := taking{namespace: o.Namespace, name: o.Name}
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, fmt.Errorf("read the annotation %s of %s %s: %w in %q", takingNote, kind, strings.TrimPrefix(o.Namespace+"/"+o.Name, "/"), err, text)
	}
	return append(all, t), nil
}

// ofFills are those of volumes in memory, each until the container has been added
// that empties it, or its pod has ended.
func ofFills(ctx context.Context, c Cluster) (all []taking, err error) {
	list, err := c.Kubernetes.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for _, pod := range list.Items {
		if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
			continue
		}
		for _, container := range pod.Spec.EphemeralContainers {
			text, emptied := noteOf(container), strings.Replace(container.Name, filler, emptier, 1)
			if text == "" || has(pod, emptied) {
				continue
			}
			var t taking
			if err := json.Unmarshal([]byte(text), &t); err != nil {
				return nil, fmt.Errorf("read %s of container %s of Pod %s/%s: %w in %q; delete that Pod",
					takingVariable, container.Name, pod.Namespace, pod.Name, err, text)
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// noteOf is what a container that fills says of itself; "" for all others.
func noteOf(e corev1.EphemeralContainer) string {
	for _, variable := range e.Env {
		if variable.Name == takingVariable {
			return variable.Value
		}
	}
	return ""
}

// has tells whether an ephemeral container of that name was added to the pod.
func has(pod corev1.Pod, name string) bool {
	return slices.ContainsFunc(pod.Spec.EphemeralContainers, func(e corev1.EphemeralContainer) bool { return e.Name == name })
}

// noteTaking writes onto a node what is taken of it, or with nil that nothing is.
func noteTaking(ctx context.Context, c Cluster, node string, t *taking) error {
	var note any // null removes it
	if t != nil {
		note = mustJSON(t)
	}
	patch := mustJSON(map[string]any{"metadata": map[string]any{"annotations": map[string]any{takingNote: note}}})
	_, err := c.Kubernetes.CoreV1().Nodes().Patch(ctx, node, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: manager})
	if err != nil {
		return fmt.Errorf("annotate Node %s with %s: %w", node, patch, err)
	}
	return nil
}

// besides is what is taken already of the machine that this goes to.
func (t taking) besides(set []taking) int64 {
	sum := int64(0)
	for _, other := range set {
		if other.Resource == t.Resource && (other.Machine == t.Machine || other.Machine == "" || t.Machine == "") {
			sum += other.Most
		}
	}
	return sum
}

// fits refuses to take more than the ceiling allows besides what other faults
// take now; nil, which takes nothing, fits. what is the fault, for the error.
func (t *taking) fits(ctx context.Context, c Cluster, what fmt.Stringer) error {
	if t == nil || c.Ceiling.of(t.Resource) == 0 {
		return nil
	}
	set, err := takings(ctx, c)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return t.below(c.Ceiling, what, t.besides(set))
}

// below is fits where it is known what others take.
func (t taking) below(ceiling Ceiling, what fmt.Stringer, others int64) error {
	bound := ceiling.of(t.Resource)
	if bound == 0 || t.Most+others <= bound {
		return nil
	}
	besides := ""
	if others > 0 {
		besides = fmt.Sprintf(" besides the %s that other faults take", format(t.Resource, others))
	}
	return fmt.Errorf("%s: that takes %s more%s, and the ceiling for drills is %s; raise it with --max-%s, or leave this drill out",
		what, format(t.Resource, t.Most), besides, format(t.Resource, bound), t.Resource)
}

// of is the bound of memory in bytes, or of CPU in millicores; 0 is none.
func (c Ceiling) of(resource string) int64 {
	if resource == string(corev1.ResourceCPU) {
		return c.CPU.MilliValue()
	}
	return c.Memory.Value()
}

// format is an amount for people: whole Mi, or millicores.
func format(resource string, n int64) string {
	if resource == string(corev1.ResourceCPU) {
		return fmt.Sprintf("%dm", n)
	}
	return fmt.Sprintf("%dMi", n>>20)
}

// machineOf tells the machine under a node: nodes that are containers share one.
// One of which that is not known counts as its own.
func machineOf(node corev1.Node) string {
	if boot := node.Status.NodeInfo.BootID; boot != "" {
		return boot
	}
	return node.Name
}
