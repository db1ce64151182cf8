package images_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
)

const (
	hello = "quay.io/test/hello:v1"
	whole = "localhost/test/whole:1"
	part  = "localhost/test/part:1"
)

// stored is a store with the images of dir, built.
type stored struct {
	t     *testing.T
	dir   string
	cache string
	store *images.Store
}

func newStored(t *testing.T) stored {
	t.Helper()
	s := stored{t: t, dir: copyImages(t), cache: cacheDir(t)}
	s.store = images.Open(s.cache)
	s.build()
	return s
}

// build gives how often programs were compiled for it.
func (s stored) build() int {
	s.t.Helper()
	p := &programs{}
	_, err := build(s.t, s.dir, s.store, p, nil)
	require.NoError(s.t, err)
	return p.builds
}

// verify gives how each image ended.
func (s stored) verify(demanded bool) (map[string]event.State, error) {
	s.t.Helper()
	var mu sync.Mutex
	ends := map[string]event.State{}
	err := images.Verify(s.t.Context(), images.Options{
		Specs: load(s.t, s.dir), Store: s.store, Runner: &programs{},
		Sink: func(e event.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.State.Ended() {
				ends[e.Item] = e.State
			}
		},
	}, demanded)
	return ends, err
}

func (s stored) blobs() string { return filepath.Join(s.cache, "images", "blobs", "sha256") }

// index is index.json, to be changed.
func (s stored) index(change func(manifests []any) []any) {
	s.t.Helper()
	file := filepath.Join(s.cache, "images", "index.json")
	text, err := os.ReadFile(file)
	require.NoError(s.t, err)
	var index map[string]any
	require.NoError(s.t, json.Unmarshal(text, &index))
	index["manifests"] = change(index["manifests"].([]any))
	text, err = json.Marshal(index)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(file, text, 0o600))
}

// of is the annotation of a descriptor.
func annotation(descriptor any, key string) any {
	return descriptor.(map[string]any)["annotations"].(map[string]any)[key]
}

func TestImagesThatWereBuiltAreVerified(t *testing.T) {
	s := newStored(t)
	ends, err := s.verify(true)
	require.NoError(t, err)
	require.Equal(t, map[string]event.State{hello: event.Passed, whole: event.Passed, part: event.Passed}, ends)
}

func TestTamperedFilesAreFound(t *testing.T) {
	s := newStored(t)
	list, err := s.store.List()
	require.NoError(t, err)
	files := 0
	for _, image := range list {
		_, hex, _ := strings.Cut(image.Digest, ":")
		file := filepath.Join(s.blobs(), hex)
		before, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, append(before, ' '), 0o600))
		_, err = s.verify(false)
		require.ErrorContains(t, err, image.Name)
		require.ErrorContains(t, err, "firedrill images build")
		require.NoError(t, os.WriteFile(file, before, 0o600))
		files++
	}
	require.Equal(t, 3, files)
	_, err = s.verify(false)
	require.NoError(t, err)
}

// largest is a layer's file: it is the program in it.
func (s stored) largest() string {
	s.t.Helper()
	files, err := os.ReadDir(s.blobs())
	require.NoError(s.t, err)
	best, size := "", int64(0)
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.Size() > size {
			best, size = f.Name(), info.Size()
		}
	}
	return filepath.Join(s.blobs(), best)
}

func TestATamperedLayerIsFoundAndCanBeMadeAgain(t *testing.T) {
	s := newStored(t)
	file := s.largest()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text[len(text)/2]++
	require.NoError(t, os.WriteFile(file, text, 0o600))
	ends, err := s.verify(false)
	require.ErrorContains(t, err, file+" has another content")
	require.Contains(t, ends, whole)
	require.NoError(t, os.Remove(file)) // as the message says
	require.Positive(t, s.build())
	_, err = s.verify(false)
	require.NoError(t, err)
}

