package images_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	server "github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images"
	"firedrill/pipeline/images/registry"
)

// mirror is a registry on this machine that holds what a source build made.
func mirror(t *testing.T) (host string, built []images.Image, pins images.Pins, stop func()) {
	t.Helper()
	s := httptest.NewServer(server.New())
	t.Cleanup(s.Close)
	host = strings.TrimPrefix(s.URL, "http://") + "/team"
	store := images.Open(cacheDir(t))
	built, err := build(t, "testdata/images", store, &programs{}, nil)
	require.NoError(t, err)
	pins, err = store.Push(t.Context(), host, nil)
	require.NoError(t, err)
	return host, built, pins, s.Close
}

func ensure(t *testing.T, s *images.Store, o images.Options) ([]images.Image, *programs, error) {
	t.Helper()
	p := &programs{}
	if o.Specs == nil {
		o.Specs = load(t, "testdata/images")
	}
	o.Store, o.Runner, o.Etc = s, p, t.TempDir()
	client := registry.New(o.Mirror, runtime.GOARCH)
	client.Backoff = remote.Backoff{Duration: time.Millisecond, Factor: 1, Steps: 2}
	o.Client = &client
	list, err := images.Ensure(t.Context(), o)
	return list, p, err
}

func TestPullWhatWasPushed(t *testing.T) {
	host, built, pins, stop := mirror(t)
	require.Equal(t, digests(built), map[string]string(pins), "parts of other images are not pushed")

	store := images.Open(cacheDir(t))
	o := images.Options{Source: images.Registry, Mirror: host, Pins: pins}
	pulled, p, err := ensure(t, store, o)
	require.NoError(t, err)
	require.Equal(t, digests(built), digests(pulled))
	require.Equal(t, images.Registry, pulled[0].Source)
	require.Equal(t, pins["quay.io/test/hello:v1"], pulled[0].RegistryDigest)
	require.Equal(t, images.FromSource, pulled[1].Source, "what is named localhost/ is always built")
	require.Positive(t, p.builds)

	stop()
	pulled, p, err = ensure(t, store, o)
	require.NoError(t, err, "a pinned image that is there needs no registry")
	require.True(t, pulled[0].Cached)
	require.Zero(t, p.builds)
}

func TestTagIsAskedAgain(t *testing.T) {
	host, _, _, stop := mirror(t)
	store := images.Open(cacheDir(t))
	o := images.Options{Source: images.Registry, Mirror: host}
	first, _, err := ensure(t, store, o)
	require.NoError(t, err)
	require.False(t, first[0].Cached)
	second, _, err := ensure(t, store, o)
	require.NoError(t, err)
	require.True(t, second[0].Cached, "the tag still stands for the same image")
	stop()
	_, _, err = ensure(t, store, o)
	require.ErrorContains(t, err, "quay.io/test/hello:v1")
}

func TestWrongPin(t *testing.T) {
	host, _, _, _ := mirror(t)
	specs := load(t, "testdata/images")
	specs[0].Digest = "sha256:" + strings.Repeat("0", 64)
	list, _, err := ensure(t, images.Open(cacheDir(t)), images.Options{Specs: specs, Source: images.Registry, Mirror: host})
	require.ErrorContains(t, err, "with the pinned digest sha256:000")
	require.Len(t, list, 1, "the image built from source is there all the same")
}

func TestAutoAsksOnceAndFallsBack(t *testing.T) {
	host, _, _, stop := mirror(t)
	o := images.Options{Source: images.Auto, Mirror: host}
	list, _, err := ensure(t, images.Open(cacheDir(t)), o)
	require.NoError(t, err)
	require.Equal(t, images.Registry, list[0].Source)
	no := false
	o.RegistryAnswers = &no
	list, _, err = ensure(t, images.Open(cacheDir(t)), o)
	require.NoError(t, err)
	require.Equal(t, images.FromSource, list[0].Source, "what is known is not asked for")
	stop()
	o.RegistryAnswers = nil
	list, _, err = ensure(t, images.Open(cacheDir(t)), o)
	require.NoError(t, err)
	require.Equal(t, images.FromSource, list[0].Source)
}

func TestPushToARegistryThatRefuses(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(s.Close)
	store := images.Open(cacheDir(t))
	_, err := build(t, "testdata/images", store, &programs{}, nil)
	require.NoError(t, err)
	_, err = store.Push(t.Context(), strings.TrimPrefix(s.URL, "http://"), nil)
	require.ErrorContains(t, err, "push the image localhost/test/whole:1")
}

func TestPinsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pins.yaml")
	pins := images.Pins{"b.io/b:1": "sha256:" + strings.Repeat("b", 64), "a.io/a:1": "sha256:" + strings.Repeat("a", 64)}
	require.NoError(t, pins.Write(file))
	got, err := images.LoadPins(file)
	require.NoError(t, err)
	require.Equal(t, pins, got)
	require.NoError(t, os.WriteFile(file, []byte("pins:\n  a: sha256:12\n"), 0o644))
	_, err = images.LoadPins(file)
	require.ErrorContains(t, err, "pins.yaml:2:6: pins.a: \"sha256:12\" is not a digest")
}
