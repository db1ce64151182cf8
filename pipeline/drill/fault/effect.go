package fault

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Delayed is a fault that has its effect only some time after Set, because
// something has to start or to fill first.
type Delayed interface {
	// Effect is when all that was to be broken was broken, as the cluster tells
	// it. It is an error if that is not so yet.
	Effect(ctx context.Context, c Cluster, before json.RawMessage) (time.Time, error)
}

// reached is what the tool logs when it uses as much as it was told.
const reached = "holding"

// errNotYet is what Effect returns before there is one.
var errNotYet = errors.New("it has had no effect yet")

// Effect is part of Delayed: the moment at which the last pod used what it is to
// use. For memory the pod itself tells; all else is so once it runs.
func (h *Hog) Effect(ctx context.Context, c Cluster, before json.RawMessage) (time.Time, error) {
	was, err := recall[hogging](before)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", h, err)
	}
	last, err := latest(was.Loads, func(l load) (time.Time, error) { return l.effect(ctx, c, h.Namespace) })
	if err != nil {
		return last, fmt.Errorf("%s: %w", h, err)
	}
	return last, nil
}

// latest is the last of the moments, or the first error.
func latest[T any](all []T, moment func(T) (time.Time, error)) (last time.Time, err error) {
	for _, one := range all {
		at, err := moment(one)
		if err != nil {
			return last, err
		}
		if at.After(last) {
			last = at
		}
	}
	return last, nil
}

// Effect is part of Delayed: the moment at which the last pod was given its
// sandbox, and the last Job had ended. What else is created is there at once.
func (f *Create) Effect(ctx context.Context, c Cluster, before json.RawMessage) (time.Time, error) {
	was, err := recall[created](before)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", f, err)
	}
	last, err := latest(was.Objects, func(object map[string]any) (time.Time, error) {
		return f.effect(ctx, c, &unstructured.Unstructured{Object: object})
	})
	if err != nil {
		return last, fmt.Errorf("%s: %w", f, err)
	}
	return last, nil
}

func (f *Create) effect(ctx context.Context, c Cluster, o *unstructured.Unstructured) (at time.Time, err error) {
	switch o.GroupVersionKind().GroupKind().String() {
	case "Pod":
		at, err = podStarted(ctx, c, f.Namespace, o.GetName())
	case "Job.batch":
		at, err = jobEnded(ctx, c, f.Namespace, o.GetName())
	}
	if err != nil {
		return at, fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err)
	}
	return at, nil
}

func podStarted(ctx context.Context, c Cluster, namespace, name string) (time.Time, error) {
	pod, err := c.Kubernetes.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return time.Time{}, err
	}
	return became(*pod, corev1.PodReadyToStartContainers)
}

func jobEnded(ctx context.Context, c Cluster, namespace, name string) (time.Time, error) {
	job, err := c.Kubernetes.BatchV1().Jobs(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return time.Time{}, err
	}
	for _, condition := range job.Status.Conditions {
		if (condition.Type == batchv1.JobFailed || condition.Type == batchv1.JobComplete) && condition.Status == corev1.ConditionTrue {
			return condition.LastTransitionTime.Time, nil
		}
	}
	return time.Time{}, errNotYet
}

func (l load) effect(ctx context.Context, c Cluster, namespace string) (time.Time, error) {
	pods, err := program{namespace, l.Name}.pods(ctx, c)
	if err != nil {
		return time.Time{}, err
	}
	if len(pods) == 0 {
		return time.Time{}, errNotYet
	}
	pod := pods[0]
	switch {
	case l.Request:
		return became(pod, corev1.PodScheduled)
	case l.Resource == string(corev1.ResourceCPU), l.limit() > 0:
		return became(pod, corev1.PodReadyToStartContainers)
	}
	text, err := c.Kubernetes.CoreV1().Pods(namespace).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the log of pod %s/%s: %w", namespace, pod.Name, err)
	}
	return told(text)
}

// became is when the condition of the pod became true, to the second.
func became(pod corev1.Pod, kind corev1.PodConditionType) (time.Time, error) {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == kind && condition.Status == corev1.ConditionTrue {
			return condition.LastTransitionTime.Time, nil
		}
	}
	return time.Time{}, errNotYet
}

// told finds in the tool's log when it had reached its goal.
func told(text []byte) (time.Time, error) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var line struct {
			Time    time.Time `json:"time"`
			Message string    `json:"msg"`
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == reached {
			return line.Time, nil
		}
	}
	return time.Time{}, errNotYet
}
