package inputs_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/spec"
)

// goCommand answers like one of that version with a local module of one file;
// for gcc it is a C compiler with that file for its library.
type goCommand struct{ version, file, gcc string }

func (g goCommand) Run(_ context.Context, c command.Command) ([]byte, error) {
	switch {
	case c.Argv[0] == "gcc" && c.Argv[1] == "--version":
		return []byte(g.gcc), nil
	case c.Argv[0] == "gcc":
		return []byte(g.file), nil
	}
	if c.Argv[1] == "env" {
		return []byte(g.version + "\n"), nil
	}
	dir, name := filepath.Split(g.file)
	return []byte(`{"Dir": "` + dir + `", "GoFiles": ["` + name + `"], "Module": {"Path": "example.com/own"}}
{"Dir": "/std", "Standard": true, "GoFiles": ["fmt.go"]}
{"Dir": "/dep", "GoFiles": ["dep.go"], "Module": {"Path": "example.com/dep", "Version": "v1.0.0"}}`), nil
}

const text = "hello"

// folder is an image of every kind of layer.
type folder struct {
	dir  string
	spec spec.Spec
	cmd  goCommand
	arch string
}

func (f *folder) write(t *testing.T, name, content string) {
	t.Helper()
	file := filepath.Join(f.dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	f := &folder{dir: t.TempDir(), arch: "amd64"}
	for name, content := range map[string]string{
		"go.mod": "module example.com/own\n", "pinned/go.mod": "module example.com/pinned\n", "pinned/go.sum": "sum\n",
		"main.go": "package main\n", "files/a": "a\n", "image.yaml": "image: localhost/whole:1\n",
	} {
		f.write(t, name, content)
	}
	f.cmd = goCommand{"go1.26.0", filepath.Join(f.dir, "main.go"), "gcc 12"}
	content := text
	f.spec = spec.Spec{
		Name: "localhost/whole:1", Dir: f.dir,
		Contains: []spec.Part{{Name: "localhost/part:1", Build: spec.Build{Layers: []spec.Layer{
			{Files: []spec.File{{To: "/p", Content: &content}}},
		}}}},
		Build: spec.Build{Layers: []spec.Layer{
			{Debian: &spec.Debian{Suite: "bookworm", Packages: []string{"bash"}}},
			{Go: []spec.Program{{Module: "pinned", Package: "example.com/x/tool", To: "/tool"}}},
			{Go: []spec.Program{{Module: ".", Package: "./own", To: "/own"}}},
			{Files: []spec.File{{To: "/a", Source: "files"}, {To: "/f", From: "f", Of: "example.com/m", Module: "pinned"}}},
			{Images: &spec.Images{To: "/i", Names: []string{"localhost/part:1"}}},
		}},
	}
	return f
}

func (f *folder) keys(t *testing.T) map[string]inputs.Keys {
	t.Helper()
	keys, err := inputs.All(t.Context(), gobuild.Go{Runner: f.cmd, Arch: f.arch}, []spec.Spec{f.spec})
	require.NoError(t, err)
	return keys
}

func TestKeysStayWhileInputsDo(t *testing.T) {
	f := newFolder(t)
	first := f.keys(t)
	require.Equal(t, first, f.keys(t))
	require.Len(t, first["localhost/whole:1"].Layers, 5)
	require.Len(t, first["localhost/part:1"].Layers, 1)
	f.write(t, "unrelated.txt", "x")
	require.Equal(t, first, f.keys(t))
}

func TestEachInputChangesItsLayerAndThoseAbove(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *folder)
		from   int // the lowest layer that changes
	}{
		"go version":        {func(_ *testing.T, f *folder) { f.cmd.version = "go1.26.1" }, 0},
		"architecture":      {func(_ *testing.T, f *folder) { f.arch = "arm64" }, 0},
		"a package more":    {func(_ *testing.T, f *folder) { f.spec.Build.Layers[0].Debian.Packages = []string{"bash", "jq"} }, 0},
		"go.sum":            {func(t *testing.T, f *folder) { f.write(t, "pinned/go.sum", "other\n") }, 1},
		"ldflags":           {func(_ *testing.T, f *folder) { f.spec.Build.Layers[1].Go[0].Ldflags = "-X a=b" }, 1},
		"our own code":      {func(t *testing.T, f *folder) { f.write(t, "main.go", "package main // changed\n") }, 2},
		"a file":            {func(t *testing.T, f *folder) { f.write(t, "files/a", "b\n") }, 3},
		"a file more":       {func(t *testing.T, f *folder) { f.write(t, "files/b", "b\n") }, 3},
		"an executable bit": {func(t *testing.T, f *folder) { require.NoError(t, os.Chmod(filepath.Join(f.dir, "files/a"), 0o755)) }, 3},
		"a part": {func(_ *testing.T, f *folder) {
			f.spec.Contains[0].Build.Config.User = "1"
		}, 4},
		"configuration": {func(_ *testing.T, f *folder) { f.spec.Build.Config.User = "1" }, 5},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t)
			before := f.keys(t)["localhost/whole:1"]
			c.change(t, f)
			after := f.keys(t)["localhost/whole:1"]
			require.NotEqual(t, before.Image, after.Image)
			for i := range before.Layers {
				require.Equal(t, i < c.from, before.Layers[i] == after.Layers[i], "layer %d", i)
			}
		})
	}
}

