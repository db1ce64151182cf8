package ready

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// unboundClaims returns the volume claims of a pod that have no volume. Those
// that a StatefulSet makes belong to no release: nothing else tells of them.
func (c Cluster) unboundClaims(ctx context.Context, pod *corev1.Pod) ([]corev1.PersistentVolumeClaim, error) {
	var unbound []corev1.PersistentVolumeClaim
	for _, v := range pod.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		name := v.PersistentVolumeClaim.ClaimName
		claim, err := c.Client.CoreV1().PersistentVolumeClaims(pod.Namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return unbound, fmt.Errorf("look at volume claim %s: %w", name, err)
		}
		if claim.Status.Phase != corev1.ClaimBound {
			unbound = append(unbound, *claim)
		}
	}
	return unbound, nil
}

// unprovided says why nobody will make a volume for the claim, or nothing if
// somebody may. A class may be empty on purpose: a person makes the volume.
func (c Cluster) unprovided(ctx context.Context, claim *corev1.PersistentVolumeClaim) (string, error) {
	class := claim.Spec.StorageClassName
	if class != nil && *class == "" {
		return "", nil
	}
	classes, err := c.Client.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", fmt.Errorf("list the storage classes: %w", err)
	}
	names := []string{}
	for _, s := range classes.Items {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	there := "there is none"
	if len(names) > 0 {
		there = "there are: " + strings.Join(names, ", ")
	}
	switch {
	case class == nil: // the API server would have filled in the default
		return "it names no storage class and none is the default; " + there, nil
	case !slices.Contains(names, *class):
		return fmt.Sprintf("no storage class %q; %s", *class, there), nil
	}
	return "", nil
}

// hopelessClaim says in a sentence why the pod will get no volume, or nothing if
// it still may, or if the cluster does not let us look.
func (c Cluster) hopelessClaim(ctx context.Context, pod *corev1.Pod) string {
	claims, err := c.unboundClaims(ctx, pod)
	if err != nil && !apierrors.IsNotFound(err) {
		return ""
	}
	for i := range claims {
		if why, err := c.unprovided(ctx, &claims[i]); err == nil && why != "" {
			return fmt.Sprintf("volume claim %s/%s of pod %s gets no volume: %s", pod.Namespace, claims[i].Name, pod.Name, why)
		}
	}
	return ""
}

// claimFaults is what is known about the pod's claims without a volume.
func (c Cluster) claimFaults(ctx context.Context, pod *corev1.Pod, events namespaceEvents) []ClaimFault {
	var faults []ClaimFault
	claims, err := c.unboundClaims(ctx, pod)
	for i := range claims {
		fault := ClaimFault{
			Name: claims[i].Name, State: string(claims[i].Status.Phase),
			Events: events.pick(func(on corev1.ObjectReference) bool { return on.UID == claims[i].UID }),
		}
		why, err := c.unprovided(ctx, &claims[i])
		if err != nil {
			why = fmt.Sprintf("(%v)", err)
		}
		fault.State = joined(fault.State, why)
		faults = append(faults, fault)
	}
	if err != nil {
		faults = append(faults, ClaimFault{State: fmt.Sprintf("(%v)", err)})
	}
	return faults
}

// unscheduled tells, once in a grace, that the pod has had no node for so long:
// to learn the cause takes requests.
func (j *judge) unscheduled(pod *corev1.Pod, now time.Time) bool {
	scheduled := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled && c.Status == corev1.ConditionTrue
	})
	ill := illness{pod: pod.UID, cause: "schedule"}
	since, seen := j.since[ill]
	if scheduled || !seen || now.Sub(since) >= j.rules.CreateGrace {
		j.since[ill] = now
	}
	return !scheduled && seen && now.Sub(since) >= j.rules.CreateGrace
}
