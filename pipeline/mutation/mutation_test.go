package mutation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/drill"
)

// rules are of every form that is mutated in a way of its own.
func rules() []drill.Rule {
	return []drill.Rule{
		{Name: "WebsiteDown", By: drill.ByPrometheus, File: "website.yaml", Line: 7, Expr: `probe_success{job="probe"} == 0`, For: "1m", Labels: map[string]string{"severity": "critical"}},
		{Name: "Slow", By: drill.ByPrometheus, File: "website.yaml", Line: 20, Expr: `histogram_quantile(0.9, sum by (le) (rate(d_bucket[1m]))) > (0.5)`},
		{Name: "Missing", By: drill.ByPrometheus, File: "workloads.yaml", Line: 3, Expr: `available < wanted and on (pod) (-5 >= bool offset_bytes offset 1m)`},
		{Name: "Gone", By: drill.ByPrometheus, File: "workloads.yaml", Line: 9, Expr: `absent({__name__="up", job="x"})`, KeepFiringFor: "30s"},
		{Name: "Slow", By: drill.ByPrometheus, File: "website.yaml", Line: 30, Expr: `latency{code!~"4..|5..",path!=""} > 2`, Labels: map[string]string{"severity": "warning"}},
		{Name: "ErrorBurst", By: drill.ByLoki, Expr: `sum(rate({app="x"}[1m])) > 5`},
	}
}

func TestMutants(t *testing.T) {
	mutants, left, err := Of(rules())
	require.NoError(t, err)
	require.Equal(t, []string{"ErrorBurst (loki)"}, left)
	var text strings.Builder
	names := map[string]bool{}
	for _, m := range mutants {
		fmt.Fprintf(&text, "%s:%d %s: %s\n  %s\n", m.File, m.Line, m.Name, m.What, m.Expr)
		require.False(t, names[m.Name], "%s is there twice", m.Name)
		names[m.Name] = true
	}
	golden.Equal(t, "testdata/mutants.txt", text.String())
}

// The file is what Prometheus loads, and every mutant in it is marked.
func TestRuleFile(t *testing.T) {
	mutants, _, err := Of(rules())
	require.NoError(t, err)
	values, err := Values(mutants)
	require.NoError(t, err)
	text := values["rules"].(map[string]any)["extra"].(map[string]any)["mutants.yaml"].(string)
	golden.Equal(t, "testdata/mutants.yaml", text)
	groups, errs := rulefmt.Parse([]byte(text), false, model.UTF8Validation)
	require.Empty(t, errs)
	for _, r := range groups.Groups[0].Rules {
		require.Equal(t, r.Alert, r.Labels[Label])
	}
	original := rules()[0].Labels
	require.NotContains(t, original, Label)
}

func TestMutantsOfWhatIsNoPromQL(t *testing.T) {
	_, _, err := Of([]drill.Rule{{Name: "Down", By: drill.ByPrometheus, File: "a.yaml", Line: 3, Expr: "up =="}})
	require.ErrorContains(t, err, "a.yaml:3: rule Down: not PromQL: ")
}
