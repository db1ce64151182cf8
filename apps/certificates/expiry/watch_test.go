package expiry_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"firedrill/apps/certificates/expiry"
)

// certificate is one in PEM that is good for a thousand seconds, and expires at a
// time.
func certificate(t *testing.T, end int64) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(end-1000, 0), NotAfter: time.Unix(end, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func secret(namespace, name string, chain []byte) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Type:       corev1.SecretTypeTLS,
		Data:       map[string][]byte{corev1.TLSCertKey: chain, corev1.TLSPrivateKeyKey: []byte("key")},
	}
}

// watched is a watch that runs until the test ends.
func watched(t *testing.T, client kubernetes.Interface, namespaces ...string) *expiry.Watch {
	t.Helper()
	w := expiry.New(client, namespaces, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	return w
}

// requireMetrics waits until the watch tells exactly this.
func requireMetrics(t *testing.T, w *expiry.Watch, metric string, lines ...string) {
	t.Helper()
	want := ""
	if len(lines) > 0 {
		help := map[string]string{
			"tls_secret_not_after_timestamp_seconds":  "When the certificate in a Secret of type kubernetes.io/tls expires; of a chain, the first to do so.",
			"tls_secret_not_before_timestamp_seconds": "Since when the certificate in a Secret of type kubernetes.io/tls is good; of a chain, the first.",
			"tls_secret_invalid":                      "1 if tls.crt of a Secret of type kubernetes.io/tls holds no certificate that can be read.",
		}[metric]
		want = fmt.Sprintf("# HELP %s %s\n# TYPE %s gauge\n%s\n", metric, help, metric, strings.Join(lines, "\n"))
	}
	var last error
	require.Eventually(t, func() bool {
		last = testutil.CollectAndCompare(w, strings.NewReader(want), metric)
		return last == nil
	}, 10*time.Second, 10*time.Millisecond, "%v", &last)
}

const ends = "tls_secret_not_after_timestamp_seconds"

func TestSecretsComeChangeAndGo(t *testing.T) {
	client := fake.NewClientset(secret("demo", "website", certificate(t, 2e9)))
	w := watched(t, client, "")
	requireMetrics(t, w, ends, ends+`{namespace="demo",secret="website"} 2e+09`)

	secrets := client.CoreV1().Secrets("demo")
	_, err := secrets.Update(t.Context(), secret("demo", "website", certificate(t, 3e9)), metav1.UpdateOptions{})
	require.NoError(t, err)
	requireMetrics(t, w, ends, ends+`{namespace="demo",secret="website"} 3e+09`)

	require.NoError(t, secrets.Delete(t.Context(), "website", metav1.DeleteOptions{}))
	requireMetrics(t, w, ends)
}

func TestAChainEndsWithItsFirst(t *testing.T) {
	chain := append(certificate(t, 3e9), certificate(t, 2e9)...)
	w := watched(t, fake.NewClientset(secret("demo", "website", chain)), "")
	requireMetrics(t, w, ends, ends+`{namespace="demo",secret="website"} 2e+09`)
	const begins = "tls_secret_not_before_timestamp_seconds"
	requireMetrics(t, w, begins, begins+`{namespace="demo",secret="website"} 2.999999e+09`)
}

func TestWhatCannotBeReadIsTold(t *testing.T) {
	broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no")})
	w := watched(t, fake.NewClientset(
		secret("demo", "broken", broken), secret("demo", "empty", nil),
		secret("demo", "key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("no")})),
	), "")
	requireMetrics(t, w, "tls_secret_invalid",
		`tls_secret_invalid{namespace="demo",secret="broken"} 1`,
		`tls_secret_invalid{namespace="demo",secret="empty"} 1`,
		`tls_secret_invalid{namespace="demo",secret="key"} 1`)
	requireMetrics(t, w, ends)
}

func TestOnlyTheNamespacesNamedAreRead(t *testing.T) {
	w := watched(t, fake.NewClientset(
		secret("demo", "a", certificate(t, 2e9)), secret("shop", "b", certificate(t, 2e9)), secret("other", "c", certificate(t, 2e9)),
	), "demo", "shop")
	requireMetrics(t, w, ends, ends+`{namespace="demo",secret="a"} 2e+09`, ends+`{namespace="shop",secret="b"} 2e+09`)
}

func TestItTellsWhetherAllWereRead(t *testing.T) {
	w := expiry.New(fake.NewClientset(), []string{""}, slog.New(slog.DiscardHandler))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w)
	families, err := registry.Gather()
	require.NoError(t, err)
	require.Equal(t, "tls_secrets_synced", families[0].GetName())
	require.Zero(t, families[0].GetMetric()[0].GetGauge().GetValue())
}
