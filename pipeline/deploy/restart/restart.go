// Package restart starts pods of releases anew, as `kubectl rollout restart` does:
// those whose programs read only at their start what has changed since.
package restart

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

// ReadsAtStart is the annotation of a pod template by which its chart says what the
// program reads only at its start: one word, or more with commas between.
const ReadsAtStart = "firedrill.io/reads-at-start"

// restartedAt is the annotation by which `kubectl rollout restart` changes a pod
// template. Helm leaves what no chart has written.
const restartedAt = "kubectl.kubernetes.io/restartedAt"

// lookEvery is how often it is looked whether a change has been heard of.
const lookEvery = 200 * time.Millisecond

// Options say whose pods may be started anew, and where they are.
type Options struct {
	Cluster ready.Cluster
	// Releases are those whose pods may be; nobody else's ever are.
	Releases []deploy.Release
	// Within bounds how long one call of Readers may take.
	Within time.Duration
}

// kinds run the pods that are looked at. StatefulSets come first: what one without a
// volume forgets, the collectors send again when they start after it.
var kinds = []struct{ kind, resource string }{
	{"StatefulSet", "statefulsets"}, {"Deployment", "deployments"}, {"DaemonSet", "daemonsets"},
}

// Readers starts anew, one after another, what reads this at its start only, and
// returns when all of it is ready again.
func (o Options) Readers(ctx context.Context, task *event.Task, what string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, o.Within, fmt.Errorf("not all were ready again within %s", o.Within))
	defer cancel()
	all, err := o.readers(ctx, what)
	if err != nil {
		return err
	}
	for i, r := range all {
		task.Progress(fmt.Sprintf("%d of %d: %s", i+1, len(all), r))
		if err := o.restart(ctx, task, r); err != nil {
			return fmt.Errorf("restart %s, whose annotation %s names %s: %w", r, ReadsAtStart, what, err)
		}
	}
	return nil
}

// readers are the objects of the releases whose pods read this at their start only.
func (o Options) readers(ctx context.Context, what string) ([]ready.Object, error) {
	var all []ready.Object
	for _, k := range kinds {
		resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: k.resource}
		list, err := o.Cluster.Dynamic.Resource(resource).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, fmt.Errorf("list %s of all namespaces: %w", k.resource, err)
		}
		slices.SortFunc(list.Items, func(a, b unstructured.Unstructured) int {
			return strings.Compare(a.GetNamespace()+"/"+a.GetName(), b.GetNamespace()+"/"+b.GetName())
		})
		for _, u := range list.Items {
			if o.owns(u) && reads(u, what) {
				all = append(all, ready.Object{Kind: k.kind, Namespace: u.GetNamespace(), Name: u.GetName(), Resource: resource})
			}
		}
	}
	return all, nil
}

// owns tells whether Helm has made it for one of the releases.
func (o Options) owns(u unstructured.Unstructured) bool {
	by := u.GetAnnotations()
	return slices.ContainsFunc(o.Releases, func(r deploy.Release) bool {
		return by["meta.helm.sh/release-name"] == r.Name && by["meta.helm.sh/release-namespace"] == r.Namespace
	})
}

func reads(u unstructured.Unstructured, what string) bool {
	said, _, _ := unstructured.NestedStringMap(u.Object, "spec", "template", "metadata", "annotations")
	return slices.Contains(strings.Fields(strings.ReplaceAll(said[ReadsAtStart], ",", " ")), what)
}

func (o Options) restart(ctx context.Context, task *event.Task, r ready.Object) error {
	old, err := ready.PodsIn(ctx, o.Cluster.Client, r.Namespace)
	if err != nil {
		return err
	}
	// Of nanoseconds: two restarts within a second are two.
	patch := fmt.Appendf(nil, `{"spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, restartedAt, time.Now().UTC().Format(time.RFC3339Nano))
	changed, err := o.Cluster.Dynamic.Resource(r.Resource).Namespace(r.Namespace).Patch(ctx, r.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("annotate its pod template: %w", err)
	}
	if err := o.heard(ctx, r, changed.GetGeneration()); err != nil {
		return err
	}
	return ready.Wait(ctx, o.Cluster, []ready.Object{r}, ready.Options{Old: old, Progress: task.Progress})
}

// heard returns when the controller works on the change. A watch that began before
// might show first how things were without it, which is that all is ready.
func (o Options) heard(ctx context.Context, r ready.Object, change int64) error {
	var failed error
	err := poll.Until(ctx, lookEvery, func() bool {
		u, err := o.Cluster.Dynamic.Resource(r.Resource).Namespace(r.Namespace).Get(ctx, r.Name, metav1.GetOptions{})
		if err != nil {
			failed = fmt.Errorf("look whether its controller has heard: %w", err)
			return true
		}
		observed, _, _ := unstructured.NestedInt64(u.Object, "status", "observedGeneration")
		return observed >= change
	})
	if failed != nil {
		return failed
	}
	return err
}
