package history

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckMakesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	require.NoError(t, Check(folder))
	require.NoDirExists(t, filepath.Dir(folder))

	require.NoError(t, Append(t.Context(), folder, night(newClock(), 10)))
	require.NoError(t, Check(folder))
}

// TestCheckSaysWhatIsInTheWay of a night's line.
func TestCheckSaysWhatIsInTheWay(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, File)
	require.NoError(t, os.WriteFile(file, []byte("{}\n<<<<<<< HEAD\n{}\n"), 0o600))
	require.ErrorContains(t, Check(folder), file+":2: not a night: ")
	require.ErrorContains(t, Check(file), "read the history: open "+file+"/history.jsonl: not a directory")
}

func TestCheckSaysWhatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, File)
	require.NoError(t, os.WriteFile(file, nil, 0o400))
	require.EqualError(t, Check(folder), "the night could not be added to "+file+": write to "+file+": permission denied; name another folder with --history")

	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Chmod(folder, 0o500)) //nolint:gosec // It is to be read, and not to be written.
	inner := filepath.Join(folder, "new")
	require.EqualError(t, Check(inner), "the night could not be added to "+inner+"/history.jsonl: write to "+folder+": permission denied; name another folder with --history")
}
