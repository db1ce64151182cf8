package ready

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Rules say when a pod is past healing, so that there is no use in waiting for
// the deadline. The zero value gives the defaults.
//
// At once: the image's name is invalid, or the image must not be pulled and is
// not on the node. Nothing but a change of the manifest cures these.
//
// After a grace, because another object, or a registry that hiccups, may still
// cure them: the image cannot be pulled; the container cannot be created,
// for want of a ConfigMap or Secret for example; the pod has no node, because a
// volume that it claims is of a storage class that does not exist.
//
// After a number of restarts: the container ends again and again. A first crash
// is common while the servers that it needs are starting.
//
// Everything else, such as a probe that fails or a pod that fits on no node,
// may heal at any time and waits for the deadline.
type Rules struct {
	// PullGrace is how long an image may fail to be pulled, by default 30s.
	PullGrace time.Duration
	// CreateGrace is how long a container may fail to be created, or a volume be
	// of no known storage class, by default 30s.
	CreateGrace time.Duration
	// Restarts is how many restarts lead to a crash loop's end, by default 3.
	Restarts int32
}

func (r Rules) withDefaults() Rules {
	if r.PullGrace == 0 {
		r.PullGrace = 30 * time.Second
	}
	if r.CreateGrace == 0 {
		r.CreateGrace = 30 * time.Second
	}
	if r.Restarts == 0 {
		r.Restarts = 3
	}
	return r
}

// grace returns how long a container may wait for the reason given. Reasons
// that alternate while the cause stays the same share a cause.
func (r Rules) grace(waiting *corev1.ContainerStateWaiting) (cause string, grace time.Duration, known bool) {
	switch waiting.Reason {
	case "InvalidImageName", "ErrImageNeverPull":
		return "image", 0, true
	case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed":
		return "pull", r.PullGrace, true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return "create", r.CreateGrace, true
	}
	return "", 0, false
}

// judge applies Rules and remembers since when a container has been ill.
type judge struct {
	rules Rules
	since map[illness]time.Time
}

type illness struct {
	pod       types.UID
	container string
	cause     string
}

func newJudge(rules Rules) *judge {
	return &judge{rules: rules.withDefaults(), since: map[illness]time.Time{}}
}

// hopeless says in a sentence why the pod will not become ready, or nothing if
// it still may.
func (j *judge) hopeless(pod *corev1.Pod, now time.Time) string {
	for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if why := j.hopelessContainer(pod, &c, now); why != "" {
			return why
		}
	}
	return ""
}

func (j *judge) hopelessContainer(pod *corev1.Pod, c *corev1.ContainerStatus, now time.Time) string {
	waiting := c.State.Waiting
	if waiting == nil {
		return ""
	}
	where := fmt.Sprintf("container %s of pod %s/%s", c.Name, pod.Namespace, pod.Name)
	if waiting.Reason == "CrashLoopBackOff" && c.RestartCount >= j.rules.Restarts {
		return fmt.Sprintf("%s ends again and again (%d restarts)", where, c.RestartCount)
	}
	cause, grace, known := j.rules.grace(waiting)
	if !known {
		return ""
	}
	ill := illness{pod.UID, c.Name, cause}
	if _, seen := j.since[ill]; !seen {
		j.since[ill] = now
	}
	if lasted := now.Sub(j.since[ill]); lasted >= grace {
		return fmt.Sprintf("%s has been in %s for %s", where, waiting.Reason, lasted.Round(time.Second))
	}
	return ""
}
