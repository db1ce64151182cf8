package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// Create creates objects in a namespace of the drill.
type Create struct {
	// Namespace of the objects; it is created, and removed in the end, if it is
	// not there.
	Namespace string `yaml:"namespace" json:"namespace"`
	// The objects in YAML, of that namespace, or PersistentVolumes named as it: a Go template with the functions of sprig, and
	// .FreeMemory and .FreeCPU (what is left to request on the emptiest node, in
	// bytes and millicores), .Image (the drills' tool) and .Node (a node that is
	// kept free for drills, if there is one).
	Manifests string `yaml:"manifests" json:"manifests"`
	// Wait until every object is what it is meant to be, such as a pod ready.
	Ready bool `yaml:"ready,omitempty" json:"ready,omitempty"`
}

// readyWithin bounds the wait of `ready`.
const readyWithin = time.Minute

// isVolume tells a PersistentVolume, which is all that a drill may create
// outside its namespace: no claim can bring a volume of a limited size.
func isVolume(o *unstructured.Unstructured) bool { return o.GetKind() == "PersistentVolume" }

// created is what Undo needs to know, and Set: with the same certificates and
// figures as were prepared.
type created struct {
	NewNamespace bool             `json:"newNamespace"`
	Objects      []map[string]any `json:"objects"`
}

// String is part of Fault.
func (f *Create) String() string { return "create objects in namespace " + f.Namespace }

// Check is part of Fault.
func (f *Create) Check(report func(at, format string, args ...any)) {
	if f.Namespace == "" {
		report("namespace", "is missing; name a namespace of the drill's own")
	}
	objects, err := render(f.Manifests, sample)
	if err != nil {
		report("manifests", "%v", err)
		return
	}
	if len(objects) == 0 {
		report("manifests", "has no object; write at least one in YAML")
	}
	for _, o := range objects {
		if o.GetNamespace() != "" && o.GetNamespace() != f.Namespace {
			report("manifests", "%s %s is for namespace %s; what a drill creates goes to its own, %s", o.GetKind(), o.GetName(), o.GetNamespace(), f.Namespace)
		}
	}
}

// Touches is part of Fault.
func (f *Create) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	wanted, err := f.wanted(ctx, c)
	if err != nil {
		return nil, err
	}
	var touched []Object
	for _, o := range wanted {
		touched = append(touched, Object{Kind: o.GetKind(), Namespace: o.GetNamespace(), Name: o.GetName(), Change: "created"})
	}
	return touched, nil
}

// wanted are the objects as they would be created now.
func (f *Create) wanted(ctx context.Context, c Cluster) ([]*unstructured.Unstructured, error) {
	values, err := measured(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f, err)
	}
	objects, err := render(f.Manifests, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f, err)
	}
	for _, o := range objects {
		o.SetNamespace(f.Namespace)
		if isVolume(o) {
			o.SetNamespace("") // it is of the whole cluster, whatever its manifest says
		}
		labels := o.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		for key, value := range c.labels() {
			labels[key] = value
		}
		o.SetLabels(labels)
	}
	return objects, nil
}

// Prepare is part of Fault.
func (f *Create) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	objects, err := f.wanted(ctx, c)
	if err != nil {
		return nil, err
	}
	missing, err := isNew(ctx, c, f.Namespace)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f, err)
	}
	was := created{NewNamespace: missing}
	for _, o := range objects {
		was.Objects = append(was.Objects, o.Object)
	}
	return record(was)
}

// Set is part of Fault.
func (f *Create) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[created](before)
	if err == nil {
		err = createNamespace(ctx, c, f.Namespace)
	}
	if err == nil {
		err = f.each(c, was.Objects, func(objects dynamic.ResourceInterface, o *unstructured.Unstructured) error {
			_, err := objects.Create(ctx, o, metav1.CreateOptions{FieldManager: manager})
			return err
		})
	}
	if err == nil && f.Ready {
		err = f.untilReady(ctx, c, was.Objects)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	return nil
}

// untilReady waits until the objects are what their specs say.
func (f *Create) untilReady(ctx context.Context, c Cluster, objects []map[string]any) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyWithin, fmt.Errorf("ready must be within %s", readyWithin))
	defer cancel()
	for _, object := range objects {
		o := &unstructured.Unstructured{Object: object}
		kind := strings.ToLower(o.GetKind())
		if err := works(ctx, c, "wait for "+kind+" "+o.GetName(), o.GroupVersionKind().GroupKind().String(), o.GetNamespace(), o.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// Undo is part of Fault. With a namespace of its own, all that is in it goes at
// once.
func (f *Create) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[created](before)
	if err == nil && was.NewNamespace {
		err = removeNamespace(ctx, c, f.Namespace)
		was.Objects = slices.DeleteFunc(was.Objects, func(o map[string]any) bool {
			return (&unstructured.Unstructured{Object: o}).GetNamespace() != ""
		})
	}
	if err == nil {
		slices.Reverse(was.Objects)
		err = f.each(c, was.Objects, func(objects dynamic.ResourceInterface, o *unstructured.Unstructured) error {
			return f.remove(ctx, c, objects, o)
		})
	}
	if err != nil {
		return fmt.Errorf("undo: %s: %w", f, err)
	}
	return nil
}

// remove removes an object unless it is somebody else's.
func (f *Create) remove(ctx context.Context, c Cluster, objects dynamic.ResourceInterface, o *unstructured.Unstructured) error {
	see := fmt.Sprintf("kubectl -n %s get %s %s -o yaml", f.Namespace, o.GetKind(), o.GetName())
	foreground := metav1.DeletePropagationForeground // its pods go first
	return await(ctx, "remove "+o.GetKind()+" "+o.GetName(), see, func(ctx context.Context) (bool, string, error) {
		now, err := objects.Get(ctx, o.GetName(), metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err), err == nil && now.GetLabels()[drillLabel] != c.Drill:
			return true, "", nil
		case err == nil && now.GetDeletionTimestamp() == nil:
			err = objects.Delete(ctx, o.GetName(), metav1.DeleteOptions{PropagationPolicy: &foreground})
		}
		return false, "it is going", err
	})
}

func (f *Create) each(c Cluster, objects []map[string]any, do func(dynamic.ResourceInterface, *unstructured.Unstructured) error) error {
	known, err := mapper(c)
	if err != nil {
		return err
	}
	var errs []error
	for _, object := range objects {
		o := &unstructured.Unstructured{Object: object}
		kind := o.GroupVersionKind()
		mapping, err := known.RESTMapping(kind.GroupKind(), kind.Version)
		switch {
		case err != nil:
			err = fmt.Errorf("the API server does not know it: %w", err)
		case isVolume(o) && o.GetName() == f.Namespace:
			err = do(c.Dynamic.Resource(mapping.Resource), o)
		case mapping.Scope.Name() != meta.RESTScopeNameNamespace:
			err = fmt.Errorf("it belongs to no namespace; a drill creates only what goes with its own, or a PersistentVolume named %s", f.Namespace)
		default:
			err = do(c.Dynamic.Resource(mapping.Resource).Namespace(f.Namespace), o)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err))
		}
	}
	return errors.Join(errs...)
}
