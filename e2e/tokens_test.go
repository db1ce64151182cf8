//go:build e2e

package e2e_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// claims of a service account's token.
type claims struct {
	Aud        []string
	Iat, Exp   int64
	Iss        string
	Kubernetes struct {
		Namespace      string
		Pod            struct{ Name, UID string }
		ServiceAccount struct{ Name string }
	} `json:"kubernetes.io"`
}

// tokensEnd reads the tokens that pods really have, and tries one where it is
// of no use.
func (h hardened) tokensEnd(ctx context.Context) {
	for _, app := range []string{"prometheus", "kube-state-metrics", "certificates", "otel-collector"} {
		pod := h.pod(ctx, app)
		token := h.tokenOf(ctx, pod)
		c := claimsOf(h, token)
		require.Equal(h.t, []string{c.Iss}, c.Aud, "%s: for the API server alone", app)
		require.EqualValues(h.t, 3600, c.Exp-c.Iat, "%s: seconds", app)
		require.Equal(h.t, pod.Name, c.Kubernetes.Pod.Name, "%s: bound to its pod", app)
		require.Equal(h.t, string(pod.UID), c.Kubernetes.Pod.UID, app)
		require.Equal(h.t, app, c.Kubernetes.ServiceAccount.Name)
	}
	for _, app := range []string{"grafana", "loki", "alertmanager", "node-exporter", "blackbox-exporter", "website", "api", "inbox"} {
		require.False(h.t, hasToken(h.pod(ctx, app)), "%s has a token it does not need", app)
	}
	h.requirePrometheusIsBounded(ctx)
}

func (h hardened) requirePrometheusIsBounded(ctx context.Context) {
	h.t.Helper()
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host: h.config.Host, TLSClientConfig: rest.TLSClientConfig{CAData: h.config.CAData},
		BearerToken: h.tokenOf(ctx, h.pod(ctx, "prometheus")),
	})
	require.NoError(h.t, err)
	_, err = client.CoreV1().Pods("demo").List(ctx, metav1.ListOptions{})
	require.NoError(h.t, err, "its targets")
	_, err = client.CoreV1().Secrets("monitoring").List(ctx, metav1.ListOptions{})
	require.True(h.t, apierrors.IsForbidden(err), "%v", err)
	err = client.CoreV1().Pods("demo").Delete(ctx, "none", metav1.DeleteOptions{})
	require.True(h.t, apierrors.IsForbidden(err), "%v", err)
}

func hasToken(pod corev1.Pod) bool {
	for _, v := range pod.Spec.Volumes {
		if v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if source.ServiceAccountToken != nil {
				return true
			}
		}
	}
	return false
}

// pod is one of the app, on the control plane's node where there is one.
func (h hardened) pod(ctx context.Context, app string) corev1.Pod {
	h.t.Helper()
	all, err := h.client.CoreV1().Pods("").List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=" + app, FieldSelector: "status.phase=Running"})
	require.NoError(h.t, err)
	require.NotEmpty(h.t, all.Items, app)
	for _, p := range all.Items {
		if p.Spec.NodeName == h.controlPlane() {
			return p
		}
	}
	return all.Items[0]
}

func (h hardened) tokenOf(ctx context.Context, pod corev1.Pod) string {
	h.t.Helper()
	// The folder beside is for everybody, so that the kernel follows no link in it
	// but the pod's own user's.
	text, err := h.nodes.Exec(ctx, pod.Spec.NodeName, "cat",
		"/var/lib/kubelet/pods/"+string(pod.UID)+"/volumes/kubernetes.io~projected/api-token/..data/token")
	require.NoError(h.t, err)
	return strings.TrimSpace(text)
}

func claimsOf(h hardened, token string) (c claims) {
	h.t.Helper()
	parts := strings.Split(token, ".")
	require.Len(h.t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(h.t, err)
	require.NoError(h.t, json.Unmarshal(text, &c))
	return c
}
