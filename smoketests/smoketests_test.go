// Package smoketests holds the drills. Its test runs them against a cluster:
//
//	go test ./smoketests -timeout 60m -kubeconfig FILE
//
// Without a kubeconfig it checks the files against the rules that are shipped.
package smoketests

import (
	"flag"
	"os"
	"os/signal"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline"
	"firedrill/pipeline/content"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
)

var (
	kubeconfig  = flag.String("kubeconfig", "", "kubeconfig of the cluster to hold the drills in; none: only check the files")
	contentFile = flag.String("content", "../firedrill.yaml", "file that names the drills, the rules and the servers' Services")
)

func TestDrills(t *testing.T) {
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	c, err := content.Load(t.Context(), *contentFile, pipeline.Charts(cache))
	require.NoError(t, err)
	rules, err := drill.Rules(c.Rules)
	require.NoError(t, err)
	drills, err := drill.Load(c.Smoketests)
	require.NoError(t, err)
	require.NoError(t, drill.Validate(drills, rules))
	if c.Grafana == nil {
		require.NoError(t, drill.WithoutGrafana(drills))
	}
	if *kubeconfig == "" {
		t.Logf("%d drill files are right; give -kubeconfig to hold the drills in a cluster", len(drills))
		return
	}

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	require.NoError(t, err)
	// Ctrl-C must undo the fault before the test ends.
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	undo := func(servers drill.Servers) error {
		return drill.Recover(ctx, servers.Cluster, func(e event.Event) { t.Log(e.Item, e.State, e.Message) })
	}
	require.NoError(t, pipeline.HoldDrills(ctx, config, c, undo, func(servers drill.Servers) error {
		for _, d := range drills {
			t.Run(d.Name, func(t *testing.T) {
				sink := func(e event.Event) { t.Log(e.State, e.Message) }
				_, err := drill.RunAll(ctx, drill.Options{Servers: servers, Rules: rules, Sink: sink}, []drill.Drill{d})
				require.NoError(t, err)
			})
		}
		return nil
	}))
}
