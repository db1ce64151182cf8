package smoketests

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline"
	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/rules"
)

// Every rule that is shipped, whoever evaluates it, has a drill, a runbook, and a link to a panel
// that shows what it reads.
func TestRules(t *testing.T) {
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	c, err := content.Load(t.Context(), "../firedrill.yaml", pipeline.Charts(cache))
	require.NoError(t, err)
	files := rules.Files{Dir: c.Dir}
	files.Rules, err = drill.Rules(c.Rules)
	require.NoError(t, err)
	files.Recorded, err = drill.Recorded(c.Rules)
	require.NoError(t, err)
	files.Drills, err = drill.Load(c.Smoketests)
	require.NoError(t, err)
	files.Dashboards, err = dashboards.Load(c.Dashboards)
	require.NoError(t, err)
	files.Coverage, err = rules.LoadCoverage(filepath.Join(c.Policies, "coverage.yaml"), files.Rules)
	require.NoError(t, err)

	by := map[string]bool{}
	for _, r := range files.Rules {
		by[r.By] = true
	}
	require.Len(t, by, 4, "rules of every evaluator are looked at")
	for _, f := range rules.Static(files).Findings {
		t.Errorf("%s:%d: %s: %s: %s", f.File, f.Line, f.Name, f.Check, f.Problem)
	}
}
