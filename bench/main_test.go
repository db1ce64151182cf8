package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Setenv("FIREDRILL_CACHE", t.TempDir())
	o, err := parse([]string{"-runs", "5", "-content", "mine/firedrill.yaml"})
	require.NoError(t, err)
	require.Equal(t, 5, o.runs)
	// The script runs elsewhere, so no path may depend on the working folder.
	for _, path := range []string{o.firedrill, o.content, o.tools, o.script, o.out, o.cache} {
		require.True(t, filepath.IsAbs(path), path)
	}
}

func TestParseRefuses(t *testing.T) {
	_, err := parse([]string{"-runs", "0"})
	require.EqualError(t, err, "-runs 0: wanted 1 or more")
	_, err = parse([]string{"faster"})
	require.ErrorContains(t, err, `"faster"`)
}
