package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

func TestLoadReadsWhatTheContentNames(t *testing.T) {
	o, _ := site(t)
	l, err := load(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, l.specs, 2)
	require.Equal(t, []string{"cart-down", "web-down"}, drillNames(l.drills))
	require.Len(t, l.rules, 2)
}

func TestNamedDrillsAreHeldInTheOrderOfTheNames(t *testing.T) {
	o, _ := site(t)
	o.Drills = []string{"web-down", "cart-down"}
	l, err := load(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, o.Drills, drillNames(l.drills))
	require.Len(t, l.rules, 2, "coverage counts every rule all the same")

	o.Drills = []string{"web-down", "site-down", "moon-down"}
	_, err = load(t.Context(), o)
	require.EqualError(t, err, "no drill \"site-down\" in testdata/site/smoketests: `firedrill drill --list` shows those there are\n"+
		"no drill \"moon-down\" in testdata/site/smoketests: `firedrill drill --list` shows those there are")
}

// TestEveryMistakeIsToldAtOnce: a typo in an image does not hide one in a drill.
func TestEveryMistakeIsToldAtOnce(t *testing.T) {
	o, _ := site(t)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Dir(o.Content))))
	o.Content = filepath.Join(dir, "firedrill.yaml")
	o.Pins = filepath.Join(dir, "pins.yaml")
	text, err := os.ReadFile(o.Content)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(o.Content, append(text, "\ndashboards: dashboards\n"...), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "dashboards"), 0o755))
	files := []string{"images/web/image.yaml", "rules/web.yaml", "smoketests/web-down.yaml", "pins.yaml", "dashboards/web.json"}
	for _, file := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("typo: 1\n"), 0o600))
	}
	_, err = load(t.Context(), o)
	for _, file := range files {
		require.ErrorContains(t, err, filepath.Join(dir, file))
	}
}

func TestListOfPanelsIsReadBeforeAnythingIsDone(t *testing.T) {
	o, _ := site(t)
	dir := t.TempDir()
	o.Content = filepath.Join(dir, "firedrill.yaml")
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/site")))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "dashboards"), os.DirFS("../dashboards")))
	text, err := os.ReadFile(o.Content)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(o.Content, append(text, "\ndashboards: dashboards\npolicies: policies\n"...), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "policies"), 0o755))
	policy := filepath.Join(dir, "policies", "panels.yaml")
	require.NoError(t, os.WriteFile(policy, []byte("empty:\n  - {dashboard: alarm, panel: x, reason: y}\n"), 0o600))
	_, err = load(t.Context(), o)
	require.ErrorContains(t, err, policy+`:2:17: empty[0].dashboard: no dashboard has the uid "alarm"`)
}

func TestWrongOptionsAreRefusedTogether(t *testing.T) {
	o, _ := site(t)
	require.NoError(t, o.check())
	o.Engine, o.Images, o.Nodes, o.Name, o.Mirror, o.Kubeconfig = "rkt", "cloud", 11, "../up", "https://example.com", "none.yaml"
	err := o.check()
	for _, want := range []string{
		`engine "rkt" is unknown`, `image source "cloud" is unknown`, "11 nodes: wanted 1 to 10",
		`run name "../up"`, `registry mirror "https://example.com": wanted HOST[:PORT][/PREFIX]`, "read the kubeconfig none.yaml",
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestAMirrorIsNoPathOnDockerHub(t *testing.T) {
	o, _ := site(t)
	for mirror, host := range map[string]string{"nexus": "nexus", "nexus/mirror.d": "nexus", "localhost": "localhost"} {
		o.Mirror = mirror
		require.ErrorContains(t, o.check(), host+" would be taken for a path on Docker Hub: give its port, such as "+host+":443, or its full name")
	}
	for _, mirror := range []string{"nexus:443", "localhost:5000/all", "registry.example.com/mirror"} {
		o.Mirror = mirror
		require.NoError(t, o.check(), mirror)
	}
}

func drillNames(drills []drill.Drill) []string {
	var all []string
	for _, d := range drills {
		all = append(all, d.Name)
	}
	return all
}
