package gobuild_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/gobuild"
)

// toolchain uses the user's compiled packages, so that not every test compiles
// the standard library, and an empty module cache, so that none is needed.
func toolchain(t *testing.T, cache string) gobuild.Go {
	t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(cache, "go"), 0o755))
	require.NoError(t, os.Symlink(strings.TrimSpace(string(out)), filepath.Join(cache, "go", "build")))
	return gobuild.Go{Runner: command.OS{}, Cache: cache, Arch: runtime.GOARCH}
}

func group(pkgs ...string) gobuild.Group {
	return gobuild.Group{Dir: "testdata/mod", Packages: pkgs}
}

func TestBuildSeveralAtOnce(t *testing.T) {
	g := toolchain(t, t.TempDir())
	out := t.TempDir()
	want := []string{"example.com/mod/cmd/one", "example.com/mod/cmd/two/v2", "./cmd/one"}
	files, err := g.Build(t.Context(), group(want...), out, 1, func(string) {})
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, pkg := range want {
		require.FileExists(t, files[pkg])
	}
	require.NotEqual(t, files["./cmd/one"], files["example.com/mod/cmd/one"], "programs of one name do not overwrite each other")
	one, err := os.ReadFile(files["./cmd/one"])
	require.NoError(t, err)
	again, err := os.ReadFile(files["example.com/mod/cmd/one"])
	require.NoError(t, err)
	require.Equal(t, one, again, "the same sources give the same program")
}

func TestOutputWithTagsAndLdflags(t *testing.T) {
	g := toolchain(t, t.TempDir())
	special := group("./cmd/one")
	special.Tags, special.Ldflags = []string{"special"}, "-X main.version=v7"
	out, err := g.Output(t.Context(), special, []string{"a b", "c"}, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "v7 special embedded a b c", string(out))
}

// The user's environment must not change what is built.
func TestUserFlagsDoNotMatter(t *testing.T) {
	t.Setenv("GOFLAGS", "-tags=special")
	t.Setenv("GOOS", "plan9")
	out, err := toolchain(t, t.TempDir()).Output(t.Context(), group("./cmd/one"), nil, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "none plain embedded", string(out))
}

func TestMemory(t *testing.T) {
	var asked environment
	g := gobuild.Go{Runner: &asked, Cache: t.TempDir()}
	_, err := g.Version(t.Context())
	require.NoError(t, err)
	require.NotContains(t, asked, "GOGC=off")
	g.Memory = 6 << 30
	_, err = g.Version(t.Context())
	require.NoError(t, err)
	require.Contains(t, asked, "GOGC=off")
	require.Contains(t, asked, "GOMEMLIMIT=6442450944B")
}

// environment is what the last program was run with.
type environment []string

func (e *environment) Run(_ context.Context, c command.Command) ([]byte, error) {
	*e = c.Env
	return nil, nil
}

func TestNoProgram(t *testing.T) {
	g := toolchain(t, t.TempDir())
	_, err := g.Build(t.Context(), group("./cmd/plain"), t.TempDir(), 1, func(string) {})
	require.ErrorContains(t, err, "the package is not a program")
	_, err = g.Build(t.Context(), group("./cmd/plain", "./cmd/one"), t.TempDir(), 1, func(string) {})
	require.ErrorContains(t, err, "./cmd/plain is not a program")
}

func TestPackageThatIsNotPinned(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	g := toolchain(t, t.TempDir())
	_, err := g.Build(t.Context(), group("example.com/other/tool"), t.TempDir(), 1, func(string) {})
	require.ErrorContains(t, err, "in testdata/mod")
	require.ErrorContains(t, err, "example.com/other/tool")
}

func TestSourcesNameEveryFileThatNothingPins(t *testing.T) {
	g := toolchain(t, t.TempDir())
	got, err := g.Sources(t.Context(), group("./cmd/one"))
	require.NoError(t, err)
	root, err := filepath.Abs("testdata/mod")
	require.NoError(t, err)
	require.Equal(t, []string{
		filepath.Join(root, "cmd/one/main.go"), filepath.Join(root, "cmd/one/text.txt"), filepath.Join(root, "words/words.go"),
	}, got.Files)
	require.Empty(t, got.Modules)
	special := group("./cmd/one")
	special.Tags = []string{"special"}
	got, err = g.Sources(t.Context(), special)
	require.NoError(t, err)
	require.True(t, slices.Contains(got.Files, filepath.Join(root, "words/tagged.go")))
}

