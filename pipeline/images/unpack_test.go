package images

import (
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/store"
)

// stored puts an image of two files into a store.
func stored(t *testing.T, config v1.Config) *Store {
	t.Helper()
	s := Open(t.TempDir())
	l, err := layer.Write(t.TempDir(), []layer.Entry{
		{Path: "/usr/bin/look", Mode: 0o755, Content: []byte("program")},
		{Path: "/etc/look.yaml", Mode: 0o644, Content: []byte("a: b")},
		{Path: "/bin", Link: "usr/bin"},
	}, layer.NewTree())
	require.NoError(t, err)
	img, err := mutate.AppendLayers(empty.Image, l)
	require.NoError(t, err)
	img, err = mutate.Config(img, config)
	require.NoError(t, err)
	_, err = s.images.Put(img, store.Entry{Name: "localhost/look:1", Source: string(FromSource)})
	require.NoError(t, err)
	return s
}

func TestProgramIsTakenOutOfItsImage(t *testing.T) {
	for name, config := range map[string]v1.Config{
		"absolute":     {Entrypoint: []string{"/usr/bin/look", "--loudly"}},
		"by path":      {Entrypoint: []string{"look"}, Env: []string{"A=b", "PATH=/sbin:/usr/bin"}},
		"usual folder": {Cmd: []string{"look"}},
		"relative":     {Entrypoint: []string{"bin/look"}, WorkingDir: "/usr"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, err := stored(t, config).Program("localhost/look:1", dir)
			require.NoError(t, err)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, "program", string(text))
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
			require.NoFileExists(t, filepath.Join(filepath.Dir(file), "../../etc/look.yaml"), "nothing else is")
			left, err := filepath.Glob(filepath.Join(dir, "unpack-*"))
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestAnImageIsUnpackedOnce(t *testing.T) {
	s, dir := stored(t, v1.Config{Entrypoint: []string{"/usr/bin/look"}}), t.TempDir()
	file, err := s.Program("localhost/look:1", dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte("mark"), 0o600))
	again, err := s.Program("localhost/look:1", dir)
	require.NoError(t, err)
	require.Equal(t, file, again)
	text, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, "mark", string(text))
}

func TestProgramThatIsNotThere(t *testing.T) {
	_, err := stored(t, v1.Config{Entrypoint: []string{"/usr/bin/stare"}}).Program("localhost/look:1", t.TempDir())
	require.EqualError(t, err, "the image localhost/look:1 has no program where its entrypoint says (/usr/bin/stare)")
	_, err = stored(t, v1.Config{}).Program("localhost/none:1", t.TempDir())
	require.ErrorContains(t, err, "has no image localhost/none:1")
}
