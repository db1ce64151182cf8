//go:build e2e

package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/apps/api/quote"
	"firedrill/pipeline/forward"
)

// peersShowCertificates asks the api and inbox as a program without a certificate,
// as one with a certificate that is for servers only, and as the website.
func (h hardened) peersShowCertificates(ctx context.Context) {
	secret := func(namespace, name string) *tls.Certificate {
		s, err := h.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
		require.NoError(h.t, err)
		pair, err := tls.X509KeyPair(s.Data["tls.crt"], s.Data["tls.key"])
		require.NoError(h.t, err)
		return &pair
	}
	for service, namespace := range map[string]string{"api": "demo", "inbox": "monitoring"} {
		target := forward.Target{Namespace: namespace, Service: service, Port: 8443}
		for why, own := range map[string]*tls.Certificate{
			"certificate required": nil, "bad certificate": secret("ingress", "website-tls"),
		} {
			require.ErrorContains(h.t, heard(ctx, func() error {
				_, err := h.askAs(ctx, target, own)
				return err
			}), why, service)
		}
		status, err := h.askAs(ctx, target, secret("demo", "website-peer"))
		require.NoError(h.t, err, service)
		require.Equal(h.t, map[string]int{"api": http.StatusOK, "inbox": http.StatusNotFound}[service], status)
	}
}

// askAs asks a Service for a quote, over HTTPS, and checks its name.
func (h hardened) askAs(ctx context.Context, target forward.Target, own *tls.Certificate) (status int, err error) {
	h.t.Helper()
	bundle, err := h.client.CoreV1().ConfigMaps(target.Namespace).Get(ctx, "firedrill-ca", metav1.GetOptions{})
	require.NoError(h.t, err)
	settings := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: target.Service + "." + target.Namespace + ".svc"}
	require.True(h.t, settings.RootCAs.AppendCertsFromPEM([]byte(bundle.Data["ca.crt"])))
	if own != nil {
		settings.Certificates = []tls.Certificate{*own}
	}
	tunnel, err := forward.Open(ctx, h.config, target)
	require.NoError(h.t, err)
	defer func() { _ = tunnel.Close() }()
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: settings, DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https"+strings.TrimPrefix(tunnel.URL, "http")+quote.Path, nil)
	require.NoError(h.t, err)
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}