func TestLocal(t *testing.T) {
	dir := t.TempDir()
	mod := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o644))
	}
	for _, c := range []struct {
		mod, pkg string
		want     bool
	}{
		{"module example.com/a\n", "example.com/a", true},
		{"module example.com/a\n", "example.com/a/cmd/x", true},
		{"module example.com/a\n", "example.com/ab", false},
		{"module example.com/a\n", "./cmd", true},
		{"module example.com/a\n\nreplace example.com/b => ../b\n", "example.com/b/cmd", true},
		{"module example.com/a\n\nreplace example.com/b => example.com/c v1.0.0\n", "example.com/b/cmd", false},
	} {
		mod(c.mod)
		got, err := gobuild.Local(dir, c.pkg)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%s in %s", c.pkg, c.mod)
	}
	_, err := gobuild.Local(t.TempDir(), "./x")
	require.ErrorContains(t, err, "read the module of ./x")
}

// answers is a go command that says what it is told to.
type answers map[string]string

func (a answers) Run(_ context.Context, c command.Command) ([]byte, error) {
	key := strings.Join(c.Argv[1:], " ")
	if out, ok := a[key]; ok {
		return []byte(out), nil
	}
	return nil, &command.Error{Command: c, Err: errors.New("exit status 1"), Output: a["fail"]}
}

func TestModuleDirDownloadsWhatIsNotUnpacked(t *testing.T) {
	fake := answers{
		"list -m -json example.com/a":      `{"Path": "example.com/a", "Version": "v1.0.0"}`,
		"mod download -json example.com/a": `{"Dir": "/mod/a@v1.0.0"}`,
		"list -m -json example.com/b":      `{"Dir": "/mod/b@v1.0.0"}`,
	}
	g := gobuild.Go{Runner: fake}
	for module, want := range map[string]string{"example.com/a": "/mod/a@v1.0.0", "example.com/b": "/mod/b@v1.0.0"} {
		dir, err := g.ModuleDir(t.Context(), "x", module)
		require.NoError(t, err)
		require.Equal(t, want, dir)
	}
	_, err := g.ModuleDir(t.Context(), "x", "example.com/c")
	require.ErrorContains(t, err, "list -m -json example.com/c")
}

func TestFailuresSayWhatToDo(t *testing.T) {
	for output, want := range map[string]string{
		"write /x: no space left on device": "firedrill images prune",
		"missing go.sum entry for module":   "go get -tool",
		"link: signal: killed":              "want of memory",
	} {
		_, err := gobuild.Go{Runner: answers{"fail": output}}.Version(t.Context())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, output)
	}
}

type notInstalled struct{}

func (notInstalled) Run(_ context.Context, c command.Command) ([]byte, error) {
	return nil, &command.Error{Command: c, Err: exec.ErrNotFound}
}

func TestGoIsNotInstalled(t *testing.T) {
	_, err := gobuild.Go{Runner: notInstalled{}}.Version(t.Context())
	require.ErrorContains(t, err, "install Go")
	require.ErrorContains(t, err, "--images registry")
}

func TestFailedBuildShowsOnlyWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":       "module example.com/broken\n\ngo 1.26\n",
		"fine/fine.go": "package fine\n\n// Word is one.\nconst Word = \"" + dir + "\"\n",
		"main.go":      "package main\n\nimport \"example.com/broken/fine\"\n\nfunc main() { println(fine.Word, nothing) }\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	g := toolchain(t, t.TempDir())
	_, err := g.Build(t.Context(), gobuild.Group{Dir: dir, Packages: []string{"example.com/broken"}}, t.TempDir(), 1, func(string) {})
	require.ErrorContains(t, err, "main.go:5:34: undefined: nothing")
	require.NotContains(t, err.Error(), "broken/fine")
}
