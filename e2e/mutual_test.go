//go:build e2e

package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/certificates"
	"firedrill/pipeline/forward"
	"firedrill/pipeline/poll"
)

// peersCheckEachOther asks with the certificate of somebody else's authority, of
// another program, and with none. What a policy would refuse comes by port-forward.
func (h hardened) peersCheckEachOther(ctx context.Context) {
	root, err := certificates.NewRoot("stranger", time.Now())
	require.NoError(h.t, err)
	stranger := tls.Certificate{Certificate: [][]byte{root.Certificate.Raw}, PrivateKey: root.Key}
	nobody := tls.Certificate{}
	for server, port := range map[string]int{"node-exporter": 9100, "kube-state-metrics": 8080, "blackbox-exporter": 9115} {
		h.requireRefused(ctx, server, port, nobody, "certificate required")
		h.requireRefused(ctx, server, port, stranger, "unknown certificate authority")
		h.requireRefused(ctx, server, port, h.peer(ctx, "grafana"), "bad certificate")
		require.NoError(h.t, h.knock(ctx, server, port, h.peer(ctx, "prometheus")))
	}
	h.requireRefused(ctx, "otel-collector", 4318, nobody, "certificate required")
	h.requireRefused(ctx, "otel-collector", 8889, stranger, "unknown certificate authority")
	for server, port := range map[string]int{"prometheus": 9090, "alertmanager": 9093, "loki": 3100} {
		h.requireRefused(ctx, server, port, stranger, "unknown certificate authority")
		require.NoError(h.t, h.knock(ctx, server, port, h.peer(ctx, "grafana")))
		require.NoError(h.t, h.knock(ctx, server, port, nobody), "the API server's proxy has none")
	}
}

func (h hardened) requireRefused(ctx context.Context, server string, port int, shown tls.Certificate, why string) {
	h.t.Helper()
	err := heard(ctx, func() error { return h.knock(ctx, server, port, shown) })
	require.ErrorContains(h.t, err, why, server)
}

// heard asks again while the server's last word is lost: who refuses closes the
// connection with the request still unread, and a port-forward that meets the reset
// may end before it has handed on the alert that says why.
func heard(ctx context.Context, ask func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_ = poll.Until(ctx, 100*time.Millisecond, func() bool { // the last answer tells more than that it is over
		err = ask()
		return err == nil || strings.Contains(err.Error(), "remote error: tls")
	})
	return err
}

// peer is the certificate of a program of ours.
func (h hardened) peer(ctx context.Context, program string) tls.Certificate {
	h.t.Helper()
	secret, err := h.client.CoreV1().Secrets("monitoring").Get(ctx, program+"-peer", metav1.GetOptions{})
	require.NoError(h.t, err)
	pair, err := tls.X509KeyPair(secret.Data["tls.crt"], secret.Data["tls.key"])
	require.NoError(h.t, err)
	return pair
}

// knock is why a server does not answer who shows that certificate.
func (h hardened) knock(ctx context.Context, server string, port int, shown tls.Certificate) error {
	h.t.Helper()
	way, err := forward.Open(ctx, h.config, forward.Target{Namespace: "monitoring", Service: server, Port: port})
	require.NoError(h.t, err)
	defer func() { _ = way.Close() }()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.Replace(way.URL, "http", "https", 1), nil)
	require.NoError(h.t, err)
	bundle, err := h.client.CoreV1().ConfigMaps("monitoring").Get(ctx, "firedrill-ca", metav1.GetOptions{})
	require.NoError(h.t, err)
	trusted := x509.NewCertPool()
	require.True(h.t, trusted.AppendCertsFromPEM([]byte(bundle.Data["ca.crt"])))
	config := &tls.Config{
		RootCAs: trusted, ServerName: server,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &shown, nil },
	}
	// One connection a tunnel: when a server resets one, the whole tunnel ends,
	// and with it the connection of a redirect that is followed.
	answer, err := (&http.Transport{TLSClientConfig: config, DisableKeepAlives: true}).RoundTrip(request)
	if err == nil {
		_ = answer.Body.Close()
	}
	return err
}
