// Package usage measures what the pods of each release use, by the metrics
// that Prometheus has of their containers, and compares it with a budget.
package usage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
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
	var last Usage
	failed := fmt.Errorf("measure what the releases use: no answer within %s", deadline)
	say := poll.Changes(task.Progress)
	_ = poll.Until(waiting, pollInterval, func() bool { // what was seen last says more than that the time is up
		usage, err := look(waiting, o)
		if waiting.Err() != nil {
			return false
		}
		last, failed = usage, err
		if failed != nil {
			say(failed.Error())
			return false
		}
		missing := last.Total.Unmeasured
		if len(missing) > 0 {
			say("no metrics yet of " + strings.Join(missing, ", "))
		}
		return len(missing) == 0
	})
	if ctx.Err() != nil {
		return Usage{}, fmt.Errorf("measure what the releases use: interrupted: %w", context.Cause(ctx))
	}
	return last, failed
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
