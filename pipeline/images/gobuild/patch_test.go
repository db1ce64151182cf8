package gobuild_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
)

// publish makes the modules of testdata/modules, in version 1.0.0, those that
// the go command can download.
func publish(t *testing.T) {
	t.Helper()
	proxy := t.TempDir()
	for _, name := range []string{"tool", "lib"} {
		source, dir := filepath.Join("testdata", "modules", name), filepath.Join(proxy, "example.com", name, "@v")
		require.NoError(t, os.MkdirAll(dir, 0o755))
		mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "v1.0.0.mod"), mod, 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "v1.0.0.info"), []byte(`{"Version": "v1.0.0"}`), 0o644))
		pack(t, source, filepath.Join(dir, "v1.0.0.zip"), "example.com/"+name+"@v1.0.0/")
	}
	t.Setenv("GOPROXY", "file://"+proxy)
	t.Setenv("GONOSUMDB", "example.com")
}

func pack(t *testing.T, dir, file, prefix string) {
	t.Helper()
	out, err := os.Create(file)
	require.NoError(t, err)
	defer out.Close()
	w := zip.NewWriter(out)
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		entry, err := w.Create(prefix + name)
		if err != nil {
			return err
		}
		_, err = entry.Write(text)
		return err
	}))
	require.NoError(t, w.Close())
}

// pinned is a folder whose go.mod pins example.com/tool, and the group that
// makes it compile.
func pinned(t *testing.T, g gobuild.Go) gobuild.Group {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/pins\n\ngo 1.26\n"), 0o644))
	get := exec.Command("go", "get", "-tool", "example.com/tool@v1.0.0")
	// The module cache is read-only, so that a test could not remove it.
	get.Dir, get.Env = dir, append(os.Environ(), "GOMODCACHE="+g.ModuleCache(), "GOFLAGS=-modcacherw", "GOWORK=off")
	out, err := get.CombinedOutput()
	require.NoError(t, err, string(out))
	generator, err := filepath.Abs("testdata/generator")
	require.NoError(t, err)
	return gobuild.Group{Dir: dir, Packages: []string{"example.com/tool"}, Patches: []spec.Patch{
		{Of: "example.com/tool", Generate: []spec.Generator{{Module: generator, Package: ".", Args: []string{"example.com/tool", "and more"}}}},
		{Of: "example.com/lib", Substitute: []spec.Substitution{{File: "lib.go", Old: "Word(int)", New: "Word()"}}},
	}}
}

func TestPatches(t *testing.T) {
	publish(t)
	g := toolchain(t, t.TempDir())
	group := pinned(t, g)
	out, err := g.Output(t.Context(), group, nil, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "word and more", string(out))
	pristine, err := os.ReadFile(filepath.Join(g.ModuleCache(), "example.com", "lib@v1.0.0", "lib.go"))
	require.NoError(t, err)
	require.Contains(t, string(pristine), "Word(int)", "the module cache stays as it is")
	mod, err := os.ReadFile(filepath.Join(group.Dir, "go.mod"))
	require.NoError(t, err)
	require.NotContains(t, string(mod), "replace", "the image's go.mod stays as it is")
}

func TestPatchedProgramsAreTheSameEachTime(t *testing.T) {
	publish(t)
	var programs [][]byte
	for range 2 {
		g := toolchain(t, t.TempDir())
		files, err := g.Build(t.Context(), pinned(t, g), t.TempDir(), 1, func(string) {})
		require.NoError(t, err)
		text, err := os.ReadFile(files["example.com/tool"])
		require.NoError(t, err)
		programs = append(programs, text)
	}
	require.Equal(t, programs[0], programs[1], "neither the module cache's place nor the build's matters")
}

func TestPatchesThatDoNotFit(t *testing.T) {
	publish(t)
	g := toolchain(t, t.TempDir())
	good := pinned(t, g)
	for name, c := range map[string]struct {
		patch spec.Patch
		want  []string
	}{
		"no such text": {
			spec.Patch{Of: "example.com/lib", Substitute: []spec.Substitution{{File: "lib.go", Old: "Words("}}},
			[]string{"example.com/lib", "lib.go", `"Words("`, "0 times"},
		},
		"the text more than once": {
			spec.Patch{Of: "example.com/lib", Substitute: []spec.Substitution{{File: "lib.go", Old: "Word"}}},
			[]string{"example.com/lib", "lib.go", `"Word"`, "times there, not once"},
		},
		"no such file": {
			spec.Patch{Of: "example.com/lib", Substitute: []spec.Substitution{{File: "none.go", Old: "Word"}}},
			[]string{"example.com/lib", "substitute in none.go"},
		},
		"no such module": {
			spec.Patch{Of: "example.com/other"}, []string{"patch the module example.com/other"},
		},
		"a generator that fails": {
			spec.Patch{Of: "example.com/lib", Generate: []spec.Generator{{
				Module: good.Patches[0].Generate[0].Module, Package: ".", Args: []string{"example.com/none", ""},
			}}},
			[]string{"generate code for the module example.com/lib", "where is example.com/none?"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			group := good
			group.Patches = []spec.Patch{c.patch}
			_, err := g.Build(t.Context(), group, t.TempDir(), 1, func(string) {})
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestOnlyPinnedModulesArePatched(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module a\n\nreplace b => ../b\n"), 0o644))
	group := gobuild.Group{Dir: dir, Packages: []string{"b"}, Patches: []spec.Patch{{Of: "b"}}}
	_, err := gobuild.Go{}.Build(t.Context(), group, t.TempDir(), 1, func(string) {})
	require.ErrorContains(t, err, "go.mod replaces a module by a folder")
}
