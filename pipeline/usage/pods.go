package usage

import (
	"context"
	"fmt"
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// runningPods returns the pods of a namespace that use something: neither
// ended ones nor those on their way out.
func runningPods(ctx context.Context, client kubernetes.Interface, namespace string) ([]corev1.Pod, error) {
	list, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list the pods of namespace %s: %w", namespace, err)
	}
	return slices.DeleteFunc(list.Items, func(p corev1.Pod) bool {
		return p.Status.Phase != corev1.PodRunning || p.DeletionTimestamp != nil
	}), nil
}

// ownerOf is the release that a pod belongs to by the label that charts give
// it: the recommended one, or that of older charts. It has no name if there is
// no such release.
func ownerOf(p corev1.Pod, releases map[Release]*Use) Release {
	for _, label := range []string{"app.kubernetes.io/instance", "release"} {
		r := Release{Name: p.Labels[label], Namespace: p.Namespace}
		if releases[r] != nil {
			return r
		}
	}
	return Release{Namespace: p.Namespace}
}

// newUse is the use of one pod. A limit that is not set is infinite.
func newUse(p corev1.Pod, memory, cpu map[pod]float64) Use {
	key := pod{p.Namespace, p.Name}
	use := Use{Pods: 1, MemoryBytes: memory[key], CPUCores: cpu[key]}
	_, hasMemory := memory[key]
	if _, hasCPU := cpu[key]; !hasMemory || !hasCPU {
		use.Unmeasured = []string{p.Namespace + "/" + p.Name}
	}
	for _, c := range slices.Concat(p.Spec.Containers, sidecars(p)) {
		use.MemoryLimit += memoryLimit(c)
	}
	return use
}

// sidecars are the init containers that run beside the others.
func sidecars(p corev1.Pod) []corev1.Container {
	return slices.DeleteFunc(slices.Clone(p.Spec.InitContainers), func(c corev1.Container) bool {
		return c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways
	})
}

func memoryLimit(c corev1.Container) float64 {
	quantity, set := c.Resources.Limits[corev1.ResourceMemory]
	if !set {
		return math.Inf(1)
	}
	return quantity.AsApproximateFloat64()
}
