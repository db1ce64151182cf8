package machine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProbesOfKilledRunsAreRemovedByLabel(t *testing.T) {
	const filter = " --filter label=firedrill.probe"
	run := &fakeRunner{answers: map[string]string{
		"engine ps --all --quiet" + filter:   "c2\nc1\n",
		"engine network ls --quiet" + filter: "firedrill-probe-1\n5e1f\n",
		"engine images --quiet" + filter:     "i1\ni1\n",
	}}
	var forgotten []string
	p := &prober{run: run, path: "engine", forget: func(folder string) error { forgotten = append(forgotten, folder); return nil }}
	require.NoError(t, p.removeLeftovers(t.Context()))
	require.Equal(t, []string{"engine rm -f c1 c2", "engine network rm 5e1f firedrill-probe-1", "engine rmi -f i1"}, removals(run))
	require.Equal(t, []string{"/var/lib/cni/networks/firedrill-probe-1"}, forgotten)

	run = &fakeRunner{}
	require.NoError(t, (&prober{run: run, path: "engine"}).removeLeftovers(t.Context()))
	require.Empty(t, removals(run))
	require.Equal(t, []string{"/var/lib/cni/networks/firedrill-probe-1"}, forgotten)

	run = &fakeRunner{failures: map[string]string{"engine ps --all --quiet" + filter: "no daemon"}}
	require.ErrorContains(t, (&prober{run: run, path: "engine"}).removeLeftovers(t.Context()), "no daemon")
}

// removals are the calls that remove something.
func removals(run *fakeRunner) []string {
	var all []string
	for _, c := range run.calls {
		if strings.Contains(c, " rm") {
			all = append(all, c)
		}
	}
	return all
}
