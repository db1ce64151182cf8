package charts_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/lokitest"
)

func TestRulesOnLogsPassTheirTests(t *testing.T) {
	for _, path := range glob(t, "monitoring/rules/loki/tests/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel() // most of it is waiting
			file, err := lokitest.Load(path)
			require.NoError(t, err)
			require.NoError(t, lokitest.Run(t.Context(), program(t, "FIREDRILL_LOKI", "loki"), t.TempDir(), file))
		})
	}
}