// A module that only tests of ours need must not cause a build.
func TestOwnCodeDoesNotHangOnTheWholeGoMod(t *testing.T) {
	f := newFolder(t)
	before := f.keys(t)["localhost/whole:1"]
	f.write(t, "go.mod", "module example.com/own\n\nrequire example.com/unused v1.0.0\n")
	require.Equal(t, before, f.keys(t)["localhost/whole:1"])
}

func TestMissingSource(t *testing.T) {
	f := newFolder(t)
	require.NoError(t, os.RemoveAll(filepath.Join(f.dir, "files")))
	_, err := inputs.All(t.Context(), gobuild.Go{Runner: f.cmd}, []spec.Spec{f.spec})
	require.ErrorContains(t, err, "localhost/whole:1")
	require.ErrorContains(t, err, "files")
}

// patched makes the program of the second layer one with C code, of a module
// for which another program generates code.
func (f *folder) patched() {
	p := &f.spec.Build.Layers[1].Go[0]
	p.Cgo = true
	p.Patches = []spec.Patch{{
		Of:         "example.com/x",
		Substitute: []spec.Substitution{{File: "a.go", Old: "a", New: "b"}},
		Generate:   []spec.Generator{{Module: "generator", Package: "example.com/generator"}},
	}}
}

func TestPatchesAndTheCompilerAreInputs(t *testing.T) {
	for name, change := range map[string]func(*folder){
		"substitution":          func(f *folder) { f.spec.Build.Layers[1].Go[0].Patches[0].Substitute[0].New = "c" },
		"generator's arguments": func(f *folder) { f.spec.Build.Layers[1].Go[0].Patches[0].Generate[0].Args = []string{"x"} },
		"generator's go.sum":    func(f *folder) { f.write(t, "generator/go.sum", "other\n") },
		"compiler":              func(f *folder) { f.cmd.gcc = "gcc 13" },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t)
			f.patched()
			f.write(t, "generator/go.mod", "module example.com/pinned\n")
			before := f.keys(t)["localhost/whole:1"]
			require.Equal(t, before, f.keys(t)["localhost/whole:1"])
			change(f)
			after := f.keys(t)["localhost/whole:1"]
			require.Equal(t, before.Layers[0], after.Layers[0])
			require.NotEqual(t, before.Layers[1], after.Layers[1])
		})
	}
}

// Where no program has C code, the compiler does not matter.
func TestCompilerOfOtherImages(t *testing.T) {
	f := newFolder(t)
	before := f.keys(t)
	f.cmd.gcc = "gcc 13"
	require.Equal(t, before, f.keys(t))
}

// TestInputsAreListed by names that are the same wherever the checkout lies.
func TestInputsAreListed(t *testing.T) {
	f := newFolder(t)
	f.patched()
	f.write(t, "generator/go.mod", "module example.com/pinned\n")
	f.write(t, "pinned/go.mod", `module example.com/pinned

require (
	example.com/x v1.0.0+incompatible
	example.com/old v1.0.0
)

replace example.com/old => example.com/new v1.1.0
`)
	f.write(t, "pinned/go.sum", "example.com/x v1.0.0+incompatible h1:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48=\n")
	keys := f.keys(t)
	names := func(image string) (all []string) {
		for _, i := range keys[image].Inputs {
			all = append(all, i.Name)
		}
		return all
	}
	require.Equal(t, []string{"image.yaml", "pkg:generic/go@go1.26.0"}, names("localhost/part:1"))
	require.Equal(t, []string{
		"files/a", "gcc 12", "generator/go.mod", "image.yaml", "libc.a", "main.go", "pinned/go.mod", "pinned/go.sum",
		"pkg:generic/go@go1.26.0", "pkg:golang/example.com/dep@v1.0.0", "pkg:golang/example.com/new@v1.1.0",
		"pkg:golang/example.com/x@v1.0.0%2Bincompatible",
	}, names("localhost/whole:1"))
	all := keys["localhost/whole:1"].Inputs
	require.Equal(t, "2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f", all[len(all)-1].Digest[inputs.DirHash])
	require.Equal(t, "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7", all[0].Digest[inputs.SHA256])
	require.Empty(t, all[len(all)-2].Digest, "go.sum has none")
}
