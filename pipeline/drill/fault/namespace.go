package fault

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// security of a drill's namespace: nothing that endangers a node is let in, and
// what is not as strict as it could be is warned of.
var security = map[string]string{
	"pod-security.kubernetes.io/enforce": "baseline",
	"pod-security.kubernetes.io/warn":    "restricted",
}

// isNew tells whether a namespace has to be created. One that is being removed
// has to be, once it is gone.
func isNew(ctx context.Context, c Cluster, name string) (bool, error) {
	found, err := c.Kubernetes.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look for namespace %s: %w", name, err)
	}
	return found.DeletionTimestamp != nil, nil
}

// createNamespace creates the namespace unless it is there.
func createNamespace(ctx context.Context, c Cluster, name string) error {
	labels := c.labels()
	maps.Copy(labels, security)
	wanted := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	return await(ctx, "create namespace "+name, "kubectl get namespace "+name, func(ctx context.Context) (bool, string, error) {
		gone, err := isNew(ctx, c, name)
		if err != nil || !gone {
			return err == nil, "", err
		}
		_, err = c.Kubernetes.CoreV1().Namespaces().Create(ctx, wanted, metav1.CreateOptions{FieldManager: manager})
		return err == nil, "", err // "already exists" while the old one is being removed
	})
}

// removeNamespace removes a namespace that the drill has created, with all that
// is in it, and waits until it is gone.
func removeNamespace(ctx context.Context, c Cluster, name string) error {
	namespaces := c.Kubernetes.CoreV1().Namespaces()
	see := "kubectl get namespace " + name + " -o yaml"
	return await(ctx, "remove namespace "+name, see, func(ctx context.Context) (bool, string, error) {
		found, err := namespaces.Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err), err == nil && found.Labels[drillLabel] != c.Drill:
			return true, "", nil // gone, or somebody else's
		case err != nil:
			return false, "", err
		case found.DeletionTimestamp == nil:
			err = namespaces.Delete(ctx, name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &found.UID}})
			return false, "it has just been told to go", err
		}
		return false, "it is going; " + remaining(found), nil
	})
}

// remaining says what keeps a namespace from going.
func remaining(n *corev1.Namespace) string {
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NamespaceContentRemaining && c.Status == corev1.ConditionTrue {
			return c.Message
		}
	}
	return "nothing is said to remain"
}
