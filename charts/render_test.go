package charts_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/release"
)

// variant is a chart with one set of values.
type variant struct {
	chart  string // folder
	values string // file on top of values.yaml, empty for none
}

func (v variant) name() string {
	if v.values == "" {
		return v.chart
	}
	return v.chart + "+" + filepath.Base(v.values)
}

// variants of all charts: values.yaml as it is, with each other values file
// beside it, and with each file of the folder ci.
func variants(t *testing.T) []variant {
	t.Helper()
	var all []variant
	for _, folder := range folders(t) {
		all = append(all, variant{chart: folder})
		for _, pattern := range []string{"values-*.yaml", "ci/*.yaml"} {
			for _, file := range glob(t, filepath.Join(folder, pattern)) {
				all = append(all, variant{chart: folder, values: file})
			}
		}
	}
	return all
}

// folders of all charts.
func folders(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, file := range glob(t, "*/Chart.yaml") {
		all = append(all, filepath.Dir(file))
	}
	require.NotEmpty(t, all, "no chart found")
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	return files
}

// forEachVariant runs a subtest a variant, with what the chart renders to.
func forEachVariant(t *testing.T, test func(t *testing.T, v variant, r *release.Release)) {
	for _, v := range variants(t) {
		t.Run(v.name(), func(t *testing.T) {
			r, err := render(v.chart, v.load(t))
			require.NoError(t, err)
			test(t, v, r)
		})
	}
}

// load reads the values on top of values.yaml.
func (v variant) load(t *testing.T) map[string]any {
	t.Helper()
	options := values.Options{}
	if v.values != "" {
		options.ValueFiles = []string{v.values}
	}
	merged, err := options.MergeValues(getter.Providers{})
	require.NoError(t, err)
	return merged
}

// render does what `helm install` does, short of talking to a cluster.
func render(folder string, vals map[string]any) (*release.Release, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.ClientOnly, install.DryRun = true, true
	install.ReleaseName, install.Namespace = chart.Name(), chart.Name()
	install.KubeVersion = &chartutil.KubeVersion{Version: "v1.36.3", Major: "1", Minor: "36"}
	return install.Run(chart, vals)
}

// set returns values with one key set, such as set("a.b", 1).
func set(path string, value any) map[string]any {
	keys := strings.Split(path, ".")
	for i := len(keys) - 1; i >= 0; i-- {
		value = map[string]any{keys[i]: value}
	}
	return value.(map[string]any)
}
