package lokitest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/lokitest"
)

const rules = `
groups:
  - name: a
    rules:
      - alert: Panic
        expr: sum by (app) (count_over_time({app=~".+"} |= "panic" [5m])) > 6
        for: 1m
        labels: {severity: warning}
        annotations: {summary: "{{ $labels.app }} panics {{ $value }} times"}
`

// program is the Loki of the tests, built from the same module as the image.
func program(t *testing.T) string {
	t.Helper()
	// What the program was built from belongs to what go test goes by when it
	// takes an earlier result.
	for _, file := range []string{"go.mod", "go.sum"} {
		_, err := os.ReadFile(filepath.Join("..", "..", "images", "loki", file))
		require.NoError(t, err)
	}
	if path := os.Getenv("FIREDRILL_LOKI"); path != "" {
		return path
	}
	path, err := exec.LookPath("loki")
	require.NoError(t, err, "loki is neither named by FIREDRILL_LOKI nor on the PATH: `make loki` builds it")
	return path
}

// check runs a test file whose rules are those above.
func check(t *testing.T, text string) error {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "rules.yaml"), []byte(rules), 0o600))
	path := filepath.Join(folder, "test.yaml")
	require.NoError(t, os.WriteFile(path, []byte("rule_files: [rules.yaml]\n"+text), 0o600))
	file, err := lokitest.Load(path)
	require.NoError(t, err)
	return lokitest.Run(t.Context(), program(t), t.TempDir(), file)
}

const story = `
tests:
  - name: panics
    lines:
      - {at: 1m, every: 10s, until: 5m, labels: {app: shop}, line: panic at the counter}
      - {at: 1m, labels: {app: api}, line: one panic is none}
    alarms:
`

func TestAsExpected(t *testing.T) {
	require.NoError(t, check(t, story+`
      - {at: 1m45s, rule: Panic}
      - {at: 4m, rule: Panic, firing: [{labels: {app: shop, severity: warning}, annotations: {summary: shop panics 19 times}}]}
      - {at: 11m, rule: Panic}
`))
}

func TestOtherwise(t *testing.T) {
	err := check(t, story+`
      - {at: 4m, rule: Panic}
      - {at: 4m, rule: Panic, firing: [{labels: {app: api, severity: warning}}]}
`)
	require.ErrorContains(t, err, "panics: Panic at 4m0s: not as expected\n  does not fire: nothing\n  fires besides: map[alertname:Panic app:shop")
	require.ErrorContains(t, err, "does not fire: map[app:api severity:warning]")
}

func TestUnknownRule(t *testing.T) {
	require.ErrorContains(t, check(t, story+"      - {at: 4m, rule: Panik}\n"), "no rule Panik in the rule files")
}
