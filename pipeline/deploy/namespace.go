package deploy

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"firedrill/pipeline/deploy/ready"
)

// ensureNamespace creates a namespace with the run's labels. One that exists
// is left as it is.
func (d *deployer) ensureNamespace(ctx context.Context, name string) error {
	namespaces := d.cluster.Client.CoreV1().Namespaces()
	found, err := namespaces.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err == nil && found.DeletionTimestamp != nil:
		return fmt.Errorf("namespace %s is being deleted; try again when it is gone", name)
	case err == nil:
		return nil
	case !apierrors.IsNotFound(err):
		return fmt.Errorf("look for namespace %s: %w", name, err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: d.Labels}}
	_, err = namespaces.Create(ctx, namespace, metav1.CreateOptions{})
	// A release that goes side by side may have been quicker.
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	return nil
}

// removeNamespace deletes a namespace if it carries the run's labels, and
// returns when it is gone.
func (d *deployer) removeNamespace(ctx context.Context, name string) error {
	if len(d.Labels) == 0 {
		return nil
	}
	namespaces := d.cluster.Client.CoreV1().Namespaces()
	found, err := namespaces.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return fmt.Errorf("look for namespace %s: %w", name, err)
	case !d.ours(found.Labels):
		return nil
	}
	if err := namespaces.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete namespace %s: %w", name, err)
	}
	namespace := ready.Object{Kind: "Namespace", Name: name, Resource: schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}}
	return ready.Gone(ctx, d.cluster, []ready.Object{namespace})
}

// ours tells whether something carries all labels of the run.
func (d *deployer) ours(have map[string]string) bool {
	return labels.SelectorFromSet(d.Labels).Matches(labels.Set(have))
}
