package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestWhatHasNotTheFormOfAValueIsWrong(t *testing.T) {
	o := plan.Options{Name: "n"}
	wrong := plan.Drill(o, plan.Test{MaxMemory: "x", MaxCPU: "-1"}, plan.Drills{Parallel: -1, Repeat: -2})
	require.EqualError(t, plan.Standing(o, plan.Cluster{Nodes: -1}, wrong).Wrong(), `--max-memory "x": wanted an amount such as 8Gi
--max-cpu "-1": wanted an amount such as 1500m
--parallel "-1": wanted a number from 1
--repeat "-2": wanted a number from 1
--nodes "-1": wanted a number from 1`)
	panels := plan.DashboardsCheck(o, plan.Panels{Within: "bogus", Variables: []string{"a=1", "x", "=2"}})
	require.EqualError(t, plan.Only(panels).Wrong(), `--var "x": wanted NAME=VALUE, such as namespace=demo
--var "=2": wanted NAME=VALUE, such as namespace=demo
--within "bogus": wanted a time such as 1m`)
}

func TestWhatHasTheFormOfAValueIsFiredrillsToJudge(t *testing.T) {
	o := plan.Options{Name: "n"}
	for _, memory := range []string{"8Gi", "1500m", "1e3", "0.5G", ""} {
		drill := plan.Drill(o, plan.Test{MaxMemory: memory}, plan.Drills{Names: []string{"website-down"}, Parallel: 2})
		require.NoError(t, plan.Standing(o, plan.Cluster{Nodes: 3}, drill).Wrong(), memory)
	}
	panels := plan.Panels{Within: "1m30s", Variables: []string{"a=", "b=1=2"}}
	require.NoError(t, plan.Only(plan.DashboardsCheck(o, panels)).Wrong())
	require.NoError(t, plan.Terminal(plan.Options{Kubeconfig: true}, 0).Wrong(), "nothing is asked")
}
