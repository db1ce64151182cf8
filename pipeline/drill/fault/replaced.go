package fault

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// running are the controllers that put a new pod, of a new name, in the place
// of a deleted one. Others are taken to make an object of the same name again.
var running = map[string]bool{"ReplicaSet": true, "StatefulSet": true, "DaemonSet": true}

// replaced waits until something stands in the place of what was deleted.
func (d *Delete) replaced(ctx context.Context, c Cluster, objects dynamic.ResourceInterface, was deleted) error {
	what := fmt.Sprintf("wait for what replaces %s %s/%s", d.Kind, d.Namespace, was.Name)
	if was.Owner == nil || !running[was.Owner.Kind] {
		return works(ctx, c, what, d.Kind, d.Namespace, was.Name)
	}
	see := fmt.Sprintf("kubectl -n %s get pods,events", d.Namespace)
	return await(ctx, what, see, func(ctx context.Context) (bool, string, error) {
		old, err := objects.Get(ctx, was.Name, metav1.GetOptions{})
		if err == nil && string(old.GetUID()) == was.UID && old.GetDeletionTimestamp() != nil {
			return false, "it is still ending", nil
		}
		if err != nil && !apierrors.IsNotFound(err) {
			return false, "", err
		}
		return ownerRuns(ctx, c, d.Namespace, was.Owner)
	})
}

// ownerRuns tells whether a controller has as many ready pods as it wants. One
// that is gone, as after a rollout, wants none.
func ownerRuns(ctx context.Context, c Cluster, namespace string, owner *metav1.OwnerReference) (bool, string, error) {
	owners, err := resources(ctx, c, owner.Kind, namespace)
	if err != nil {
		return false, "", err
	}
	found, err := owners.Get(ctx, owner.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return true, "", nil
	}
	if err != nil {
		return false, "", err
	}
	wanted, ready := counts(found)
	return ready >= wanted, fmt.Sprintf("%s %s has %d of %d pods ready", owner.Kind, owner.Name, ready, wanted), nil
}

func counts(owner *unstructured.Unstructured) (wanted, ready int64) {
	if owner.GetKind() == "DaemonSet" {
		wanted, _, _ = unstructured.NestedInt64(owner.Object, "status", "desiredNumberScheduled")
		ready, _, _ = unstructured.NestedInt64(owner.Object, "status", "numberReady")
		return wanted, ready
	}
	wanted, _, _ = unstructured.NestedInt64(owner.Object, "spec", "replicas")
	ready, _, _ = unstructured.NestedInt64(owner.Object, "status", "readyReplicas")
	return wanted, ready
}

// copyName is where a Secret is kept while the fault lasts: as a Secret, since
// more people may read the record of what was before.
func copyName(name string) string { return "firedrill-" + name }

func keepSecret(ctx context.Context, c Cluster, namespace, name string) error {
	secrets := c.Kubernetes.CoreV1().Secrets(namespace)
	now, err := secrets.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil // deleted and kept already
	}
	if err != nil {
		return err
	}
	return createSecret(ctx, c, now, copyName(name), c.labels(), map[string]string{keptLabels: mustJSON(now.Labels), keptAnnotations: mustJSON(now.Annotations)})
}

// Where the copy keeps what the original had: with the original's own labels it
// would be taken for it.
const (
	keptLabels      = "firedrill.labels"
	keptAnnotations = "firedrill.annotations"
)

func restoreSecret(ctx context.Context, c Cluster, namespace, name string) error {
	secrets := c.Kubernetes.CoreV1().Secrets(namespace)
	kept, err := secrets.Get(ctx, copyName(name), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil // never deleted, or restored already
	}
	if err != nil {
		return err
	}
	labels, err1 := recall[map[string]string]([]byte(kept.Annotations[keptLabels]))
	annotations, err2 := recall[map[string]string]([]byte(kept.Annotations[keptAnnotations]))
	if err1 != nil || err2 != nil {
		return fmt.Errorf("read Secret %s/%s: %w; rename it by hand to %s", namespace, copyName(name), err1, name)
	}
	if err := createSecret(ctx, c, kept, name, labels, annotations); err != nil {
		return err
	}
	return secrets.Delete(ctx, copyName(name), metav1.DeleteOptions{})
}

// createSecret creates a Secret with another's data, unless it is there.
func createSecret(ctx context.Context, c Cluster, like *corev1.Secret, name string, labels, annotations map[string]string) error {
	made := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: like.Namespace, Labels: labels, Annotations: annotations},
		Type:       like.Type, Data: like.Data, Immutable: like.Immutable,
	}
	_, err := c.Kubernetes.CoreV1().Secrets(like.Namespace).Create(ctx, made, metav1.CreateOptions{FieldManager: manager})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create Secret %s/%s: %w", like.Namespace, name, err)
	}
	return nil
}
