package images_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/images/spec"
)

// programs runs the real go command, and a fake in place of mmdebstrap. It
// counts how often each builds.
type programs struct {
	mu         sync.Mutex
	builds     int
	debian     int
	failDebian bool
}

func (p *programs) Run(ctx context.Context, c command.Command) ([]byte, error) {
	p.mu.Lock()
	if c.Argv[0] == "go" && c.Argv[1] == "build" {
		p.builds++
	}
	if slices.Contains(c.Argv, "mmdebstrap") {
		p.debian++
	}
	p.mu.Unlock()
	if !slices.Contains(c.Argv, "mmdebstrap") {
		return command.OS{}.Run(ctx, c)
	}
	if p.failDebian {
		return nil, &command.Error{Command: c, Err: errors.New("exit status 25"), Output: "E: no such package"}
	}
	w := tar.NewWriter(c.Stdout)
	const status = "Package: bash\nVersion: 5.2\n"
	for _, h := range []tar.Header{
		{Typeflag: tar.TypeSymlink, Name: "./bin", Linkname: "usr/bin"},
		{Typeflag: tar.TypeDir, Name: "./usr/", Mode: 0o755},
		{Typeflag: tar.TypeDir, Name: "./usr/bin/", Mode: 0o755},
		{Typeflag: tar.TypeReg, Name: "./var/lib/dpkg/status", Size: int64(len(status))},
	} {
		if err := w.WriteHeader(&h); err != nil {
			return nil, err
		}
	}
	if _, err := io.WriteString(w, status); err != nil {
		return nil, err
	}
	return nil, w.Close()
}

// cacheDir is a cache of its own that shares the user's compiled packages, so
// that not every test compiles the standard library.
func cacheDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "go"), 0o755))
	require.NoError(t, os.Symlink(strings.TrimSpace(string(out)), filepath.Join(dir, "go", "build")))
	return dir
}

// copyImages is a folder of images that a test may change.
func copyImages(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/images")))
	return dir
}

func load(t *testing.T, dir string) images.Specs {
	t.Helper()
	specs, err := images.Load(dir)
	require.NoError(t, err)
	return specs
}

// build makes the images of dir from source.
func build(t *testing.T, dir string, s *images.Store, p *programs, sink event.Sink) ([]images.Image, error) {
	t.Helper()
	return images.Ensure(t.Context(), images.Options{
		Specs: load(t, dir), Store: s, Source: images.FromSource, Runner: p, Etc: t.TempDir(), Sink: sink, Cores: 2,
	})
}

func digests(list []images.Image) map[string]string {
	all := map[string]string{}
	for _, i := range list {
		all[i.Name] = i.Digest
	}
	return all
}

func TestBuildTwiceGivesTheSameDigests(t *testing.T) {
	one, err := build(t, "testdata/images", images.Open(cacheDir(t)), &programs{}, nil)
	require.NoError(t, err)
	two, err := build(t, copyImages(t), images.Open(cacheDir(t)), &programs{}, nil)
	require.NoError(t, err)
	require.Len(t, one, 2)
	require.Equal(t, digests(one), digests(two), "neither the place nor the time matters")
}

func TestUnchangedInputsBuildNothing(t *testing.T) {
	store, p := images.Open(cacheDir(t)), &programs{}
	first, err := build(t, "testdata/images", store, p, nil)
	require.NoError(t, err)
	again := &programs{}
	second, err := build(t, "testdata/images", store, again, nil)
	require.NoError(t, err)
	require.Equal(t, digests(first), digests(second))
	require.Zero(t, again.builds+again.debian)
	for i := range second {
		require.False(t, first[i].Cached)
		require.True(t, second[i].Cached)
	}
}

func TestChangeBuildsOnlyWhatItConcerns(t *testing.T) {
	dir, store := copyImages(t), images.Open(cacheDir(t))
	first, err := build(t, dir, store, &programs{}, nil)
	require.NoError(t, err)
	gen := filepath.Join(dir, "whole", "gen", "main.go")
	text, err := os.ReadFile(gen)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(gen, []byte(strings.Replace(string(text), "says", "shouts", 1)), 0o644))

	p := &programs{}
	second, err := build(t, dir, store, p, nil)
	require.NoError(t, err)
	require.Zero(t, p.debian, "the layer below is taken from the store")
	require.Equal(t, 2, p.builds, "gen to be run and gen to be put in; not part, not hello")
	require.Equal(t, first[0].Digest, second[0].Digest)
	require.NotEqual(t, first[1].Digest, second[1].Digest)
}

