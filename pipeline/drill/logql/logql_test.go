package logql_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/logql"
)

func TestSelectors(t *testing.T) {
	found, err := logql.Selectors("sum by (app) (count_over_time({namespace=~\"demo|shop\", app!=\"a}b\"} # in { words\n |= `level=\"error` [1m])) / sum(rate({app=\"x\\\"{\"}[1m])) > 5")
	require.NoError(t, err)
	require.Equal(t, []string{`{namespace=~"demo|shop", app!="a}b"}`, `{app="x\"{"}`}, found)
}

func TestSelectorsOfWhatIsNoLogQL(t *testing.T) {
	for expr, want := range map[string]string{
		`sum(rate({app="x"}[1m])`: "the ( at 1:4 is not closed",
		"sum(\n  {app=\"x\"])":    "the ] at 2:11 closes nothing",
		`{app="x}`:                "the quote at 1:6 is not closed",
		`rate({app="x"}[1m]))`:    "the ) at 1:20 closes nothing",
		`up == 0`:                 `it selects no stream, as {app="website"} does`,
		"{app=\"x\"} |= `oh # no": "the quote at 1:14 is not closed",
		`# {app="x"}`:             `it selects no stream, as {app="website"} does`,
	} {
		_, err := logql.Selectors(expr)
		require.EqualError(t, err, want, expr)
	}
}
