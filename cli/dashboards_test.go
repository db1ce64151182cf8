package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// TestDashboardsLint answers with what is wrong, or how many files are right.
func TestDashboardsLint(t *testing.T) {
	good, err := filepath.Abs("../pipeline/dashboards/testdata/good")
	require.NoError(t, err)
	inEmptyFolder(t)
	out, _, err := firedrill(t, "dashboards", "lint", "--dir", good)
	require.NoError(t, err)
	require.Equal(t, "2 dashboards, nothing found\n", out)

	require.NoError(t, os.WriteFile("a.json", []byte(`{"uid": "a", "title": "A", "version": 2, "panels": [{"id": 1, "type": "row", "title": "Up"}]}`), 0o600))
	args := []string{"dashboards", "lint", "--dir", "."}
	out, _, err = firedrill(t, args...)
	require.Error(t, err)
	text := typed(args, out, err)
	out, progress, err := firedrill(t, append(args, "--fix")...)
	require.Equal(t, "rewrote a.json\n", progress)
	golden.Equal(t, filepath.Join(testdata, "dashboards-lint.txt"), text+typed(append(args, "--fix"), progress+out, err))
}

// TestDashboardsRefuse what is wrong before a Grafana is asked.
func TestDashboardsRefuse(t *testing.T) {
	good, err := filepath.Abs("../pipeline/dashboards/testdata/good")
	require.NoError(t, err)
	var screen strings.Builder
	for _, line := range []string{
		"dashboards lint",
		"dashboards lint --dir none",
		"dashboards lint --content SITE",
		"dashboards import --dir GOOD --content SITE",
		"dashboards import --dir GOOD --grafana-url http://127.0.0.1:1 --kubeconfig none.yaml",
		"dashboards export --dir GOOD --content SITE --name none",
		"dashboards check --dir GOOD --var namespace",
		"dashboards check --dir GOOD --grafana-url http://127.0.0.1:1 --check-only --from yesterday",
		"dashboards check --dir GOOD --grafana-url http://127.0.0.1:1 --check-only --allowed none.yaml",
	} {
		t.Run(line, func(t *testing.T) {
			content := inEmptyFolder(t)
			args := strings.Fields(strings.NewReplacer("SITE", content, "GOOD", good).Replace(line))
			out, progress, err := firedrill(t, args...)
			require.Error(t, err)
			require.Empty(t, out)
			require.Empty(t, progress)
			require.Empty(t, whatIsHere(t))
			text := typed(strings.Fields(line), "", err)
			screen.WriteString(strings.NewReplacer(content, "SITE", filepath.Dir(content), "SITE", good, "GOOD").Replace(text))
		})
	}
	golden.Equal(t, filepath.Join(testdata, "dashboards-refused.txt"), screen.String())
}

func TestTheTokenOfGrafanaIsNoArgument(t *testing.T) {
	t.Setenv("GRAFANA_TOKEN", "secret")
	require.Equal(t, "secret", (&dashboardFlags{flags: &flags{}, url: "http://127.0.0.1:1"}).with((&flags{}).options).GrafanaToken)
	require.Empty(t, (&dashboardFlags{flags: &flags{}}).with((&flags{}).options).GrafanaToken, "a cluster's Grafana gets no foreign token")
}
