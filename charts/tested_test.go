package charts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"firedrill/internal/lokitest"
)

// proven are the rules, by name, that tests have seen fire and not fire.
type proven struct{ fires, rests map[string]bool }

func (p proven) saw(rule string, firing bool) {
	if firing {
		p.fires[rule] = true
	} else {
		p.rests[rule] = true
	}
}

// provers read the tests of a rule file, by the folder of it: they are of the
// kind of who evaluates the rules.
var provers = map[string]func(t *testing.T, path string, rules []rule) proven{
	"monitoring/rules":         provenByPromtool,
	"monitoring/rules/grafana": provenByValues,
	"monitoring/rules/loki":    provenByLoki,
	"inbox/rules":              provenByInbox,
}

func TestEveryRuleIsTested(t *testing.T) {
	for _, path := range ruleFiles(t) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		rules := parseRules(t, path, text)
		require.NotEmpty(t, rules, path)
		require.Contains(t, provers, filepath.Dir(path), "nobody knows who evaluates %s", path)
		p := provers[filepath.Dir(path)](t, path, rules)
		for _, r := range rules {
			require.True(t, p.fires[r.Alert], "%s: no test sees %s fire", path, r.Alert)
			require.True(t, p.rests[r.Alert], "%s: no test sees %s not fire", path, r.Alert)
		}
	}
}

// ruleFiles are those of all charts.
func ruleFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*/rules/*.yaml", "*/rules/*/*.yaml"} {
		for _, path := range glob(t, pattern) {
			if filepath.Base(filepath.Dir(path)) != "tests" {
				all = append(all, path)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// beside is the test file of a rule file.
func beside(path string) string {
	return filepath.Join(filepath.Dir(path), "tests", filepath.Base(path))
}

// promtoolFile is a test file as far as it is looked at.
type promtoolFile struct {
	Tests []struct {
		Alerts []struct {
			Name     string `yaml:"alertname"`
			Expected []any  `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
		Values []struct {
			Expr     string
			Expected []struct{ Value float64 } `yaml:"exp_samples"`
		} `yaml:"promql_expr_test"`
	}
}

func readPromtoolFile(t *testing.T, path string) promtoolFile {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var file promtoolFile
	require.NoError(t, yaml.Unmarshal(text, &file), path)
	return file
}

func provenByPromtool(t *testing.T, path string, _ []rule) proven {
	t.Helper()
	p := proven{map[string]bool{}, map[string]bool{}}
	for _, test := range readPromtoolFile(t, beside(path)).Tests {
		for _, a := range test.Alerts {
			p.saw(a.Name, len(a.Expected) > 0)
		}
	}
	return p
}

// provenByValues is for rules that Grafana alone evaluates, to which a value that
// is not 0 is an alarm. Only the very expression of a rule counts.
func provenByValues(t *testing.T, path string, rules []rule) proven {
	t.Helper()
	p := proven{map[string]bool{}, map[string]bool{}}
	for _, test := range readPromtoolFile(t, beside(path)).Tests {
		for _, v := range test.Values {
			for _, r := range rules {
				if strings.TrimSpace(r.Expr) == strings.TrimSpace(v.Expr) && len(v.Expected) == 1 {
					p.saw(r.Alert, v.Expected[0].Value != 0)
				}
			}
		}
	}
	return p
}

func provenByLoki(t *testing.T, path string, _ []rule) proven {
	t.Helper()
	file, err := lokitest.Load(beside(path))
	require.NoError(t, err)
	p := proven{map[string]bool{}, map[string]bool{}}
	for _, test := range file.Tests {
		for _, a := range test.Alarms {
			p.saw(a.Rule, len(a.Firing) > 0)
		}
	}
	return p
}
