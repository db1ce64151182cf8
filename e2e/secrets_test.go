//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// secretsAreEncrypted reads a Secret where etcd keeps it.
func (h hardened) secretsAreEncrypted(ctx context.Context) {
	const marker = "PLAINTEXT-MARKER-7f3a"
	secrets := h.client.CoreV1().Secrets("default")
	made, err := secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "marked-"}, StringData: map[string]string{"password": marker},
	}, metav1.CreateOptions{})
	require.NoError(h.t, err)
	afterwards := context.WithoutCancel(ctx)
	h.t.Cleanup(func() { _ = secrets.Delete(afterwards, made.Name, metav1.DeleteOptions{}) })

	etcd := h.etcd(ctx)
	raw := etcd.value("/registry/secrets/default/" + made.Name)
	require.True(h.t, bytes.HasPrefix(raw, []byte("k8s:enc:secretbox:v1:key")), "%.40q", raw)
	require.NotContains(h.t, string(raw), marker)
	// What would be found by this way, were it there.
	maps := h.client.CoreV1().ConfigMaps("default")
	plain, err := maps.Create(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "marked-"}, Data: map[string]string{"a": marker},
	}, metav1.CreateOptions{})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { _ = maps.Delete(afterwards, plain.Name, metav1.DeleteOptions{}) })
	require.Contains(h.t, string(etcd.value("/registry/configmaps/default/"+plain.Name)), marker)
	require.Equal(h.t, "600", h.onNode(ctx, "stat", "--format", "%a", "/etc/kubernetes/firedrill/encryption.yaml"))
}

// etcd is asked as the API server asks it.
type etcd struct {
	h      hardened
	ctx    context.Context
	url    string
	client *http.Client
}

func (h hardened) etcd(ctx context.Context) etcd {
	h.t.Helper()
	const pki = "/etc/kubernetes/pki/apiserver-etcd-client"
	pair, err := tls.X509KeyPair([]byte(h.onNode(ctx, "cat", pki+".crt")), []byte(h.onNode(ctx, "cat", pki+".key")))
	require.NoError(h.t, err)
	settings := &tls.Config{Certificates: []tls.Certificate{pair}, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13} //nolint:gosec // a tunnel of our own
	return etcd{h, ctx, "https://" + h.forward(2379), &http.Client{Transport: &http.Transport{TLSClientConfig: settings}}}
}

// value is that of a key, as it is stored.
func (e etcd) value(key string) []byte {
	e.h.t.Helper()
	found := e.values(key, "")
	require.Len(e.h.t, found, 1, "etcd has no %s", key)
	return found[key]
}

// values are those of all keys from one up to another, or of one key.
func (e etcd) values(from, to string) map[string][]byte {
	e.h.t.Helper()
	wanted := map[string]string{"key": base64.StdEncoding.EncodeToString([]byte(from))}
	if to != "" {
		wanted["range_end"] = base64.StdEncoding.EncodeToString([]byte(to))
	}
	question, err := json.Marshal(wanted)
	require.NoError(e.h.t, err)
	request, err := http.NewRequestWithContext(e.ctx, http.MethodPost, e.url+"/v3/kv/range", bytes.NewReader(question))
	require.NoError(e.h.t, err)
	response, err := e.client.Do(request)
	require.NoError(e.h.t, err)
	defer response.Body.Close()
	var answer struct {
		Kvs []struct{ Key, Value []byte }
	}
	require.NoError(e.h.t, json.NewDecoder(response.Body).Decode(&answer))
	found := map[string][]byte{}
	for _, kv := range answer.Kvs {
		found[string(kv.Key)] = kv.Value
	}
	return found
}

var keySecret = regexp.MustCompile(`secret: (\S+)`)

// secretsAreNotPrinted looks for what the run has made up in all that it says. A
// secret that is found is not printed here either.
func (h hardened) secretsAreNotPrinted(ctx context.Context) {
	if h.output == "" {
		h.t.Skip("the cluster was there before: its output is elsewhere")
	}
	require.Contains(h.t, h.output, h.run.Name, "the output was read")
	for what, secret := range h.madeUp(ctx) {
		require.NotEmpty(h.t, secret, what)
		for _, text := range printed(secret) {
			if strings.Contains(h.output, text) {
				h.t.Errorf("%s is in the output", what)
			}
		}
	}
}

// madeUp are the secrets that the run has made up.
func (h hardened) madeUp(ctx context.Context) map[string][]byte {
	h.t.Helper()
	in := func(namespace, name, key string) []byte {
		secret, err := h.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
		require.NoError(h.t, err)
		return secret.Data[key]
	}
	encryption, err := os.ReadFile(filepath.Join(h.run.APIServer(), "encryption.yaml"))
	require.NoError(h.t, err)
	key := keySecret.FindSubmatch(encryption)
	require.NotNil(h.t, key)
	root, err := os.ReadFile(filepath.Join(h.run.Authority(), "root.key"))
	require.NoError(h.t, err)
	return map[string][]byte{
		"the key that encrypts Secrets": key[1],
		"the administrator's key":       h.config.KeyData,
		"Grafana's password":            in("monitoring", "grafana", "admin-password"),
		"the root's key":                root,
		"the intermediate's key":        in("cert-manager", "firedrill-issuing", "tls.key"),
		"the key for DNS":               in("cert-manager", "firedrill-tsig", "key"),
	}
}

// printed is how a secret would be found in a text: as Kubernetes writes Secrets, and
// as it is, of PEM by the first line of what is in it.
func printed(secret []byte) []string {
	text := strings.TrimSpace(string(secret))
	if lines := strings.Split(text, "\n"); strings.HasPrefix(text, "-----BEGIN ") && len(lines) > 1 {
		text = lines[1]
	}
	return []string{base64.StdEncoding.EncodeToString(secret), text}
}
