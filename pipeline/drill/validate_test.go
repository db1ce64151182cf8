package drill

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

func testRules(t *testing.T) []Rule {
	t.Helper()
	rules, err := Rules(RuleFiles{Prometheus: []string{"testdata/rules/*.yaml"}})
	require.NoError(t, err)
	return rules
}

// Every file under testdata/bad is refused, with the message that stands in
// testdata/bad.txt.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 30)
	var report strings.Builder
	for _, f := range files {
		d, err := LoadFile(f)
		if err == nil {
			err = Validate([]Drill{d}, testRules(t))
		}
		require.Error(t, err, f)
		report.WriteString(err.Error() + "\n\n")
	}
	golden.Equal(t, "testdata/bad.txt", report.String())
}

func TestGoodFile(t *testing.T) {
	for _, name := range []string{"testdata/good.yaml", "testdata/good-everything.yaml", "testdata/good-without-rule.yaml"} {
		d, err := LoadFile(name)
		require.NoError(t, err)
		require.NoError(t, Validate([]Drill{d}, testRules(t)))
	}
}

func TestDuplicateNames(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile("testdata/good.yaml")
	require.NoError(t, err)
	for _, name := range []string{"a.yaml", "b.yml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	drills, err := Load(dir)
	require.NoError(t, err)
	require.Len(t, drills, 2)

	want := filepath.Join(dir, "b.yml") + ":1:7: name: website-down is the name of the drill in " +
		filepath.Join(dir, "a.yaml") + " already; choose another"
	require.EqualError(t, Validate(drills, testRules(t)), want)
	require.EqualError(t, Validate(drills, testRules(t)), want, "validating twice reports once")
}

func TestLoadReportsEveryFile(t *testing.T) {
	drills, err := Load("testdata/bad")
	require.ErrorContains(t, err, "unknown-key.yaml:7:1")
	require.ErrorContains(t, err, "empty.yaml:1:1")
	require.NotEmpty(t, drills, "those that can be read are returned for validation")
}

func TestLoadWantsDrills(t *testing.T) {
	_, err := Load(t.TempDir())
	require.ErrorContains(t, err, "no drill: wanted at least one *.yaml file")
	_, err = Load("testdata/missing")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestRules(t *testing.T) {
	rules := testRules(t)
	require.Len(t, rules, 2, "the recording rule is no alarm")
	require.Equal(t, "WebsiteDown", rules[0].Name)
	require.Equal(t, "testdata/rules/website.yaml", rules[0].File)
	require.Equal(t, 6, rules[0].Line)
	require.Equal(t, "1m", rules[0].For)
	require.Equal(t, "Slow", rules[1].Annotations["summary"])
}

func TestRulesRefuses(t *testing.T) {
	_, err := Rules(RuleFiles{Prometheus: []string{"testdata/none/*.yaml"}})
	require.EqualError(t, err, "no rule file matches testdata/none/*.yaml")
	_, err = Rules(RuleFiles{Prometheus: []string{"testdata/good.yaml"}})
	require.ErrorContains(t, err, "testdata/good.yaml:1:1: name: there is no such key; the keys here are: groups")
	_, err = Rules(RuleFiles{Prometheus: []string{"testdata/bad/not-yaml.yaml"}})
	require.ErrorContains(t, err, "testdata/bad/not-yaml.yaml:")
}