func TestMissingProvenanceIsFoundAndMadeAgainWithoutCompiling(t *testing.T) {
	for _, name := range []string{hello, whole, part} {
		t.Run(name, func(t *testing.T) {
			s := newStored(t)
			s.index(func(all []any) (left []any) {
				for _, d := range all {
					if annotation(d, "firedrill.of") != name {
						left = append(left, d)
					}
				}
				require.Len(t, left, len(all)-1)
				return left
			})
			ends, err := s.verify(false)
			require.EqualError(t, err, name+" has no provenance: `firedrill images build` makes one")
			require.Equal(t, event.Failed, ends[name])
			require.Zero(t, s.build(), "of layers that the store has")
			_, err = s.verify(false)
			require.NoError(t, err)
		})
	}
}

func TestProvenanceOfAnotherImageIsFound(t *testing.T) {
	s := newStored(t)
	s.index(func(all []any) []any {
		for _, d := range all {
			a := d.(map[string]any)["annotations"].(map[string]any)
			switch a["firedrill.of"] {
			case hello:
				a["firedrill.of"] = whole
			case whole:
				a["firedrill.of"] = hello
			}
		}
		return all
	})
	ends, err := s.verify(false)
	require.ErrorContains(t, err, "is about the image sha256:")
	require.Equal(t, map[string]event.State{hello: event.Failed, whole: event.Failed, part: event.Passed}, ends)
	s.build()
	_, err = s.verify(false)
	require.NoError(t, err)
}

// TestTheSameImageByAnotherName has the digest that the provenance says, but not
// the name.
func TestTheSameImageByAnotherName(t *testing.T) {
	s := newStored(t)
	const other = "quay.io/test/other:v1"
	s.index(func(all []any) []any {
		for _, d := range all {
			a := d.(map[string]any)["annotations"].(map[string]any)
			for _, key := range []string{"firedrill.of", "org.opencontainers.image.ref.name"} {
				if a[key] == hello {
					a[key] = other
				}
			}
		}
		return all
	})
	file := filepath.Join(s.dir, "hello", "image.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), hello, other, 1)), 0o600))
	_, err = s.verify(false)
	require.ErrorContains(t, err, "the provenance of "+other+" is about another image: expected the subject "+other+" with the digest ")
	require.ErrorContains(t, err, "found "+hello)
}

func TestChangedInputsAreFoundAndNamed(t *testing.T) {
	s := newStored(t)
	file := filepath.Join(s.dir, "whole", "gen", "main.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, "// changed\n"...), 0o600))
	ends, err := s.verify(false)
	require.ErrorContains(t, err, whole+" was built from other inputs than there are now: expected the key ")
	require.ErrorContains(t, err, "changed: gen/main.go: `firedrill images build` builds it again")
	require.Equal(t, map[string]event.State{hello: event.Passed, whole: event.Failed, part: event.Passed}, ends)
	require.Positive(t, s.build())
	_, err = s.verify(false)
	require.NoError(t, err)
}

func TestAnImageThatIsNotThereIsNotVerified(t *testing.T) {
	s := stored{t: t, dir: copyImages(t), cache: cacheDir(t)}
	s.store = images.Open(s.cache)
	_, err := s.verify(false)
	require.ErrorContains(t, err, hello+" is not in the store, or not all of its files: `firedrill images build` gets it")
	require.ErrorContains(t, err, whole)
}

func TestAPulledImageHasNoProvenanceOfOurs(t *testing.T) {
	host, _, pins, _ := mirror(t)
	s := stored{t: t, dir: "testdata/images", cache: cacheDir(t)}
	s.store = images.Open(s.cache)
	_, _, err := ensure(t, s.store, images.Options{Source: images.Registry, Mirror: host, Pins: pins})
	require.NoError(t, err)
	ends, err := s.verify(false)
	require.NoError(t, err)
	require.Equal(t, map[string]event.State{hello: event.Skipped, whole: event.Passed, part: event.Passed}, ends)
	_, err = s.verify(true)
	require.EqualError(t, err, hello+" has no provenance of ours, which is demanded: a registry gave it; `firedrill images build --images source` builds it")
}
