//go:build e2e

package e2e_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tornDown is what the program itself allows for the undoing of faults (2 min) and
// for the teardown (3 min).
const tornDown = 5 * time.Minute

// An interrupted run tears down by itself, and soon.
func TestInterruptedRunTearsDown(t *testing.T) {
	const name = "e2e-interrupt"
	kubeconfig := filepath.Join(t.TempDir(), "config")
	for _, c := range []struct {
		name  string
		at    moment
		setup func(*testing.T)
	}{
		{
			"while Kubernetes starts, the user has no kubeconfig",
			says("cluster", "nodes", "Starting control-plane"),
			func(*testing.T) {},
		},
		{
			"between fault and alarm, the user has a kubeconfig",
			says("drill", "cpu-limit", "fault:"), // one of those that begin at once
			func(t *testing.T) {
				require.NoError(t, os.WriteFile(kubeconfig, []byte("apiVersion: v1\nkind: Config\n"), 0o600))
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.setup(t)
			s := newSite(t, "KUBECONFIG="+kubeconfig)
			p := s.start("deploy-and-test", "--name", name)
			p.await(c.at)
			p.interrupt()
			require.Positive(t, p.waitFor(tornDown), "exit status\n%s", p.stderr())
			s.requireNothingLeft()
		})
	}
}
