package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

// everything is all that a caller can say.
var everything = plan.Options{
	Content: "mine.yaml", Images: "registry", Mirror: "r.example/m", Name: "n",
	Pins: true, Kubeconfig: true, Docker: true, Store: true,
}

const everyFlag = " --engine docker --content mine.yaml --images registry --registry-mirror r.example/m --name n --pins /given/pins --kubeconfig /given/kubeconfig"

func TestCommands(t *testing.T) {
	drills := plan.Drills{
		Names: []string{"website-down", "api-slow"}, Parallel: 2, Repeat: 5, DryRun: true, Recover: true,
		PageForReal: true, Against: "shop", Namespace: "drills",
	}
	test := plan.Test{Nodes: 3, MaxMemory: "8Gi", MaxCPU: "1500m", Format: "slack", FromNothing: true, Remembered: true}
	const limits = " --max-memory 8Gi --max-cpu 1500m --notify-format slack"
	for want, got := range map[string][]string{
		"firedrill deploy-and-test":                                     plan.DeployAndTest(plan.Options{}, plan.Test{}),
		"firedrill deploy-and-test" + everyFlag + limits + " --nodes 3": plan.DeployAndTest(everything, test),
		"firedrill nightly --history /work/history":                     plan.Nightly(plan.Options{}, plan.Test{}),
		"firedrill nightly --name n" + limits + " --nodes 3 --from-nothing --history /work/history --notify-state /work/history": plan.Nightly(plan.Options{Name: "n"}, test),
		"firedrill drill --kubeconfig /given/kubeconfig": plan.Drill(plan.Options{Kubeconfig: true}, plan.Test{}, plan.Drills{}),
		"firedrill drill website-down api-slow --kubeconfig /given/kubeconfig" + limits + " --parallel 2 --repeat 5 --dry-run --recover --against shop --namespace drills --page-for-real": plan.Drill(
			plan.Options{Kubeconfig: true}, test, drills),
		"firedrill images build --images source":             plan.ImagesBuild(plan.Options{Images: "source"}),
		"firedrill doctor --registry-mirror r.example --fix": plan.Doctor(plan.Options{Name: "n", Mirror: "r.example"}),
		"firedrill scan manifests":                           plan.ScanManifests(plan.Options{}),
		"firedrill scan images --vuln-db /given/vuln-db":     plan.ScanImages(plan.Options{}, true),
		"firedrill scan cluster --name n":                    plan.ScanCluster(plan.Options{Name: "n"}),
		"firedrill dashboards check":                         plan.DashboardsCheck(plan.Options{}, plan.Panels{}),
		"firedrill dashboards check --dir d --grafana-url u --from f --to t --var a=1 --var a=2 --within 1m --allowed /given/allowed": plan.DashboardsCheck(
			plan.Options{}, plan.Panels{Dir: "d", From: "f", To: "t", Within: "1m", GrafanaURL: "u", Variables: []string{"a=1", "a=2"}, Allowed: true}),
	} {
		require.Equal(t, want, strings.Join(got, " "))
	}
}

func TestAContainerHasNoMoreRightsThanItsWorkNeeds(t *testing.T) {
	require.True(t, plan.Options{}.Privileged())
	require.False(t, plan.Options{Docker: true}.Privileged())
	require.False(t, plan.Options{Kubeconfig: true}.Privileged())

	require.Equal(t, []string{"apt-get", "go", "make"}, plan.Options{}.Needs())
	require.Equal(t, []string{"docker", "go", "make"}, plan.Options{Docker: true}.Needs())
	require.Equal(t, []string{"go", "make"}, plan.Options{Kubeconfig: true}.Needs())
}
