package modulechart

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"
	"sigs.k8s.io/yaml"
)

// templateFile is what a chart has in place of Chart.yaml where the release's
// tools make that.
const templateFile = "Chart.template.yaml"

// copyChart makes the chart's folder out of the module's.
func copyChart(to, module string, c Chart, version string) error {
	from := filepath.Join(module, filepath.FromSlash(c.Folder))
	if err := isFolder(from, "chart: the folder with its Chart.yaml", c.Folder); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	if err := writable(to); err != nil {
		return err
	}
	if err := describe(to, c.Folder, version); err != nil {
		return err
	}
	if c.CRDs == "" {
		return nil
	}
	crds := filepath.Join(module, filepath.FromSlash(c.CRDs))
	if err := isFolder(crds, "crds: the folder with its CRDs", c.CRDs); err != nil {
		return err
	}
	return copyCRDs(to, crds, c.CRDs)
}

func isFolder(path, wanted, name string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the module has no folder %s; it was wanted as %s; what there is: %s", name, wanted, listed(filepath.Dir(path)))
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s of the module is a file; wanted as %s", name, wanted)
	}
	return nil
}

// listed are the names in a folder, for messages.
func listed(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "nothing, not even the folder around it"
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, ", ")
}

// writable takes back what module caches forbid, or the folder could not be
// removed again.
func writable(root string) error {
	return filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return os.Chmod(path, 0o644)
	})
}

// describe writes Chart.yaml with the version of the module, which the module's
// own release would write there.
func describe(chart, name, version string) error {
	file := filepath.Join(chart, chartutil.ChartfileName)
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		text, err = os.ReadFile(filepath.Join(chart, templateFile))
	}
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is no chart: it has neither a %s nor a %s", name, chartutil.ChartfileName, templateFile)
	}
	if err != nil {
		return err
	}
	about := map[string]any{}
	if err := yaml.Unmarshal(text, &about); err != nil {
		return fmt.Errorf("read what chart %s says of itself: %w", name, err)
	}
	if version != "" {
		about["version"], about["appVersion"] = version, version
	}
	text, err = yaml.Marshal(about)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// copyCRDs puts CRDs where Helm installs them from: those that are templates (of
// labels, most often) beside the chart's own, others into its folder crds.
func copyCRDs(chart, from, name string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.yaml"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("the module's folder %s has no *.yaml: crds names the folder with the CRDs", name)
	}
	slices.Sort(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		folder := filepath.Join(chart, "crds")
		if bytes.Contains(text, []byte("{{")) {
			folder = filepath.Join(chart, "templates", "crds")
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
