//go:build e2e

package e2e_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The next run removes what a killed one left, before it makes its own cluster.
// That one has three nodes, one of them kept free for drills, whose pods reach
// each other.
func TestNextRunSweepsAndItsNodesAreConnected(t *testing.T) {
	s := newSite(t)
	killed := s.start("up", "--name", "e2e-killed")
	killed.await(says("cluster", "nodes", "Starting control-plane"))
	killed.kill()
	require.NotEmpty(t, s.nodes("e2e-killed"))

	next := s.start("up", "--name", "e2e-three", "--nodes", "2")
	next.await(says("images", "", ""))
	require.Empty(t, s.nodes("e2e-killed"), next.stderr())
	require.NoDirExists(t, filepath.Join(s.cache, "runs", "e2e-killed"))
	require.Zero(t, next.wait(), next.stderr())
	require.Len(t, s.nodes("e2e-three"), 3)
	t.Run("pods", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		pods := newPods(ctx, t, filepath.Join(s.cache, "runs", "e2e-three", "kubeconfig"))
		pods.requireTalk(ctx, "api", "e2e-three-control-plane", "e2e-three-worker")
		// Names are asked of a Service that was there before.
		pods.restartProxies(ctx)
		pods.requireTalk(ctx, "second", "e2e-three-control-plane", "e2e-three-worker")
	})

	s.run("down", "--name", "e2e-three")
	s.requireNothingLeft()
}
