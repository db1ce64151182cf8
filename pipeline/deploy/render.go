package deploy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// assumedVersion is the Kubernetes that charts are rendered for while no
// cluster has been asked yet.
var assumedVersion = chartutil.KubeVersion{Version: "v1.36.0", Major: "1", Minor: "36"}

// Render returns the objects of a release as its chart gives them without a
// cluster: CRDs first, then the chart's objects in the order of installation,
// then its hooks. Relative paths of the release start from dir.
func Render(dir string, r Release) ([]*unstructured.Unstructured, error) {
	rendered, err := render(dir, r)
	if err != nil {
		return nil, err
	}
	return objects(r, rendered)
}

// Document is one document of what a chart renders to.
type Document struct {
	// Template is the path of the file it comes from, inside the chart.
	Template string
	Text     string
}

// sourceLine is what Helm writes above each document.
const sourceLine = "---\n# Source: "

// Documents returns what the chart of a release renders to, as text: what Render
// gives, and the hooks of tests.
func Documents(dir string, r Release) ([]Document, error) {
	rendered, err := render(dir, r)
	if err != nil {
		return nil, err
	}
	var all []Document
	for _, part := range strings.Split(rendered.Manifest, sourceLine)[1:] {
		source, text, _ := strings.Cut(part, "\n")
		all = append(all, Document{Template: inChart(source), Text: text})
	}
	for _, hook := range rendered.Hooks {
		all = append(all, Document{Template: inChart(hook.Path), Text: hook.Manifest})
	}
	return all, nil
}

// inChart leaves out the chart's name, with which Helm's paths begin.
func inChart(source string) string {
	_, path, _ := strings.Cut(source, "/")
	return path
}

func render(dir string, r Release) (*release.Release, error) {
	c, err := loadChart(dir, r)
	if err != nil {
		return nil, err
	}
	values, err := loadValues(dir, r)
	if err != nil {
		return nil, err
	}
	install := action.NewInstall(&action.Configuration{Log: discardLog})
	install.ReleaseName, install.Namespace = r.Name, r.Namespace
	install.DryRun, install.ClientOnly = true, true
	install.IncludeCRDs = true
	install.KubeVersion = &assumedVersion
	rendered, err := install.Run(c, values)
	if err != nil {
		return nil, fmt.Errorf("render chart %s: %w", r.ChartSource(), err)
	}
	return rendered, nil
}

func objects(r Release, rendered *release.Release) ([]*unstructured.Unstructured, error) {
	all, err := decode(rendered.Manifest)
	if err != nil {
		return nil, fmt.Errorf("read what chart %s renders: %w", r.ChartSource(), err)
	}
	for _, hook := range rendered.Hooks {
		if slices.Equal(hook.Events, []release.HookEvent{release.HookTest}) {
			continue // runs on `helm test` only
		}
		more, err := decode(hook.Manifest)
		if err != nil {
			return nil, fmt.Errorf("read hook %s of chart %s: %w", hook.Path, r.ChartSource(), err)
		}
		all = append(all, more...)
	}
	return all, nil
}

// decode reads the documents of a manifest, without the empty ones.
func decode(manifest string) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(manifest), 4096)
	var all []*unstructured.Unstructured
	for {
		var document runtime.RawExtension
		err := decoder.Decode(&document)
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case len(document.Raw) == 0 || string(document.Raw) == "null":
			continue
		}
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(document.Raw); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
}

// discardLog keeps Helm's debug log away from the program's output.
func discardLog(string, ...any) {}
