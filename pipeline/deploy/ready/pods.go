package ready

import (
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// hasPods tells whether objects of the kind run pods, so far as the package
// can tell whose pod is whose.
func (o Object) hasPods() bool {
	switch o.Resource.GroupResource().String() {
	case "pods", "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch":
		return true
	}
	return false
}

// podsOf returns the pods of an object, by name.
func (v *view) podsOf(s state) []*corev1.Pod {
	store, ok := v.stores[place{podResource, s.Namespace}]
	if !ok || !s.hasPods() {
		return nil
	}
	var pods []*corev1.Pod
	for _, item := range store.List() {
		u, ok := item.(*unstructured.Unstructured)
		if !ok {
			continue
		}
		pod := &corev1.Pod{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, pod); err == nil && owns(s, pod) {
			pods = append(pods, pod)
		}
	}
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return pods
}

// owns tells whether the pod is the object itself or was made for it. Between
// a Deployment and its pods stands a ReplicaSet, which is named after the
// Deployment and the hash that its pods carry.
func owns(s state, pod *corev1.Pod) bool {
	if s.Kind == "Pod" {
		return pod.Name == s.Name
	}
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return false
	}
	if s.Kind == "Deployment" {
		hash := pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
		return owner.Kind == "ReplicaSet" && hash != "" && owner.Name == s.Name+"-"+hash
	}
	return owner.UID == s.uid
}

// PodsIn returns the pods that a namespace holds now. Given to Wait as
// Options.Old after a change, it tells the pods that the change may be about to
// replace from those that it has brought.
func PodsIn(ctx context.Context, client kubernetes.Interface, namespace string) (map[types.UID]bool, error) {
	list, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list the pods of namespace %s: %w", namespace, err)
	}
	uids := map[types.UID]bool{}
	for i := range list.Items {
		uids[list.Items[i].UID] = true
	}
	return uids, nil
}
