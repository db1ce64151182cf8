package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
)

// EnsureNamespaces creates the namespaces of which something is said, for those
// who put something there before the releases come.
func EnsureNamespaces(ctx context.Context, o Options) error {
	d, err := newDeployer(o)
	if err != nil {
		return err
	}
	for _, n := range d.Namespaces {
		if err := d.ensureNamespace(ctx, n.Name); err != nil {
			return err
		}
	}
	return nil
}

// ensureNamespaces creates those that something is said of, before any release.
func (d *deployer) ensureNamespaces(ctx context.Context) error {
	if len(d.Namespaces) == 0 {
		return nil
	}
	task := d.Sink.Start("namespaces")
	for _, n := range d.Namespaces {
		if err := d.ensureNamespace(ctx, n.Name); err != nil {
			return task.End(err, nil)
		}
	}
	return task.End(nil, nil)
}

// ensureNamespace creates a namespace with the run's labels and those of its
// security. One that somebody else has made is left as it is.
func (d *deployer) ensureNamespace(ctx context.Context, name string) error {
	namespaces := d.cluster.Client.CoreV1().Namespaces()
	found, err := namespaces.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err == nil && found.DeletionTimestamp != nil:
		return fmt.Errorf("namespace %s is being deleted; try again when it is gone", name)
	case err == nil:
		return d.secure(ctx, found)
	case !apierrors.IsNotFound(err):
		return fmt.Errorf("look for namespace %s: %w", name, err)
	}
	all := map[string]string{}
	maps.Copy(all, d.Labels)
	maps.Copy(all, d.security(name))
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: all}}
	_, err = namespaces.Create(ctx, namespace, metav1.CreateOptions{})
	// A release that goes side by side may have been quicker.
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	return d.closeDefaultAccount(ctx, name)
}

// closeDefaultAccount keeps pods that name no service account from being given a
// token: one that asks the API server has an account of its own.
func (d *deployer) closeDefaultAccount(ctx context.Context, namespace string) error {
	account := corev1apply.ServiceAccount("default", namespace).WithAutomountServiceAccountToken(false)
	_, err := d.cluster.Client.CoreV1().ServiceAccounts(namespace).Apply(ctx, account, metav1.ApplyOptions{FieldManager: "firedrill", Force: true})
	if err != nil {
		return fmt.Errorf("switch off the token of the default service account of namespace %s: %w", namespace, err)
	}
	return nil
}

// secure gives a namespace that the run has made the labels of its security,
// which may have changed since.
func (d *deployer) secure(ctx context.Context, found *corev1.Namespace) error {
	wanted := d.security(found.Name)
	if len(d.Labels) == 0 || !d.ours(found.Labels) || labels.SelectorFromSet(wanted).Matches(labels.Set(found.Labels)) {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"labels": wanted}})
	if err == nil {
		_, err = d.cluster.Client.CoreV1().Namespaces().Patch(ctx, found.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	}
	if err != nil {
		return fmt.Errorf("label namespace %s with what its pods may do: %w", found.Name, err)
	}
	return nil
}

// ours tells whether something carries all labels of the run.
func (d *deployer) ours(have map[string]string) bool {
	return labels.SelectorFromSet(d.Labels).Matches(labels.Set(have))
}
