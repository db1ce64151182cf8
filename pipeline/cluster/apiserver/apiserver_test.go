package apiserver_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/cluster/apiserver"
)

// configuration is what the API server would read.
type configuration struct {
	Resources []struct {
		Resources []string
		Providers []map[string]struct {
			Keys []struct{ Name, Secret string }
		}
	}
}

func read(t *testing.T, dir string) (names, secrets []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "encryption.yaml"))
	require.NoError(t, err)
	var c configuration
	require.NoError(t, yaml.Unmarshal(text, &c))
	require.Len(t, c.Resources, 1)
	require.Equal(t, []string{"secrets"}, c.Resources[0].Resources)
	require.Len(t, c.Resources[0].Providers, 1, "with a second provider, identity, plain text would be read too")
	for _, k := range c.Resources[0].Providers[0]["secretbox"].Keys {
		names, secrets = append(names, k.Name), append(secrets, k.Secret)
	}
	return names, secrets
}

func TestEveryClusterHasAKeyOfItsOwnThatOnlyItsOwnerReads(t *testing.T) {
	one, other := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	require.NoError(t, apiserver.Write(one))
	require.NoError(t, apiserver.Write(other))
	_, key := read(t, one)
	_, otherKey := read(t, other)
	require.Len(t, key, 1)
	require.NotEqual(t, key, otherKey)
	raw, err := base64.StdEncoding.DecodeString(key[0])
	require.NoError(t, err)
	require.Len(t, raw, 32)

	for _, name := range []string{"encryption.yaml", "audit-policy.yaml", "authentication.yaml"} {
		info, err := os.Stat(filepath.Join(one, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	info, err := os.Stat(one)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestAKeyThatIsThereStays(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, apiserver.Write(dir))
	_, before := read(t, dir)
	require.NoError(t, apiserver.Write(dir))
	_, after := read(t, dir)
	require.Equal(t, before, after)
}

func TestRotation(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, apiserver.Write(dir))
	_, first := read(t, dir)

	require.NoError(t, apiserver.NewKey(dir))
	names, secrets := read(t, dir)
	require.Equal(t, []string{"key2", "key1"}, names, "the new one encrypts, the old one still reads")
	require.Equal(t, first[0], secrets[1])

	require.NoError(t, apiserver.DropOldKeys(dir))
	names, left := read(t, dir)
	require.Equal(t, []string{"key2"}, names)
	require.Equal(t, secrets[0], left[0])

	require.NoError(t, apiserver.NewKey(dir))
	names, _ = read(t, dir)
	require.Equal(t, []string{"key3", "key2"}, names, "no name comes again")
}

func TestABrokenFileIsNamedAndNotQuoted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "encryption.yaml")
	require.NoError(t, os.WriteFile(path, []byte("keys: [c2VjcmV0"), 0o600))
	for _, change := range []func(string) error{apiserver.NewKey, apiserver.DropOldKeys} {
		err := change(dir)
		require.ErrorContains(t, err, path)
		require.NotContains(t, err.Error(), "c2VjcmV0")
	}
	require.ErrorContains(t, apiserver.DropOldKeys(t.TempDir()), "there is no key in")
}

// The API server reads what Write has made, and nothing of it is an argument.
func TestArgumentsNameTheFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, apiserver.Write(dir))
	mount := apiserver.Mount(dir)
	require.True(t, mount.Readonly)
	patch := apiserver.Arguments().Patch
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, f := range files {
		require.Contains(t, patch, mount.ContainerPath+"/"+f.Name())
	}
	require.Contains(t, apiserver.Volumes, "hostPath: "+mount.ContainerPath)
	_, secrets := read(t, dir)
	require.NotContains(t, patch+apiserver.Volumes, secrets[0])
	var ops []struct{ Op, Path string }
	require.NoError(t, yaml.Unmarshal([]byte(patch), &ops))
	require.Greater(t, len(ops), 10)
}
