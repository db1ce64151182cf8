package plan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestOnlyAContainerThatStartsContainersHasPodmansStorage(t *testing.T) {
	require.Equal(t, []plan.Volume{{Path: "/cache", Name: "c"}}, plan.Volumes("c", "s", false))
	require.Equal(t, []plan.Volume{
		{Path: "/cache", Name: "c"},
		{Path: "/var/lib/containers", Name: "s", Alone: true},
		{Path: "/cache/firedrill/runs", Name: "s-runs"}, // two storages do not remove each other's
	}, plan.Volumes("c", "s", true))
}

// Whatever a tool keeps must be on the cache volume: all else ends with the run.
func TestToolsKeepTheirsOnTheCacheVolume(t *testing.T) {
	kept := map[string]string{}
	for _, v := range plan.Environment() {
		kept[v.Name] = v.Value
	}
	for _, name := range []string{"FIREDRILL_CACHE", "GOCACHE", "GOMODCACHE"} {
		require.Regexp(t, "^"+plan.Cache+"/", kept[name], name)
	}
	require.Equal(t, plan.Store, kept["FIREDRILL_CACHE"]+"/images")
}

func TestNewNamesAreNames(t *testing.T) {
	name := plan.NewName(time.Date(2026, 3, 1, 2, 17, 5, 42e6, time.FixedZone("CET", 3600)))
	require.Equal(t, "run-20260301-011705-042", name)
	require.NoError(t, plan.Check(plan.Request{Name: name, Cache: "c", Storage: "s"}))
}

func TestTheDefaultBaseIsPinned(t *testing.T) {
	require.Regexp(t, `^docker\.io/library/golang:[\w.-]+@sha256:[0-9a-f]{64}$`, plan.Image)
}