func TestWhatIsInAnImage(t *testing.T) {
	store := images.Open(cacheDir(t))
	list, err := build(t, "testdata/images", store, &programs{}, nil)
	require.NoError(t, err)
	hello, whole := list[0], list[1]
	require.Equal(t, "quay.io/test/hello:v1", hello.Name)
	require.Equal(t, map[string]string{"who": "test"}, hello.Labels)
	require.Equal(t, []string{"bash=5.2"}, whole.Packages)
	require.Equal(t, images.FromSource, whole.Source)
	require.Positive(t, whole.Bytes)

	all, err := store.List()
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.Equal(t, "localhost/test/part:1", all[0].Name)
	require.Equal(t, whole.Name, all[0].Within)

	layers := unpack(t, store, whole.Name)
	require.Equal(t, "gen says x", layers["etc/gen"].text)
	require.Equal(t, int64(0o755), layers["usr/bin/run/run.sh"].Mode, "through the link /bin of the layer below")
	require.Equal(t, int64(0o644), layers["usr/bin/run/text"].Mode)
	require.Equal(t, "gen", layers["etc/link"].Linkname)
	require.Equal(t, int64(0o700), layers["private/"].Mode)
	require.Contains(t, layers, "empty")
	require.Contains(t, layers, "usr/bin/gen")
	require.Contains(t, layers["preload.tar"].text, "localhost/test/part:1")
}

type entry struct {
	tar.Header
	text string
}

// unpack gives the files of all layers of an image.
func unpack(t *testing.T, s *images.Store, name string) map[string]entry {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(s.WriteDockerArchive(w, []string{name})) }()
	all := map[string]entry{}
	for outer := tar.NewReader(r); ; {
		h, err := outer.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		if !strings.HasSuffix(h.Name, ".tar.gz") {
			continue
		}
		for inner := tar.NewReader(outer); ; {
			h, err := inner.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			text, err := io.ReadAll(inner)
			require.NoError(t, err)
			all[h.Name] = entry{*h, string(text)}
		}
	}
}

func TestOneFailureLeavesTheOthers(t *testing.T) {
	store := images.Open(cacheDir(t))
	var mu sync.Mutex
	ends := map[string]event.State{}
	list, err := build(t, "testdata/images", store, &programs{failDebian: true}, func(e event.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.State.Ended() {
			require.NotContains(t, ends, e.Item, "an image ends once")
			ends[e.Item] = e.State
		}
	})
	require.ErrorContains(t, err, "build localhost/test/whole:1: install 1 packages of Debian bookworm")
	require.ErrorContains(t, err, "E: no such package")
	require.Len(t, list, 1)
	require.Equal(t, map[string]event.State{"quay.io/test/hello:v1": event.Passed, "localhost/test/whole:1": event.Failed}, ends)
	again, err := build(t, "testdata/images", store, &programs{}, nil)
	require.NoError(t, err)
	require.True(t, again[0].Cached)
	require.False(t, again[1].Cached)
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	store := images.Open(cacheDir(t))
	_, err := images.Ensure(ctx, images.Options{
		Specs: load(t, "testdata/images"), Store: store, Source: images.FromSource, Runner: &programs{}, Etc: t.TempDir(),
		Sink: func(e event.Event) {
			if e.State == event.Progress {
				cancel()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	list, err := store.List()
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestUnknownNameInAnArchive(t *testing.T) {
	err := images.Open(t.TempDir()).WriteOCIArchive(io.Discard, []string{"localhost/no:1"})
	require.ErrorContains(t, err, "has no image localhost/no:1")
}

func TestParseSource(t *testing.T) {
	got, err := images.ParseSource("registry")
	require.NoError(t, err)
	require.Equal(t, images.Registry, got)
	_, err = images.ParseSource("dockerhub")
	require.ErrorContains(t, err, `[registry source auto], not from "dockerhub"`)
}

func TestHaveC(t *testing.T) {
	specs := load(t, "testdata/images")
	require.False(t, specs.HaveC())
	specs = append(specs, spec.Spec{Build: spec.Build{Layers: []spec.Layer{{Go: []spec.Program{{Cgo: true}}}}}})
	require.True(t, specs.HaveC())
}
