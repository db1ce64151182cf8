// Package usage measures what the pods of each release use, by the metrics
// that Prometheus has of their containers, and compares it with a budget.
package usage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/drill/server"
	"firedrill/pipeline/event"
)

const (
	// deadline is for the metrics of pods that have just started: the rate of
	// their CPU takes two scrapes.
	deadline     = 2 * time.Minute
	pollInterval = 2 * time.Second
)

// Prometheus is what is asked for metrics.
type Prometheus interface {
	Series(ctx context.Context, query string) ([]server.Labelled, error)
}

// Release is a Helm release by name and namespace.
type Release struct{ Name, Namespace string }

// Options say what to measure, and by what.
type Options struct {
	Releases   []Release
	Kubernetes kubernetes.Interface
	Prometheus Prometheus
	Sink       event.Sink
}

// Use is what the pods of one release use and what they asked for.
type Use struct {
	Release, Namespace string
	Pods               int
	// MemoryBytes is the working set: what the kernel cannot take back.
	MemoryBytes float64
	// CPUCores is the mean of the last minute.
	CPUCores float64
	// A sum of limits is 0 if one of the containers has none.
	MemoryRequest, MemoryLimit float64 // bytes
	CPURequest, CPULimit       float64 // cores
	// Unmeasured are the pods of which Prometheus has no metrics.
	Unmeasured []string
}

// Usage is what all releases use.
type Usage struct {
	// Releases are in the order of their namespaces and names. Pods that are
	// in the same namespaces and belong to none of them have a Use without a
	// name of a release.
	Releases []Use
	// Total is their sum.
	Total Use
}

// Measure asks Prometheus until it has metrics of all pods, or of as many as it
// has within two minutes; those that are then missing are named in the result.
func Measure(ctx context.Context, o Options) (Usage, error) {
	task := o.Sink.Start("usage")
	usage, err := measure(ctx, o, task)
	if err != nil {
		return usage, task.End(err, nil)
	}
	return usage, task.End(nil, usage)
}

func measure(ctx context.Context, o Options, task *event.Task) (Usage, error) {
	waiting, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	said := ""
	for {
		usage, err := look(ctx, o)
		if err == nil && len(usage.Total.Unmeasured) == 0 {
			return usage, nil
		}
		now := "no metrics yet of " + strings.Join(usage.Total.Unmeasured, ", ")
		if err != nil {
			now = err.Error()
		}
		if now != said {
			task.Progress(now)
			said = now
		}
		select {
		case <-tick.C:
			continue
		case <-waiting.Done():
		}
		if ctx.Err() != nil {
			return Usage{}, fmt.Errorf("measure what the releases use: interrupted: %w", context.Cause(ctx))
		}
		return usage, err
	}
}

// look measures once.
func look(ctx context.Context, o Options) (Usage, error) {
	namespaces := namespacesOf(o.Releases)
	memory, err := perPod(ctx, o.Prometheus, memoryQuery(namespaces))
	if err != nil {
		return Usage{}, err
	}
	cpu, err := perPod(ctx, o.Prometheus, cpuQuery(namespaces))
	if err != nil {
		return Usage{}, err
	}
	uses := map[Release]*Use{}
	for _, r := range o.Releases {
		uses[r] = &Use{Release: r.Name, Namespace: r.Namespace}
	}
	for _, namespace := range namespaces {
		pods, err := runningPods(ctx, o.Kubernetes, namespace)
		if err != nil {
			return Usage{}, err
		}
		for _, p := range pods {
			owner := ownerOf(p, uses)
			if uses[owner] == nil {
				uses[owner] = &Use{Namespace: namespace}
			}
			uses[owner].add(newUse(p, memory, cpu))
		}
	}
	return sum(uses), nil
}

func sum(uses map[Release]*Use) Usage {
	var all Usage
	for _, use := range uses {
		all.Total.add(*use)
		use.finish()
		all.Releases = append(all.Releases, *use)
	}
	all.Total.finish()
	slices.SortFunc(all.Releases, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Release, b.Release))
	})
	return all
}
