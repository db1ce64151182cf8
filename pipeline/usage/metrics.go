package usage

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// The metrics are the kubelet's, by cAdvisor. A container runtime that does
// not name its containers leaves the figure of the pod as a whole, which has
// an empty label container.
func memoryQuery(namespaces []string) string {
	return eachPod("container_memory_working_set_bytes{%s}", namespaces)
}

func cpuQuery(namespaces []string) string {
	return eachPod("rate(container_cpu_usage_seconds_total{%s}[1m])", namespaces)
}

func eachPod(expression string, namespaces []string) string {
	var quoted []string
	for _, n := range namespaces {
		quoted = append(quoted, regexp.QuoteMeta(n))
	}
	where := fmt.Sprintf("namespace=~%q, pod!=\"\", container", strings.Join(quoted, "|"))
	named := fmt.Sprintf(expression, where+`!=""`)
	whole := fmt.Sprintf(expression, where+`=""`)
	return fmt.Sprintf("sum by (namespace, pod) (%s) or max by (namespace, pod) (%s)", named, whole)
}

// pod is a pod's name and namespace.
type pod struct{ namespace, name string }

// perPod gives the value of query for each pod.
func perPod(ctx context.Context, p Prometheus, query string) (map[pod]float64, error) {
	series, err := p.Series(ctx, query)
	if err != nil {
		return nil, err
	}
	values := map[pod]float64{}
	for _, s := range series {
		if !math.IsNaN(s.Value) {
			values[pod{s.Labels["namespace"], s.Labels["pod"]}] = s.Value
		}
	}
	return values, nil
}

func namespacesOf(releases []Release) []string {
	var all []string
	for _, r := range releases {
		all = append(all, r.Namespace)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
