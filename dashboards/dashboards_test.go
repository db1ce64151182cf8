package dashboards_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

type dashboard struct {
	UID    string
	Panels []panel
}

type panel struct {
	Title, Type string
	Targets     []struct {
		Expr, Interval, RefID string
	}
}

func read(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]dashboard{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var d dashboard
		require.NoError(t, json.Unmarshal(text, &d), file)
		require.Equal(t, strings.TrimSuffix(file, ".json"), d.UID, "a file has the name of its dashboard")
		all[d.UID] = d
	}
	return all
}

// A reader, the report and policies/panels.yaml know a panel by its title.
func TestTitlesAreUnique(t *testing.T) {
	for uid, d := range read(t) {
		seen := map[string]bool{}
		for _, p := range d.Panels {
			require.False(t, seen[p.Title], "dashboard %s has two panels %q", uid, p.Title)
			seen[p.Title] = true
		}
	}
}

// A reason that no panel needs any more would excuse the next panel of that
// title.
func TestPanelsThatMayBeEmptyExist(t *testing.T) {
	var policy struct {
		Empty []struct {
			Dashboard string `yaml:"dashboard"`
			Panel     string `yaml:"panel"`
			Reason    string `yaml:"reason"`
		} `yaml:"empty"`
	}
	_, err := strict.Load("../policies/panels.yaml", &policy)
	require.NoError(t, err)
	titles := map[string]map[string]bool{}
	for uid, d := range read(t) {
		titles[uid] = map[string]bool{}
		for _, p := range d.Panels {
			titles[uid][p.Title] = len(p.Targets) > 0
		}
	}
	require.NotEmpty(t, policy.Empty)
	for _, e := range policy.Empty {
		require.True(t, titles[e.Dashboard][e.Panel], "no panel %q with queries in dashboard %q", e.Panel, e.Dashboard)
		require.NotEmpty(t, e.Reason, "%s: %s", e.Dashboard, e.Panel)
	}
}

// kubelet matches rates of metrics that the kubelets serve.
var kubelet = regexp.MustCompile(`container_\w+_total\{[^}]*\}\[\$__rate_interval\]`)

// The data source's interval is that of most targets. With fewer than two of
// the kubelets' samples in it a rate is empty.
func TestRatesOfKubeletsHaveALongerStep(t *testing.T) {
	found := 0
	for uid, d := range read(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				if kubelet.MatchString(q.Expr) {
					found++
					require.Equal(t, "30s", q.Interval, "%s: %s, query %s", uid, p.Title, q.RefID)
				}
			}
		}
	}
	require.NotZero(t, found)
}
