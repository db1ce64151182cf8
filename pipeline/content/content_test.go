package content_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
)

func TestLoad(t *testing.T) {
	c, err := content.Load(t.Context(), "testdata/good/firedrill.yaml", modulechart.Layer{})
	require.NoError(t, err)
	require.Equal(t, &content.Content{
		Cluster: content.Cluster{Nodes: 3, Reserved: 1},
		Images:  "testdata/good/images",
		Releases: []deploy.Release{
			{
				Name: "web", Namespace: "shop", Chart: "charts/web", Values: []string{"values.yaml"},
				Set: map[string]any{"replicas": uint64(3)}, Timeout: strict.Duration{Duration: 90 * time.Second},
			},
			{Name: "more", Namespace: "shop", Chart: "charts/web", Needs: []string{"web"}},
		},
		Rules:      drill.RuleFiles{Prometheus: []string{"testdata/good/charts/*/rules/*.yaml"}},
		Dashboards: "testdata/good/dashboards",
		Smoketests: "testdata/good/smoketests",
		Endpoints: drill.Endpoints{
			Prometheus:   server.Endpoint{Namespace: "monitoring", Service: "prometheus", Port: 9090},
			Alertmanager: server.Endpoint{Namespace: "monitoring", Service: "alertmanager", Port: 9093},
			Inbox:        server.Endpoint{Namespace: "monitoring", Service: "inbox", Port: 8080},
		},
		Grafana: &content.Grafana{
			Endpoint: server.Endpoint{Namespace: "monitoring", Service: "grafana", Port: 80}, Secret: "grafana",
		},
		Dir: "testdata/good",
	}, c)
}

// Every chart gets the scheme, beside what it is given; its own stays.
func TestNamesAreHandedToEveryChart(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/good")))
	file := filepath.Join(dir, "firedrill.yaml")
	text := `names: {env: sandbox, cluster: kind, domain: firedrill.test}
images: images
releases:
  - {name: plain, namespace: shop, chart: charts/web}
  - {name: more, namespace: shop, chart: charts/web, set: {replicas: 2, global: {color: red}}}
  - {name: own, namespace: shop, chart: charts/web, set: {global: {names: {env: other}}}}
`
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	c, err := content.Load(t.Context(), file, modulechart.Layer{})
	require.NoError(t, err)
	scheme := map[string]any{"env": "sandbox", "cluster": "kind", "domain": "firedrill.test"}
	require.Equal(t, map[string]any{"global": map[string]any{"names": scheme}}, c.Releases[0].Set)
	require.Equal(t, map[string]any{"replicas": uint64(2), "global": map[string]any{"color": "red", "names": scheme}}, c.Releases[1].Set)
	require.Equal(t, map[string]any{"global": map[string]any{"names": map[string]any{"env": "other"}}}, c.Releases[2].Set)
}

// The zone that is delegated is that of the names, unless it is another one.
func TestTheZoneOfTheNamesIsDelegated(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/good")))
	file := filepath.Join(dir, "firedrill.yaml")
	text := `cluster: {delegate: [{server: 10.96.0.53}, {zone: other.test, server: 10.96.0.54}]}
names: {env: sandbox, cluster: kind, domain: shop.example}
images: images
releases: [{name: web, namespace: shop, chart: charts/web}]
`
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	c, err := content.Load(t.Context(), file, modulechart.Layer{})
	require.NoError(t, err)
	require.Equal(t, []cluster.Delegation{
		{Zone: "shop.example", Server: "10.96.0.53"}, {Zone: "other.test", Server: "10.96.0.54"},
	}, c.Cluster.Delegate)
}

