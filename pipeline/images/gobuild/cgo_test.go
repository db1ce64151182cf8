package gobuild_test

import (
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/gobuild"
)

// c is the group of a program with C code, on a machine that can build it.
func c(t *testing.T, g gobuild.Go) gobuild.Group {
	t.Helper()
	if _, err := g.CToolchain(t.Context()); err != nil {
		t.Skipf("this machine cannot build programs with C code: %v", err)
	}
	group := group("./cmd/c")
	group.Cgo = true
	return group
}

func TestProgramsWithCAreStatic(t *testing.T) {
	t.Setenv("CGO_CFLAGS", "-DDOES-NOT-COMPILE")
	t.Setenv("CC", "none")
	g := toolchain(t, t.TempDir())
	group := c(t, g)
	out, err := g.Output(t.Context(), group, nil, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, "42", string(out))
	var programs [][]byte
	for range 2 {
		files, err := g.Build(t.Context(), group, t.TempDir(), 1, func(string) {})
		require.NoError(t, err)
		program, err := elf.Open(files["./cmd/c"])
		require.NoError(t, err)
		libraries, err := program.ImportedLibraries()
		require.NoError(t, err)
		require.Empty(t, libraries)
		require.NoError(t, program.Close())
		text, err := os.ReadFile(files["./cmd/c"])
		require.NoError(t, err)
		programs = append(programs, text)
	}
	require.Equal(t, programs[0], programs[1])
}

func TestSourcesInC(t *testing.T) {
	g := toolchain(t, t.TempDir())
	sources, err := g.Sources(t.Context(), c(t, g))
	require.NoError(t, err)
	var names []string
	for _, file := range sources.Files {
		names = append(names, filepath.Base(file))
	}
	require.Equal(t, []string{"main.go", "number.c"}, names)
}

// gcc is a compiler of that version whose C library lies there.
type gcc struct{ version, library string }

func (f gcc) Run(_ context.Context, c command.Command) ([]byte, error) {
	switch {
	case f.version == "":
		return nil, &command.Error{Command: c, Err: exec.ErrNotFound}
	case c.Argv[1] == "--version":
		return []byte(f.version + "\n"), nil
	}
	return []byte(f.library + "\n"), nil
}

func TestCToolchainStandsForCompilerAndLibrary(t *testing.T) {
	libc := filepath.Join(t.TempDir(), "libc.a")
	ask := func(version, library string) string {
		t.Helper()
		require.NoError(t, os.WriteFile(libc, []byte(library), 0o644))
		key, err := gobuild.Go{Runner: gcc{version, libc}}.CToolchain(t.Context())
		require.NoError(t, err)
		return key
	}
	first := ask("gcc 12", "libc 2.36")
	require.Equal(t, first, ask("gcc 12", "libc 2.36"))
	require.NotEqual(t, first, ask("gcc 13", "libc 2.36"))
	require.NotEqual(t, first, ask("gcc 12", "libc 2.37"))
}

func TestNoCToolchain(t *testing.T) {
	_, err := gobuild.Go{Runner: gcc{}}.CToolchain(t.Context())
	require.ErrorContains(t, err, "apt-get install gcc libc6-dev")
	_, err = gobuild.Go{Runner: gcc{"gcc 12", "libc.a"}}.CToolchain(t.Context())
	require.ErrorContains(t, err, "apt-get install libc6-dev")
	_, err = gobuild.Go{Runner: gcc{"gcc 12", "/none/libc.a"}}.CToolchain(t.Context())
	require.ErrorContains(t, err, "/none/libc.a")
}
