package fault

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// workload names a controller whose pods run all the time.
type workload struct {
	Kind      string `json:"kind"` // Deployment, StatefulSet or DaemonSet
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// replicas is how a workload is doing.
type replicas struct {
	wanted, available int32
	// seen tells that the controller has seen what is wanted now. Without it
	// an old status would pass for a new one.
	seen bool
}

// String is Kind namespace/name, as in progress messages.
func (w workload) String() string { return w.Kind + " " + w.Namespace + "/" + w.Name }

// see tells where to look when it does not come back.
func (w workload) see() string { return fmt.Sprintf("kubectl -n %s get pods,events", w.Namespace) }

// read asks how the workload is doing. Kubernetes takes 1 when no number of
// replicas is given.
func (w workload) read(ctx context.Context, c Cluster) (replicas, error) {
	apps := c.Kubernetes.AppsV1()
	switch w.Kind {
	case "Deployment":
		d, err := apps.Deployments(w.Namespace).Get(ctx, w.Name, metav1.GetOptions{})
		if err != nil {
			return replicas{}, fmt.Errorf("read it: %w", err)
		}
		return replicas{orOne(d.Spec.Replicas), d.Status.AvailableReplicas, d.Status.ObservedGeneration >= d.Generation}, nil
	case "StatefulSet":
		s, err := apps.StatefulSets(w.Namespace).Get(ctx, w.Name, metav1.GetOptions{})
		if err != nil {
			return replicas{}, fmt.Errorf("read it: %w", err)
		}
		return replicas{orOne(s.Spec.Replicas), s.Status.AvailableReplicas, s.Status.ObservedGeneration >= s.Generation}, nil
	}
	d, err := apps.DaemonSets(w.Namespace).Get(ctx, w.Name, metav1.GetOptions{})
	if err != nil {
		return replicas{}, fmt.Errorf("read it: %w", err)
	}
	return replicas{d.Status.DesiredNumberScheduled, d.Status.NumberAvailable, d.Status.ObservedGeneration >= d.Generation}, nil
}

// patch changes the workload by a merge patch.
func (w workload) patch(ctx context.Context, c Cluster, patch string) (err error) {
	apps, options := c.Kubernetes.AppsV1(), metav1.PatchOptions{FieldManager: manager}
	switch w.Kind {
	case "Deployment":
		_, err = apps.Deployments(w.Namespace).Patch(ctx, w.Name, types.MergePatchType, []byte(patch), options)
	case "StatefulSet":
		_, err = apps.StatefulSets(w.Namespace).Patch(ctx, w.Name, types.MergePatchType, []byte(patch), options)
	default:
		_, err = apps.DaemonSets(w.Namespace).Patch(ctx, w.Name, types.MergePatchType, []byte(patch), options)
	}
	if err != nil {
		return fmt.Errorf("patch %s with %s: %w", w, patch, err)
	}
	return nil
}

func (w workload) scale(ctx context.Context, c Cluster, n int32) error {
	return w.patch(ctx, c, fmt.Sprintf(`{"spec":{"replicas":%d}}`, n))
}

// returns waits until at least n replicas are available; for a DaemonSet, one
// on each node that it wants.
func (w workload) returns(ctx context.Context, c Cluster, what string, n int32) error {
	return await(ctx, what, w.see(), func(ctx context.Context) (bool, string, error) {
		now, err := w.read(ctx, c)
		if w.Kind == "DaemonSet" {
			n = now.wanted
		}
		return now.seen && now.available >= n, fmt.Sprintf("%d of %d replicas available", now.available, n), err
	})
}

func orOne(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}
