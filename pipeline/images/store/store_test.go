package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/store"
)

// image is one of a single layer with that text.
func image(t *testing.T, text string) v1.Image {
	t.Helper()
	l, err := layer.Write(t.TempDir(), []layer.Entry{{Path: "/text", Mode: 0o644, Content: []byte(text)}}, layer.NewTree())
	require.NoError(t, err)
	img, err := mutate.Append(empty.Image, mutate.Addendum{Layer: l, Annotations: map[string]string{"text": text}})
	require.NoError(t, err)
	return img
}

func put(t *testing.T, s *store.Store, name, text string) store.Entry {
	t.Helper()
	e, err := s.Put(image(t, text), store.Entry{Name: name, Key: "key " + text, Layers: []string{"layer-" + text}, Source: "source", Seconds: 1.5})
	require.NoError(t, err)
	return e
}

func blobs(t *testing.T, s *store.Store) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir(), "blobs", "sha256", "*"))
	require.NoError(t, err)
	return files
}

func TestPutAndList(t *testing.T) {
	s := store.Open(filepath.Join(t.TempDir(), "images"))
	none, err := s.List()
	require.NoError(t, err)
	require.Empty(t, none)
	require.NoDirExists(t, s.Dir(), "looking creates nothing")

	b := put(t, s, "localhost/b:1", "b")
	a, err := s.Put(image(t, "a"), store.Entry{Name: "localhost/a:1", Key: "k", Within: "localhost/b:1", Origin: "sha256:x"})
	require.NoError(t, err)
	got, err := s.List()
	require.NoError(t, err)
	require.Equal(t, []string{a.Name, b.Name}, []string{got[0].Name, got[1].Name})
	require.Equal(t, b, got[1])
	require.Equal(t, "localhost/b:1", got[0].Within)
	require.Equal(t, "sha256:x", got[0].Origin)

	img, err := s.Image(b)
	require.NoError(t, err)
	digest, err := img.Digest()
	require.NoError(t, err)
	require.Equal(t, b.Digest, digest)
}

func TestPutReplacesTheImageOfTheName(t *testing.T) {
	s := store.Open(t.TempDir())
	put(t, s, "localhost/a:1", "old")
	entry := put(t, s, "localhost/a:1", "new")
	got, err := s.List()
	require.NoError(t, err)
	require.Equal(t, []store.Entry{entry}, got)
	before := len(blobs(t, s))

	freed, err := s.Collect()
	require.NoError(t, err)
	require.Positive(t, freed)
	require.Len(t, blobs(t, s), before-3, "layer, configuration and manifest of the old image are gone")
	_, err = s.Image(entry)
	require.NoError(t, err)
}

func TestLayerServesAgain(t *testing.T) {
	s := store.Open(t.TempDir())
	put(t, s, "localhost/a:1", "a")
	l, annotations, err := s.Layer("layer-a")
	require.NoError(t, err)
	require.FileExists(t, l.File())
	require.Equal(t, map[string]string{"text": "a"}, annotations)
	l, _, err = s.Layer("layer-b")
	require.NoError(t, err)
	require.Nil(t, l)
}

func TestDamagedImageIsNotThere(t *testing.T) {
	for name, damage := range map[string]func(file string) error{
		"missing": os.Remove,
		"short":   func(file string) error { return os.Truncate(file, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 3 { // layer, configuration, manifest
				s := store.Open(t.TempDir())
				put(t, s, "localhost/a:1", "a")
				require.NoError(t, damage(blobs(t, s)[i]))
				got, err := s.List()
				require.NoError(t, err)
				require.Empty(t, got)
				put(t, s, "localhost/a:1", "a")
				got, err = s.List()
				require.NoError(t, err)
				require.Len(t, got, 1, "putting it again repairs it")
			}
		})
	}
}

func TestDamagedIndexSaysWhatToDo(t *testing.T) {
	s := store.Open(t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(s.Dir(), "index.json"), []byte("{"), 0o644))
	_, err := s.List()
	require.ErrorContains(t, err, "index.json is damaged")
	require.ErrorContains(t, err, "remove the folder")
}

func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	const n = 20
	for i := range n {
		all.Go(func() {
			// A Store of its own each, as other processes have.
			_, err := store.Open(dir).Put(image(t, "same"), store.Entry{Name: fmt.Sprintf("localhost/i:%d", i)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got, err := store.Open(dir).List()
	require.NoError(t, err)
	require.Len(t, got, n)
}

func TestNothingIsCollectedWhileInUse(t *testing.T) {
	s := store.Open(t.TempDir())
	done, err := s.Use()
	require.NoError(t, err)
	l, err := layer.Write(t.TempDir(), []layer.Entry{{Path: "/a", Content: []byte("a")}}, layer.NewTree())
	require.NoError(t, err)
	l, err = s.Adopt(l)
	require.NoError(t, err)
	freed, err := s.Collect()
	require.NoError(t, err)
	require.Zero(t, freed)
	require.FileExists(t, l.File())
	done()
	freed, err = s.Collect()
	require.NoError(t, err)
	require.Positive(t, freed)
	require.NoFileExists(t, l.File())
}

// What a killed process leaves is only in the work folder.
func TestLeftoversOfAKilledProcessAreCollected(t *testing.T) {
	s := store.Open(t.TempDir())
	entry := put(t, s, "localhost/a:1", "a")
	work, err := s.Work()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(work, "blob-123"), []byte("half"), 0o600))
	_, err = s.Collect()
	require.NoError(t, err)
	require.NoDirExists(t, work)
	got, err := s.List()
	require.NoError(t, err)
	require.Equal(t, []store.Entry{entry}, got)
}

func TestClear(t *testing.T) {
	s := store.Open(t.TempDir())
	put(t, s, "localhost/a:1", "a")
	require.NoError(t, s.Clear())
	_, err := s.Collect()
	require.NoError(t, err)
	require.Empty(t, blobs(t, s))
	got, err := s.List()
	require.NoError(t, err)
	require.Empty(t, got)
	require.NoError(t, store.Open(filepath.Join(t.TempDir(), "none")).Clear())
}

func TestFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	_, err := store.Open(filepath.Join(file, "images")).Use()
	require.Error(t, err)
	require.ErrorContains(t, err, "make the image store")
}
