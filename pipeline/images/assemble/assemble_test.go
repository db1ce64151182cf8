package assemble_test

import (
	"archive/tar"
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/assemble"
	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/provenance"
	"firedrill/pipeline/images/rootfs"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// tools is a fake of go and mmdebstrap that notes what it is asked for.
type tools struct {
	mu     sync.Mutex
	builds [][]string // packages of each go build
	debian int
}

func (f *tools) Run(_ context.Context, c command.Command) ([]byte, error) {
	switch {
	case slices.Contains(c.Argv, "mmdebstrap"):
		f.mu.Lock()
		f.debian++
		f.mu.Unlock()
		const status = "Package: bash\nVersion: 5.2\n"
		w := tar.NewWriter(c.Stdout)
		err := errors.Join(
			w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "./usr/", Mode: 0o755}),
			w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "./var/lib/dpkg/status", Size: int64(len(status))}),
		)
		_, writing := w.Write([]byte(status))
		return nil, errors.Join(err, writing, w.Close())
	case c.Argv[1] == "env":
		return []byte("go1.26.0"), nil
	}
	out := slices.Index(c.Argv, "-o") + 1
	pkgs := c.Argv[out+1:]
	f.mu.Lock()
	f.builds = append(f.builds, slices.Clone(pkgs))
	f.mu.Unlock()
	for _, pkg := range pkgs {
		if err := os.WriteFile(filepath.Join(c.Argv[out], path.Base(pkg)), []byte(pkg), 0o755); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// outcome keeps how the images ended.
type outcome struct {
	mu      sync.Mutex
	entries map[string]store.Entry
	said    []string
}

func (o *outcome) Progress(image, message string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said = append(o.said, image+": "+message)
}

func (o *outcome) Done(image string, e store.Entry, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		o.entries[image] = e
	}
}

// program is an image of one program of a pinned module.
func program(dir, name string, below ...spec.Layer) spec.Spec {
	l := spec.Layer{Go: []spec.Program{{Module: "mod", Package: "example.com/x/" + name, To: "/bin/" + name}}}
	return spec.Spec{Name: "localhost/" + name + ":1", Dir: dir, Build: spec.Build{Layers: append(below, l)}}
}

func build(t *testing.T, s *store.Store, f *tools, specs ...spec.Spec) *outcome {
	t.Helper()
	g := gobuild.Go{Runner: f, Cache: t.TempDir(), Arch: "amd64"}
	keys, err := inputs.All(t.Context(), g, specs)
	require.NoError(t, err)
	b := assemble.Builder{
		Go: g, Store: s, Limits: assemble.LimitsFor(4, 0), Rootfs: rootfs.Maker{Runner: f, Etc: t.TempDir()},
	}
	o := &outcome{entries: map[string]store.Entry{}}
	require.NoError(t, b.Build(t.Context(), specs, keys, o))
	return o
}

// moduleDir is a folder with a go.mod in mod/.
func moduleDir(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "mod"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mod", "go.mod"), []byte("module m\n"+text), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, spec.FileName), []byte("image: x\n"), 0o644))
	return dir
}

func TestWhatAnImageIsMadeFromIsAttached(t *testing.T) {
	dir, s := moduleDir(t, "require example.com/x v1.0.0\n"), store.Open(t.TempDir())
	e := build(t, s, &tools{}, program(dir, "a", spec.Layer{Debian: &spec.Debian{Suite: "bookworm"}})).entries["localhost/a:1"]
	require.True(t, assemble.Vouched(s, e))
	text, err := s.Attached(e, provenance.MediaType)
	require.NoError(t, err)
	p, err := provenance.Read(text)
	require.NoError(t, err)
	require.True(t, p.Is(e.Name, e.Digest))
	require.Equal(t, e.Key, p.Key)
	require.Equal(t, "linux/amd64", p.Platform)
	var names []string
	for _, i := range p.Inputs {
		names = append(names, i.Name)
	}
	require.Equal(t, []string{
		"image.yaml", "mod/go.mod", "pkg:generic/go@go1.26.0", "pkg:golang/example.com/x@v1.0.0", "pkg:deb/debian/bash@5.2?distro=bookworm",
	}, names)
	other := e
	other.Name = "localhost/b:1"
	require.False(t, assemble.Vouched(s, other))
}

