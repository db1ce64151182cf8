package deploy

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"sigs.k8s.io/yaml"
)

// chartFolder returns the folder that holds the chart of a release.
//
// There are two forms today: a folder, relative to dir, and a folder inside a
// pinned Go module, which Fetch has laid out. Others (an OCI reference, a chart of
// a repository) belong here: each ends in a folder, so nothing else has to know of
// them.
func chartFolder(dir string, r Release) (string, error) {
	if scheme, _, found := strings.Cut(r.Chart, "://"); found {
		return "", fmt.Errorf("a chart from %s:// is not supported; name a folder that holds a Chart.yaml", scheme)
	}
	folder := r.ChartFolder(dir)
	if folder == "" {
		return "", fmt.Errorf("the chart of module %s was not fetched", r.Module.Path)
	}
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("no chart folder %s; name a folder that holds a Chart.yaml", folder)
	case err != nil:
		return "", fmt.Errorf("look at the chart folder: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file; name a folder that holds a Chart.yaml", folder)
	}
	if _, err := os.Stat(filepath.Join(folder, chartutil.ChartfileName)); err != nil {
		return "", fmt.Errorf("%s is not a chart: it has no %s", folder, chartutil.ChartfileName)
	}
	return folder, nil
}

// loadChart reads a chart. Helm changes a chart while it works with it, so
// every piece of work loads its own.
func loadChart(dir string, r Release) (*chart.Chart, error) {
	folder, err := chartFolder(dir, r)
	if err != nil {
		return nil, err
	}
	c, err := loader.LoadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("load the chart in %s: %w", folder, err)
	}
	if err := action.CheckDependencies(c, c.Metadata.Dependencies); err != nil {
		return nil, fmt.Errorf("chart %s: %w; put them there with `helm dependency update %s`", folder, err, folder)
	}
	return c, nil
}

// loadValues merges the values files of the release and its inline values.
func loadValues(dir string, r Release) (map[string]any, error) {
	values, err := normal(r.Set)
	if err != nil {
		return nil, err
	}
	for _, path := range slices.Backward(r.Values) {
		file, err := readValues(within(dir, path))
		if err != nil {
			return nil, err
		}
		values = chartutil.MergeTables(values, file)
	}
	return values, nil
}

func readValues(path string) (map[string]any, error) {
	values, err := chartutil.ReadValuesFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("no values file %s", path)
	case err != nil:
		return nil, fmt.Errorf("read values from %s: %w", path, err)
	}
	return values, nil
}

// normal copies inline values into the types that Helm itself would read from
// a file, so that templates see no difference between the two.
func normal(set map[string]any) (map[string]any, error) {
	text, err := yaml.Marshal(maps.Clone(set))
	if err != nil {
		return nil, fmt.Errorf("inline values: %w", err)
	}
	return chartutil.ReadValues(text)
}
