//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// networkIsClosed dials from every pod of a program to every port of every other
// one, and compares with what docs/security.md draws. It dials from the node, in
// the network of the pod: the images have no shell.
func (h hardened) networkIsClosed(ctx context.Context) {
	programs := []string{"prometheus", "alertmanager", "grafana", "loki", "blackbox-exporter", "kube-state-metrics", "certificates", "inbox", "website", "api", "otel-collector", "node-exporter", "cert-manager", "webhook", "cainjector", "dns", "external-dns", "acme", "ingress"}
	pods := map[string]corev1.Pod{}
	for _, p := range programs {
		pods[p] = h.pod(ctx, p)
		require.Equal(h.t, h.controlPlane(), pods[p].Spec.NodeName, "%s: pods of one node are dialled", p)
	}
	var open []string
	for _, from := range programs {
		open = append(open, h.reached(ctx, pods[from], targets(pods, from))...)
	}
	require.ElementsMatch(h.t, strings.Fields(allowed), open)
}

// reached are the ports that are open to a pod, as arrows. What the drawing has and
// did not answer is dialled again: on a busy machine a connection may take longer
// than the dialling waits.
func (h hardened) reached(ctx context.Context, from corev1.Pod, targets []string) (open []string) {
	h.t.Helper()
	for range 3 {
		open = append(open, h.dial(ctx, from, targets)...)
		targets = slices.DeleteFunc(targets, func(target string) bool {
			arrow := arrow(from, target)
			return slices.Contains(open, arrow) || !slices.Contains(strings.Fields(allowed), arrow)
		})
		if len(targets) == 0 {
			break
		}
	}
	return open
}

// arrow is a target, which is a name, an address and a port, as the drawing has it.
func arrow(from corev1.Pod, target string) string {
	words := strings.Fields(target)
	return from.Labels["app.kubernetes.io/name"] + ">" + words[0] + ":" + words[2]
}

// targets are the ports of all pods but the dialling one's.
func targets(pods map[string]corev1.Pod, from string) (all []string) {
	for name, pod := range pods {
		if name == from {
			continue
		}
		for _, c := range pod.Spec.Containers {
			for _, port := range c.Ports {
				if port.Protocol != corev1.ProtocolUDP {
					all = append(all, fmt.Sprintf("%s %s %d", name, pod.Status.PodIP, port.ContainerPort))
				}
			}
		}
	}
	sort.Strings(all)
	return append(all, "api-server "+controlPlaneAddress(pods[from])+" 6443")
}

func controlPlaneAddress(pod corev1.Pod) string { return pod.Status.HostIP }

// dialScript tries each target for two seconds, all at the same time: a port that a
// policy closes refuses or says nothing.
const dialScript = `while read -r name address port; do
  (timeout 2 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "$name:$port") &
done; wait`

func (h hardened) dial(ctx context.Context, from corev1.Pod, targets []string) []string {
	h.t.Helper()
	require.NotNil(h.t, net.ParseIP(from.Status.PodIP))
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	id := strings.TrimPrefix(from.Status.ContainerStatuses[0].ContainerID, "containerd://")
	pid := h.onNode(ctx, "sh", "-c", "ctr --namespace k8s.io tasks list | awk '$1 == \""+id+"\" {print $2}'")
	require.NotEmpty(h.t, pid)
	script := "nsenter --target " + pid + " --net bash -c '" + dialScript + "' <<EOF\n" + strings.Join(targets, "\n") + "\nEOF"
	var open []string
	for line := range strings.Lines(h.onNode(ctx, "bash", "-c", script)) {
		open = append(open, from.Labels["app.kubernetes.io/name"]+">"+strings.TrimSpace(line))
	}
	return open
}

// allowed is the drawing of docs/security.md, an arrow a line. alertmanager and
// grafana may reach all that is no pod, as notifications go anywhere.
const allowed = `
acme>ingress:8080
acme>ingress:8443

alertmanager>api-server:6443
alertmanager>inbox:2525
alertmanager>inbox:8443

api>otel-collector:4318

blackbox-exporter>api-server:6443
blackbox-exporter>otel-collector:4317
blackbox-exporter>otel-collector:4318
blackbox-exporter>website:8080

cainjector>api-server:6443

cert-manager>acme:14000
cert-manager>api-server:6443
cert-manager>dns:5353
cert-manager>ingress:8080
cert-manager>ingress:8443

certificates>api-server:6443

external-dns>api-server:6443
external-dns>dns:5353

grafana>alertmanager:9093
grafana>api-server:6443
grafana>inbox:2525
grafana>inbox:8080
grafana>loki:3100
grafana>prometheus:9090

ingress>alertmanager:9093
ingress>api-server:6443
ingress>api:8443
ingress>grafana:3000
ingress>inbox:8080
ingress>prometheus:9090
ingress>website:8080

kube-state-metrics>api-server:6443

loki>alertmanager:9093

otel-collector>api-server:6443
otel-collector>loki:3100

prometheus>alertmanager:9093
prometheus>api-server:6443
prometheus>api:8080
prometheus>blackbox-exporter:9115
prometheus>cert-manager:9402
prometheus>certificates:8080
prometheus>grafana:3000
prometheus>inbox:2525
prometheus>ingress:8082
prometheus>inbox:8080
prometheus>kube-state-metrics:8080
prometheus>loki:3100
prometheus>node-exporter:9100
prometheus>otel-collector:4317
prometheus>otel-collector:4318
prometheus>otel-collector:8888
prometheus>otel-collector:8889
prometheus>website:8080

webhook>api-server:6443

website>api:8443
website>otel-collector:4318
`