// A Secret's name may have dots, as those of certificates often have.
func TestASecretMayHaveDotsInItsName(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/good")))
	file := filepath.Join(dir, "firedrill.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	load := func(secret string) (*content.Content, error) {
		changed := strings.Replace(string(text), "secret: grafana", "secret: "+secret, 1)
		require.NotEqual(t, string(text), changed)
		require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
		return content.Load(t.Context(), file, modulechart.Layer{})
	}
	c, err := load("grafana.admin")
	require.NoError(t, err)
	require.Equal(t, "grafana.admin", c.Grafana.Secret)
	_, err = load("grafana_admin")
	require.ErrorContains(t, err, `grafana.secret: "grafana_admin" cannot be the name of a Secret`)
}

func TestLoadFillsInDefaults(t *testing.T) {
	c, err := content.Load(t.Context(), "testdata/small.yaml", modulechart.Layer{})
	require.NoError(t, err)
	require.Equal(t, 1, c.Cluster.Nodes)
	require.Empty(t, c.Dashboards, "what is not named is not looked for beside the file")
	require.Empty(t, c.Smoketests)
}

// An absolute path stays; a relative one starts from the file's folder, from
// wherever the program is called.
func TestLoadResolvesPaths(t *testing.T) {
	good, err := filepath.Abs("testdata/good")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(good)))
	file := filepath.Join(dir, "firedrill.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	changed := strings.Replace(string(text), "dashboards: ", "dashboards: "+good+"/", 1)
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))

	t.Chdir(t.TempDir())
	c, err := content.Load(t.Context(), file, modulechart.Layer{})
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "images"), c.Images)
	require.Equal(t, filepath.Join(dir, "smoketests"), c.Smoketests)
	require.Equal(t, []string{filepath.Join(dir, "charts", "*", "rules", "*.yaml")}, c.Rules.Prometheus)
	require.Equal(t, filepath.Join(good, "dashboards"), c.Dashboards)
	require.Equal(t, dir, c.Dir)
}

func TestLoadTheRepositorysOwn(t *testing.T) {
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	_, err = content.Load(t.Context(), "../../firedrill.yaml", pipeline.Charts(cache))
	require.NoError(t, err)
}

func TestLoadWithoutAFile(t *testing.T) {
	_, err := content.Load(t.Context(), "testdata/nothing.yaml", modulechart.Layer{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "testdata/nothing.yaml")
}

// Every file under testdata/bad is refused, with the message that stands in
// testdata/bad.txt: all of it, line by line with a place.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 25)
	var report strings.Builder
	for _, f := range files {
		c, err := content.Load(t.Context(), f, modulechart.Layer{})
		require.Error(t, err, f)
		require.Nil(t, c, f)
		for line := range strings.SplitSeq(err.Error(), "\n") {
			require.Regexp(t, `^`+f+`:[1-9][0-9]*:[1-9][0-9]*: .`, line)
		}
		report.WriteString(err.Error() + "\n\n")
	}
	golden.Equal(t, "testdata/bad.txt", report.String())
}

func TestCheckNodes(t *testing.T) {
	require.NoError(t, content.CheckNodes(1))
	require.NoError(t, content.CheckNodes(10))
	require.EqualError(t, content.CheckNodes(0), "0 nodes: wanted 1 to 10")
	require.EqualError(t, content.CheckNodes(11), "11 nodes: wanted 1 to 10")
}

// A chart that cannot render its rule file does not know where it is; the file
// and the line are told first.
func TestLoadNamesTheRuleFileThatBreaksItsChart(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/good")))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("charts/web/rules/web.yaml", "groups:\n  - name: web\n    rules:\n      - alert: Down\n       expr: up\n")
	write("charts/web/templates/rules.yaml", `{{ with (.Files.Get "rules/web.yaml" | fromYaml).Error }}{{ fail . }}{{ end }}`)
	_, err := content.Load(t.Context(), filepath.Join(dir, "firedrill.yaml"), modulechart.Layer{})
	lines := strings.Split(err.Error(), "\n")
	require.Equal(t, filepath.Join(dir, "charts/web/rules/web.yaml")+":5:8: this is not YAML: value is not allowed in this context", lines[0])
	require.Contains(t, lines[1], "releases[0].chart: render chart charts/web: ")
}