func TestProgramsOfOneModuleAreBuiltTogether(t *testing.T) {
	dir, f := moduleDir(t, ""), &tools{}
	o := build(t, store.Open(t.TempDir()), f, program(dir, "a"), program(dir, "b"))
	require.Equal(t, [][]string{{"example.com/x/a", "example.com/x/b"}}, f.builds)
	require.Len(t, o.entries, 2)
	require.Contains(t, o.said, "localhost/a:1: building example.com/x/a, example.com/x/b")
}

func TestProgramsBuiltDifferentlyAreNot(t *testing.T) {
	dir, f := moduleDir(t, ""), &tools{}
	other := program(dir, "b")
	other.Build.Layers[0].Go[0].Tags = []string{"x"}
	build(t, store.Open(t.TempDir()), f, program(dir, "a"), other)
	require.Len(t, f.builds, 2)
}

func TestTheSameFileSystemIsMadeOnce(t *testing.T) {
	dir, f := moduleDir(t, ""), &tools{}
	debian := spec.Layer{Debian: &spec.Debian{Suite: "bookworm"}}
	o := build(t, store.Open(t.TempDir()), f, program(dir, "a", debian), program(dir, "b", debian))
	require.Equal(t, 1, f.debian)
	require.Len(t, o.entries, 2)
}

// With one builder the order is that of the queue.
func TestLongBuildsBeginFirst(t *testing.T) {
	small, large := moduleDir(t, ""), moduleDir(t, strings.Repeat("// a module more\n", 100))
	f := &tools{}
	g := gobuild.Go{Runner: f, Cache: t.TempDir(), Arch: "amd64"}
	specs := []spec.Spec{program(small, "small"), program(large, "large")}
	keys, err := inputs.All(t.Context(), g, specs)
	require.NoError(t, err)
	b := assemble.Builder{Go: g, Store: store.Open(t.TempDir()), Limits: assemble.Limits{Builds: 1, Compiler: 1}}
	require.NoError(t, b.Build(t.Context(), specs, keys, &outcome{entries: map[string]store.Entry{}}))
	require.Equal(t, [][]string{{"example.com/x/large"}, {"example.com/x/small"}}, f.builds)
}

func TestLayersOfTheImageBeforeServeAgain(t *testing.T) {
	dir, s := moduleDir(t, ""), store.Open(t.TempDir())
	debian := spec.Layer{Debian: &spec.Debian{Suite: "bookworm"}}
	first := build(t, s, &tools{}, program(dir, "a", debian))
	changed := program(dir, "a", debian)
	changed.Build.Layers[1].Go[0].Ldflags = "-X a=b"
	f := &tools{}
	second := build(t, s, f, changed)
	require.Zero(t, f.debian)
	require.Len(t, f.builds, 1)
	require.Equal(t, first.entries["localhost/a:1"].Layers[0], second.entries["localhost/a:1"].Layers[0])
}

func TestLimits(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		cores  int
		memory int64
		want   assemble.Limits
	}{
		{1, 0, assemble.Limits{Builds: 2, Compiler: 2}},
		{2, 24 * gib, assemble.Limits{Builds: 2, Compiler: 2, Memory: 9 * gib / 2}},
		{4, 16 * gib, assemble.Limits{Builds: 2, Compiler: 2, Memory: 3 * gib}},
		{8, 0, assemble.Limits{Builds: 4, Compiler: 2}},
		{8, 7 * gib, assemble.Limits{Builds: 2, Compiler: 4}},
		{16, gib, assemble.Limits{Builds: 1, Compiler: 16}},
	} {
		require.Equal(t, c.want, assemble.LimitsFor(c.cores, c.memory), "%d cores, %d bytes", c.cores, c.memory)
	}
}
