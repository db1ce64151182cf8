package ready

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	// diagnosisTime bounds how long logs and events are asked for; the deadline
	// of the wait itself has passed by then.
	diagnosisTime = 15 * time.Second
	podLimit      = 2
	logLines      = 20
	logBytes      = 16 << 10
	eventLimit    = 8
)

// diagnose fills in the faults of the report and returns it.
func (c Cluster) diagnose(ctx context.Context, report *NotReady, waiting []state) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), diagnosisTime)
	defer cancel()
	events := map[string]namespaceEvents{}
	for _, s := range waiting {
		if _, asked := events[s.Namespace]; !asked {
			events[s.Namespace] = c.events(ctx, s.Namespace)
		}
		fault := Fault{Object: s.String(), State: s.message, Because: c.because(ctx, s), Events: events[s.Namespace].of(s)}
		ill := slices.DeleteFunc(slices.Clone(s.pods), podReady)
		fault.MorePods = max(len(ill)-podLimit, 0)
		for _, pod := range ill[:len(ill)-fault.MorePods] {
			fault.Pods = append(fault.Pods, c.podFault(ctx, pod, events[s.Namespace]))
		}
		report.Faults = append(report.Faults, fault)
	}
	return report
}

func (c Cluster) podFault(ctx context.Context, pod *corev1.Pod, events namespaceEvents) PodFault {
	fault := PodFault{Name: pod.Name, State: podState(pod), Claims: c.claimFaults(ctx, pod, events), Events: events.ofPod(pod)}
	for _, container := range sick(pod) {
		fault.Containers = append(fault.Containers, c.containerFault(ctx, pod, container))
	}
	return fault
}

func (c Cluster) containerFault(ctx context.Context, pod *corev1.Pod, status corev1.ContainerStatus) ContainerFault {
	fault := ContainerFault{Name: status.Name, State: containerState(status)}
	if status.State.Waiting == nil {
		fault.Log = c.log(ctx, pod, status.Name, false)
	}
	if status.RestartCount > 0 {
		fault.Previous = c.log(ctx, pod, status.Name, true)
	}
	return fault
}

// log returns the last lines of a container's log. That there is none is said
// in its place: it is no reason to lose the rest of the diagnosis.
func (c Cluster) log(ctx context.Context, pod *corev1.Pod, container string, previous bool) []string {
	tail, limit := int64(logLines), int64(logBytes)
	text, err := c.Client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: container, Previous: previous, TailLines: &tail, LimitBytes: &limit,
	}).DoRaw(ctx)
	if err != nil {
		return []string{fmt.Sprintf("(cannot be read: %v)", err)}
	}
	if len(text) == 0 {
		return []string{"(empty)"}
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

// Explain returns a *NotReady on the objects as they are now, for a wait that
// was not Wait's own and has failed; why says what failed.
func Explain(ctx context.Context, c Cluster, objects []Object, why string) error {
	watching, stop := context.WithTimeout(context.WithoutCancel(ctx), diagnosisTime)
	defer stop()
	report := &NotReady{Why: why, Total: len(objects)}
	v, err := c.watch(watching, objects, true)
	if err != nil {
		report.Why += fmt.Sprintf("; the cause cannot be looked for: %v", err)
		return report
	}
	waiting := v.waiting(objects)
	report.Ready = len(objects) - len(waiting)
	return c.diagnose(ctx, report, waiting)
}
