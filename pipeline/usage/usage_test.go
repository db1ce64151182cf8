package usage_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
	"firedrill/pipeline/usage"
)

// metrics is a Prometheus with the memory and CPU of some pods, which it has
// from a moment on.
type metrics struct {
	memory, cpu map[string]float64
	from        time.Time
	err         error

	mu      sync.Mutex
	queries map[string]bool
}

func (m *metrics) Series(_ context.Context, query string) ([]server.Labelled, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.queries == nil {
		m.queries = map[string]bool{}
	}
	m.queries[query] = true
	values := m.cpu
	if strings.Contains(query, "memory") {
		values = m.memory
	}
	var series []server.Labelled
	for pod, value := range values {
		if !time.Now().Before(m.from) {
			namespace, name, _ := strings.Cut(pod, "/")
			series = append(series, server.Labelled{Labels: map[string]string{"namespace": namespace, "pod": name}, Value: value})
		}
	}
	return series, m.err
}

// pod is a running pod of a release whose containers may use that much memory.
func pod(namespace, name, release string, memory ...string) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app.kubernetes.io/instance": release}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, m := range memory {
		list := corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(m)}
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Resources: corev1.ResourceRequirements{Limits: list}})
	}
	return p
}

var releases = []usage.Release{{Name: "monitoring", Namespace: "monitoring"}, {Name: "inbox", Namespace: "monitoring"}, {Name: "demo", Namespace: "demo"}}

func measure(t *testing.T, m *metrics, client kubernetes.Interface) (usage.Usage, error) {
	t.Helper()
	return usage.Measure(t.Context(), usage.Options{Releases: releases, Kubernetes: client, Prometheus: m})
}

func TestMeasure(t *testing.T) {
	ended := pod("demo", "job", "demo", "1Gi")
	ended.Status.Phase = corev1.PodSucceeded
	old := pod("monitoring", "inbox-1", "", "64Mi")
	old.Labels["release"] = "inbox" // as older charts have it
	unlimited := pod("monitoring", "grafana-1", "monitoring", "512Mi")
	unlimited.Spec.Containers = append(unlimited.Spec.Containers, corev1.Container{})
	client := fake.NewClientset(
		pod("demo", "api-1", "demo", "24Mi", "8Mi"), pod("demo", "website-1", "demo", "24Mi"), ended,
		pod("monitoring", "prometheus-0", "monitoring", "1Gi"), unlimited, old,
		pod("demo", "stray", "elsewhere", "1Mi"), pod("kube-system", "etcd", ""),
	)
	m := &metrics{
		memory: map[string]float64{"demo/api-1": 10, "demo/website-1": 20, "demo/stray": 1, "monitoring/prometheus-0": 300, "monitoring/grafana-1": 100, "monitoring/inbox-1": 5, "monitoring/gone": 1e9},
		cpu:    map[string]float64{"demo/api-1": .25, "demo/website-1": .5, "demo/stray": 0, "monitoring/prometheus-0": 2, "monitoring/grafana-1": 1, "monitoring/inbox-1": 0},
	}
	got, err := measure(t, m, client)
	require.NoError(t, err)
	const mi = 1 << 20
	require.Equal(t, []usage.Use{
		{Namespace: "demo", Pods: 1, MemoryBytes: 1, MemoryLimit: mi},
		{Release: "demo", Namespace: "demo", Pods: 2, MemoryBytes: 30, CPUCores: .75, MemoryLimit: 56 * mi},
		{Release: "inbox", Namespace: "monitoring", Pods: 1, MemoryBytes: 5, MemoryLimit: 64 * mi},
		{Release: "monitoring", Namespace: "monitoring", Pods: 2, MemoryBytes: 400, CPUCores: 3},
	}, got.Releases)
	require.Equal(t, usage.Use{Pods: 6, MemoryBytes: 436, CPUCores: 3.75}, got.Total)
	require.Equal(t, map[string]bool{
		`sum by (namespace, pod) (container_memory_working_set_bytes{namespace=~"demo|monitoring", pod!="", container!=""}) or max by (namespace, pod) (container_memory_working_set_bytes{namespace=~"demo|monitoring", pod!="", container=""})`:                   true,
		`sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace=~"demo|monitoring", pod!="", container!=""}[1m])) or max by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace=~"demo|monitoring", pod!="", container=""}[1m]))`: true,
	}, m.queries)
}

func TestMeasureWaitsForMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		m := &metrics{memory: map[string]float64{"demo/api-1": 10}, cpu: map[string]float64{"demo/api-1": 1}, from: start.Add(30 * time.Second)}
		got, err := measure(t, m, fake.NewClientset(pod("demo", "api-1", "demo")))
		require.NoError(t, err)
		require.Equal(t, 10., got.Total.MemoryBytes)
		require.Equal(t, 30*time.Second, time.Since(start))
	})
}

// A pod without metrics does not hide: the rest is measured and it is named.
func TestMeasureNamesWhatHasNoMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metrics{memory: map[string]float64{"demo/api-1": 10, "demo/api-2": 10}, cpu: map[string]float64{"demo/api-1": 1, "demo/api-2": math.NaN()}}
		var events []event.Event
		got, err := usage.Measure(t.Context(), usage.Options{
			Releases: releases, Prometheus: m, Kubernetes: fake.NewClientset(pod("demo", "api-3", "demo"), pod("demo", "api-2", "demo"), pod("demo", "api-1", "demo")),
			Sink: func(e event.Event) { events = append(events, e) },
		})
		require.NoError(t, err)
		require.Equal(t, []string{"demo/api-2", "demo/api-3"}, got.Total.Unmeasured)
		require.Equal(t, 20., got.Total.MemoryBytes)
		require.Equal(t, "no metrics yet of demo/api-2, demo/api-3", events[1].Message)
		require.Equal(t, got, events[len(events)-1].Result)
	})
}

func TestMeasureTellsWhatPrometheusSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := measure(t, &metrics{err: errors.New("Service monitoring/prometheus:9090: refused")}, fake.NewClientset())
		require.EqualError(t, err, "Service monitoring/prometheus:9090: refused")
	})
}

// deaf is a Prometheus that takes the question and never answers.
type deaf struct{}

func (deaf) Series(ctx context.Context, _ string) ([]server.Labelled, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestMeasureDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := usage.Measure(t.Context(), usage.Options{Releases: releases, Prometheus: deaf{}, Kubernetes: fake.NewClientset()})
		require.EqualError(t, err, "measure what the releases use: no answer within 2m0s")
	})
}

func TestMeasureIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := usage.Measure(ctx, usage.Options{Releases: releases, Prometheus: &metrics{err: errors.New("refused")}, Kubernetes: fake.NewClientset()})
	require.ErrorContains(t, err, "interrupted")
}
