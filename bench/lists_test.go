package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
)

func TestReleaseLines(t *testing.T) {
	var given map[string]any
	lines, err := releaseLines([]deploy.Release{
		{Name: "demo", Namespace: "shop", Chart: "charts/demo", Needs: []string{"stack"}},
		{Name: "inbox", Namespace: "monitoring", Chart: "charts/inbox"},
		{
			Name: "stack", Namespace: "monitoring", Chart: "charts/stack", Needs: []string{"inbox"},
			Values: []string{"a.yaml", "b.yaml"}, Set: map[string]any{"replicas": 3},
		},
	}, func(_ string, values map[string]any) (string, error) {
		given = values
		return "/work/set.yaml", nil
	})
	require.NoError(t, err)
	require.Equal(t, `inbox monitoring charts/inbox
stack monitoring charts/stack a.yaml b.yaml /work/set.yaml
demo shop charts/demo
`, lines)
	require.Equal(t, map[string]any{"replicas": 3}, given)
}

// Charts that read what firedrill signs before it deploys, such as its authority,
// would wait for ever.
func TestThePlainWayCanDoAllOfTheContent(t *testing.T) {
	all, err := content.Load(t.Context(), "../firedrill-bench.yaml", modulechart.Layer{})
	require.NoError(t, err)
	require.Nil(t, all.Certificates)
	require.Empty(t, all.Dashboards)
	drills, err := drill.Load(all.Smoketests)
	require.NoError(t, err)
	require.Len(t, drills, 1)
	_, left, err := drillLines(drills)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestReleaseThatTheShellWouldTear(t *testing.T) {
	for _, chart := range []string{"my charts/demo", `charts\demo`, ""} {
		_, err := releaseLines([]deploy.Release{{Name: "demo", Namespace: "demo", Chart: chart}}, nil)
		require.ErrorContains(t, err, "release demo")
	}
}

func TestDrillLines(t *testing.T) {
	none := int32(0)
	scale := []fault.Spec{{Scale: &fault.Scale{Namespace: "demo", Deployment: "website", Replicas: &none}}}
	lines, left, err := drillLines([]drill.Drill{
		{Name: "website-down", Rule: "WebsiteDown", Faults: scale, Graph: &drill.Graph{Query: `min(probe_success{job="probe"})`}},
		{Name: "disk-full", Rule: "DiskFull"},
		{Name: "no-graph", Rule: "Other", Faults: scale},
	})
	require.NoError(t, err)
	require.Equal(t, `website-down WebsiteDown demo website 0 min%28probe_success%7Bjob%3D%22probe%22%7D%29
no-graph Other demo website 0 vector(1)
`, lines)
	require.Equal(t, []LeftOut{{What: "drill disk-full", Why: "plain.sh knows no fault but one scale of a Deployment"}}, left)
}
