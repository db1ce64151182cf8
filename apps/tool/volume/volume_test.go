package volume

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFillRefusesALargeVolume(t *testing.T) {
	path := t.TempDir()
	err := fill(path, 95, 1<<20, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "more than 1048576 are not filled")
	entries, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestFillRefusesAFullVolume(t *testing.T) {
	// 0 percent are always used.
	require.ErrorContains(t, fill(t.TempDir(), 0, 1<<50, slog.New(slog.DiscardHandler)), "nothing to fill")
}

func TestTake(t *testing.T) {
	name := filepath.Join(t.TempDir(), file)
	f, err := os.Create(name)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, take(f, 3<<20+5))
	info, err := f.Stat()
	require.NoError(t, err)
	require.EqualValues(t, 3<<20+5, info.Size())
}

// Of a device that is always full nothing is expected but to be full.
func TestTakeAtTheEndOfTheRoom(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("this system has no /dev/full: %v", err)
	}
	defer f.Close()
	require.NoError(t, take(f, 1))
}
