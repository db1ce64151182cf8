package ready

import (
	"context"
	"fmt"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

var podResource = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// place is what one watch covers: a resource in a namespace.
type place struct {
	resource  schema.GroupVersionResource
	namespace string
}

// view is what the watches have seen so far. Reading it costs no request.
type view struct {
	stores map[place]cache.Store
	// changed holds a token when something has changed since it was last taken.
	changed chan struct{}

	mu      sync.Mutex
	lastErr error
}

// watch starts one watch for each place of the objects, and one for the pods
// of their namespaces if pods is set, and returns when all have their first
// answer. The watches end with ctx.
func (c Cluster) watch(ctx context.Context, objects []Object, pods bool) (*view, error) {
	v := &view{stores: map[place]cache.Store{}, changed: make(chan struct{}, 1)}
	var synced []cache.InformerSynced
	for place, names := range places(objects, pods) {
		tweak := func(o *metav1.ListOptions) {
			if len(names) == 1 {
				o.FieldSelector = fields.OneTermEqualSelector("metadata.name", names[0]).String()
			}
		}
		informer := dynamicinformer.NewFilteredDynamicInformer(
			c.Dynamic, place.resource, place.namespace, 0, cache.Indexers{}, tweak).Informer()
		if err := v.follow(informer); err != nil {
			return nil, fmt.Errorf("watch %s in namespace %q: %w", place.resource.Resource, place.namespace, err)
		}
		v.stores[place] = informer.GetStore()
		synced = append(synced, informer.HasSynced)
		go informer.RunWithContext(ctx)
	}
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return nil, fmt.Errorf("list the objects to wait for: %w; the last error of a watch: %w", context.Cause(ctx), v.watchErr())
	}
	return v, nil
}

// places groups the objects by what one watch can cover. Names are given only
// where a watch may be narrowed to them.
func places(objects []Object, pods bool) map[place][]string {
	found := map[place][]string{}
	for _, o := range objects {
		if !o.settled() {
			p := place{o.Resource, o.Namespace}
			found[p] = append(found[p], o.Name)
		}
	}
	if !pods {
		return found
	}
	for _, o := range objects {
		if o.hasPods() {
			found[place{podResource, o.Namespace}] = nil
		}
	}
	return found
}

// follow makes every change that the informer sees wake the reader of
// v.changed, and keeps the informer's errors out of the log.
func (v *view) follow(informer cache.SharedIndexInformer) error {
	if err := informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.lastErr = err
	}); err != nil {
		return err
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { v.wake() },
		UpdateFunc: func(any, any) { v.wake() },
		DeleteFunc: func(any) { v.wake() },
	})
	return err
}

func (v *view) wake() {
	select {
	case v.changed <- struct{}{}:
	default: // a token is waiting already
	}
}

func (v *view) watchErr() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.lastErr == nil {
		return errNoAnswer
	}
	return v.lastErr
}

// get returns the object as last seen, nil if it is not there.
func (v *view) get(o Object) *unstructured.Unstructured {
	store, ok := v.stores[place{o.Resource, o.Namespace}]
	if !ok {
		return nil
	}
	item, found, err := store.GetByKey(cache.NewObjectName(o.Namespace, o.Name).String())
	if err != nil || !found {
		return nil
	}
	u, _ := item.(*unstructured.Unstructured)
	return u
}
