package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/mutation"
	"firedrill/pipeline/rules"
)

// atSite runs a command in an empty folder with the smallest site there is, and
// gives what it wrote with the site's folder as SITE.
func atSite(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	content := inEmptyFolder(t)
	out, _, err = firedrill(t, append(args, "--content", content)...)
	return strings.ReplaceAll(out, filepath.Dir(content), "SITE"), err
}

// Findings are data, and make the exit code 1.
func TestRulesCheck(t *testing.T) {
	out, err := atSite(t, "rules", "check")
	require.EqualError(t, err, "2 findings in 2 rules and 2 drills")
	golden.Equal(t, filepath.Join(testdata, "rules-check.txt"), out)
}

func TestRulesCheckForPrograms(t *testing.T) {
	out, err := atSite(t, "rules", "check", "--json")
	require.Error(t, err)
	var r rules.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Len(t, r.Findings, 2)
	require.Equal(t, "SITE/rules/web.yaml", r.Findings[0].File)
}

func TestRulesMutateList(t *testing.T) {
	out, err := atSite(t, "rules", "mutate", "--list")
	require.NoError(t, err)
	golden.Equal(t, filepath.Join(testdata, "rules-mutate---list.txt"), out)
}

func TestRulesMutateByUnitTests(t *testing.T) {
	out, err := atSite(t, "rules", "mutate", "--tests")
	require.Error(t, err)
	require.Equal(t, 12, strings.Count(err.Error(), "survived"), "each is named")
	golden.Equal(t, filepath.Join(testdata, "rules-mutate---tests.txt"), out)
}

func TestRulesMutateForPrograms(t *testing.T) {
	out, err := atSite(t, "rules", "mutate", "--tests", "--json")
	require.Error(t, err)
	var r mutation.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Len(t, r.Mutants, 12)
}

// The program is that of the flag, or of the variable. What the progress has shown
// is not in the error again.
func TestRulesMutateFindsPromtool(t *testing.T) {
	content := inEmptyFolder(t)
	here, err := os.Getwd()
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(here, os.DirFS(filepath.Dir(content))))
	require.NoError(t, os.Mkdir("rules/tests", 0o700))
	require.NoError(t, os.WriteFile("rules/tests/web.yaml", nil, 0o600))
	t.Setenv("FIREDRILL_PROMTOOL", "/of/the/variable")
	_, progress, err := firedrill(t, "rules", "mutate", "--tests")
	require.EqualError(t, err, "step unit tests failed; see above")
	require.Contains(t, progress, "`/of/the/variable test rules ")
	_, progress, err = firedrill(t, "rules", "mutate", "--tests", "--promtool", "/of/the/flag")
	require.EqualError(t, err, "step unit tests failed; see above")
	require.Contains(t, progress, "`/of/the/flag test rules ")
}
