package ready

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// podWaiting is a pod whose container waits for the reason given.
func podWaiting(reason string, restarts int32) *corev1.Pod {
	pod := &corev1.Pod{}
	pod.Namespace, pod.Name, pod.UID = "demo", "website-1", "1"
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "web", RestartCount: restarts,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}},
	}}
	return pod
}

func TestJudgeKnowsWhatDoesNotHeal(t *testing.T) {
	start := time.Unix(0, 0)
	tests := map[string]struct {
		reason   string
		restarts int32
		after    time.Duration
		hopeless bool
	}{
		"an invalid name never heals":           {"InvalidImageName", 0, 0, true},
		"an image that must not be pulled":      {"ErrImageNeverPull", 0, 0, true},
		"a pull may hiccup":                     {"ErrImagePull", 0, 29 * time.Second, false},
		"a pull does not hiccup for long":       {"ErrImagePull", 0, 30 * time.Second, true},
		"a ConfigMap may still come":            {"CreateContainerConfigError", 0, 29 * time.Second, false},
		"a ConfigMap that does not come":        {"CreateContainerConfigError", 0, 30 * time.Second, true},
		"a first crash is common":               {"CrashLoopBackOff", 2, time.Hour, false},
		"a third crash is a pattern":            {"CrashLoopBackOff", 3, 0, true},
		"a container may take long to be there": {"ContainerCreating", 0, time.Hour, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			j := newJudge(Rules{})
			pod := podWaiting(test.reason, test.restarts)
			j.hopeless(pod, start)
			require.Equal(t, test.hopeless, j.hopeless(pod, start.Add(test.after)) != "")
		})
	}
}

func TestJudgeCountsReasonsOfOneCauseTogether(t *testing.T) {
	j := newJudge(Rules{PullGrace: time.Minute})
	start := time.Unix(0, 0)
	require.Empty(t, j.hopeless(podWaiting("ErrImagePull", 0), start))
	require.Empty(t, j.hopeless(podWaiting("ImagePullBackOff", 0), start.Add(59*time.Second)))
	require.NotEmpty(t, j.hopeless(podWaiting("ErrImagePull", 0), start.Add(time.Minute)))
}

func TestPodStateTellsThatAPodFitsNowhere(t *testing.T) {
	pod := &corev1.Pod{Status: corev1.PodStatus{
		Phase: corev1.PodPending,
		Conditions: []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse,
			Reason: "Unschedulable", Message: "0/1 nodes are available: 1 Insufficient memory.",
		}},
	}}
	require.Equal(t, "Pending: Unschedulable: 0/1 nodes are available: 1 Insufficient memory.", podState(pod))
}

func TestSickLeavesOutContainersThatWaitForAnInitContainer(t *testing.T) {
	pod := podWaiting("PodInitializing", 0)
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: "init"}}
	require.Equal(t, "init", sick(pod)[0].Name)
	require.Len(t, sick(pod), 1)
}
