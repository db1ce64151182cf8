package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
)

// board is a dashboard with panel 1, panel 2 inside a row, and a variable.
func board() dashboards.Dashboard {
	one, two, row := int64(1), int64(2), int64(3)
	d := dashboards.Dashboard{File: "dashboards/website.json", UID: "website"}
	d.Content.Panels = []dashboards.Panel{{ID: &one}, {ID: &row, Type: "row", Panels: []dashboards.Panel{{ID: &two, Title: "Duration"}}}}
	d.Content.Templating.List = []dashboards.Variable{{Name: "namespace"}}
	return d
}

func TestStatic(t *testing.T) {
	dir := t.TempDir()
	books := filepath.Join(dir, "docs", "runbooks")
	require.NoError(t, os.MkdirAll(books, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(books, "Down.md"), []byte(whole), 0o600))
	annotations := func(runbook, dashboard string) map[string]string {
		return map[string]string{"summary": "x", "runbook_url": runbook, "dashboard_url": dashboard}
	}
	const right = "d/website/website?viewPanel=1&var-namespace={{ $labels.namespace }}"
	rules := []drill.Rule{
		{Name: "Down", File: "a.yaml", Line: 1, Annotations: annotations("runbooks/Down.md", right)},
		{Name: "Slow", File: "a.yaml", Line: 2, Annotations: annotations("runbooks/Slow.md", "d/website/website?viewPanel=panel-2")},
		{Name: "Down", File: "a.yaml", Line: 3, Annotations: annotations("runbooks/Other.md", "")},
		{Name: "Down", File: "a.yaml", Line: 4, Annotations: annotations("https://example.org/runbooks/Down.md", "https://g.example.org/d/shop/shop?viewPanel=1")},
		{Name: "Down", File: "a.yaml", Line: 5, Annotations: annotations("runbooks/Down.md", "d/website/x?viewPanel=3")},
		{Name: "Down", File: "a.yaml", Line: 6, Annotations: annotations("runbooks/Down.md", "d/website/x?viewPanel=1&var-pod={{ $labels.pod }}")},
		{Name: "Down", File: "a.yaml", Line: 7, Annotations: annotations("runbooks/Down.md", "explore")},
		{Name: "Down", File: "a.yaml", Line: 8, Expr: `up{job="shop"} == 0`, Annotations: annotations("runbooks/Down.md", "d/website/x?viewPanel=2")},
	}
	r := Static(Files{Rules: rules, Dir: dir, Dashboards: []dashboards.Dashboard{board()}, Coverage: CoveragePolicy{Otherwise: []Otherwise{{"Down", "elsewhere"}}}})
	var text strings.Builder
	require.NoError(t, r.Table(&text))
	golden.Equal(t, "testdata/static.txt", text.String())
	require.EqualError(t, r.Err(), "9 findings in 8 rules and 0 drills")
	require.NoError(t, Static(Files{Dir: dir}).Err())
}

func TestPlaced(t *testing.T) {
	require.Equal(t, Finding{File: "smoketests/down.yaml", Line: 4, Name: "down", Check: CheckDrill, Problem: "rule: no rule Dwn in a.yaml"},
		placed("smoketests/down.yaml:4:7: rule: no rule Dwn in a.yaml"))
	require.Equal(t, Finding{Check: CheckDrill, Problem: "something else"}, placed("something else"))
}
