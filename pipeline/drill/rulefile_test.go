package drill

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// Every file under testdata/rulefiles is refused, with the message that stands
// in testdata/rulefiles.txt.
func TestBadRuleFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/rulefiles/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var report strings.Builder
	for _, f := range files {
		_, err := Rules(RuleFiles{Prometheus: []string{f}})
		require.Error(t, err, f)
		for line := range strings.SplitSeq(err.Error(), "\n") {
			require.Regexp(t, `^`+f+`:[1-9][0-9]*:[1-9][0-9]*: .`, line)
		}
		report.WriteString(err.Error() + "\n\n")
	}
	golden.Equal(t, "testdata/rulefiles.txt", report.String())
}

// One run tells of the mistakes of all files.
func TestRulesReportsEveryFile(t *testing.T) {
	_, err := Rules(RuleFiles{Prometheus: []string{"testdata/rulefiles/*.yaml"}})
	for _, file := range []string{"syntax.yaml:5:8", "keys.yaml:3:5", "promql.yaml:5:15", "none.yaml:1:1"} {
		require.ErrorContains(t, err, filepath.Join("testdata/rulefiles", file))
	}
}

// What Prometheus takes is right, also where other YAML of firedrill's would
// not be: numbers for texts, and lines that are used twice.
func TestRulesTakesWhatPrometheusTakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`groups:
  - name: 2024
    limit: 5
    query_offset: 1m
    labels: {tier: 1}
    rules:
      - alert: Down
        expr: up{a="b"}
          == 0
        for: 0
        keep_firing_for: 1h30m
        labels: &labels {severity: 1, team: '{{ $labels.team | toUpper }}'}
        annotations: {summary: "{{ $value | humanizeDuration }}", dashboard_url: }
      - alert: Up
        expr: 1
        labels: *labels
      - record: job:up:sum
        expr: sum(up)
`), 0o600))
	rules, err := Rules(RuleFiles{Prometheus: []string{file}})
	require.NoError(t, err)
	require.Len(t, rules, 2)
	require.Equal(t, Rule{
		Name: "Down", By: ByPrometheus, File: file, Line: 7, Expr: "up{a=\"b\"} == 0", For: "0", KeepFiringFor: "1h30m",
		Labels:      map[string]string{"severity": "1", "team": "{{ $labels.team | toUpper }}"},
		Annotations: map[string]string{"summary": "{{ $value | humanizeDuration }}", "dashboard_url": ""},
	}, rules[0])
}

// A metric that Loki records is of an expression that Prometheus does not know.
func TestRecorded(t *testing.T) {
	dir := t.TempDir()
	write := func(name, rules string) []string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte("groups: [{name: a, rules: ["+rules+"]}]"), 0o600))
		return []string{file}
	}
	files := RuleFiles{
		Prometheus: write("prometheus.yaml", `{record: m, expr: up}, {record: m, expr: down, labels: {a: b}}, {alert: A, expr: m > 0}`),
		Loki:       write("loki.yaml", `{record: m, expr: 'sum(rate({app="x"}[1m]))'}`),
	}
	recorded, err := Recorded(files)
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"m": {"up", "down"}}, recorded)
	files.Prometheus = write("broken.yaml", `{record: m, expr: up(}`)
	_, err = Recorded(files)
	require.ErrorContains(t, err, "not PromQL")
}
