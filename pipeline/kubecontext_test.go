package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
)

// two is a kubeconfig with two contexts, of which work is current; home's user
// has a certificate in a file beside it.
func two(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "home.crt"), []byte("a certificate"), 0o600))
	path = filepath.Join(dir, "config")
	require.NoError(t, os.WriteFile(path, []byte(`{apiVersion: v1, kind: Config, current-context: work,
clusters: [{name: w, cluster: {server: "https://work.example.org"}}, {name: h, cluster: {server: "https://home.example.org"}}],
users: [{name: w, user: {token: s3cr3t}}, {name: h, user: {client-certificate: home.crt}}],
contexts: [{name: work, context: {cluster: w, user: w}}, {name: home, context: {cluster: h, user: h, namespace: demo}}, {name: lost, context: {cluster: none, user: w}}]}`), 0o600))
	return path
}

// Only what was asked for is in reach: not the context that is current.
func TestInContext(t *testing.T) {
	for name, file := range map[string]string{"named": two(t), "by the variable": ""} {
		t.Run(name, func(t *testing.T) {
			if file == "" {
				t.Setenv("KUBECONFIG", two(t))
			}
			var seen string
			require.NoError(t, inContext(file, "home", func(kubeconfig string) error {
				seen = kubeconfig
				config, err := clientcmd.LoadFromFile(kubeconfig)
				require.NoError(t, err)
				require.Equal(t, "home", config.CurrentContext)
				require.Len(t, config.Clusters, 1)
				require.Len(t, config.Contexts, 1)
				require.Equal(t, "https://home.example.org", config.Clusters["h"].Server)
				require.Equal(t, "demo", config.Contexts["home"].Namespace)
				require.Len(t, config.AuthInfos, 1, "the other's token is not there")
				require.Equal(t, "a certificate", string(config.AuthInfos["h"].ClientCertificateData), "also what is in a file beside the user's")
				info, err := os.Stat(kubeconfig)
				require.NoError(t, err)
				require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
				return nil
			}))
			require.NoDirExists(t, filepath.Dir(seen))
		})
	}
}

// A pod's token is renewed where it is, so the file is named and not copied.
func TestInContextReadsTheTokenOfAPod(t *testing.T) {
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(token, []byte("s3cr3t"), 0o600))
	file := filepath.Join(dir, "config")
	require.NoError(t, os.WriteFile(file, []byte(`{apiVersion: v1, kind: Config, clusters: [{name: own, cluster: {server: "https://own.example.org"}}],
users: [{name: agent, user: {tokenFile: `+token+`}}], contexts: [{name: own, context: {cluster: own, user: agent}}]}`), 0o600))
	require.NoError(t, inContext(file, "own", func(kubeconfig string) error {
		config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
		require.NoError(t, err)
		require.Equal(t, token, config.BearerTokenFile)
		text, err := os.ReadFile(kubeconfig)
		require.NoError(t, err)
		require.NotContains(t, string(text), "s3cr3t")
		return nil
	}))
}

func TestInContextIsTidyAfterAFailure(t *testing.T) {
	var seen string
	broken := errors.New("out of luck")
	require.ErrorIs(t, inContext(two(t), "work", func(kubeconfig string) error { seen = kubeconfig; return broken }), broken)
	require.NoDirExists(t, filepath.Dir(seen))
}

func TestInContextErrors(t *testing.T) {
	never := func(string) error { t.Error("nothing to work with"); return nil }
	file := two(t)
	require.EqualError(t, inContext(file, "moon", never), "the kubeconfig ("+file+`) has no context "moon"; it has: home, lost, work`)
	require.ErrorContains(t, inContext(file, "lost", never), "context lost of the kubeconfig: ")
	require.ErrorContains(t, inContext(filepath.Join(t.TempDir(), "none"), "home", never), "read the kubeconfig: ")
}
