package render

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/strict"
)

func site(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

const template = `{{- /* a web server */}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
spec:
  {{- if .Values.host }}
  hostNetwork: true
  {{- end }}
  containers:
    - name: web
      image: {{ .Values.image }}
`

func shop() map[string]string {
	return map[string]string{
		"charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "charts/web/values.yaml": "image: web:1\nhost: false\n",
		"charts/web/values-host.yaml": "host: true\n", "charts/web/ci/values-other.yaml": "image: web:1\n",
		"charts/web/templates/pod.yaml":     template,
		"charts/web/templates/_helpers.tpl": `{{- define "web.labels" }}` + "\napp: web\ntier: front\n{{- end }}\n",
		"more/quota.yaml":                   "# ours\n\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: shop}\n---\nnot: a manifest\n",
		"testdata/bad.yaml":                 "apiVersion: v1\nkind: Pod\nmetadata: {name: skipped}\n",
		"firedrill.yaml":                    "images: images\n",
	}
}

func TestEveryChartWithEveryValuesFileAndEveryManifest(t *testing.T) {
	dir, into := site(t, shop()), t.TempDir()
	documents, err := Lay(Options{
		Dir: dir, Into: into, Skip: []string{"testdata"},
		Releases: []deploy.Release{{Name: "front", Namespace: "shop", Chart: "charts/web", Set: map[string]any{"image": "web:2"}}},
	})
	require.NoError(t, err)
	var got []string
	for _, d := range documents {
		got = append(got, d.Object.String()+" "+d.Source+" "+strings.Join(d.Values, "+"))
		require.FileExists(t, filepath.Join(into, d.File))
	}
	require.Equal(t, []string{
		"shop/Pod/front charts/web/templates/pod.yaml release front",
		"shop/Pod/front charts/web/templates/pod.yaml charts/web/values.yaml+charts/web/ci/values-other.yaml",
		"shop/Pod/front charts/web/templates/pod.yaml charts/web/values-host.yaml",
		"shop/ResourceQuota/all more/quota.yaml ",
	}, got)
}

// TestLinesLeadBackToTheTemplate: of helpers, to where they are called.
func TestLinesLeadBackToTheTemplate(t *testing.T) {
	dir := site(t, shop())
	documents, err := Lay(Options{Dir: dir, Into: t.TempDir(), Skip: []string{"testdata"}})
	require.NoError(t, err)
	i := slices.IndexFunc(documents, func(d Document) bool { return slices.Contains(d.Values, "charts/web/values-host.yaml") })
	for rendered, line := range map[string]int{
		"name: web": 5, "tier: front": 6, "hostNetwork: true": 9, "- name: web": 12, "image: web:1": 13,
	} {
		n := documents[i].Find(rendered, 0, 0)
		require.Positive(t, n, rendered)
		require.Equal(t, finding.Place{File: "charts/web/templates/pod.yaml", Line: line}, documents[i].Place(n), rendered)
	}
	quota := documents[len(documents)-1]
	require.Equal(t, finding.Place{File: "more/quota.yaml", Line: 4}, quota.Place(quota.Find("kind:", 0, 0)))
}

func TestAChartThatDoesNotRenderIsToldAndTheOthersAreLaid(t *testing.T) {
	files := shop()
	files["charts/broken/Chart.yaml"] = "apiVersion: v2\nname: broken\nversion: 1.0.0\n"
	files["charts/broken/templates/a.yaml"] = `{{ required "a password is needed" .Values.password }}`
	documents, err := Lay(Options{Dir: site(t, files), Into: t.TempDir(), Skip: []string{"testdata"}})
	require.ErrorContains(t, err, "with charts/broken/values.yaml: render chart charts/broken")
	require.ErrorContains(t, err, "a password is needed")
	require.Len(t, documents, 3)
}

func TestNothingToScanIsAnError(t *testing.T) {
	_, err := Lay(Options{Dir: t.TempDir(), Into: t.TempDir()})
	require.ErrorContains(t, err, "no chart and no manifest: there is nothing to scan")
}

// modules is a module cache with one module in it.
type modules string

func (m modules) ModuleDir(context.Context, string, string) (string, error) { return string(m), nil }

// TestAChartOfAGoModuleIsLaidAsItsReleaseHasIt: its other values are nobody's
// choice. A finding names module, chart and template.
func TestAChartOfAGoModuleIsLaidAsItsReleaseHasIt(t *testing.T) {
	files := shop()
	files["pins/go.mod"], files["pins/go.sum"] = "module pins\n", ""
	files["firedrill.yaml"] = "releases:\n  - {name: certs, namespace: tls, chart: charts/web, module: {path: example.com/certs, pins: pins}, set: {image: 'certs:1'}}\n"
	dir, module := site(t, files), site(t, shop())
	var content struct {
		Releases []deploy.Release `yaml:"releases"`
	}
	file, err := strict.Load(filepath.Join(dir, "firedrill.yaml"), &content)
	require.NoError(t, err)
	deploy.Fetch(t.Context(), modulechart.Layer{Modules: modules(module), Cache: t.TempDir()}, file, "releases", content.Releases)
	require.NoError(t, file.Err())
	documents, err := Lay(Options{Dir: dir, Into: t.TempDir(), Skip: []string{"testdata"}, Releases: content.Releases})
	require.NoError(t, err)
	first := documents[0]
	require.Equal(t, "tls/Pod/certs", first.Object.String())
	require.Equal(t, []string{"release certs"}, first.Values)
	require.Equal(t, finding.Place{File: "example.com/certs/charts/web/templates/pod.yaml", Line: 13}, first.Place(first.Find("certs:1", 0, 0)))
	require.Len(t, documents, 4, "and ours: a chart with two files of values, and a manifest")
}

func TestPodsOfAJenkinsfileAndDockerfiles(t *testing.T) {
	dir, into := site(t, map[string]string{
		"Jenkinsfile": "// apiVersion: v1\ndef x = 'y'\n\nString AGENT = '''\napiVersion: v1\nkind: Pod\nspec: {}\n'''\n" +
			"OTHER = '''\nno manifest\n'''\nNAMED='''\nkind: Pod\napiVersion: v1\nmetadata: {name: own}\n'''\n",
		"web.Dockerfile": "FROM scratch\nUSER 1\n", "Dockerfile.txt/README": "FROM here\n", "Dockerfiles": "FROM there\n",
	}), t.TempDir()
	documents, err := Lay(Options{Dir: dir, Into: into})
	require.NoError(t, err)
	var got []string
	for _, d := range documents {
		got = append(got, d.Object.String()+" "+d.Place(2).String())
	}
	require.Equal(t, []string{"Pod/AGENT Jenkinsfile:6", "Pod/own Jenkinsfile:14", "Dockerfile/web.Dockerfile web.Dockerfile:2"}, got)
	require.FileExists(t, filepath.Join(into, "0002.Dockerfile"), "so that Trivy knows it")
}

// TestAPodWithoutANameGetsOne, and no finding moves to another line.
func TestAPodWithoutANameGetsOne(t *testing.T) {
	for _, text := range []string{
		"kind: Pod\napiVersion: v1\nmetadata:\n    # labels only\n    labels: {a: b}\nspec: {hostPID: true}\n",
		"kind: Pod\napiVersion: v1\nmetadata: {labels: {a: b}}\nspec: {hostPID: true}\n",
		"kind: Pod\napiVersion: v1\nspec: {hostPID: true}\n",
	} {
		d := split(text)[0].named("AGENT")
		var pod struct {
			Metadata struct {
				Name   string
				Labels map[string]string
			}
			Spec map[string]any
		}
		require.NoError(t, yaml.Unmarshal([]byte(d.text), &pod), d.text)
		require.Equal(t, "AGENT", pod.Metadata.Name)
		require.Equal(t, strings.Contains(text, "labels"), pod.Metadata.Labels["a"] == "b")
		object, err := d.read()
		require.NoError(t, err)
		require.Equal(t, "Pod/AGENT", object.String())
		before, _, _ := strings.Cut(text, "spec")
		require.Equal(t, 1+strings.Count(before, "\n"), d.Place(d.Find("hostPID", 1, 0)).Line)
	}
}
