package deploy

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// needs is a graph of releases that have names and needs only.
func needs(t *testing.T, pairs ...[]string) graph {
	t.Helper()
	var releases []Release
	for _, p := range pairs {
		releases = append(releases, Release{Name: p[0], Needs: p[1:]})
	}
	return graphOf(releases)
}

func TestCycleNamesTheCircle(t *testing.T) {
	tests := map[string]struct {
		graph graph
		want  []string
	}{
		"none":         {needs(t, []string{"a"}, []string{"b", "a"}, []string{"c", "a", "b"}), nil},
		"itself":       {needs(t, []string{"a", "a"}), []string{"a", "a"}},
		"of three":     {needs(t, []string{"x", "a"}, []string{"a", "b"}, []string{"b", "c"}, []string{"c", "a"}), []string{"a", "b", "c", "a"}},
		"unknown need": {needs(t, []string{"a", "nobody"}), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.graph.cycle())
		})
	}
}

func TestWalkGoesSideBySideButNeverBeforeANeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ended := map[string]*atomic.Int64{"a": {}, "b": {}, "c": {}}
		g := needs(t, []string{"c", "a", "b"}, []string{"a"}, []string{"b"})
		err := g.walk(4, func(name string) error {
			time.Sleep(time.Second) // of the bubble's clock
			ended[name].Store(int64(time.Since(start)))
			return nil
		}, func(string, string) { t.Error("nothing may be skipped") })
		require.NoError(t, err)
		require.Equal(t, int64(time.Second), ended["a"].Load())
		require.Equal(t, int64(time.Second), ended["b"].Load())
		require.Equal(t, int64(2*time.Second), ended["c"].Load())
	})
}

func TestWalkKeepsToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		g := needs(t, []string{"a"}, []string{"b"}, []string{"c"}, []string{"d"})
		require.NoError(t, g.walk(2, func(string) error { time.Sleep(time.Second); return nil }, nil))
		require.Equal(t, 2*time.Second, time.Since(start))
	})
}

func TestWalkSkipsWhatNeedsAFailureAndDoesTheRest(t *testing.T) {
	broken := errors.New("broken")
	g := needs(t, []string{"a"}, []string{"b", "a"}, []string{"c", "b"}, []string{"d"})
	var worked, skipped atomic.Int64
	err := g.walk(1, func(name string) error {
		worked.Add(1)
		if name == "a" {
			return broken
		}
		return nil
	}, func(_, _ string) { skipped.Add(1) })
	require.EqualError(t, err, "broken")
	require.Equal(t, int64(2), worked.Load())
	require.Equal(t, int64(2), skipped.Load())
}
