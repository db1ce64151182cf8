package machine

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestThisHost asks the machine that the test runs on.
func TestThisHost(t *testing.T) {
	h := thisHost()
	limit, err := h.hardLimit(unix.RLIMIT_NOFILE)
	require.NoError(t, err)
	require.Positive(t, limit)
	_, err = h.hardLimit(-1)
	require.Error(t, err)

	// A folder that is not there yet has what its parent has.
	free, err := h.freeDisk(filepath.Join(t.TempDir(), "not", "yet"))
	require.NoError(t, err)
	require.Positive(t, free)

	path, err := h.look("sh")
	require.NoError(t, err)
	require.True(t, filepath.IsAbs(path))
	require.True(t, h.exists(path[1:]))
	require.False(t, h.exists("no/such/file"))
}
