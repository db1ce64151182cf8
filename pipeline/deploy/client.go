package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/kube"
	"k8s.io/apimachinery/pkg/types"

	"firedrill/pipeline/deploy/ready"
)

// helmClient is what Helm asks of its client to the cluster, apart from the
// optional parts that this package does not use.
type helmClient interface {
	kube.Interface
	kube.InterfaceExt
	kube.InterfaceResources
}

// watchingClient is Helm's client with its waits replaced: readiness is
// kstatus's word, heard by watching, with a diagnosis when it does not come.
// Helm calls the waits at the right moment (after the CRDs, before the
// post-install hooks) and marks the release as failed when one fails.
type watchingClient struct {
	helmClient
	cluster ready.Cluster
	// ctx is here because the methods that Helm calls take none.
	ctx      context.Context
	progress func(string)
	old      map[types.UID]bool
	// failure is the full story of a failed wait. Helm is given its first line
	// only, as it keeps what it is given in the cluster.
	failure error
	// waited counts the objects that the last wait was for.
	waited int
	// start is that of the work on the release, ready what it has waited for.
	start time.Time
	ready []Ready
}

// Wait waits until the resources are ready.
func (c *watchingClient) Wait(resources kube.ResourceList, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(c.ctx, timeout)
	defer cancel()
	return c.wait(ctx, resources)
}

func (c *watchingClient) wait(ctx context.Context, resources kube.ResourceList) error {
	objects := objectsOf(resources)
	c.waited = len(objects)
	return c.fail(ready.Wait(ctx, c.cluster, objects, ready.Options{Old: c.old, Progress: c.progress, Ready: c.note}))
}

// note keeps when an object became ready.
func (c *watchingClient) note(o ready.Object) {
	c.ready = append(c.ready, Ready{Object: o.Kind + "/" + o.Name, Seconds: time.Since(c.start).Seconds()})
}

// WaitWithJobs is Wait: a Job is ready when kstatus says so.
func (c *watchingClient) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) error {
	return c.Wait(resources, timeout)
}

// WaitForDelete waits until the resources are gone.
func (c *watchingClient) WaitForDelete(resources kube.ResourceList, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(c.ctx, timeout)
	defer cancel()
	return c.fail(ready.Gone(ctx, c.cluster, objectsOf(resources)))
}

// WatchUntilReady waits for a hook. Helm's own watch does that; what is added
// is that it ends with the context and that a failure is explained.
func (c *watchingClient) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	done := make(chan error, 1)
	go func() { done <- c.helmClient.WatchUntilReady(resources, timeout) }()
	var err error
	select {
	case err = <-done:
	case <-c.ctx.Done():
		err = context.Cause(c.ctx)
	}
	if err == nil {
		return nil
	}
	return c.fail(ready.Explain(c.ctx, c.cluster, objectsOf(resources), fmt.Sprintf("a hook has failed: %v", err)))
}

// fail keeps the full story and returns the short one.
func (c *watchingClient) fail(err error) error {
	c.failure = err
	var notReady *ready.NotReady
	if errors.As(err, &notReady) {
		return errors.New(notReady.Why)
	}
	return err
}

func objectsOf(resources kube.ResourceList) []ready.Object {
	var all []ready.Object
	for _, r := range resources {
		all = append(all, ready.Object{
			Kind:      r.Mapping.GroupVersionKind.Kind,
			Namespace: r.Namespace,
			Name:      r.Name,
			Resource:  r.Mapping.Resource,
		})
	}
	return all
}
