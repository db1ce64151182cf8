package fault

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"
)

// removeWithin bounds how long the API server may take to note that the tool's
// pod is to go.
const removeWithin = 10 * time.Second

// suffix makes a name that no earlier drill has used.
func suffix() string { return rand.String(5) }

// runWithClaim runs the tool in a pod that mounts a claim, waits for its end and
// removes the pod.
func runWithClaim(ctx context.Context, c Cluster, namespace, claim, name string, argv []string) error {
	pods := c.Kubernetes.CoreV1().Pods(namespace)
	security, err := userOf(ctx, c, namespace, claim)
	if err != nil {
		return err
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: c.labels()}, Spec: toolPod(argv)}
	pod.Spec.SecurityContext, pod.Spec.RestartPolicy = security, corev1.RestartPolicyNever
	pod.Spec.Volumes = []corev1.Volume{{Name: "fill", VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	}}}
	pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "fill", MountPath: mountPath}}
	if _, err := pods.Create(ctx, pod, metav1.CreateOptions{FieldManager: manager}); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create Pod %s/%s: %w", namespace, name, err)
	}
	ended := awaitEnd(ctx, c, namespace, name, func(p *corev1.Pod) []corev1.ContainerStatus { return p.Status.ContainerStatuses }, "tool")
	// Also when ctx has ended: nothing else removes the pod.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeWithin)
	defer cancel()
	err = pods.Delete(limited, name, metav1.DeleteOptions{})
	if ended != nil || err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("run %v in Pod %s/%s: %w", argv, namespace, name, cmp.Or(ended, err))
	}
	return nil
}

// podName is that of the pod, or of the container in one, that fills or empties.
func podName(tool string, was filled) string { return "drill-" + tool + "-" + was.Suffix }

// endPod ends the pod that a killed drill has left: one that has not begun to fill
// the volume yet would do so after it was emptied.
func endPod(ctx context.Context, c Cluster, namespace, name string) error {
	pods, see := c.Kubernetes.CoreV1().Pods(namespace), fmt.Sprintf("kubectl -n %s get pod %s", namespace, name)
	return await(ctx, "end Pod "+namespace+"/"+name, see, func(ctx context.Context) (bool, string, error) {
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			return true, "", nil
		case err == nil && pod.DeletionTimestamp == nil:
			err = pods.Delete(ctx, name, metav1.DeleteOptions{})
		}
		return false, "it is ending", err
	})
}

// userOf is whom to write to a claim as: the user of a pod that has it mounted,
// or ours, with the volume given to our group.
func userOf(ctx context.Context, c Cluster, namespace, claim string) (*corev1.PodSecurityContext, error) {
	list, err := c.Kubernetes.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("look for pods that have claim %s mounted: %w", claim, err)
	}
	for _, pod := range list.Items {
		if pod.Labels[drillLabel] == "" && slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool {
			return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == claim
		}) {
			return pod.Spec.SecurityContext, nil
		}
	}
	ours, group := toolPod(nil).SecurityContext, int64(toolUser)
	ours.FSGroup = &group
	return ours, nil
}

// runInPod runs the tool in a container that is added to a running pod, which
// works however little the pod's own image has. It stays in the pod's spec.
func runInPod(ctx context.Context, c Cluster, f *Fill, was filled, argv []string) error {
	pods, name := c.Kubernetes.CoreV1().Pods(f.Namespace), podName(argv[0], was)
	pod, err := pods.Get(ctx, f.Pod, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err), err == nil && string(pod.UID) != was.UID && argv[0] == emptier:
		return nil // its volume is gone with it
	case err != nil:
		return err
	case string(pod.UID) != was.UID:
		return fmt.Errorf("this is not the pod that was prepared; something has replaced %s/%s", f.Namespace, f.Pod)
	}
	if !has(*pod, name) {
		container := added(pod, name, f.Volume, argv)
		if argv[0] == filler && was.Taking != nil {
			container.Env = []corev1.EnvVar{{Name: takingVariable, Value: mustJSON(was.Taking)}}
		}
		patch, err := json.Marshal(map[string]any{"spec": map[string]any{"ephemeralContainers": []any{container}}})
		if err != nil {
			return err
		}
		if _, err := pods.Patch(ctx, f.Pod, types.StrategicMergePatchType, patch, metav1.PatchOptions{FieldManager: manager}, "ephemeralcontainers"); err != nil {
			return fmt.Errorf("add container %s to Pod %s/%s: %w", name, f.Namespace, f.Pod, err)
		}
	}
	err = awaitEnd(ctx, c, f.Namespace, f.Pod, func(p *corev1.Pod) []corev1.ContainerStatus { return p.Status.EphemeralContainerStatuses }, name)
	if err != nil {
		return fmt.Errorf("run %v in container %s of Pod %s/%s: %w", argv, name, f.Namespace, f.Pod, err)
	}
	return nil
}

// added runs the tool as the pod's first container runs, so that it may write
// where that does.
func added(pod *corev1.Pod, name, volume string, argv []string) corev1.EphemeralContainer {
	security := strictly()
	if of := pod.Spec.Containers[0].SecurityContext; of != nil {
		security.RunAsUser, security.RunAsGroup = of.RunAsUser, of.RunAsGroup
	}
	return corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name: name, Image: Image, ImagePullPolicy: corev1.PullIfNotPresent, Args: argv, SecurityContext: security,
		VolumeMounts: []corev1.VolumeMount{{Name: volume, MountPath: mountPath}},
	}}
}

// awaitEnd waits until a container has ended, and passes on how, with the end of
// its log: the pod may be removed next.
func awaitEnd(ctx context.Context, c Cluster, namespace, name string, of func(*corev1.Pod) []corev1.ContainerStatus, container string) error {
	var failed error
	see := fmt.Sprintf("kubectl -n %s get events --field-selector involvedObject.name=%s", namespace, name)
	err := await(ctx, "wait for its end", see, func(ctx context.Context) (bool, string, error) {
		pod, err := c.Kubernetes.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		for _, status := range of(pod) {
			switch end := status.State.Terminated; {
			case status.Name != container:
			case end != nil && end.ExitCode != 0:
				failed = fmt.Errorf("it ended with status %d (%s); %s", end.ExitCode, end.Reason, logged(ctx, c, pod, container))
				return true, "", nil
			case end != nil:
				return true, "", nil
			case status.State.Waiting != nil:
				return false, "waiting: " + status.State.Waiting.Reason, nil
			}
		}
		return false, fmt.Sprintf("Pod %s is %s", name, pod.Status.Phase), nil
	})
	return cmp.Or(err, failed)
}

// logged is the end of what a container has logged.
func logged(ctx context.Context, c Cluster, pod *corev1.Pod, container string) string {
	lines, most := int64(5), int64(4<<10)
	text, err := c.Kubernetes.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: container, TailLines: &lines, LimitBytes: &most,
	}).DoRaw(ctx)
	if err != nil {
		return fmt.Sprintf("its log cannot be read: %v", err)
	}
	return fmt.Sprintf("it logged %q", strings.TrimSpace(string(text)))
}
