package ready

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// sick returns the containers that keep the pod from being ready. While an
// init container is at work the others wait for it and are left out.
func sick(pod *corev1.Pod) []corev1.ContainerStatus {
	var ill []corev1.ContainerStatus
	for _, c := range pod.Status.InitContainerStatuses {
		done := c.State.Terminated != nil && c.State.Terminated.ExitCode == 0
		sidecar := c.State.Running != nil && c.Started != nil && *c.Started
		if !done && !sidecar {
			ill = append(ill, c)
		}
	}
	if len(ill) > 0 {
		return ill
	}
	for _, c := range pod.Status.ContainerStatuses {
		done := c.State.Terminated != nil && c.State.Terminated.ExitCode == 0
		if !c.Ready && !done {
			ill = append(ill, c)
		}
	}
	return ill
}

func podReady(pod *corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// podState is the pod's phase and what the cluster gives as reason for it.
func podState(pod *corev1.Pod) string {
	parts := []string{string(pod.Status.Phase)}
	if pod.DeletionTimestamp != nil {
		parts[0] = "being deleted"
	}
	if pod.Status.Reason != "" || pod.Status.Message != "" {
		parts = append(parts, pod.Status.Reason, pod.Status.Message)
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			parts = append(parts, c.Reason, c.Message)
		}
	}
	return joined(parts...)
}

// containerState says what a container does now and how it ended before.
func containerState(c corev1.ContainerStatus) string {
	var text string
	switch s := c.State; {
	case s.Waiting != nil:
		text = joined("waiting", s.Waiting.Reason, s.Waiting.Message)
	case s.Terminated != nil:
		text = ended(s.Terminated)
	case s.Running != nil:
		text = "running, but not ready"
	default:
		text = "not started"
	}
	if c.RestartCount > 0 {
		text += fmt.Sprintf("; %d restarts", c.RestartCount)
	}
	if last := c.LastTerminationState.Terminated; last != nil {
		text += "; before that " + ended(last)
	}
	return text
}

func ended(t *corev1.ContainerStateTerminated) string {
	text := fmt.Sprintf("ended with exit code %d", t.ExitCode)
	if t.Signal != 0 {
		text = fmt.Sprintf("ended by signal %d", t.Signal)
	}
	return joined(text, t.Reason, t.Message)
}

// joined puts the parts that say something behind each other.
func joined(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, ": ")
}
