//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// peersTrustANewRoot changes the root under programs that check each other. Those that
// are not restarted answer Prometheus all the time, and in the end all do. Then a
// notification arrives through each receiver of Alertmanager's and Grafana's.
func (h hardened) peersTrustANewRoot(ctx context.Context) {
	if h.site == nil {
		h.t.Skip("the cluster was there before: its root is not the test's to change")
	}
	proxy, err := server.NewProxy(h.config, server.Endpoint{Namespace: "monitoring", Service: "prometheus", Port: 9090, Scheme: "https"})
	require.NoError(h.t, err)
	prometheus, err := server.NewPrometheus(proxy)
	require.NoError(h.t, err)
	before, begin := h.bundle(ctx), time.Now()
	h.site.run("certificates", "rotate", "--name", h.run.Name)
	require.NotEqual(h.t, before, h.bundle(ctx))

	// One answer that comes late is no refusal; none for half a minute is.
	const stay = `min_over_time(max_over_time(up{job=~"prometheus|alertmanager|node-exporter|kube-state-metrics|blackbox-exporter"}[30s])[%ds:5s])`
	always, err := prometheus.Values(ctx, fmt.Sprintf(stay, int(time.Since(begin).Seconds())))
	require.NoError(h.t, err)
	require.GreaterOrEqual(h.t, len(always), 5, "each is asked")
	require.NotContains(h.t, always, 0.0, "one of those that are not restarted was refused, or refused Prometheus")
	// Who was restarted last may be asked some seconds later.
	waiting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var down []float64
	waited := poll.Until(waiting, time.Second, func() bool {
		down, err = prometheus.Values(waiting, "up == 0")
		return err == nil && len(down) == 0
	})
	require.NoError(h.t, waited, "%d targets are down; the last error: %v", len(down), err)

	h.site.run("channels", "test", "--name", h.run.Name)
}

// bundle is what programs of namespace monitoring trust.
func (h hardened) bundle(ctx context.Context) string {
	h.t.Helper()
	found, err := h.client.CoreV1().ConfigMaps("monitoring").Get(ctx, "firedrill-ca", metav1.GetOptions{})
	require.NoError(h.t, err)
	return found.Data["ca.crt"]
}
