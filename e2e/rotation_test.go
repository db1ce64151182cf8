//go:build e2e

package e2e_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestKeyRotation changes the key of Secrets, is killed when the new key is there
// and nothing is stored with it, and is done by the next call.
func TestKeyRotation(t *testing.T) {
	const name = "e2e-rotation"
	s := newSite(t)
	s.run("up", "--name", name)
	h := hardened{t: t}
	h.connect(s.cache, name)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	secrets := h.client.CoreV1().Secrets("default")
	_, err := secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "marked"}, StringData: map[string]string{"password": "as before"},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	etcd := h.etcd(ctx)
	require.Equal(t, []string{"key1"}, etcd.keysOfSecrets())

	p := s.start("secrets", "rotate", "--name", name)
	p.await(moment{what: "new key in the file", reached: func(*program) bool { return strings.Contains(h.keyFile(), "key2") }})
	p.kill()
	require.Equal(t, []string{"key1"}, etcd.keysOfSecrets(), "nothing was written with the new key")
	require.Contains(t, h.keyFile(), "key2")

	s.run("secrets", "rotate", "--name", name)
	require.Equal(t, []string{"key2"}, etcd.keysOfSecrets())
	require.NotContains(t, h.keyFile(), "key1", "the old key is gone")
	read, err := secrets.Get(ctx, "marked", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "as before", string(read.Data["password"]))

	s.run("down", "--name", name)
	s.requireNothingLeft()
}

// keysOfSecrets are the names of the keys that encrypt what is stored, each once.
func (e etcd) keysOfSecrets() []string {
	e.h.t.Helper()
	const prefix = "/registry/secrets/"
	found := map[string]int{}
	for where, raw := range e.values(prefix, strings.TrimSuffix(prefix, "/")+"0") { // '0' comes after '/'
		name, encrypted := strings.CutPrefix(string(raw), "k8s:enc:secretbox:v1:")
		require.True(e.h.t, encrypted, "%s is stored as %.40q", where, raw)
		name, _, _ = strings.Cut(name, ":")
		found[name]++
	}
	e.h.t.Logf("Secrets by the key that encrypts them: %v", found)
	return slices.Sorted(maps.Keys(found))
}

// keyFile is what the API server reads.
func (h hardened) keyFile() string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.run.APIServer(), "encryption.yaml"))
	require.NoError(h.t, err)
	return string(text)
}
