//go:build e2e

package e2e_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// status is that of an answer to somebody without a name.
func (h hardened) status(ctx context.Context, url string) int {
	h.t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	require.NoError(h.t, err)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // nothing is believed
	response, err := client.Do(request)
	require.NoError(h.t, err)
	defer response.Body.Close()
	return response.StatusCode
}

// strangersAreRefused knocks at the API server, the kubelet, and the programs
// that Prometheus reads, without a name.
func (h hardened) strangersAreRefused(ctx context.Context) {
	for path, want := range map[string]int{
		"/livez": http.StatusOK, "/readyz": http.StatusOK, "/healthz": http.StatusOK,
		"/api/v1/namespaces/kube-public/configmaps/cluster-info": http.StatusOK,
		"/":             http.StatusUnauthorized,
		"/api":          http.StatusUnauthorized,
		"/version":      http.StatusUnauthorized,
		"/livez/etcd":   http.StatusUnauthorized,
		"/metrics":      http.StatusUnauthorized,
		"/debug/pprof/": http.StatusUnauthorized,
		"/api/v1/namespaces/kube-public/configmaps": http.StatusUnauthorized,
	} {
		require.Equal(h.t, want, h.status(ctx, h.config.Host+path), path)
	}
	kubelet := "https://" + h.forward(10250)
	for _, path := range []string{"/pods", "/metrics", "/logs/", "/exec/kube-system/x/x"} {
		require.Equal(h.t, http.StatusUnauthorized, h.status(ctx, kubelet+path), "kubelet%s", path)
	}
	for _, port := range []int{10257, 10259} {
		require.Equal(h.t, http.StatusForbidden, h.status(ctx, "https://"+h.forward(port)+"/metrics"), "port %d", port)
	}
	answer, err := (&http.Client{Timeout: time.Minute}).Get("http://" + h.forward(10255) + "/pods")
	if err == nil {
		_ = answer.Body.Close()
	}
	require.Error(h.t, err, "the kubelet's port for everybody is closed")
	settings := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12} //nolint:gosec // it is to be refused
	_, err = tls.Dial("tcp", strings.TrimPrefix(h.config.Host, "https://"), settings)
	require.ErrorContains(h.t, err, "protocol version")
}

// programsAreStrict reads the arguments that the programs were really started
// with. With its own name, too, nobody gets profiles.
func (h hardened) programsAreStrict(ctx context.Context) {
	for program, wanted := range map[string][]string{
		"kube-apiserver": {
			"--authorization-mode=Node,RBAC", "--profiling=false", "--tls-min-version=VersionTLS13",
			"--enable-admission-plugins=NodeRestriction", "--service-account-extend-token-expiration=false",
			"--encryption-provider-config=/etc/kubernetes/firedrill/encryption.yaml",
			"--audit-log-path=/var/log/kubernetes/audit/audit.log",
		},
		"kube-controller-manager": {"--profiling=false", "--use-service-account-credentials=true", "--tls-min-version=VersionTLS13"},
		"kube-scheduler":          {"--profiling=false", "--tls-min-version=VersionTLS13"},
		"etcd":                    {"--client-cert-auth=true", "--peer-client-cert-auth=true", "--tls-min-version=TLS1.3"},
	} {
		pod, err := h.client.CoreV1().Pods("kube-system").Get(ctx, program+"-"+h.controlPlane(), metav1.GetOptions{})
		require.NoError(h.t, err)
		require.Subset(h.t, pod.Spec.Containers[0].Command, wanted, program)
	}
	kubelet := h.onNode(ctx, "cat", "/var/lib/kubelet/config.yaml")
	for _, line := range []string{"mode: Webhook", "tlsMinVersion: VersionTLS13", "seccompDefault: true"} {
		require.Contains(h.t, kubelet, line)
	}
	_, err := h.client.CoreV1().RESTClient().Get().AbsPath("/debug/pprof/").DoRaw(ctx)
	require.True(h.t, apierrors.IsNotFound(err), "profiles: %v", err)
}
