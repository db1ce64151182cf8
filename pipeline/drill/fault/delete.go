package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// Delete deletes objects. Undo creates again what nobody else does.
type Delete struct {
	// Kind of the objects, as for kubectl: pods, secrets, configmaps, …
	Kind string `yaml:"kind" json:"kind"`
	// Namespace of the objects.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Name of the object; give this or selector.
	Name string `yaml:"name,omitempty" json:"name,omitempty"`
	// Labels of the objects, as for kubectl: app.kubernetes.io/name=website.
	Selector string `yaml:"selector,omitempty" json:"selector,omitempty"`
}

// deleted is an object that was there.
type deleted struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
	// Owner is the controller that replaces it, if there is one.
	Owner *metav1.OwnerReference `json:"owner,omitempty"`
	// Object is what to create again where there is none. Of a Secret it is
	// empty: that has a copy beside it.
	Object map[string]any `json:"object,omitempty"`
}

// String is part of Fault.
func (d *Delete) String() string {
	return fmt.Sprintf("delete %s %s/%s", d.Kind, d.Namespace, d.Name+d.Selector)
}

// Check is part of Fault.
func (d *Delete) Check(report func(at, format string, args ...any)) {
	checkNamed(d.Kind, d.Namespace, report)
	switch {
	case d.Name == "" && d.Selector == "":
		report("name", "is missing; name the object, or give a selector of labels")
	case d.Name != "" && d.Selector != "":
		report("selector", "is one thing too many beside name; give one of them")
	}
}

// Touches is part of Fault.
func (d *Delete) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	found, err := d.find(ctx, c)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, o := range found {
		objects = append(objects, Object{Kind: o.GetKind(), Namespace: d.Namespace, Name: o.GetName(), Change: "deleted"})
	}
	return objects, nil
}

func (d *Delete) target() Object {
	return Object{Kind: d.Kind, Namespace: d.Namespace, Name: d.Name + d.Selector, Change: "deleted"}
}

// find returns the objects, of which there is at least one.
func (d *Delete) find(ctx context.Context, c Cluster) ([]unstructured.Unstructured, error) {
	objects, err := resources(ctx, c, d.Kind, d.Namespace)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d, err)
	}
	list, err := objects.List(ctx, metav1.ListOptions{LabelSelector: d.Selector})
	if err != nil {
		return nil, fmt.Errorf("%s: look for them: %w", d, err)
	}
	found := slices.DeleteFunc(list.Items, func(o unstructured.Unstructured) bool {
		return d.Name != "" && o.GetName() != d.Name || o.GetDeletionTimestamp() != nil
	})
	if len(found) == 0 {
		return nil, absent{fmt.Errorf("%s: there is none, so the fault would change nothing", d)}
	}
	slices.SortFunc(found, func(a, b unstructured.Unstructured) int { return strings.Compare(a.GetName(), b.GetName()) })
	return found, nil
}

// Prepare is part of Fault.
func (d *Delete) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	found, err := d.find(ctx, c)
	if err != nil {
		return nil, err
	}
	var before []deleted
	for _, o := range found {
		was := deleted{Name: o.GetName(), UID: string(o.GetUID()), Owner: metav1.GetControllerOf(&o)}
		if was.Owner == nil && !isSecret(d.Kind) {
			was.Object = fresh(o).Object
		}
		before = append(before, was)
	}
	return record(before)
}

// fresh is an object without what the server writes, so that it can be created.
func fresh(o unstructured.Unstructured) *unstructured.Unstructured {
	clean := o.DeepCopy()
	delete(clean.Object, "status")
	for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink"} {
		unstructured.RemoveNestedField(clean.Object, "metadata", field)
	}
	return clean
}

// Set is part of Fault.
func (d *Delete) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	return d.each(ctx, c, before, func(objects dynamic.ResourceInterface, was deleted) error {
		if was.Owner == nil && isSecret(d.Kind) {
			if err := keepSecret(ctx, c, d.Namespace, was.Name); err != nil {
				return err
			}
		}
		err := objects.Delete(ctx, was.Name, metav1.DeleteOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	})
}

// Undo is part of Fault. All are created again before any is waited for.
func (d *Delete) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	if err := d.each(ctx, c, before, func(objects dynamic.ResourceInterface, was deleted) error {
		switch {
		case was.Owner != nil:
			return nil
		case isSecret(d.Kind):
			return restoreSecret(ctx, c, d.Namespace, was.Name)
		}
		return d.recreate(ctx, objects, was)
	}); err != nil {
		return err
	}
	return d.each(ctx, c, before, func(objects dynamic.ResourceInterface, was deleted) error {
		return d.replaced(ctx, c, objects, was)
	})
}

// recreate creates an object unless it is there. The old one may still be going.
func (d *Delete) recreate(ctx context.Context, objects dynamic.ResourceInterface, was deleted) error {
	what, see := fmt.Sprintf("create %s %s again", d.Kind, was.Name), fmt.Sprintf("kubectl -n %s get %s %s", d.Namespace, d.Kind, was.Name)
	return await(ctx, what, see, func(ctx context.Context) (bool, string, error) {
		now, err := objects.Get(ctx, was.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			_, err = objects.Create(ctx, &unstructured.Unstructured{Object: was.Object}, metav1.CreateOptions{FieldManager: manager})
			return err == nil, "", err
		}
		return err == nil && now.GetDeletionTimestamp() == nil, "the old one is going", err
	})
}

func (d *Delete) each(ctx context.Context, c Cluster, before json.RawMessage, f func(dynamic.ResourceInterface, deleted) error) error {
	all, err := recall[[]deleted](before)
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	objects, err := resources(ctx, c, d.Kind, d.Namespace)
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	var errs []error
	for _, was := range all {
		if err := f(objects, was); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", d, was.Name, err))
		}
	}
	return errors.Join(errs...)
}
