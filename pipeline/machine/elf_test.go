package machine

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExitProgramIsExecutable(t *testing.T) {
	for arch, size := range map[string]int{"amd64": 129, "arm64": 132} {
		program, err := exitProgram(arch)
		require.NoError(t, err)
		require.Len(t, program, size)
		f, err := elf.NewFile(bytes.NewReader(program))
		require.NoError(t, err)
		require.Equal(t, targets[arch].machine, f.Machine)
		require.Equal(t, elf.ET_EXEC, f.Type)
		require.Len(t, f.Progs, 1)
		load := f.Progs[0]
		require.Equal(t, elf.PT_LOAD, load.Type)
		require.Equal(t, elf.PF_R|elf.PF_X, load.Flags)
		require.EqualValues(t, size, load.Filesz)
		// The first instruction stands where the program starts.
		require.Equal(t, targets[arch].code, program[f.Entry-load.Vaddr:])
	}
}

func TestExitProgramRuns(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a Linux program needs Linux to run")
	}
	program, err := exitProgram(runtime.GOARCH)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "probe")
	require.NoError(t, os.WriteFile(path, program, 0o755))
	out, err := exec.CommandContext(t.Context(), path).CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, out)
}

func TestExitProgramOfAnUnknownProcessor(t *testing.T) {
	_, err := exitProgram("mips")
	require.ErrorContains(t, err, `"mips"`)
}
