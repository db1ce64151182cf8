package fault

import (
	"context"
	"errors"
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

// keepSecret makes the copy of a Secret that is about to be deleted. One that an
// earlier undo has left is replaced: what stands now is to be had back.
func keepSecret(ctx context.Context, c Cluster, namespace, name string) error {
	secrets := c.Kubernetes.CoreV1().Secrets(namespace)
	now, err := secrets.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil // deleted and kept already
	}
	if err != nil {
		return err
	}
	keep := func() error {
		return createSecret(ctx, c, now, copyName(name), c.labels(), map[string]string{keptLabels: mustJSON(now.Labels), keptAnnotations: mustJSON(now.Annotations)})
	}
	if err := keep(); !apierrors.IsAlreadyExists(err) {
		return err
	}
	if err := dropCopy(ctx, c, namespace, name); err != nil {
		return err
	}
	return keep()
}

// dropCopy deletes the copy of a Secret, but nothing that only has its name.
func dropCopy(ctx context.Context, c Cluster, namespace, name string) error {
	secrets := c.Kubernetes.CoreV1().Secrets(namespace)
	found, err := secrets.Get(ctx, copyName(name), metav1.GetOptions{})
	if err != nil {
		return err
	}
	if _, ours := found.Annotations[keptLabels]; !ours {
		return fmt.Errorf("keep a copy of Secret %s/%s: Secret %s is there and no drill's copy; rename it", namespace, name, copyName(name))
	}
	return secrets.Delete(ctx, copyName(name), metav1.DeleteOptions{})
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
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("read Secret %s/%s: %w; rename it by hand to %s", namespace, copyName(name), err, name)
	}
	if err := createSecret(ctx, c, kept, name, labels, annotations); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return secrets.Delete(ctx, copyName(name), metav1.DeleteOptions{})
}

// createSecret creates a Secret with another's data.
func createSecret(ctx context.Context, c Cluster, like *corev1.Secret, name string, labels, annotations map[string]string) error {
	made := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: like.Namespace, Labels: labels, Annotations: annotations},
		Type:       like.Type, Data: like.Data, Immutable: like.Immutable,
	}
	_, err := c.Kubernetes.CoreV1().Secrets(like.Namespace).Create(ctx, made, metav1.CreateOptions{FieldManager: manager})
	if err != nil {
		return fmt.Errorf("create Secret %s/%s: %w", like.Namespace, name, err)
	}
	return nil
}
