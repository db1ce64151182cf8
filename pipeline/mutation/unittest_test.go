package mutation

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/drill"
)

const ruleText = `groups:
  - name: web
    interval: 5s
    rules:
      - record: up:sum
        expr: sum(up)
      - alert: Down
        expr: |
          up{job="web"}
          == 0
        for: 1m
        annotations: {summary: the web is down}
      - alert: Slow
        expr: latency > 2
`

// promtool fails the tests of rules in which one of these texts is missing, and
// keeps what it was given.
type promtool struct {
	wants  []string
	broken error
	dirs   []string
	given  []string
}

func (p *promtool) Run(_ context.Context, c command.Command) ([]byte, error) {
	tests := c.Argv[3]
	if strings.Join(c.Argv[:3], " ") != "promtool test rules" || !c.Bound {
		return nil, errors.New("asked for something else")
	}
	if p.broken != nil {
		return nil, &command.Error{Command: c, Err: p.broken, Output: "unknown flag"}
	}
	if text, err := os.ReadFile(tests); err != nil || string(text) != "the tests" {
		return nil, errors.New("the tests are not there")
	}
	dir := filepath.Dir(filepath.Dir(tests))
	text, err := os.ReadFile(filepath.Join(dir, filepath.Base(tests)))
	if err != nil {
		return nil, err
	}
	p.dirs, p.given = append(p.dirs, dir), append(p.given, string(text))
	for _, want := range p.wants {
		if !strings.Contains(string(text), want) {
			_, _ = io.WriteString(c.Stderr, "  FAILED:\n    name: what answers is well,\n    alertname: Down, time: 1m, \n        exp:[], \n")
			return nil, &command.Error{Command: c, Err: &exec.ExitError{}}
		}
	}
	return nil, nil
}

// mutantsOf are those of the rules in a folder of the test's own; without tests
// beside them, if so wanted.
func mutantsOf(t *testing.T, tests bool) []Mutant {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "web.yaml")
	require.NoError(t, os.WriteFile(file, []byte(ruleText), 0o600))
	if tests {
		require.NoError(t, os.Mkdir(filepath.Join(dir, "tests"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "tests", "web.yaml"), []byte("the tests"), 0o600))
	}
	rules, err := drill.Rules(drill.RuleFiles{Prometheus: []string{file}})
	require.NoError(t, err)
	mutants, _, err := Of(rules)
	require.NoError(t, err)
	return mutants
}

// silent wants to be told nothing.
func silent(string) {}

func TestUnitTestsKillMutants(t *testing.T) {
	tool := &promtool{wants: []string{"== 0", "Slow"}}
	mutants := mutantsOf(t, true)
	tested, err := Promtool{tool, "promtool"}.Test(t.Context(), mutants, silent)
	require.NoError(t, err)
	killed, passes := Tested{true, "unit test: what answers is well"}, Tested{Because: "its unit tests pass"}
	require.Equal(t, map[string]Tested{
		"Down__threshold_lower": killed, "Down__threshold_higher": killed, "Down__comparison": killed, "Down__removed": killed, "Down__metric": passes, "Down__label": passes,
		"Slow__threshold_lower": passes, "Slow__threshold_higher": passes, "Slow__comparison": passes, "Slow__metric": passes, "Slow__removed": killed,
	}, tested)
	require.Equal(t, ruleText, tool.given[0], "first the rules as they are")
	require.Contains(t, tool.given[1], "interval: 5s", "and all else stays")
	require.Contains(t, tool.given[1], "record: up:sum")
	for _, dir := range tool.dirs {
		require.NoDirExists(t, dir)
	}
	text, err := os.ReadFile(mutants[0].File)
	require.NoError(t, err)
	require.Equal(t, ruleText, string(text), "the file itself is left alone")
}

func TestRulesWithoutUnitTests(t *testing.T) {
	tested, err := Promtool{&promtool{}, "promtool"}.Test(t.Context(), mutantsOf(t, false), silent)
	require.NoError(t, err)
	require.Len(t, tested, 11)
	require.Equal(t, Tested{Because: "its rule has no unit test"}, tested["Down__removed"])
}

// A judge who says no to everything is none.
func TestUnitTestsThatFailAnyway(t *testing.T) {
	mutants := mutantsOf(t, true)
	test := func(tool *promtool) error {
		_, err := Promtool{tool, "promtool"}.Test(t.Context(), mutants, silent)
		return err
	}
	require.ErrorContains(t, test(&promtool{wants: []string{"no such rule"}}),
		"tests/web.yaml fails with the rules as they are (unit test: what answers is well); mend that first")
	require.ErrorContains(t, test(&promtool{broken: exec.ErrNotFound}), "`make promtool` builds it, and --promtool names it")
	require.ErrorContains(t, test(&promtool{broken: &exec.ExitError{}}), "unknown flag", "it did not come to judge")
}

func TestInterruptedUnitTests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Promtool{&promtool{}, "promtool"}.Test(ctx, mutantsOf(t, true), silent)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAMutantOfARuleThatIsGone(t *testing.T) {
	m := mutantsOf(t, true)[0]
	_, err := m.in([]byte("groups: [{name: web, rules: []}]"))
	require.ErrorContains(t, err, "rule Down is not there any more")
}
