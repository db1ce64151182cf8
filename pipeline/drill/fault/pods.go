package fault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// program names the pods of a program by their label app.kubernetes.io/name.
type program struct{ namespace, app string }

// String is namespace/app.
func (p program) String() string { return p.namespace + "/" + p.app }

// pods returns those that have not been told to end, by name.
func (p program) pods(ctx context.Context, c Cluster) ([]corev1.Pod, error) {
	list, err := c.Kubernetes.CoreV1().Pods(p.namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.SelectorFromSet(labels.Set{appLabel: p.app}).String(),
	})
	if err != nil {
		return nil, fmt.Errorf("look for the pods of %s: %w", p, err)
	}
	pods := slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return pod.DeletionTimestamp != nil })
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return pods, nil
}

// ready returns those that are ready, of which there is at least one.
func (p program) ready(ctx context.Context, c Cluster) ([]corev1.Pod, error) {
	pods, err := p.pods(ctx, c)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(pods), func(pod corev1.Pod) bool { return !isReady(pod) })
	if len(found) == 0 {
		err = fmt.Errorf("%d pods in namespace %s have the label %s=%s, and none of them is ready; see kubectl -n %s get pods --show-labels",
			len(pods), p.namespace, appLabel, p.app, p.namespace)
		if len(pods) == 0 {
			err = absent{err}
		}
		return nil, err
	}
	return found, nil
}

// recovers waits until every pod of the program is ready, and there is one.
func (p program) recovers(ctx context.Context, c Cluster, what string) error {
	return await(ctx, what, "kubectl -n "+p.namespace+" get pods,events", func(ctx context.Context) (bool, string, error) {
		pods, err := p.pods(ctx, c)
		n := 0
		for _, pod := range pods {
			if isReady(pod) {
				n++
			}
		}
		return len(pods) > 0 && n == len(pods), fmt.Sprintf("%d of %d pods ready", n, len(pods)), err
	})
}

func isReady(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// checkProgram reports a namespace or an app that is missing.
func checkProgram(p program, report func(at, format string, args ...any)) {
	if p.namespace == "" {
		report("namespace", "is missing; name the namespace of the pods")
	}
	if p.app == "" {
		report("app", "is missing; give the value of the label %s on the pods", appLabel)
	}
}

// object stands for all pods of the program.
func (p program) object(change string) Object {
	return Object{Kind: "Pod", Namespace: p.namespace, Name: appLabel + "=" + p.app, Change: change}
}

func podObject(pod corev1.Pod, change string) Object {
	return Object{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, Change: change}
}
