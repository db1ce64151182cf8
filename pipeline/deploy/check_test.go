package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

// checked is what Validate says to a firedrill.yaml with these releases, one
// mistake a line, beside a chart web and the files given.
func checked(t *testing.T, releases string, files map[string]string) []string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "web"), os.DirFS(filepath.Join("testdata", "web"))))
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	path := filepath.Join(dir, "firedrill.yaml")
	require.NoError(t, os.WriteFile(path, []byte("releases:\n"+releases), 0o644))
	var content struct {
		Releases []Release `yaml:"releases"`
	}
	f, err := strict.Load(path, &content)
	if err == nil {
		Validate(f, "releases", content.Releases)
		err = f.Err()
	}
	if err == nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), "\n")
}

func TestValidateIsContentWithSoundReleases(t *testing.T) {
	require.Empty(t, checked(t, `
  - {name: api, namespace: demo, chart: web, values: [one.yaml, two.yaml], set: {port: 80}, needs: [site], timeout: 90s}
  - {name: site, namespace: demo, chart: web}
`, map[string]string{"one.yaml": "replicas: 2", "two.yaml": "image: x"}))
}

func TestValidateNamesFileLineAndWhatWouldBeRight(t *testing.T) {
	tests := map[string]struct {
		releases string
		files    map[string]string
		want     []string
	}{
		"name":           {"  - {name: Site, namespace: demo, chart: web}", nil, []string{`firedrill.yaml:2:12: releases[0].name: "Site" cannot be a release's name`}},
		"namespace":      {"  - {name: site, namespace: de_mo, chart: web}", nil, []string{`firedrill.yaml:2:29: releases[0].namespace: "de_mo" cannot be a namespace`}},
		"no duration":    {"  - {name: site, namespace: demo, chart: web, timeout: soon}", nil, []string{`firedrill.yaml:2:56: releases[0].timeout: "soon" is not a duration; write a number with a unit`}},
		"no time":        {"  - {name: site, namespace: demo, chart: web, timeout: -3m}", nil, []string{`firedrill.yaml:2:56: releases[0].timeout: "-3m" leaves no time`}},
		"a list as time": {"  - {name: site, namespace: demo, chart: web, timeout: [3m]}", nil, []string{`releases[0].timeout: "[3m]" is not a duration`}},
		"unknown need":   {"  - {name: site, namespace: demo, chart: web, needs: [api]}", nil, []string{`firedrill.yaml:2:55: releases[0].needs[0]: no release "api"; there are: site`}},
		"circle": {
			"  - {name: a, namespace: demo, chart: web, needs: [b]}\n  - {name: b, namespace: demo, chart: web, needs: [a]}", nil,
			[]string{`firedrill.yaml:2:52: releases[0].needs[0]: releases need each other in a circle: a needs b needs a`},
		},
		"name twice": {
			"  - {name: a, namespace: demo, chart: web}\n  - {name: a, namespace: demo, chart: web}", nil,
			[]string{`firedrill.yaml:3:12: releases[1].name: "a" is the name of releases[0] already`},
		},
		"no chart":     {"  - {name: a, namespace: demo, chart: wep}", nil, []string{`firedrill.yaml:2:39: releases[0].chart: no chart folder wep; name a folder`}},
		"not a chart":  {"  - {name: a, namespace: demo, chart: other}", map[string]string{"other/x": ""}, []string{`releases[0].chart: other is not a chart: it has no Chart.yaml`}},
		"chart a file": {"  - {name: a, namespace: demo, chart: web.tgz}", map[string]string{"web.tgz": ""}, []string{`releases[0].chart: web.tgz is a file; name a folder`}},
		"OCI chart":    {"  - {name: a, namespace: demo, chart: 'oci://example.org/web'}", nil, []string{`releases[0].chart: a chart from oci:// is not supported; name a folder`}},
		"no subchart": {
			"  - {name: a, namespace: demo, chart: other}",
			map[string]string{"other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0, repository: 'https://example.org'}]"},
			[]string{"releases[0].chart: chart other: found in Chart.yaml, but missing in charts/ directory: sub; put them there with"},
		},
		"no values file":  {"  - {name: a, namespace: demo, chart: web, values: [v.yaml]}", nil, []string{`firedrill.yaml:2:53: releases[0].values[0]: no values file v.yaml`}},
		"bad values file": {"  - {name: a, namespace: demo, chart: web, values: [v.yaml]}", map[string]string{"v.yaml": "a: b: c"}, []string{`firedrill.yaml:2:53: releases[0].values[0]: read values from v.yaml: `}},
		"inline value":    {"  - name: a\n    namespace: demo\n    chart: web\n    set:\n      replicas: many", nil, []string{`firedrill.yaml:6:17: releases[0].set.replicas: chart web does not allow this value: at replicas: got string, want integer`}},
		"value in a file": {
			"  - {name: a, namespace: demo, chart: web, values: [v.yaml]}",
			map[string]string{"v.yaml": "port: 1\nreplicas: many\n"},
			[]string{`firedrill.yaml:2:53: releases[0].values[0]: v.yaml:2:11: chart web does not allow this value: at replicas: got string, want integer`},
		},
		"unknown value": {"  - {name: a, namespace: demo, chart: web, set: {replicaas: 2}}", nil, []string{`releases[0].set.replicaas: chart web does not allow this value: at replicaas: additional properties 'replicaas' not allowed`}},
		"template": {
			"  - {name: a, namespace: demo, chart: web}",
			map[string]string{"web/templates/x.yaml": "a: {{ .Values.image.tag }}"},
			[]string{`firedrill.yaml:2:39: releases[0].chart: render chart web: template: web/templates/x.yaml:1:`},
		},
		"all at once": {
			"  - {name: a, namespace: demo, chart: wep, needs: [x]}\n  - {name: b, namespace: demo, chart: web, values: [v.yaml]}", nil,
			[]string{"releases[0].needs[0]", "releases[0].chart", "releases[1].values[0]"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := checked(t, test.releases, test.files)
			require.GreaterOrEqual(t, len(got), len(test.want), "%q", got)
			for i, want := range test.want {
				require.Contains(t, got[i], want)
			}
		})
	}
}

// Where a schema refers to a part of itself, Helm also lists the values around
// the wrong one.
func TestValidateNamesTheWrongValueAndNotThoseAroundIt(t *testing.T) {
	got := checked(t, "  - {name: a, namespace: demo, chart: nest, set: {disk: {size: big, sise: 1}}}", map[string]string{
		"nest/Chart.yaml": "apiVersion: v2\nname: nest\nversion: 1.0.0",
		"nest/values.schema.json": `{"properties": {"disk": {"$ref": "#/$defs/disk"}},
  "$defs": {"disk": {"properties": {"size": {"type": "integer"}}, "additionalProperties": false}}}`,
	})
	require.ElementsMatch(t, []string{
		"firedrill.yaml:2:64: releases[0].set.disk.size: chart nest does not allow this value: at disk.size: got string, want integer",
		"firedrill.yaml:2:75: releases[0].set.disk.sise: chart nest does not allow this value: at disk.sise: additional properties 'sise' not allowed",
	}, got)
}
