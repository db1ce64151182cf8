package cli

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	drills "firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
)

func TestTouchedByADryRun(t *testing.T) {
	var out strings.Builder
	printTouched(&out, nil)
	require.Empty(t, out.String(), "no head of a table of nothing")
	printTouched(&out, []drills.Touched{
		{Drill: "website-down", Fault: "scale Deployment demo/website to 0", Objects: []fault.Object{
			{Kind: "Deployment", Namespace: "demo", Name: "website", Change: "replicas 2 -> 0"},
		}},
		{Drill: "node-not-ready", Fault: "pause the reserved node", Objects: []fault.Object{{Kind: "Node", Name: "worker", Change: "paused"}}},
	})
	printLeftOut(&out, nil)
	printLeftOut(&out, []drills.LeftOut{
		{Drill: "node-disk-pressure", Why: errors.New("it touches Node worker")},
		{Drill: "website-cut-off", Why: errors.Join(errors.New("it touches Pod demo/website"), errors.New("it is not marked"))},
	})
	golden.Equal(t, filepath.Join(testdata, "drill---dry-run.txt"), out.String())
}

func TestTalliesOfRepeatedDrills(t *testing.T) {
	took := func(seconds, ratio float64) []drills.WayResult {
		return []drills.WayResult{{Way: drills.WayGrafana, Seconds: drills.Seconds{FaultToNotification: &seconds}, Ratio: &ratio}}
	}
	var out strings.Builder
	printTallies(&out, []drills.Result{
		{Name: "website-down", Status: drills.Passed, Ways: took(4, 0.4)},
		{Name: "website-down", Status: drills.Failed, Ways: took(12.25, 1.225)},
		{Name: "never-ready", Status: drills.Failed},
	})
	golden.Equal(t, filepath.Join(testdata, "drill---repeat.txt"), out.String())
}
