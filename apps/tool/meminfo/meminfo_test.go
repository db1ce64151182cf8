package meminfo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/tool/meminfo"
)

func TestParse(t *testing.T) {
	m, err := meminfo.Parse("MemTotal:        1000 kB\nMemFree:  20 kB\nMemAvailable:     400 kB\n")
	require.NoError(t, err)
	require.Equal(t, meminfo.Machine{Total: 1000 << 10, Available: 400 << 10}, m)
	_, err = meminfo.Parse("MemTotal: 1000 kB\n")
	require.EqualError(t, err, "/proc/meminfo has no line MemAvailable in kB")
	m, err = meminfo.Read()
	require.NoError(t, err)
	require.Greater(t, m.Total, m.Available)
}
