package modulechart_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"

	"firedrill/pipeline/deploy/modulechart"
)

// modules is a module cache with one module in it.
type modules struct {
	dir   string
	err   error
	asked int
}

func (m *modules) ModuleDir(_ context.Context, dir, module string) (string, error) {
	m.asked++
	if m.err != nil {
		return "", m.err
	}
	if module != "example.com/certs" || filepath.Base(dir) != "pins" {
		return "", errors.New("no such module")
	}
	return m.dir, nil
}

// world is a module, a folder that pins it, and a layer.
func world(t *testing.T, files map[string]string) (*modules, modulechart.Layer, modulechart.Chart) {
	t.Helper()
	root := t.TempDir()
	m := &modules{dir: filepath.Join(root, "certs@v1.2.3")}
	write(t, filepath.Join(root, "pins"), map[string]string{"go.mod": "module pins\n", "go.sum": "x"})
	write(t, m.dir, files)
	return m, modulechart.Layer{Modules: m, Cache: filepath.Join(root, "charts")},
		modulechart.Chart{Module: "example.com/certs", Pins: filepath.Join(root, "pins"), Folder: "deploy/charts/certs", CRDs: "deploy/crds"}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o444)) // as module caches have them
	}
}

func sound() map[string]string {
	return map[string]string{
		"deploy/charts/certs/Chart.template.yaml":  "apiVersion: v1\nname: certs\nversion: v0.1.0\nappVersion: v0.1.0\n",
		"deploy/charts/certs/values.yaml":          "replicas: 1\n",
		"deploy/charts/certs/templates/thing.yaml": "kind: Thing\n",
		"deploy/crds/plain.yaml":                   "kind: CustomResourceDefinition\n",
		"deploy/crds/labelled.yaml":                "kind: CustomResourceDefinition # {{ .Release.Name }}\n",
	}
}

func TestAChartWithoutAVersionGetsTheModules(t *testing.T) {
	_, layer, chart := world(t, sound())
	folder, err := layer.Lay(t.Context(), chart)
	require.NoError(t, err)
	c, err := loader.LoadDir(folder)
	require.NoError(t, err)
	require.Equal(t, []string{"certs", "v1.2.3", "v1.2.3"}, []string{c.Name(), c.Metadata.Version, c.AppVersion()})
	var templates []string
	for _, f := range c.Templates {
		templates = append(templates, f.Name)
	}
	require.ElementsMatch(t, []string{"templates/thing.yaml", "templates/crds/labelled.yaml"}, templates)
	require.Len(t, c.CRDObjects(), 1)
	require.Equal(t, "crds/plain.yaml", c.CRDObjects()[0].Name)
	require.NoError(t, os.RemoveAll(folder), "it can be removed, unlike what module caches hold")
}

func TestTheGoCommandIsAskedOnceAndAgainWhenThePinsChange(t *testing.T) {
	m, layer, chart := world(t, sound())
	first, err := layer.Lay(t.Context(), chart)
	require.NoError(t, err)
	again, err := layer.Lay(t.Context(), chart)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, 1, m.asked)

	require.NoError(t, os.Remove(filepath.Join(chart.Pins, "go.sum")))
	write(t, chart.Pins, map[string]string{"go.sum": "y"})
	other, err := layer.Lay(t.Context(), chart)
	require.NoError(t, err)
	require.NotEqual(t, first, other)
	require.Equal(t, 2, m.asked)
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	tests := map[string]struct {
		change func(files map[string]string, m *modules, c *modulechart.Chart)
		want   string
	}{
		"no such folder": {
			func(_ map[string]string, _ *modules, c *modulechart.Chart) { c.Folder = "deploy/charts/cert" },
			"lay out the chart deploy/charts/cert of module example.com/certs: the module has no folder deploy/charts/cert; it was wanted as chart: the folder with its Chart.yaml; what there is: certs",
		},
		"no chart": {
			func(files map[string]string, _ *modules, _ *modulechart.Chart) {
				delete(files, "deploy/charts/certs/Chart.template.yaml")
			},
			"deploy/charts/certs is no chart: it has neither a Chart.yaml nor a Chart.template.yaml",
		},
		"no CRDs": {
			func(_ map[string]string, _ *modules, c *modulechart.Chart) { c.CRDs = "deploy" },
			"the module's folder deploy has no *.yaml: crds names the folder with the CRDs",
		},
		"no module": {
			func(_ map[string]string, m *modules, _ *modulechart.Chart) { m.err = errors.New("not served") },
			"pins/go.mod pins: not served",
		},
		"nothing pinned": {
			func(_ map[string]string, _ *modules, c *modulechart.Chart) { c.Pins = "testdata" },
			"testdata pins no module: there is no go.mod in it; make one with `go mod init` and `go get example.com/certs@VERSION`",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files := sound()
			var change modulechart.Chart
			test.change(files, &modules{}, &change)
			m, layer, chart := world(t, files)
			test.change(files, m, &chart)
			_, err := layer.Lay(t.Context(), chart)
			require.ErrorContains(t, err, test.want)
			left, _ := filepath.Glob(filepath.Join(layer.Cache, "*"))
			require.Empty(t, left, "nothing half made is left")
		})
	}
}

// Another process may be laying a chart out; one that was killed does not go on.
func TestWhatKilledProcessesLeftIsRemoved(t *testing.T) {
	_, layer, chart := world(t, sound())
	killed, busy := filepath.Join(layer.Cache, "work-1"), filepath.Join(layer.Cache, "work-2")
	write(t, killed, map[string]string{"chart/Chart.yaml": "half"})
	write(t, busy, map[string]string{"chart/Chart.yaml": "half"})
	before := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(killed, before, before))
	_, err := layer.Lay(t.Context(), chart)
	require.NoError(t, err)
	require.NoDirExists(t, killed)
	require.DirExists(t, busy)
}
