package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadSummary(t *testing.T) {
	summary, err := readSummary("testdata/summary.json")
	require.NoError(t, err)
	require.Equal(t, Run{
		// A skipped step is left out: it has not been done in no time.
		Steps: []Part{{"machine", 1.8}, {"cluster", 34}, {"drill", 17.5}},
		Latencies: []Part{
			{"website-down/fault_to_pending", 3.6},
			{"website-down/fault_to_firing", 7.6},
			{"website-down/repair_to_resolved", 3.75},
		},
	}, fromSummary(summary))
}

func TestReadSummaryThatIsNone(t *testing.T) {
	for name, text := range map[string]string{
		"it has version 9, wanted 1": `{"schema": 9}`,
		"it has version 0, wanted 1": `{}`,
		"unexpected end of JSON":     `{"schema": 2`,
	} {
		path := filepath.Join(t.TempDir(), "summary.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := readSummary(path)
		require.ErrorContains(t, err, name)
		require.ErrorContains(t, err, path)
	}
	_, err := readSummary(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
