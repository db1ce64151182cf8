package deploy

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/strict"
)

// unpacked is a module cache with one module in it.
type unpacked string

func (u unpacked) ModuleDir(context.Context, string, string) (string, error) { return string(u), nil }

// fetched reads a firedrill.yaml with these releases beside the folder pins, with
// the chart web in the module example.com/web.
func fetched(t *testing.T, releases string) ([]Release, error) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "web@v1.0.0", "deploy", "web"), os.DirFS(filepath.Join("testdata", "web"))))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "pins"), 0o755))
	for _, name := range []string{"go.mod", "go.sum"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "pins", name), nil, 0o644))
	}
	path := filepath.Join(dir, "firedrill.yaml")
	require.NoError(t, os.WriteFile(path, []byte("releases:\n"+releases), 0o644))
	var content struct {
		Releases []Release `yaml:"releases"`
	}
	f, err := strict.Load(path, &content)
	require.NoError(t, err)
	Fetch(t.Context(), modulechart.Layer{Modules: unpacked(filepath.Join(dir, "web@v1.0.0")), Cache: filepath.Join(dir, "charts")}, f, "releases", content.Releases)
	Validate(f, "releases", content.Releases)
	return content.Releases, f.Err()
}

func TestAChartOfAModuleIsRenderedAsOthersAre(t *testing.T) {
	releases, err := fetched(t, "  - {name: site, namespace: demo, chart: deploy/web, module: {path: example.com/web, pins: pins}}")
	require.NoError(t, err)
	objects, err := Render("elsewhere", releases[0])
	require.NoError(t, err)
	require.NotEmpty(t, objects)
	require.Equal(t, "example.com/web/deploy/web", releases[0].ChartSource())
}

func TestAModuleThatCannotBeIsOneMistake(t *testing.T) {
	for module, want := range map[string]string{
		"{path: example.com/web, pins: nothing}":                  "firedrill.yaml:2:62: releases[0].module: ",
		"{path: '', pins: pins}":                                  "releases[0].module.path: is missing; name the module, such as",
		"{path: example.com/web, pins: ''}":                       "releases[0].module.pins: is missing; name the folder whose go.mod pins the module",
		"{path: example.com/web, pins: pins, crds: ../elsewhere}": "releases[0].module.crds: ../elsewhere is not inside the module",
		"{path: example.com/web, pins: pins, crds: crds}":         "the module has no folder crds; it was wanted as crds: the folder with its CRDs; what there is: deploy",
	} {
		_, err := fetched(t, "  - {name: site, namespace: demo, chart: deploy/web, module: "+module+"}")
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n", "and not that the chart is missing too")
	}
}

func TestAChartOfAModuleThatWasNotFetchedIsAnError(t *testing.T) {
	_, err := Render("", Release{Name: "site", Namespace: "demo", Chart: "web", Module: &Module{Path: "example.com/web"}})
	require.EqualError(t, err, "the chart of module example.com/web was not fetched")
}
