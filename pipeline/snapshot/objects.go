package snapshot

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// byHelm selects what a release has made where there is no namespace to go by.
const byHelm = "app.kubernetes.io/managed-by=Helm"

// objects are those in the namespaces of the releases, whoever made them, and
// of the others those that Helm made, the definitions of kinds and the
// namespaces themselves.
func (o Options) objects(ctx context.Context) (map[string]string, error) {
	kinds, err := o.kinds()
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, k := range kinds {
		found, err := o.list(ctx, k)
		if err != nil {
			return nil, err
		}
		for _, object := range found {
			if !ownMade(object) {
				texts[name(object)] = o.text(&object, object.GetNamespace())
			}
		}
	}
	return texts, nil
}

func (o Options) list(ctx context.Context, k kind) ([]unstructured.Unstructured, error) {
	everywhere := o.Dynamic.Resource(k.GroupVersionResource)
	if !k.namespaced {
		options := metav1.ListOptions{LabelSelector: byHelm}
		if k.definition || k.Resource == "namespaces" {
			options.LabelSelector = ""
		}
		found, err := listed(ctx, k, everywhere, options)
		if k.Resource == "namespaces" {
			found = slices.DeleteFunc(found, func(n unstructured.Unstructured) bool { return !slices.Contains(o.namespaces(), n.GetName()) })
		}
		return found, err
	}
	var all []unstructured.Unstructured
	for _, namespace := range o.namespaces() {
		found, err := listed(ctx, k, everywhere.Namespace(namespace), metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func listed(ctx context.Context, k kind, from dynamic.ResourceInterface, o metav1.ListOptions) ([]unstructured.Unstructured, error) {
	found, err := from.List(ctx, o)
	switch {
	case apierrors.IsMethodNotSupported(err), apierrors.IsNotFound(err):
		return nil, nil // an aggregated API that says it lists and does not
	case err != nil:
		return nil, fmt.Errorf("list %s: %w", k.Resource, err)
	}
	return found.Items, nil
}

func (o Options) namespaces() []string {
	var names []string
	for _, r := range o.Releases {
		names = append(names, r.Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ownMade tells of an object that the cluster or Helm made by itself: those of
// a controller bear generated names, and follow from what they are made of.
func ownMade(object unstructured.Unstructured) bool {
	if metav1.GetControllerOf(&object) != nil {
		return true
	}
	secret, _, _ := unstructured.NestedString(object.Object, "type")
	switch object.GetKind() {
	case "Secret":
		return secret == "helm.sh/release.v1" || secret == "kubernetes.io/service-account-token"
	case "ConfigMap":
		return object.GetName() == "kube-root-ca.crt"
	}
	return false
}

func name(object unstructured.Unstructured) string {
	name := object.GetKind() + "/" + object.GetName()
	if namespace := object.GetNamespace(); namespace != "" {
		name = namespace + ": " + name
	}
	return name
}
