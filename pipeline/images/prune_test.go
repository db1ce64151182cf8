package images_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images"
	"firedrill/pipeline/images/store"
)

// cacheWithModule is a store with images, and a module cache as read-only as
// the go command makes it.
func cacheWithModule(t *testing.T) (dir string, s *images.Store) {
	t.Helper()
	dir = t.TempDir()
	specs := filepath.Join(t.TempDir(), "images")
	for file, text := range map[string]string{
		filepath.Join(dir, "go", "build", "00", "a"):                       "compiled",
		filepath.Join(dir, "go", "mod", "example.com", "m@v1.0.0", "m.go"): "package m\n",
		filepath.Join(specs, "a", "image.yaml"):                            "image: localhost/a:1\nbuild: {layers: [{files: [{to: /a, content: a}]}]}\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o444))
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "go", "mod", "example.com", "m@v1.0.0"), 0o555))
	s = images.Open(dir)
	_, err := images.Ensure(t.Context(), images.Options{
		Specs: load(t, specs), Store: s, Source: images.FromSource, Runner: &programs{},
	})
	require.NoError(t, err)
	return dir, s
}

func bytesOf(list []images.Removed) map[string]int64 {
	sizes := map[string]int64{}
	for _, r := range list {
		sizes[r.What] = r.Bytes
	}
	return sizes
}

func TestPruneKeepsImages(t *testing.T) {
	dir, store := cacheWithModule(t)
	before, err := store.CacheSize()
	require.NoError(t, err)
	removed, err := store.Prune(false)
	require.NoError(t, err)
	sizes, was := bytesOf(removed), bytesOf(before)
	require.Equal(t, int64(len("compiled")), sizes["compiled Go packages"])
	require.Equal(t, int64(len("package m\n")), sizes["Go modules"])
	require.NoDirExists(t, filepath.Join(dir, "go", "mod"))
	list, err := store.List()
	require.NoError(t, err)
	require.Len(t, list, 1)
	left, err := store.CacheSize()
	require.NoError(t, err)
	require.Zero(t, bytesOf(left)["compiled Go packages"])
	require.Equal(t, was["images"], bytesOf(left)["images"])
}

// A build that another process is at keeps its modules, and readers their images.
func TestNothingIsPrunedWhileInUse(t *testing.T) {
	dir, s := cacheWithModule(t)
	done, err := store.Open(filepath.Join(dir, "images")).Use()
	require.NoError(t, err)
	removed, err := s.Prune(true)
	require.ErrorIs(t, err, store.ErrInUse)
	require.ErrorContains(t, err, "drop the build caches: the image store "+filepath.Join(dir, "images")+": another process")
	require.Empty(t, removed)
	require.DirExists(t, filepath.Join(dir, "go", "build"))
	require.DirExists(t, filepath.Join(dir, "go", "mod"))
	list, err := s.List()
	require.NoError(t, err)
	require.Len(t, list, 1)

	done()
	_, err = s.Prune(true)
	require.NoError(t, err)
	require.NoDirExists(t, filepath.Join(dir, "go", "mod"))
}

func TestPruneAll(t *testing.T) {
	_, store := cacheWithModule(t)
	removed, err := store.Prune(true)
	require.NoError(t, err)
	require.Positive(t, bytesOf(removed)["images"])
	list, err := store.List()
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestPruneOfNothing(t *testing.T) {
	store := images.Open(filepath.Join(t.TempDir(), "none"))
	removed, err := store.Prune(true)
	require.NoError(t, err)
	require.Zero(t, bytesOf(removed)["images"])
}
