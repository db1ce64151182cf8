package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCheckOnlyDoesNothing where nothing is wrong, and wants no cluster: not even
// the report of the run before goes.
func TestCheckOnlyDoesNothing(t *testing.T) {
	good, err := filepath.Abs("../pipeline/dashboards/testdata/good")
	require.NoError(t, err)
	for _, line := range []string{
		"deploy-and-test --nodes 3 --max-memory 8Gi",
		"nightly --from-nothing",
		"up",
		"deploy",
		"drill web-down --repeat 3",
		"drill --dry-run",
		"drill --recover",
		"images build",
		"dashboards check --grafana-url http://127.0.0.1:1 --from now-1h --dir " + good,
	} {
		t.Run(line, func(t *testing.T) {
			content := inEmptyFolder(t)
			out, progress, err := firedrill(t, append(strings.Fields(line), "--content", content, "--check-only")...)
			require.NoError(t, err)
			require.Empty(t, out)
			require.Empty(t, progress)
			require.Empty(t, whatIsHere(t))
		})
	}
}
