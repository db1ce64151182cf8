package ready

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// namespaceEvents are the events of a namespace, oldest first.
type namespaceEvents struct {
	items []corev1.Event
	err   error
}

func (c Cluster) events(ctx context.Context, namespace string) namespaceEvents {
	list, err := c.Client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return namespaceEvents{err: err}
	}
	slices.SortStableFunc(list.Items, func(a, b corev1.Event) int { return when(a).Compare(when(b)) })
	return namespaceEvents{items: list.Items}
}

// when an event was last seen; which field says so depends on who wrote it.
func when(e corev1.Event) time.Time {
	switch {
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	case e.Series != nil:
		return e.Series.LastObservedTime.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return e.CreationTimestamp.Time
}

// of returns the events of the object and, for a Deployment, of its
// ReplicaSets: that a quota or an admission rule refuses a pod is said there.
func (n namespaceEvents) of(s state) []string {
	return n.pick(func(on corev1.ObjectReference) bool {
		replicaSet := s.Kind == "Deployment" && on.Kind == "ReplicaSet" && strings.HasPrefix(on.Name, s.Name+"-")
		return replicaSet || s.Kind != "Pod" && on.Kind == s.Kind && on.Name == s.Name
	})
}

func (n namespaceEvents) ofPod(pod *corev1.Pod) []string {
	return n.pick(func(on corev1.ObjectReference) bool { return on.UID == pod.UID })
}

// pick returns the latest events of the objects chosen.
func (n namespaceEvents) pick(chosen func(corev1.ObjectReference) bool) []string {
	if n.err != nil {
		return []string{fmt.Sprintf("(cannot be read: %v)", n.err)}
	}
	var texts []string
	for _, e := range n.items {
		if chosen(e.InvolvedObject) {
			texts = append(texts, eventText(e))
		}
	}
	return texts[max(len(texts)-eventLimit, 0):]
}

func eventText(e corev1.Event) string {
	text := e.Type + " " + e.Reason
	if e.Count > 1 {
		text += fmt.Sprintf(" (%d times)", e.Count)
	}
	return text + ": " + strings.TrimSpace(e.Message)
}
